"""One entity per vault whose jobs several runs wait for: who waits for which job, and who tells them."""

from durabletask.entities import DurableEntity

from asr.codec import decode, encode_compact
from asr.model.run import RECIPE_VERSION
from asr.planning import job_waiters
from asr.planning.job_waiters import Ask, Waiters
from asr.planning.naming import digest


class JobWaiters(DurableEntity):
    """`JobWaiters@<key of the vault>`. Operations: wait, told, leave, next. The rules: `asr.planning.job_waiters`.

    It is a convenience: whoever is not told asks Azure by himself after a while.
    """

    def wait(self, asked: dict) -> dict:
        """Answer `{"ask": Ask, "pacing", "seconds"}` with an `Answer`; start the follower if there has to be a new one.

        `seconds` is after how long Azure wants to be asked about the job.
        """
        ask = decode(Ask, asked["ask"])
        name = f"jobs-{self._key}-{digest(f'{ask.run} {ask.job} {ask.now}', 12)}"
        state, answer = job_waiters.wait(self._state(), ask, name)
        self._keep(state)
        if answer.start is not None:
            about = {
                "version": RECIPE_VERSION,
                "key": self._key,
                **{name: asked[name] for name in ("pacing", "seconds")},
            }
            self.schedule_new_orchestration("follow_jobs", input=about, instance_id=answer.start)
        encoded: dict = encode_compact(answer)
        return encoded

    def told(self, said: dict) -> None:
        """`said["follower"]` has read at `said["now"]`, and has told the runs `said["ended"]` of these jobs."""
        self._keep(job_waiters.told(self._state(), said["follower"], said["now"], said["ended"]))

    def leave(self, said: dict) -> None:
        """The run `said["run"]` knows what became of `said["job"]`."""
        self._keep(job_waiters.leave(self._state(), said["run"], said["job"]))

    def next(self, follower: str) -> bool:
        """Whether this follower reads once more; if not, it is over."""
        state = self._state()
        needed = job_waiters.is_needed(state, follower)
        if not needed:
            self._keep(job_waiters.over(state, follower))
        return needed

    @property
    def _key(self) -> str:
        return self.entity_context.entity_id.key

    def _state(self) -> Waiters:
        kept = self.get_state(dict)
        return decode(Waiters, kept) if kept else Waiters()

    def _keep(self, state: Waiters) -> None:
        """Nothing is kept where nobody waits."""
        if not job_waiters.is_forgettable(state):
            self.set_state(encode_compact(state))
        elif self.get_state(dict) is not None:
            self.set_state(None)
