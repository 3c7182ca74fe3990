"""What one worker has read and all need: the app's workers share it by the store, with the time at which it was read.

A worker looks there only when its own memory has nothing that counts, before it asks Azure; what it then reads, it
leaves for the others. What was left counts exactly as if this worker had read it then, so a burst that meets several
workers costs what it costs one. The store never stands in the way: what it does not tell is read from Azure.
"""

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable
from typing import Any
from weakref import WeakKeyDictionary

from pydantic import ValidationError

from asr.codec import decode, encode
from asr.errors import AutoprotectError
from asr.gateway.clock import epoch
from asr.gateway.session import Azure
from asr.gateway.store.names import document_name
from asr.model.version import PRODUCT_VERSION
from asr.planning.naming import digest

STORE_SECONDS = 2.0
"""How long the store may take; then the worker goes on without."""

SKEW_SECONDS = 2.0
"""How far the clocks of two workers may be apart."""

_LOG = logging.getLogger(__name__)

type Question = tuple[str, ...]
"""What is asked, in words: the first is the kind."""

_finding: WeakKeyDictionary[Azure, dict[Question, asyncio.Future[None]]] = WeakKeyDictionary()


async def recall_shared[T](
    azure: Azure,
    question: Question,
    type_: Any,
    seconds: float,
    read: Callable[[], Awaitable[T]],
    *,
    lenient: float = 0.0,
    place: Question | None = None,
) -> T:
    """As `Memory.recall`, of an answer of this type that other workers may have read.

    `place` names the document where more than one question has the same; the latest of them is kept.

    Raises:
        Exception: what `read` raises.
    """
    if max(seconds, lenient) > 0 and not azure.memory.has(question, seconds, lenient):
        await find_shared(azure, question, type_, place=place)
    reading = shared_reading(azure, question, type_, read, place=place)
    return await azure.memory.recall(question, seconds, reading, lenient=lenient)


def shared_reading[T](
    azure: Azure, question: Question, type_: Any, read: Callable[[], Awaitable[T]], *, place: Question | None = None
) -> Callable[[], Awaitable[T]]:
    """`read`, whose answer is left for the other workers; that something is absent is not."""

    async def reading() -> T:
        at = epoch(azure.settings)
        answer = await read()
        if answer is not None:
            await share(azure, question, type_, answer, at, place=place)
        return answer

    return reading


async def share(
    azure: Azure, question: Question, type_: Any, answer: object, at: float, *, place: Question | None = None
) -> None:
    """Leave an answer, which began to be read at `at`, in seconds since 1970."""
    left = {"version": PRODUCT_VERSION, "question": list(question), "at": at, "answer": encode(answer, type_)}
    try:
        async with asyncio.timeout(STORE_SECONDS):
            await azure.store.put(_name(place or question), json.dumps(left, separators=(",", ":")).encode())
    except (AutoprotectError, TimeoutError) as error:
        _LOG.warning("what was read could not be left for other workers: %s", type(error).__name__)


async def find_shared(
    azure: Azure,
    question: Question,
    type_: Any,
    *,
    place: Question | None = None,
    as_answer: Callable[[Any], object] = lambda left: left,
) -> None:
    """Take what was left into the memory, as the answer that it makes; all who miss the same at once look once."""
    finding = _finding.setdefault(azure, {})
    if question not in finding:
        finding[question] = asyncio.ensure_future(_taken(azure, question, type_, place or question, as_answer))
        finding[question].add_done_callback(lambda _: finding.pop(question))
    await asyncio.shield(finding[question])


async def _taken(
    azure: Azure, question: Question, type_: Any, place: Question, as_answer: Callable[[Any], object]
) -> None:
    try:
        async with asyncio.timeout(STORE_SECONDS):
            stored = await azure.store.get(_name(place))
    except (AutoprotectError, TimeoutError) as error:
        _LOG.warning("what other workers have read is not known: %s", type(error).__name__)
        return
    if stored is None:
        return
    try:
        left: Any = json.loads(stored.value)
        age = epoch(azure.settings) - float(left["at"])
        if left["version"] != PRODUCT_VERSION or left["question"] != list(question) or age < -SKEW_SECONDS:
            return
        answer = as_answer(decode(type_, left["answer"]))
    except (KeyError, TypeError, ValueError, ValidationError):
        return  # nobody can read it: the next answer replaces it
    azure.memory.place(question, answer, max(age, 0.0))


def _name(place: Question) -> str:
    return document_name("shared", place[0], digest("\n".join(place), 32))
