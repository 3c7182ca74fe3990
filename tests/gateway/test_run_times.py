"""How long runs took, in the store: kept by sweeps, and begun anew where it cannot be read."""

from asr.gateway.run_times_store import note_run_times, read_run_times
from asr.gateway.session import Azure
from asr.model.run import VmState
from asr.model.run_times import RunTimes
from tests.gateway.sessions import within
from tests.unit.planning.test_run_times import entry

STATE = VmState("/vm", runs=(entry("1", 5.0),))


def test_what_cannot_be_read_is_begun_anew() -> None:
    """A sweep never fails for it, and nobody is told a number that nothing stands behind."""

    async def work(azure: Azure) -> tuple[RunTimes, RunTimes, RunTimes]:
        await note_run_times(azure, [STATE])
        kept = await read_run_times(azure)
        await azure.store.put("run-times/latest.json", b"what somebody wrote")
        spoiled = await read_run_times(azure)
        await note_run_times(azure, [STATE])
        return kept, spoiled, await read_run_times(azure)

    kept, spoiled, again = within("http://127.0.0.1:9", work)

    assert [one.seconds for one in kept.kinds["protect"]] == [5.0]
    assert spoiled == RunTimes()
    assert again == kept
