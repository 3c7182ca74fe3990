"""Where a VM's data may go: what a tag or a request names has to be inside of what the operator allows."""

import re
from collections.abc import Iterable, Iterator, Sequence

from asr.choices.profiles import Profile
from asr.choices.values import written
from asr.model.resource_id import key

_SCOPE = re.compile(
    r"/?(subscriptions/)?(?P<subscription>[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})"
    r"(?P<rest>/resourcegroups/[^/]+(/providers/microsoft\.recoveryservices/vaults/[^/]+)?)?/?"
)

_IN_VALUE = re.compile(r"/subscriptions/([^/,]+)", re.IGNORECASE)


def scope_of(text: str) -> str | None:
    """The scope in the form in which ids are compared: a subscription, a group or a vault; None if it is none."""
    match = _SCOPE.fullmatch(text.lower())
    return f"/subscriptions/{match['subscription']}{match['rest'] or ''}" if match else None


def subscriptions_named_by(profiles: Iterable[Profile]) -> Iterator[str]:
    """The scopes of the subscriptions that choices of these profiles name."""
    for profile in profiles:
        network = profile.drill.network if profile.drill else None
        for value in (*profile.choices.values(), *([network] if network else [])):
            yield from (f"/subscriptions/{one.lower()}" for one in _IN_VALUE.findall(written(value)))


def is_allowed(id_: str, scopes: Sequence[str]) -> bool:
    """Whether the resource, or the resource group, is one of the scopes or in one."""
    place = f"/{key(id_).strip('/')}/"
    return any(place.startswith(f"{scope}/") for scope in scopes)
