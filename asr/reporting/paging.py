"""Pages of a list that is sorted by id: each begins after the last id of the one before. Pure."""

from base64 import b64decode, urlsafe_b64encode
from collections.abc import Callable, Iterable
from operator import itemgetter

from asr.errors import BadRequest
from asr.model.resource_id import key


def page[T](
    entries: Iterable[T], id_of: Callable[[T], str], top: int, continuation: str | None
) -> tuple[tuple[T, ...], str | None]:
    """At most `top` entries after the continuation, and the continuation of the next page; None after the last.

    A continuation stays good when entries come and go meanwhile: it names a place, not a count.

    Raises:
        BadRequest: the continuation is none that this function gave.
    """
    after = place_in(continuation) if continuation else ""
    placed = ((key(id_of(entry)), entry) for entry in entries)
    ordered = sorted((one for one in placed if one[0] > after), key=itemgetter(0))
    shown = ordered[:top]
    return tuple(entry for _, entry in shown), token_of(shown[-1][0]) if len(ordered) > top else None


def token_of(place: str) -> str:
    """A place as a continuation tells it."""
    return urlsafe_b64encode(place.encode()).decode().rstrip("=")


def place_in(token: str) -> str:
    """The place that a continuation tells.

    Raises:
        BadRequest: it is none that `token_of` gave.
    """
    try:
        return b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True).decode()
    except ValueError:
        raise BadRequest("continuation", f"{token!r} is none; give back what an answer gave, or leave it out") from None
