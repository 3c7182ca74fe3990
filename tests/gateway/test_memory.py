"""What was read a moment ago: one request for all who ask, and nothing twice after a pause."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import pytest

from asr.errors import Rejected, Throttled, TransientFault
from asr.gateway.memory import ABSENCE_SECONDS, BURST_SECONDS, GATHERING_SECONDS, MOST_ANSWERS, MOST_RECORDS, Memory
from asr.model.outcome import Reason


class Clock:
    """Seconds that go by when a test says so."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


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


def remembering(work: Callable[[Memory, Clock], Coroutine[Any, Any, None]]) -> None:
    """Run a test's work with a memory whose time stands still."""
    clock = Clock()
    asyncio.run(work(Memory(clock), clock))


def refusal(status: int) -> Rejected:
    return Rejected("GET x", status, Reason("No"))


def test_all_who_ask_at_once_share_one_answer() -> None:
    """Also those who ask a little later; another question has another answer, and what is old is read again."""
    source = Source()

    async def work(memory: Memory, clock: Clock) -> None:
        together = await asyncio.gather(*(memory.recall("a", 60, source.read) for _ in range(3)))
        clock.now += 60
        later = await memory.recall("a", 60, source.read)
        other = await memory.recall("b", 60, source.read)
        clock.now += 0.5
        assert [*together, later, other, await memory.recall("a", 60, source.read)] == [1, 1, 1, 1, 2, 3]

    remembering(work)


@pytest.mark.parametrize(
    ("failure", "reads"),
    [
        (TransientFault("GET x", "503"), 2),
        (Throttled("GET x", "429", 5), 2),
        (refusal(401), 2),
        (refusal(403), 2),
        (refusal(409), 2),
        (refusal(404), 1),
    ],
)
def test_absence_is_an_answer_and_other_refusals_are_not(failure: Exception, reads: int) -> None:
    """Those who wait for it hear of it; who asks afterwards asks Azure, but about what is not there."""
    source = Source(failure)

    async def work(memory: Memory, _clock: Clock) -> None:
        heard = await asyncio.gather(*(memory.recall("a", 60, source.read) for _ in range(2)), return_exceptions=True)
        assert heard == [failure, failure]
        again = await asyncio.gather(*(memory.recall("a", 60, source.read) for _ in range(1)), return_exceptions=True)
        assert again == ([failure] if reads == 1 else [2])

    remembering(work)
    assert source.reads == reads


def test_who_is_cancelled_takes_nobody_along() -> None:
    """Another still waits for the same answer."""
    source = Source()

    async def work(memory: Memory, _clock: Clock) -> None:
        given_up = asyncio.create_task(memory.recall("a", 60, source.read))
        await asyncio.sleep(0)
        given_up.cancel()
        assert await memory.recall("a", 60, source.read) == 1

    remembering(work)


def test_a_burst_shares_what_was_read_after_it_was_asked_for() -> None:
    """However long it takes; who asks after the read gets it only while it is young."""
    source = Source()

    async def work(memory: Memory, clock: Clock) -> None:
        with pytest.raises(Throttled), memory.gathering("early"):
            raise Throttled("GET x", "429", 5)
        clock.now += 1
        with memory.gathering("first"):
            assert await memory.recall("network", 10, source.read) == 1
        clock.now += BURST_SECONDS - 2
        with memory.gathering("early"):
            assert await memory.recall("network", 10, source.read) == 1
        with memory.gathering("late"):
            assert await memory.recall("network", 10, source.read) == 2

    remembering(work)


def test_absence_counts_for_a_minute_at_most() -> None:
    """A 404 that was a mistake does not last for a day because what it is about changes once in months."""
    source = Source(refusal(404))

    async def work(memory: Memory, clock: Clock) -> None:
        for _ in range(2):
            with pytest.raises(Rejected):
                await memory.recall("a", 86_400, source.read)
            clock.now += ABSENCE_SECONDS / 2 + 1
        assert await memory.recall("a", 86_400, source.read) == 2

    remembering(work)


def test_absence_is_not_shared_by_a_burst_for_long() -> None:
    """One of the burst may have made it; and what is contradicted is read again, also within one gathering."""
    answers = iter((None, 2, 3))

    async def read() -> int | None:
        return next(answers)

    async def work(memory: Memory, clock: Clock) -> None:
        with pytest.raises(Throttled), memory.gathering("early"):
            raise Throttled("GET x", "429", 5)
        with memory.gathering("first"):
            assert await memory.recall("network", 10, read) is None
            clock.now += 9
            assert await memory.recall("network", 10, read) is None
        clock.now += 2
        with memory.gathering("early"):
            assert await memory.recall("network", 10, read) == 2
            assert await memory.reread("network", read) == 3
            assert await memory.recall("network", 10, read) == 3

    remembering(work)


