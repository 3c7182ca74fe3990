"""What one worker has read counts for the others, by the store, as long as it would count for itself."""

import json
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from asr.gateway.session import Azure
from asr.gateway.shared import recall_shared, share
from asr.model.preflight_facts import Usage
from tests.gateway.sessions import within

NOWHERE = "http://127.0.0.1:9"
QUESTION = ("usages", "one", "eastasia")
USAGES = tuple[Usage, ...]
ANSWER, ANOTHER = (Usage("cores", 4, 100),), (Usage("cores", 8, 100),)


class Source:
    """Azure, which answers the same again and again and counts how often it is asked."""

    def __init__(self, answer: Any = ANSWER) -> None:
        self.reads = 0
        self._answer = answer

    async def read(self) -> Any:
        """The answer."""
        self.reads += 1
        return self._answer


def worker[T](store: Path, work: Callable[[Azure], Awaitable[T]]) -> T:
    """What a worker of the app with this store answers, that has just started."""
    return within(NOWHERE, work, ASR_STORE=str(store))


def asking(source: Source, seconds: float = 60, **more: Any) -> Callable[[Azure], Awaitable[Any]]:
    """The work of a worker that asks the question."""
    return lambda azure: recall_shared(azure, QUESTION, USAGES, seconds, source.read, **more)


def leaving(age: float, answer: Any = ANSWER) -> Callable[[Azure], Awaitable[None]]:
    """The work of a worker that has read so many seconds ago."""
    return lambda azure: share(azure, QUESTION, USAGES, answer, time.time() - age)


def test_what_one_worker_has_read_the_next_one_knows(tmp_path: Path) -> None:
    """To another question that has another answer."""
    first, second = Source(), Source(ANOTHER)
    assert worker(tmp_path, asking(first)) == ANSWER
    assert worker(tmp_path, asking(second)) == ANSWER
    assert (first.reads, second.reads) == (1, 0)


def test_its_age_counts(tmp_path: Path) -> None:
    """From when it was read and not from when it was heard of; one that is too old is read again, for all."""
    source = Source(ANOTHER)
    worker(tmp_path, leaving(age=61))
    assert worker(tmp_path, asking(source)) == ANOTHER
    assert worker(tmp_path, asking(source)) == ANOTHER
    assert source.reads == 1

    async def twice(azure: Azure) -> Any:
        before = await recall_shared(azure, QUESTION, USAGES, 60, source.read)
        return before, azure.memory.has(QUESTION, 58), azure.memory.has(QUESTION, 60)

    worker(tmp_path, leaving(age=59))
    assert worker(tmp_path, twice) == (ANSWER, False, True)


def test_what_nobody_elses_answer_serves_is_read(tmp_path: Path) -> None:
    """At 0 seconds; and what was read is left for others all the same."""
    source = Source(ANOTHER)
    worker(tmp_path, leaving(age=1))
    assert worker(tmp_path, asking(source, 0)) == ANOTHER
    assert worker(tmp_path, asking(Source())) == ANOTHER


def test_only_the_lenient_lean_on_what_is_older(tmp_path: Path) -> None:
    """And they say so, as with what their own worker remembers."""
    source = Source(ANOTHER)
    worker(tmp_path, leaving(age=30))

    async def lenient(azure: Azure) -> Any:
        with azure.memory.gathering("one", lenient=True) as gathering:
            return await asking(source, 10, lenient=60)(azure), gathering.leaned

    async def strict(azure: Azure) -> Any:
        with azure.memory.gathering("one") as gathering:
            return await asking(source, 10, lenient=60)(azure), gathering.leaned

    assert worker(tmp_path, lenient) == (ANSWER, True)
    assert worker(tmp_path, strict) == (ANOTHER, False)


def test_absence_is_told_to_nobody(tmp_path: Path) -> None:
    """Another worker may have made the thing."""
    assert worker(tmp_path, asking(Source(None))) is None
    assert worker(tmp_path, asking(Source())) == ANSWER


@pytest.mark.parametrize("left", [b"", b"[]", b"{", b'{"at": "yesterday"}', b'{"version": "0.0.9", "at": 1e99}'])
def test_what_nobody_can_read_is_read_again(tmp_path: Path, left: bytes) -> None:
    """And replaced."""
    worker(tmp_path, leaving(age=1))
    (document,) = (tmp_path / "shared").rglob("*.json")
    document.write_bytes(left)
    assert worker(tmp_path, asking(Source(ANOTHER))) == ANOTHER
    assert worker(tmp_path, asking(Source())) == ANOTHER


@pytest.mark.parametrize(
    ("part", "value"),
    [("version", "0.0.1"), ("question", ["usages", "two"]), ("at", 9e9), ("answer", [{"name": 1}])],
)
def test_what_is_meant_otherwise_does_not_count(tmp_path: Path, part: str, value: Any) -> None:
    """Of another version, about another question, from the future, or of another shape."""
    worker(tmp_path, leaving(age=1))
    (document,) = (tmp_path / "shared").rglob("*.json")
    left = json.loads(document.read_text())
    document.write_text(json.dumps(left | {part: value}))
    assert worker(tmp_path, asking(Source(ANOTHER))) == ANOTHER


def test_a_store_that_cannot_be_used_stands_in_nobodys_way(tmp_path: Path) -> None:
    """Where its folder should be there is a file."""
    (tmp_path / "store").write_text("")
    assert worker(tmp_path / "store", asking(Source())) == ANSWER
