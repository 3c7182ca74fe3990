"""Questions that come at about the same time are asked as one."""

import asyncio
from collections.abc import Mapping

import pytest

from asr.gateway.batches import Batch, together
from asr.gateway.session import Azure
from tests.gateway.sessions import within


def asked_of(*keys: frozenset[str], failing: bool = False, most: int = 4) -> tuple[list[frozenset[str]], list[object]]:
    """What is asked when these keys come at once, and what each of those who bring them is told."""
    rounds: list[frozenset[str]] = []

    async def read(wanted: frozenset[str]) -> Mapping[str, str]:
        rounds.append(wanted)
        if failing:
            raise LookupError
        return {one: one.upper() for one in wanted}

    async def work() -> list[object]:
        batch = Batch(read, window=0.01, pause=0.01, most=most)
        return list(await asyncio.gather(*(batch.ask(one) for one in keys), return_exceptions=True))

    return rounds, asyncio.run(work())


def test_what_comes_at_once_is_asked_once() -> None:
    """Each is told about all; what would be too much for one question is asked by the next."""
    one, other = frozenset("ab"), frozenset("bc")

    rounds, told = asked_of(one, other)
    assert rounds == [one | other]
    assert told == [{"a": "A", "b": "B", "c": "C"}] * 2

    rounds, told = asked_of(one, other, most=2)
    assert rounds == [one, other]
    assert told == [{"a": "A", "b": "B"}, {"b": "B", "c": "C"}]


def test_a_failure_is_told_to_all_who_asked() -> None:
    """None of them waits for ever."""
    rounds, told = asked_of(frozenset("a"), frozenset("b"), failing=True)

    assert len(rounds) == 1
    assert [type(one) for one in told] == [LookupError, LookupError]


@pytest.mark.parametrize("cancelled", [0, 1])
def test_who_is_cancelled_takes_nobody_along(cancelled: int) -> None:
    """The answer is the others'."""

    async def read(wanted: frozenset[str]) -> Mapping[str, str]:
        return dict.fromkeys(wanted, "")

    async def work() -> Mapping[str, str]:
        batch = Batch(read, window=0.01, pause=0, most=9)
        tasks = [asyncio.ensure_future(batch.ask(one)) for one in "ab"]
        await asyncio.sleep(0)
        tasks[cancelled].cancel()
        return await tasks[1 - cancelled]

    assert asyncio.run(work()) == {"a": "", "b": ""}


def test_a_question_of_several_at_once_is_read_once_and_after_all_of_them_asked() -> None:
    """Who asks while it is being read has it read anew."""
    reading: list[str] = []

    async def work(azure: Azure) -> list[int]:
        begun = asyncio.Event()

        async def read() -> int:
            reading.append("x")
            number = len(reading)
            begun.set()
            await asyncio.sleep(0.01)
            return number

        first = [asyncio.ensure_future(together(azure, "q", read)) for _ in range(3)]
        await begun.wait()
        return [*await asyncio.gather(*first), await together(azure, "q", read)]

    assert within("http://127.0.0.1:9", work) == [1, 1, 1, 2]
