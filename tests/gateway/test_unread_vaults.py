"""Of a VM whose item may lie in a vault that cannot be read it is said so: nobody claims that it is not replicated."""

from pathlib import Path

import pytest

from asr.gateway.session import Azure
from asr.model.failover import FailoverAction, FailoverRequest
from asr.model.vm_facts import ProtectedItem
from asr.planning.failover import FailoverDecision
from asr.services.failover import answer_failover
from local.emulator.server import Emulator
from tests.gateway.test_fleet_snapshot import World


@pytest.mark.parametrize(("status", "known"), [(403, False), (503, False), (403, True)])
def test_the_vm_and_what_could_not_be_read_are_named(tmp_path: Path, status: int, known: bool) -> None:
    """Once it can be read again the answer is the true one."""
    with Emulator("adopted") as emulator:
        world = World(emulator, tmp_path)
        if known:
            world.rows()
        vm = world.vm("next-0")
        world.fault(method="GET", path="*/replicationProtectedItems", status=status)

        async def asked(azure: Azure) -> tuple[ProtectedItem | None, FailoverDecision]:
            return await answer_failover(azure, vm, FailoverAction.UNPLANNED, FailoverRequest())

        item, decision = world.run(asked)
        (why,) = decision.reasons
        assert (item, why.code, why.facts["vm"]) == (None, "ItemNotRead", vm)
        assert "/vaults/" in str(why.facts["request"])
        world.mended()
        _, decision = world.run(asked)
        assert [one.code for one in decision.reasons] == ["NotReplicated"]
