"""How a limit is dealt out to workers: one lease from the ledger, as a pure function.

The more a worker needs, the more it leases at once, so that it seldom asks. What it does not use expires: Azure's own
word on what is left, which every worker brings along, puts it back.
"""

from dataclasses import dataclass

from asr.gateway.limits import RESERVED, SHARE, Limit
from asr.model.ledger import Ledger, Pause, Share

LEASE_SECONDS = 2.0
"""How long a worker may use what it leased, and counts as one that needs permits."""

MOST_PAUSES = 50
"""Pauses of single types and resources that are passed on."""

_ABSURD_SECONDS = 60.0
"""A ledger that is so much ahead of the clock was written by another clock."""


@dataclass(frozen=True, slots=True)
class Bid:
    """What a worker asks for: `wanted` permits, of which the most urgent request is of this rank.

    It still has `held` permits, and has taken `spent` since it asked last. `known` is what Azure has left
    by an answer of a moment ago, less what is under way; None if there was none. `pauses` are what others have to know.
    """

    worker: str
    wanted: int
    rank: int
    held: float = 0.0
    spent: int = 0
    known: float | None = None
    pauses: tuple[Pause, ...] = ()


def dealt(ledger: Ledger | None, limit: Limit, bid: Bid, now: float) -> tuple[Ledger, int]:
    """The ledger after this bid, and how many permits were granted.

    What others need more urgently is left to them; what others need as urgently is shared with them.
    """
    if ledger is None or ledger.at - now > _ABSURD_SECONDS:
        ledger = Ledger(limit.capacity, now)
    others = tuple(one for one in ledger.shares if one.until > now and one.worker != bid.worker)
    pauses = _pauses(ledger, bid, now)
    left = _left(ledger, limit, bid, others, now)
    closed = any(not one.scope for one in pauses)
    granted = 0 if closed else _granted(left, limit, bid, others, now)
    mine = Share(bid.worker, granted, bid.wanted - granted, bid.rank, now + LEASE_SECONDS)
    return Ledger(left - granted, max(now, ledger.at), (*others, mine), pauses), granted


def workers(ledger: Ledger) -> int:
    """How many workers need permits, the one that has just asked among them."""
    return max(len(ledger.shares), 1)


def _left(ledger: Ledger, limit: Limit, bid: Bid, others: tuple[Share, ...], now: float) -> float:
    """By our own count; corrected by what Azure said, of which the others may use what they leased."""
    gained = max(now - ledger.at, 0.0) * limit.per_second * SHARE
    left = min(ledger.left + gained, limit.capacity) - bid.spent
    if bid.known is None:
        return left
    free = bid.known - bid.held
    return max(min(left, free), free - sum(one.granted for one in others))


def _granted(left: float, limit: Limit, bid: Bid, others: tuple[Share, ...], now: float) -> int:
    """Whoever is as urgent may have his part of what came back since he asked last."""
    before = sum(one.wanting for one in others if one.rank < bid.rank)
    beside = [one for one in others if one.rank == bid.rank and one.wanting]
    part = limit.per_second * SHARE / (len(beside) + 1)
    theirs = sum(min(one.wanting, (now - one.until + LEASE_SECONDS) * part) for one in beside)
    return max(min(bid.wanted, int(left - RESERVED - before - theirs)), 0)


def _pauses(ledger: Ledger, bid: Bid, now: float) -> tuple[Pause, ...]:
    """Each scope once, with its latest end."""
    latest: dict[tuple[str, ...], float] = {}
    for one in (*ledger.pauses, *bid.pauses):
        if one.until > now:
            latest[one.scope] = max(one.until, latest.get(one.scope, 0.0))
    longest = sorted(latest.items(), key=lambda item: (len(item[0]), -item[1]))
    return tuple(Pause(scope, until) for scope, until in longest[:MOST_PAUSES])