def test_nothing_older_than_the_request_counts_where_that_matters() -> None:
    """At 0 seconds an answer counts only for who asked before it was read, also when it is being read."""
    source = Source()

    async def work(memory: Memory, clock: Clock) -> None:
        begun = asyncio.create_task(memory.recall("a", 0, source.read))
        await asyncio.sleep(0)
        clock.now += 1
        with memory.gathering():
            assert await memory.recall("a", 60, source.read) == 1
            assert await memory.recall("a", 0, source.read) == 2
            clock.now += 1
            assert await memory.recall("a", 0, source.read) == 2
        assert await begun == 1

    remembering(work)


@pytest.mark.parametrize("fault", [Throttled("GET x", "429", 5), TransientFault("GET x", "503")])
def test_a_gathering_that_is_interrupted_goes_on_with_what_is_missing(fault: Exception) -> None:
    """After a decision, or a refusal, the next one begins anew; and what is kept does not grow old."""
    links, locks = Source(), Source(fault)

    async def gather(memory: Memory, refused: Rejected | None = None) -> tuple[int, int]:
        with memory.gathering("vm"):
            known = await memory.recall("links", 0, links.read)
            if refused:
                raise refused
            return known, await memory.recall("locks", 10, locks.read)

    async def work(memory: Memory, clock: Clock) -> None:
        with pytest.raises(TransientFault):
            await gather(memory)
        clock.now += GATHERING_SECONDS / 2
        assert await gather(memory) == (1, 2)
        clock.now += 1
        assert await gather(memory) == (2, 2)
        clock.now += 1
        with pytest.raises(Rejected):
            await gather(memory, refusal(403))
        clock.now += 1
        assert (await gather(memory))[0] == 4
        locks.__init__(fault)  # type: ignore[misc]
        clock.now += 60
        with pytest.raises(TransientFault):
            await gather(memory)
        clock.now += GATHERING_SECONDS + 1
        assert (await gather(memory))[0] == 6

    remembering(work)


def test_what_a_gathering_reads_side_by_side_is_kept_when_one_of_it_fails() -> None:
    """The requests that were under way are answered, and their answers are there the next time."""
    slow, throttled = Source(), Source(Throttled("GET x", "429", 5))

    async def both(memory: Memory) -> list[int]:
        with memory.gathering("vm"):
            async with asyncio.TaskGroup() as group:
                tasks = [group.create_task(memory.recall(one, 0, one.read)) for one in (throttled, slow)]
            return [task.result() for task in tasks]

    async def work(memory: Memory, clock: Clock) -> None:
        with pytest.raises(ExceptionGroup):
            await both(memory)
        clock.now += 5
        assert await both(memory) == [2, 1]

    remembering(work)


def test_a_lenient_gathering_takes_what_is_older_where_the_question_says_so() -> None:
    """It says that it did; absence it does not take, and once it is strict nothing either."""
    source = Source()

    async def absence() -> None:
        source.reads += 1

    async def work(memory: Memory, clock: Clock) -> None:
        await memory.recall("a", 10, source.read)
        await memory.recall("none", 10, absence)
        clock.now += 30
        with memory.gathering(lenient=True) as lenient:
            await memory.recall("none", 10, absence, lenient=60)
            assert (source.reads, lenient.leaned) == (3, False)
            assert await memory.recall("a", 10, source.read, lenient=60) == 1
            assert lenient.leaned
        with memory.gathering(lenient=True) as strict:
            memory.be_strict()
            assert await memory.recall("a", 10, source.read, lenient=60) == 4
            assert not strict.leaned
        clock.now += 30
        with memory.gathering() as other:
            assert await memory.recall("a", 10, source.read, lenient=60) == 5
            assert not other.leaned

    remembering(work)


def test_what_counts_for_nobody_any_more_is_dropped() -> None:
    """Most answers are about one machine and are never asked for again; the longest that anybody trusts them counts."""
    source = Source()

    async def work(memory: Memory, clock: Clock) -> None:
        await memory.recall("short", 0, source.read)
        await memory.recall("long", 10, source.read)
        await memory.recall("long", 5 * BURST_SECONDS, source.read)
        clock.now += 2 * BURST_SECONDS
        await memory.recall("other", 0, source.read)
        assert memory.latest("short") is None
        assert memory.latest("long") is not None
        clock.now += 4 * BURST_SECONDS
        await memory.recall("another", 0, source.read)
        assert memory.latest("long") is None

    remembering(work)


def test_the_memory_is_bounded_by_number_and_by_size() -> None:
    """What nobody has asked for the longest makes room."""
    source = Source()

    async def large() -> range:
        return range(MOST_RECORDS // 2)

    async def work(memory: Memory, _clock: Clock) -> None:
        for number in range(MOST_ANSWERS):
            await memory.recall(number, 60, source.read)
        await memory.recall(0, 60, source.read)
        await memory.recall("one more", 60, source.read)
        assert await memory.recall(0, 60, source.read) == 1
        assert await memory.recall(1, 60, source.read) == MOST_ANSWERS + 2
        for name in ("x", "y"):
            await memory.recall(name, 60, large)
        assert await memory.recall(0, 60, source.read) == MOST_ANSWERS + 3
        assert await memory.recall("y", 60, large) == range(MOST_RECORDS // 2)
        assert source.reads == MOST_ANSWERS + 3

    remembering(work)
