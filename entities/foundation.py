"""One entity per foundation: what it holds, who builds what of it, and who waits."""

from durabletask.entities import DurableEntity

from asr.codec import decode, encode
from asr.planning import claims
from asr.planning.claims import Ask, Claims, Report


class Foundation(DurableEntity):
    """`Foundation@<key of its vault>`. Operations: claim, report, release, forget, forget_all.

    The rules: `asr.planning.claims`.

    What it remembers is a cache of Azure: an entry counts while it is younger than the caller's limit.
    """

    def claim(self, ask: dict) -> dict:
        """Answer an `Ask` with an `Answer`."""
        state, answer = claims.claim(self._claims(), decode(Ask, ask))
        self._keep(state)
        told: dict = encode(answer)
        return told

    def report(self, told: dict) -> list:
        """Take a `Report`; the runs to wake are answered."""
        return self._waking(*claims.report(self._claims(), decode(Report, told)))

    def release(self, over: dict) -> list:
        """The runs `over["runs"]` are over; the runs to wake are answered."""
        state = self._claims()
        wake: list[str] = []
        for run in over["runs"]:
            state, more = claims.release(state, run)
            wake += more
        return self._waking(state, tuple(wake))

    def forget(self, doubt: dict) -> None:
        """Of `doubt["keys"]`, what was asked of Azure before `doubt["before"]` may be wrong."""
        self._keep(claims.forget(self._claims(), doubt["keys"], doubt["before"]))

    def forget_all(self) -> None:
        """What it stood on was removed: nothing that is remembered counts any more. Who builds, goes on."""
        self._keep(claims.forget_all(self._claims()))

    def _claims(self) -> Claims:
        state = self.get_state(dict)
        return decode(Claims, state) if state else Claims()

    def _keep(self, state: Claims) -> None:
        self.set_state(encode(state))

    def _waking(self, state: Claims, wake: tuple[str, ...]) -> list:
        self._keep(state)
        return list(wake)
