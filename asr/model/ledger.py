"""The document by which workers share one of Azure's limits. Times are seconds since 1970, UTC."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Pause:
    """Azure has asked to be left alone until then: with all of the limit's requests when `scope` is empty.

    Else it is one provider's type, or one resource: `scope` is what the budget knows it by.
    """

    scope: tuple[str, ...]
    until: float


@dataclass(frozen=True, slots=True)
class Share:
    """What one worker leased last: it may use `granted` permits until then, and would have used `wanting` more.

    `rank` is that of the most urgent of its requests, lowest first.
    """

    worker: str
    granted: int
    wanting: int
    rank: int
    until: float


@dataclass(frozen=True, slots=True)
class Ledger:
    """`left` permits were nobody's at the moment `at`."""

    left: float
    at: float
    shares: tuple[Share, ...] = ()
    pauses: tuple[Pause, ...] = ()
