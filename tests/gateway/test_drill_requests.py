"""What a request for drills of many VMs reads: bounded, within Azure's limits, and in the time that a caller waits."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from asr.gateway.session import Azure
from asr.model.drill import DrillRequest
from asr.planning.drill_gates import ExplainedDrill
from asr.services.drill_requests import explain_drills
from bench.fleet import GROUP, RECOVERY, SUBSCRIPTION, machine_id, protected_world
from local.emulator.server import Emulator
from tests.emulator.site_recovery.arm import NETWORK, Arm
from tests.gateway.sessions import within

VMS = 60
DRILL_NETWORK = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/fleet-dr/providers/Microsoft.Network/virtualNetworks/d"
REQUEST = DrillRequest("drill-1", "2026-11-27T08:00:00+00:00", DRILL_NETWORK)


@pytest.fixture(scope="module")
def fleet(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Arm]:
    """So many VMs, protected in two vaults, beside an isolated network; Azure keeps its documented limits."""
    path: Path = tmp_path_factory.mktemp("world") / "fleet.json"
    path.write_text(json.dumps(protected_world(VMS, VMS, a_vault=VMS // 2)))
    with Emulator(str(path)) as emulator, Arm(emulator) as arm:
        subnets = [{"name": "app", "properties": {"addressPrefix": "10.9.0.0/17"}}]
        properties = {"addressSpace": {"addressPrefixes": ["10.9.0.0/16"]}, "subnets": subnets}
        arm.make(DRILL_NETWORK, {"location": RECOVERY, "properties": properties}, version=NETWORK)
        arm.http.post("/_emulator/settings", json={"throttling": "on"}).raise_for_status()
        yield arm


def _explained(
    arm: Arm, vm_ids: list[str], times: int = 1, seconds: float = 30
) -> tuple[list[ExplainedDrill], list[int]]:
    """What stands against each, when it is asked so often, and the statuses that Azure answered."""
    before = len(arm.http.get("/_emulator/requests").json())

    async def work(azure: Azure) -> list[ExplainedDrill]:
        return [await explain_drills(azure, vm_ids, REQUEST, seconds=seconds) for _ in range(times)][-1]

    found = within(arm.emulator.url, work, ASR_SUBSCRIPTIONS=SUBSCRIPTION)
    logged = arm.http.get("/_emulator/requests").json()[before:]
    return found, [one["status"] for one in logged if "asr-autoprotect" in (one["client"] or "")]


def test_many_vms_are_told_by_a_read_each_and_a_list_of_each_vault(fleet: Arm) -> None:
    """No snapshot leads to their items; asked again and again, Azure never has to refuse."""
    vms = [machine_id(number) for number in range(VMS)]

    found, statuses = _explained(fleet, vms, times=4)

    assert all(one.is_told and one.item is not None for one in found)
    assert {code.code for one in found for code in one.reasons} <= {"DrillQuota", "DrillWithoutReserve"}
    assert 429 not in statuses
    assert len(statuses) <= 4 * (VMS + 4) + 8


def test_what_is_not_read_in_time_is_left_to_the_runs(fleet: Arm) -> None:
    """The answer knows which item each is about, and claims nothing of its gates."""
    found, _ = _explained(fleet, [machine_id(number) for number in range(VMS)], seconds=0)

    assert all(not one.is_told and one.item is not None and not one.reasons for one in found)


def test_what_cannot_be_read_stands_against_the_vms_that_it_is_about(fleet: Arm) -> None:
    """The other vault's are told all the same; one that nobody replicates is told as such."""
    fleet.fault("GET", "*/vaults/vault-1/*", status=403, times=1000)
    others = [machine_id(number) for number in range(VMS // 2 - 3, VMS // 2 + 3)]
    unknown = f"{GROUP}/providers/Microsoft.Compute/virtualMachines/nobody"

    found, statuses = _explained(fleet, [*others, unknown])

    codes = [sorted({one.code for one in each.reasons} - {"DrillQuota", "DrillWithoutReserve"}) for each in found]
    assert codes == [[]] * 3 + [["ItemNotRead"]] * 4
    assert statuses.count(403) <= 12
