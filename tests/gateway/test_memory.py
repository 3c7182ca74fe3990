"""What was read a moment ago: one request for all who ask in the meantime."""

import asyncio

import pytest

from asr.errors import Rejected, TransientFault
from asr.gateway.memory import recent
from asr.gateway.session import Azure
from asr.model.outcome import Reason
from tests.gateway.sessions import within

NOWHERE = "http://127.0.0.1:9"
"""Nothing is asked of Azure here."""


class Source:
    """Something that counts how often it is read, and may fail."""

    def __init__(self, *failures: Exception) -> None:
        self.reads = 0
        self._failures = list(failures)

    async def read(self) -> int:
        """The number of this read; all who ask meanwhile get a turn first."""
        self.reads += 1
        number = self.reads
        await asyncio.sleep(0)
        if self._failures:
            raise self._failures.pop(0)
        return number


def test_all_who_ask_at_once_share_one_answer() -> None:
    """Also those who ask a little later; another key is another question."""
    source = Source()

    async def work(azure: Azure) -> list[int]:
        together = await asyncio.gather(*(recent(azure, "a", 60, source.read) for _ in range(3)))
        return [*together, await recent(azure, "a", 60, source.read), await recent(azure, "b", 60, source.read)]

    assert within(NOWHERE, work) == [1, 1, 1, 1, 2]


def test_what_is_old_is_read_again() -> None:
    """Nothing is younger than no time at all."""
    source = Source()

    async def work(azure: Azure) -> list[int]:
        return [await recent(azure, "a", -1, source.read) for _ in range(2)]

    assert within(NOWHERE, work) == [1, 2]


@pytest.mark.parametrize(
    ("failure", "reads"),
    [(TransientFault("GET x", "503"), 2), (Rejected("GET x", 403, Reason("AuthorizationFailed")), 1)],
)
def test_a_refusal_is_an_answer_and_a_fault_is_not(failure: Exception, reads: int) -> None:
    """What a retry can cure is tried again by the next who asks."""
    source = Source(failure)

    async def work(azure: Azure) -> None:
        with pytest.raises(type(failure)):
            await recent(azure, "a", 60, source.read)
        if reads == 1:
            with pytest.raises(type(failure)):
                await recent(azure, "a", 60, source.read)
        else:
            assert await recent(azure, "a", 60, source.read) == reads

    within(NOWHERE, work)
    assert source.reads == reads


def test_who_is_cancelled_takes_nobody_along() -> None:
    """Another still waits for the same answer."""
    source = Source()

    async def work(azure: Azure) -> int:
        given_up = asyncio.create_task(recent(azure, "a", 60, source.read))
        await asyncio.sleep(0)
        given_up.cancel()
        return await recent(azure, "a", 60, source.read)

    assert within(NOWHERE, work) == 1
