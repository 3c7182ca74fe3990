"""How a limit is dealt out to workers, lease by lease, without a store and without waiting."""

from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asr.gateway.ledger import LEASE_SECONDS, Bid, dealt, workers
from asr.gateway.limits import RESERVED, SHARE, Limit
from asr.model.ledger import Ledger, Pause

READS = Limit(250, 25.0)


@dataclass
class Deal:
    """A ledger that is leased from, one after the other."""

    limit: Limit = READS
    now: float = 1_000_000.0
    ledger: Ledger | None = None
    granted: list[int] = field(default_factory=list)

    def lease(self, worker: str, wanted: int, rank: int = 0, **more: object) -> int:
        """How many permits a worker is granted now."""
        self.ledger, granted = dealt(self.ledger, self.limit, Bid(worker, wanted, rank, **more), self.now)  # type: ignore[arg-type]
        self.granted.append(granted)
        return granted


def test_who_is_alone_gets_all_he_wants() -> None:
    """As long as there is something; then what comes back in time."""
    deal = Deal()

    assert deal.lease("a", 100) == 100
    assert deal.lease("a", 200) == 250 - 100 - RESERVED
    deal.now += 1
    assert deal.lease("a", 100) == int(25 * SHARE)


def test_what_was_taken_without_asking_is_no_longer_there() -> None:
    """Each worker has a few permits of its own, and tells of them when it asks for more."""
    deal = Deal()

    assert deal.lease("a", 300, spent=10) == 250 - 10 - RESERVED


def test_equals_share_and_the_more_urgent_goes_first() -> None:
    """By what they would have used: a worker that wants little is not in the way of one that wants much."""
    deal = Deal()
    deal.lease("a", 240, 5)
    had = {"a": 0, "b": 0}
    for _ in range(20):
        deal.now += 1
        for worker in had:
            had[worker] += deal.lease(worker, 30, 5)
    assert workers(deal.ledger or Ledger(0, 0)) == 2
    assert sum(had.values()) > 0.9 * 20 * READS.per_second
    assert min(had.values()) > 0.6 * max(had.values())

    deal.lease("c", 20, 0)
    deal.now += 1
    assert deal.lease("a", 30, 5) <= 5
    assert deal.lease("c", 20, 0) == 20


def test_a_worker_that_is_gone_is_forgotten() -> None:
    """What it wanted is in nobody's way for longer than a moment."""
    deal = Deal()
    deal.lease("a", 300, 0)
    deal.lease("a", 300, 0)
    deal.now += LEASE_SECONDS + 0.1

    assert deal.lease("b", 40, 5) == 40
    assert [one.worker for one in (deal.ledger or Ledger(0, 0)).shares] == ["b"]


def test_azures_word_counts_more_than_our_own() -> None:
    """Somebody else has used it up; or what was leased has expired unused, and is there again."""
    deal = Deal()
    assert deal.lease("a", 100, known=20.0) == 20 - RESERVED

    deal = Deal()
    deal.lease("gone", 248)
    assert deal.lease("a", 100, known=250.0) == 0, "it may still use them"
    deal.now += LEASE_SECONDS + 0.1
    assert deal.lease("a", 100, known=250.0) == 100


def test_a_pause_is_everybodys() -> None:
    """Nobody is granted anything before it ends, and all are told of it; a provider's stops nothing else."""
    deal = Deal()
    deal.lease("a", 0, pauses=(Pause((), deal.now + 30), Pause(("sub", "reads", "type"), deal.now + 60)))

    assert deal.lease("b", 10) == 0
    assert [one.scope for one in (deal.ledger or Ledger(0, 0)).pauses] == [(), ("sub", "reads", "type")]
    deal.now += 31
    assert deal.lease("b", 10) == 10
    assert [one.scope for one in (deal.ledger or Ledger(0, 0)).pauses] == [("sub", "reads", "type")]


@pytest.mark.parametrize("ahead", [3600.0, 1e12])
def test_a_ledger_of_another_clock_is_begun_anew(ahead: float) -> None:
    """A local clock that was set back must not stop anybody."""
    deal = Deal(ledger=Ledger(0.0, 1_000_000.0 + ahead))

    assert deal.lease("a", 10) == 10


@given(
    st.lists(
        st.tuples(st.sampled_from("abcd"), st.integers(0, 300), st.integers(0, 7), st.floats(0, 3, allow_nan=False)),
        max_size=60,
    )
)
def test_never_more_than_there_is(leases: list[tuple[str, int, int, float]]) -> None:
    """Whoever leases what, when: the limit's capacity, and what was given back since."""
    deal = Deal()
    began = deal.now
    for worker, wanted, rank, pause in leases:
        deal.now += pause
        assert 0 <= deal.lease(worker, wanted, rank) <= wanted
        assert sum(deal.granted) <= READS.capacity + (deal.now - began) * READS.per_second
