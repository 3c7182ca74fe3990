"""Who goes first where requests have to wait, and how long a request waits in its process before it is put off.

What runs on is finished before anything else begins; people wait in front of a screen; decisions can wait, for nothing
has been begun for them.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from enum import Enum


class Urgency(Enum):
    """`rank` orders requests that wait for the same permit, lowest first; `patience` is in seconds."""

    WORK = 0, 5.0
    """Writes, and polls of what was begun: foundations, enablings, completions."""

    PEOPLE = 1, 20.0
    """A plan or a status that somebody waits for."""

    DECISION = 2, 3.0
    """What a run's decision is made from."""

    SWEEP = 3, 10.0
    """Lists of the whole fleet."""

    def __init__(self, rank: int, patience: float) -> None:
        self.rank = rank
        self.patience = patience


_current: ContextVar[Urgency] = ContextVar("urgency", default=Urgency.WORK)


def urgency() -> Urgency:
    """The urgency of requests made here; of work, unless somebody said otherwise."""
    return _current.get()


@contextmanager
def with_urgency(level: Urgency) -> Iterator[None]:
    """Requests made inside are this urgent."""
    token = _current.set(level)
    try:
        yield
    finally:
        _current.reset(token)
