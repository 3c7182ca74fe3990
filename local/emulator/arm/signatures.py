"""The signatures of operations' URLs: many services sign them, and want them back as they were.

With the switch `operation_urls` set to `signed` they look so; what Azure says to one without it is not recorded,
so here it is answered all the same.
Source: recorded traffic, in which the values are opaque.
"""

from collections.abc import Callable, Mapping
from hashlib import sha256

SWITCH = "operation_urls"
SWITCHES: Mapping[str, tuple[str, ...]] = {SWITCH: ("plain", "signed")}


def signature(operation_id: str, switch: Callable[[str], str]) -> str:
    """Return what follows the api-version in the URLs of this operation."""
    if switch(SWITCH) == "plain":
        return ""
    digest = sha256(operation_id.encode()).hexdigest()
    return f"&t=638000000000000000&c={digest * 2}&s={digest[::-1]}&h={digest[:43]}"
