"""Which trace a call is part of, as the real host tells its worker: the text of W3C's `traceparent`.

A request's own goes on, whatever has none begins one; each call is a span of its own. The host's spans go nowhere here.
Source: https://www.w3.org/TR/trace-context/#traceparent-header
"""

import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

HEADER = "traceparent"

_FORM = re.compile(r"(?!ff)[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-([0-9a-f]{2})(?=-|$)")

_present: ContextVar[str] = ContextVar("present_trace", default="")


@contextmanager
def within(parent: str | None) -> Iterator[None]:
    """What is called in this context is part of the parent's trace; of a new one where that is none."""
    token = _present.set(parent or "")
    try:
        yield
    finally:
        _present.reset(token)


def span(*, recorded: bool) -> str:
    """The `traceparent` of a call that begins now. `recorded`: whether the spans of a new trace are kept."""
    found = _FORM.match(_present.get())
    trace, flags = found.groups() if found else (_chance(16), "01" if recorded else "00")
    return f"00-{trace}-{_chance(8)}-{flags}"


def _chance(size: int) -> str:
    """Nought is no id."""
    while not any(found := secrets.token_bytes(size)):
        pass
    return found.hex()
