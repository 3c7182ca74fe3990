"""When this process saw an Event Grid event, for the app's health."""

from datetime import UTC, datetime

STARTED = datetime.now(UTC)
"""When this process started, or nearly."""

_seen: list[datetime] = []


def note_event() -> None:
    """An event has come."""
    _seen[:] = [datetime.now(UTC)]


def last_event() -> datetime | None:
    """When the last one came; None if none has."""
    return _seen[0] if _seen else None
