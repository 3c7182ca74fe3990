"""One answer that is remembered; see `asr.gateway.memory`."""

import asyncio
from collections.abc import Hashable, Sized
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from asr.errors import Rejected

type Question = Hashable


@dataclass(slots=True)
class Answer:
    """Asked for at `at`; the future may still be pending. `records` is how much it weighs.

    After `until` it counts for nobody, as far as those who have asked so far tell.
    """

    at: float
    future: asyncio.Future[Any]
    records: int = 1
    until: float = 0.0


@dataclass(slots=True)
class Gathering:
    """What one decision is made from. `asked_at` is when it was asked for, by the memory's clock; `leaned` says that a
    lenient one has counted an answer that would not count for others.
    """

    asked_at: float
    lenient: bool = False
    leaned: bool = False
    answers: dict[Question, Answer] = field(default_factory=dict)


def known_answer(value: object) -> asyncio.Future[Any]:
    """What is known already, as an answer."""
    future = asyncio.get_running_loop().create_future()
    future.set_result(value)
    return future


def is_absence(done: asyncio.Future[Any]) -> bool:
    """Whether it says that something is not there."""
    return done.exception() is not None or done.result() is None


def is_kept(done: asyncio.Future[Any]) -> bool:
    """Whether it is remembered: other refusals and faults may be over in the next moment."""
    error = done.exception() if done.done() and not done.cancelled() else TimeoutError()
    return error is None or (isinstance(error, Rejected) and error.status == HTTPStatus.NOT_FOUND)


def records_of(done: asyncio.Future[Any]) -> int:
    """How much it weighs."""
    value = None if done.exception() else done.result()
    return 1 + (len(value) if isinstance(value, Sized) else 0)
