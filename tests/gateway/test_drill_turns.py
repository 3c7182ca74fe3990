"""A VM is in one drill, whoever asks at the same time; what died or is over holds up nobody."""

import asyncio
from datetime import timedelta
from pathlib import Path

from asr.gateway.clock import now
from asr.gateway.drill_turns import take_machines
from asr.gateway.drills import find_unfinished, forget_unfinished, keep_drill
from asr.gateway.session import Azure
from asr.gateway.store.names import document_name
from asr.model.drill import Drill, DrillRequest, DrillTurn
from tests.gateway.sessions import within
from triggers.lost_drills import _finish_lost

NOWHERE, AT, LATER = "http://127.0.0.1:1", "2026-11-22T12:00:00+00:00", "2026-11-22T12:03:00+00:00"
VMS = [f"/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/virtualMachines/vm-{one}" for one in range(4)]


async def keep(azure: Azure, id_: str, at: str = AT) -> None:
    """The drill is kept, as it is before it begins."""
    await keep_drill(azure, Drill(id_, at, "ann", False, id_, {}, DrillRequest(id_, at, None)))


def test_of_many_at_once_one_has_the_machines(tmp_path: Path) -> None:
    """All of them or none; which others have is told with their drill."""

    async def work(azure: Azure) -> None:
        ids = [f"drill-{one}" for one in range(6)]
        answers = await asyncio.gather(*(take_machines(azure, id_, VMS[:2], AT, id_) for id_ in ids))
        [winner] = [id_ for id_, taken in zip(ids, answers, strict=True) if not taken]
        assert [taken for taken in answers if taken] == [dict.fromkeys(VMS[:2], DrillTurn(winner, AT, winner))] * 5

        assert await take_machines(azure, winner, VMS[:2], AT, "ann") == {}
        assert await take_machines(azure, "drill-x", VMS[1:3], AT, "ann") == {VMS[1]: DrillTurn(winner, AT, "ann")}
        assert await take_machines(azure, "drill-y", VMS[2:], AT, "ann") == {}

    within(NOWHERE, work, ASR_STORE=str(tmp_path))


def test_a_drill_that_is_over_or_never_began_has_nothing(tmp_path: Path) -> None:
    """Over: at once. Its process died before it was kept: after a while. Kept: until it is over."""

    async def work(azure: Azure) -> None:
        await take_machines(azure, "drill-died", VMS[:1], AT, "ann")
        assert await take_machines(azure, "drill-b", VMS[:1], AT, "ann") == {VMS[0]: DrillTurn("drill-died", AT, "ann")}
        assert await take_machines(azure, "drill-b", VMS[:1], LATER, "ann") == {}
        await keep(azure, "drill-b")
        assert await take_machines(azure, "drill-c", VMS[:1], "2026-11-23T12:00:00+00:00", "ann") == {
            VMS[0]: DrillTurn("drill-b", LATER, "ann")
        }
        await forget_unfinished(azure, "drill-b")
        assert await take_machines(azure, "drill-c", VMS[:1], LATER, "ann") == {}

    within(NOWHERE, work, ASR_STORE=str(tmp_path))


def test_a_sweep_forgets_no_drill_that_is_about_to_be_kept(tmp_path: Path) -> None:
    """That it is not finished is noted before it is kept; a sweep that looks between the two leaves the note."""

    async def work(azure: Azure) -> None:
        at = await now(azure.settings)
        for id_, asked_at in (("drill-new", at), ("drill-died", at - timedelta(minutes=11))):
            await keep(azure, id_, asked_at.isoformat())
            await azure.store.delete(document_name("drills", id_, "drill"))
            await _finish_lost(None, azure, id_)  # type: ignore[arg-type]  # of what is not kept nobody is asked
        assert await find_unfinished(azure) == ("drill-new",)

    within(NOWHERE, work, ASR_STORE=str(tmp_path))
