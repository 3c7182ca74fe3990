"""What was read a moment ago and is asked again: one request for all who ask, and nothing twice after a pause.

There is one memory in a session. An answer counts for so many seconds, and longer for a gathering that was asked for
before it was read: the gatherings of a burst share what the first of them reads, however long they wait for their turn,
and none of them sees Azure as it was before somebody asked. That something was absent does not count longer: one of the
burst may have made it. A gathering also keeps whatever it has read itself until its decision is made, so that one
that Azure throttles in the middle goes on with what is missing.

A gathering may be lenient: where a question says so, older answers count for it, and those of an index that lags
behind. It tells whether it leaned on such an answer, so that who decides can look again: what old answers allow, Azure
itself still refuses when it is written, and nothing else is to be decided by them.

Kept are answers, and absence (404) for a minute. Other refusals are told to those who ask in the same moment and then
forgotten, for a person may lift them in the next one; so are faults.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from asr.errors import Rejected
from asr.gateway.remembered import Answer, Gathering, Question, is_absence, is_kept, known_answer, records_of

BURST_SECONDS = 120.0
"""How long an answer counts for gatherings that were asked for before it was read."""

ABSENCE_SECONDS = 60.0
"""How long it counts at most that something is absent: it may be made at any moment, and a 404 may be a mistake."""

GATHERING_SECONDS = 240.0
"""How long a gathering that does not come to a decision keeps what it has read."""

DROPPING_SECONDS = 60.0
"""How often what counts for nobody any more is dropped."""

MOST_ANSWERS = 20_000
"""Answers that are kept; those that nobody has asked for the longest go first."""

MOST_RECORDS = 400_000
"""Entries in all lists that are kept, a single thing counting as one: some 200 MB if every entry is a large one."""

MOST_GATHERINGS = 2_000
"""Gatherings that are kept without a decision."""

_current: ContextVar[Gathering | None] = ContextVar("gathering", default=None)


class Memory:
    """The answers of one session. `clock` tells seconds that only ever grow."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._answers: dict[Question, Answer] = {}
        self._records = 0
        self._dropped_at = clock()
        self._gatherings: dict[str, Gathering] = {}

    async def recall[T](
        self, question: Question, seconds: float, read: Callable[[], Awaitable[T]], *, lenient: float = 0
    ) -> T:
        """What `read` answers, or what it answered to this question at most so many seconds ago.

        Who asks while it is being read waits for that answer; 0 seconds mean that nobody else's older answer counts,
        but what was read since the gathering was asked for does. `lenient` are the seconds of lenient gatherings.

        Raises:
            Rejected, TransientFault: as `read`.
        """
        gathering, now = _current.get(), self._clock()
        answer = gathering.answers.get(question) if gathering else None
        if answer is None or (gathering and seconds <= 0 and answer.at < gathering.asked_at):
            answer = self._answers.get(question)
            if answer is None or not self._serves(answer, seconds, lenient, now):
                answer = self._ask(question, now, read)
            else:
                self._answers[question] = self._answers.pop(question)
            answer.until = max(answer.until, answer.at + max(seconds, lenient, BURST_SECONDS))
            if gathering is not None:
                self._keep(gathering.answers, question, answer)
        told: T = await asyncio.shield(answer.future)
        return told

    def has(self, question: Question, seconds: float, lenient: float = 0.0) -> bool:
        """Whether an answer is remembered that counts for `recall`."""
        gathering = _current.get()
        answer = self._answers.get(question)
        if gathering is not None and question in gathering.answers:
            return True
        return answer is not None and self._serves(answer, seconds, lenient, self._clock())

    def place(self, question: Question, value: object, age: float) -> None:
        """Somebody else was told this so many seconds ago; nothing that is remembered and younger gives way to it."""
        at = self._clock() - age
        answer = self._answers.get(question)
        if answer is None or answer.at < at:
            self._answer(question, at, known_answer(value))

    def latest(self, question: Question) -> tuple[Any, float] | None:
        """What was last answered to this question, and how many seconds ago it was asked; None if nothing is kept."""
        answer = self._answers.get(question)
        if answer is None or not is_kept(answer.future) or answer.future.exception() is not None:
            return None
        return answer.future.result(), self._clock() - answer.at

    def forget(self, question: Question) -> None:
        """The next who asks reads anew: something that the answer tells of was written."""
        answer = self._answers.pop(question, None)
        self._records -= answer.records if answer else 0

    async def reread[T](self, question: Question, read: Callable[[], Awaitable[T]]) -> T:
        """What `read` answers now: something that was read later contradicts what is remembered.

        All who meet the contradiction at once share a read; absence that began to be read before it is read once more.
        """
        gathering, now = _current.get(), self._clock()
        answer = self._answers.get(question)
        if answer is not None and answer.future.done():
            self.forget(question)
        if gathering is not None:
            gathering.answers.pop(question, None)
        told = await self.recall(question, 0, read)
        if told is None and answer is not None and answer is self._answers.get(question) and answer.at < now:
            return await self.reread(question, read)
        return told

    @contextmanager
    def gathering(self, name: str | None = None, *, lenient: bool = False) -> Iterator[Gathering]:
        """Everything recalled inside belongs to one decision; see above for what a `lenient` one counts.

        One with a name that was left by a fault goes on, when it is entered again, with what it had read; with a
        decision or a refusal it is over. One without a name is over when it is left.
        """
        now = self._clock()
        gathering = self._gatherings.get(name) if name is not None else None
        if gathering is None or now - gathering.asked_at > GATHERING_SECONDS:
            gathering = Gathering(now, lenient)
        if name is not None:
            self._gatherings[name] = gathering
            self._drop_gatherings(now)
        token = _current.set(gathering)
        try:
            yield gathering
        except Rejected:
            self._over(name, gathering)
            raise
        else:
            self._over(name, gathering)
        finally:
            _current.reset(token)

    def _over(self, name: str | None, gathering: Gathering) -> None:
        if name is not None and self._gatherings.get(name) is gathering:
            del self._gatherings[name]

    def _drop_gatherings(self, now: float) -> None:
        for name, gathering in list(self._gatherings.items()):
            if len(self._gatherings) <= MOST_GATHERINGS and now - gathering.asked_at <= GATHERING_SECONDS:
                break
            del self._gatherings[name]

    def _counts(self, answer: Answer, seconds: float, gathering: Gathering | None, now: float) -> bool:
        """One that is still being read counts as if it were read now, but where no older answer counts at all."""
        age = now - answer.at
        since_asked = gathering is not None and answer.at >= gathering.asked_at
        if not answer.future.done():
            return since_asked or gathering is None or seconds > 0
        longest = max(seconds, BURST_SECONDS if since_asked else 0)
        return age <= (min(seconds, ABSENCE_SECONDS) if is_absence(answer.future) else longest)

    def _leans(self, answer: Answer, lenient: float, gathering: Gathering | None, now: float) -> bool:
        """Whether a lenient gathering takes this one; absence it does not take."""
        takes = gathering is not None and gathering.lenient and answer.future.done() and now - answer.at <= lenient
        if gathering is None or not takes or is_absence(answer.future):
            return False
        gathering.leaned = True
        return True

    @property
    def lenient(self) -> bool:
        """Whether what is read here is read for a lenient gathering."""
        return (gathering := _current.get()) is not None and gathering.lenient

    @staticmethod
    def lean() -> None:
        """The gathering counts an answer that would not count for others."""
        if (gathering := _current.get()) is not None:
            gathering.leaned = True

    @staticmethod
    def be_strict() -> None:
        """From now on the gathering counts only what counts for all."""
        if (gathering := _current.get()) is not None:
            gathering.lenient = False

    def _serves(self, answer: Answer, seconds: float, lenient: float, now: float) -> bool:
        gathering = _current.get()
        return self._counts(answer, seconds, gathering, now) or self._leans(answer, lenient, gathering, now)

    def _ask[T](self, question: Question, now: float, read: Callable[[], Awaitable[T]]) -> Answer:
        return self._answer(question, now, asyncio.ensure_future(read()))

    def _answer(self, question: Question, at: float, future: asyncio.Future[Any]) -> Answer:
        self.forget(question)
        self._drop_expired()
        answer = Answer(at, future)
        self._answers[question] = answer
        self._records += answer.records
        answer.future.add_done_callback(lambda done: self._trim(question, answer, done))
        return answer

    def _trim(self, question: Question, answer: Answer, done: asyncio.Future[Any]) -> None:
        """Weigh what is kept, and forget what is not; what nobody has asked for the longest makes room."""
        current = self._answers.get(question) is answer
        if not is_kept(done):
            if current:
                self.forget(question)
            return
        weight = records_of(done)
        if current:
            self._records += weight - answer.records
        answer.records = weight
        while len(self._answers) > MOST_ANSWERS or (self._records > MOST_RECORDS and len(self._answers) > 1):
            self.forget(next(iter(self._answers)))

    def _drop_expired(self) -> None:
        """Answers that count for nobody any more, once in a while: most are about one machine, and not asked again."""
        now = self._clock()
        if not 0 <= now - self._dropped_at < DROPPING_SECONDS:
            self._dropped_at = now
            for question, answer in list(self._answers.items()):
                if answer.until < now and answer.future.done():
                    self.forget(question)

    @staticmethod
    def _keep(answers: dict[Question, Answer], question: Question, answer: Answer) -> None:
        """For one gathering, until it is known to be no answer."""
        answers[question] = answer

        def trim(done: asyncio.Future[Any]) -> None:
            if not is_kept(done) and answers.get(question) is answer:
                del answers[question]

        answer.future.add_done_callback(trim)
