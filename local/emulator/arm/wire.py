"""The shapes that JSON takes on the wire: objects, timestamps and identifiers."""

from datetime import UTC, datetime
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid4, uuid5

type JsonObject = dict[str, Any]
"""A JSON object. Its values are whatever a client or a provider put there, so they have no narrower type."""


def timestamp(moment: datetime) -> str:
    """Render `moment` as .NET services do: UTC, seven fractional digits, `Z` (`2023-08-29T00:53:17.8925582Z`)."""
    # isoformat, because strftime takes six times as long and every answer holds several instants
    return moment.astimezone(UTC).isoformat(timespec="microseconds").removesuffix("+00:00") + "0Z"


def offset_timestamp(moment: datetime) -> str:
    """Render `moment` as Microsoft.Compute does: with an explicit offset (`2023-08-29T00:50:43.1675044+00:00`)."""
    return timestamp(moment).removesuffix("Z") + "+00:00"


def parse_timestamp(text: str) -> datetime:
    """Read what `timestamp` wrote.

    Raises:
        ValueError: the text is not an ISO 8601 instant.
    """
    return datetime.fromisoformat(text).astimezone(UTC)


def fresh_guid() -> str:
    """Return a new random GUID in lower case with dashes."""
    return str(uuid4())


def is_guid(text: str) -> bool:
    """Say whether `text` is a GUID with dashes, whatever its casing."""
    try:
        return str(UUID(text)) == text.lower()
    except ValueError:
        return False


def stable_guid(name: str) -> str:
    """Return the GUID that always belongs to `name`, for facts that must not change between two reads."""
    return str(uuid5(NAMESPACE_URL, name.lower()))


def merged(base: JsonObject, changes: JsonObject) -> JsonObject:
    """Return `base` with `changes` laid over it, object by object, as PATCH does; null is kept as null."""
    result = dict(base)
    for key, value in changes.items():
        present = result.get(key)
        result[key] = merged(present, value) if isinstance(present, dict) and isinstance(value, dict) else value
    return result
