"""A VM is in one drill, whoever asks at the same time; what died or is over holds up nobody."""

import asyncio
from pathlib import Path

from asr.gateway.drill_turns import take_machines
from asr.gateway.drills import forget_unfinished, keep_drill
from asr.gateway.session import Azure
from asr.model.drill import Drill, DrillRequest
from tests.gateway.sessions import within

NOWHERE, AT, LATER = "http://127.0.0.1:1", "2026-11-22T12:00:00+00:00", "2026-11-22T12:03:00+00:00"
VMS = [f"/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/virtualMachines/vm-{one}" for one in range(4)]


async def keep(azure: Azure, id_: str) -> None:
    """The drill is kept, as it is before it begins."""
    await keep_drill(azure, Drill(id_, AT, "ann", False, id_, {}, DrillRequest(id_, AT, None)))


def test_of_many_at_once_one_has_the_machines(tmp_path: Path) -> None:
    """All of them or none; which others have is told with their drill."""

    async def work(azure: Azure) -> None:
        ids = [f"drill-{one}" for one in range(6)]
        answers = await asyncio.gather(*(take_machines(azure, id_, VMS[:2], AT) for id_ in ids))
        [winner] = [id_ for id_, taken in zip(ids, answers, strict=True) if not taken]
        assert [taken for taken in answers if taken] == [dict.fromkeys(VMS[:2], winner)] * 5

        assert await take_machines(azure, winner, VMS[:2], AT) == {}
        assert await take_machines(azure, "drill-x", VMS[1:3], AT) == {VMS[1]: winner}
        assert await take_machines(azure, "drill-y", VMS[2:], AT) == {}

    within(NOWHERE, work, ASR_STORE=str(tmp_path))


def test_a_drill_that_is_over_or_never_began_has_nothing(tmp_path: Path) -> None:
    """Over: at once. Its process died before it was kept: after a while. Kept: until it is over."""

    async def work(azure: Azure) -> None:
        await take_machines(azure, "drill-died", VMS[:1], AT)
        assert await take_machines(azure, "drill-b", VMS[:1], AT) == {VMS[0]: "drill-died"}
        assert await take_machines(azure, "drill-b", VMS[:1], LATER) == {}
        await keep(azure, "drill-b")
        assert await take_machines(azure, "drill-c", VMS[:1], "2026-11-23T12:00:00+00:00") == {VMS[0]: "drill-b"}
        await forget_unfinished(azure, "drill-b")
        assert await take_machines(azure, "drill-c", VMS[:1], LATER) == {}

    within(NOWHERE, work, ASR_STORE=str(tmp_path))
