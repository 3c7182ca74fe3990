"""The ledgers of permits in each kind of store, when several workers lease from one at the same moment."""

import asyncio

from asr.errors import Conflict
from asr.gateway.ledger import Bid
from asr.gateway.ledgers import Ledgers
from asr.gateway.limits import Limit
from asr.gateway.store.interface import Store, every_name
from tests.gateway.store.conftest import Use

PLACE = ("5c0f5f5e-7d8e-4f0e-9b56-6d1c3a7e2b10", "reads")
NOW = 1_000_000.0
"""No time passes, so nothing is given back."""


def test_no_permit_is_leased_twice(use: Use) -> None:
    """Whoever loses the race asks again, and gets of what the others left."""

    async def leased(ledgers: Ledgers, worker: str) -> int:
        granted = 0
        for _ in range(5):
            try:
                granted += (await ledgers.lease(PLACE, Limit(100, 10.0), Bid(worker, 10, 0)))[1]
            except Conflict:
                continue
        return granted

    async def work(store: Store) -> tuple[int, list[str]]:
        workers = [Ledgers(lambda: store, ("an identity", "eastasia"), lambda: NOW) for _ in range(3)]
        granted = await asyncio.gather(*(leased(one, f"worker-{place}") for place, one in enumerate(workers)))
        return sum(granted), [name async for name in every_name(store)]

    granted, names = use(work)
    assert 50 <= granted <= 98
    assert names == ["permits/an%20identity/eastasia/5c0f5f5e-7d8e-4f0e-9b56-6d1c3a7e2b10/reads.json"]
