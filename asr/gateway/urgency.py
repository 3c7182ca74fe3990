"""Who goes first where requests have to wait, and how long a request waits in its process before it is put off.

A person's command goes before all else, and who waits in front of a screen for how something stands. What runs on is
finished before anything else begins: first foundations, for many VMs stand on each. Decisions can wait, for nothing has
been begun for them; sweeps come again; a plan changes nothing.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from enum import Enum


class Urgency(Enum):
    """`rank` orders requests that wait for the same permit, lowest first; `patience` is in seconds."""

    COMMAND = 0, 5.0
    """What the decision about a person's command is made from."""

    PEOPLE = 1, 20.0
    """A status that somebody waits for."""

    FOUNDATION = 2, 5.0
    """What several VMs stand on is made."""

    ENABLING = 3, 5.0
    """A VM's replication is begun; what was begun is polled."""

    COMPLETION = 4, 5.0
    """What only a Protected item takes is written."""

    DECISION = 5, 3.0
    """What the decision of any other run is made from."""

    SWEEP = 6, 10.0
    """Lists of the whole fleet."""

    PLAN = 7, 20.0
    """What a dry run is made from."""

    def __init__(self, rank: int, patience: float) -> None:
        self.rank = rank
        self.patience = patience


_current: ContextVar[Urgency] = ContextVar("urgency", default=Urgency.ENABLING)


def urgency() -> Urgency:
    """The urgency of requests made here; of enabling, unless somebody said otherwise."""
    return _current.get()


@contextmanager
def with_urgency(level: Urgency) -> Iterator[None]:
    """Requests made inside are this urgent."""
    token = _current.set(level)
    try:
        yield
    finally:
        _current.reset(token)


def urgency_of(activity: str) -> Urgency:
    """The urgency of the activity of this name; a decision says itself for whom it is."""
    if activity.startswith("ensure_"):
        return Urgency.FOUNDATION
    if activity.startswith("complete_"):
        return Urgency.COMPLETION
    return Urgency.SWEEP if activity in _OF_A_SWEEP else Urgency.ENABLING


_OF_A_SWEEP = frozenset({"read_machine_page", "read_vault_items", "finish_sweep"})
