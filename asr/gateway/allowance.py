"""What one worker may take of a limit that it shares: a little without asking anybody, beyond that what it leased.

A worker that sends few requests never asks the store. One that sends many leases permits for about a second at a time.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable

from asr.errors import Conflict
from asr.gateway.ledger import LEASE_SECONDS, Bid, workers
from asr.gateway.limits import SHARE, Limit
from asr.model.ledger import Ledger, Pause

FREE = 0.04
"""The part of a limit that a worker takes without asking: ten reads, and one more each second."""

FIRST_BATCH = 8
"""Permits in a first lease; the next one is twice as large if this one was used up within its second."""

GAP_SECONDS = 1.0
"""Between two leases when the first did not get all that it asked for."""

RACE_SECONDS = 0.2
"""The same when others were faster again and again."""

STORE_SECONDS = 2.0
"""How long a lease may take; then the worker goes on without."""

ALONE_SECONDS = 10.0
"""How long a worker goes on without a store that failed before it asks again."""

FEWEST_WORKERS = 2
"""A worker that cannot ask takes as if there were one more at least."""

_LOG = logging.getLogger(__name__)

type Leasing = Callable[[Bid], Awaitable[tuple[Ledger, int]]]


class Allowance:
    """The permits of one worker for one limit.

    `lease` asks the ledger, `learn` is told the ledger after each answer; `workers` is how many need permits.
    """

    def __init__(
        self,
        limit: Limit,
        clock: Callable[[], float],
        worker: str,
        lease: Leasing,
        learn: Callable[[Ledger], None] = lambda _: None,
    ) -> None:
        self._limit, self._clock, self._worker, self._lease, self._learn = limit, clock, worker, lease, learn
        self._most_free = max(limit.capacity * FREE, 1.0)
        self._free = self._most_free
        self._held, self._spent = 0.0, 0
        self._at = self._leased_at = self._next_lease = clock()
        self._alone_until = self._at - 1
        self._batch = self._first = min(FIRST_BATCH, max(int(limit.per_second), 1))
        self._task: asyncio.Task[None] | None = None
        self._untold: tuple[Pause, ...] = ()
        self._workers = 1

    @property
    def workers(self) -> int:
        """How many workers need permits, by the ledger of a moment ago; this one alone if it has not asked lately."""
        now = self._clock()
        return self._workers if now < self._alone_until or now - self._leased_at <= LEASE_SECONDS else 1

    def has(self) -> bool:
        """Whether there is a permit to take now."""
        self._refill()
        return self._held >= 1 or self._free >= 1

    def take(self) -> None:
        """Take one; what expires goes first."""
        if self._held >= 1:
            self._held -= 1
        else:
            self._free -= 1
            self._spent += 1

    def give_back(self) -> None:
        """One that was taken is not used after all."""
        self._held += 1

    def ask(self, waiting: int, rank: int, known: float | None, then: Callable[[], None]) -> float | None:
        """Bid for so many that wait; `then` is called when that has ended.

        Returns:
            Seconds after which to ask again; None if `then` will be called.
        """
        now = self._clock()
        if now < self._alone_until:
            return 1 / self._alone_rate()
        if self._task is not None:
            return None
        if now < self._next_lease:
            return self._next_lease - now
        self._begin(max(waiting, self._batch), rank, known, then)
        return None

    def tell(self, pause: Pause) -> None:
        """Let the other workers know of a pause, soon."""
        self._untold = (*self._untold, pause)
        if self._task is None and self._clock() >= self._alone_until:
            self._begin(0, 0, None, lambda: None)

    def _begin(self, wanted: int, rank: int, known: float | None, then: Callable[[], None]) -> None:
        bid = Bid(self._worker, wanted, rank, self._held, self._spent, known, self._untold)
        self._untold, self._spent = (), 0
        self._task = asyncio.ensure_future(self._leasing(bid, then))

    async def _leasing(self, bid: Bid, then: Callable[[], None]) -> None:
        try:
            async with asyncio.timeout(STORE_SECONDS):
                ledger, granted = await self._lease(bid)
            self._leased(bid.wanted, granted)
            self._workers = workers(ledger)
            self._learn(ledger)
        except Conflict:
            self._untold, self._spent = (*bid.pauses, *self._untold), self._spent + bid.spent
            self._next_lease = self._clock() + RACE_SECONDS
        except Exception as error:  # noqa: BLE001 - whatever is wrong with the store, protection goes on
            _LOG.warning("the workers' budget cannot be shared for now: %s", error)
            self._alone_until = self._clock() + ALONE_SECONDS
        else:
            if self._untold:  # it came while the others were told of an earlier one
                self._begin(0, 0, None, then)
                return
        self._task = None
        then()

    def _leased(self, wanted: int, granted: int) -> None:
        now = self._clock()
        if wanted:
            quick = now - self._leased_at < GAP_SECONDS
            self._batch = min(self._batch * 2, self._limit.capacity // 4 or 1) if quick else self._first
            self._leased_at = now
        self._held += granted
        self._next_lease = now if granted >= wanted else now + GAP_SECONDS

    def _refill(self) -> None:
        now = self._clock()
        if now < self._at:  # a local clock was set back
            self._leased_at = self._next_lease = now
        passed, self._at = max(now - self._at, 0.0), now
        self._free = min(self._free + passed * self._limit.per_second * FREE, self._most_free)
        if now < self._alone_until:
            self._held = min(self._held + passed * self._alone_rate(), self._limit.capacity * FREE)
        elif now - self._leased_at > LEASE_SECONDS:
            self._held = 0.0

    def _alone_rate(self) -> float:
        return self._limit.per_second * SHARE / max(self._workers + 1, FEWEST_WORKERS)
