"""A drill although answers are lost and Azure does not tell the truth: its test VM goes, and nothing else."""

from collections.abc import Iterator
from typing import Any

import pytest

from asr.gateway.drills import find_open, find_unfinished, read_machine
from asr.gateway.removal import read_any
from asr.gateway.session import Azure
from asr.model.drill import CalledOff, DrillStatus, MachineDrill
from local.emulator.server import Emulator
from tests.emulator.site_recovery.arm import COMPUTE, NETWORK, Arm
from tests.emulator.site_recovery.estate import RECOVERY, Estate
from tests.gateway.drill_runs import ID, DrillRun
from tests.gateway.sessions import within
from triggers.lost_drills import tidy_drills

ITEM = ("GET", "*/replicationProtectedItems/*")
TEST, CLEAN = ("POST", "*/testFailover"), ("POST", "*/testFailoverCleanup")
FOREIGN = {"Azure-AsyncOperation": "https://evil.example/x", "Location": "https://evil.example/x"}


@pytest.fixture
def estate() -> Iterator[Estate]:
    """`web-0` is protected; beside it stands an isolated network."""
    with Emulator("east-asia") as emulator, Arm(emulator) as arm:
        made = Estate(arm)
        made.make_target()
        made.make_foundation()
        made.protect()
        subnets = [{"name": name, "properties": {"addressPrefix": f"10.1.{n}.0/24"}} for n, name in enumerate("ab")]
        properties = {"addressSpace": {"addressPrefixes": ["10.1.0.0/16"]}, "subnets": subnets}
        arm.make(_network(made), {"location": RECOVERY, "properties": properties}, version=NETWORK)
        arm.advance(600)
        yield made


def _network(estate: Estate) -> str:
    return f"{estate.recovery_group}/providers/Microsoft.Network/virtualNetworks/drill-vnet"


def _test_machines(estate: Estate) -> list[str]:
    path = f"{estate.recovery_group}/providers/Microsoft.Compute/virtualMachines"
    return [one["name"] for one in estate.arm.get(path, version=COMPUTE)["value"]]


def _writes(estate: Estate) -> list[str]:
    logged = estate.arm.http.get("/_emulator/requests").json()
    ours = (one for one in logged if "asr-autoprotect" in (one["client"] or "") and one["method"] == "POST")
    return [name for one in ours if (name := one["path"].rpartition("/")[2]).startswith("testFailover")]


def _drill(estate: Estate, **run: Any) -> tuple[MachineDrill, bool]:
    """The part when it is over, and whether it is still noted as one that may have left a test VM."""

    async def work(azure: Azure) -> tuple[MachineDrill, bool]:
        part = await DrillRun(azure, estate.machine("web-0"), estate.arm.advance, **run).drilled(_network(estate))
        return part, bool(await find_open(azure))

    clock = f"{estate.arm.emulator.url}/_emulator/clock"
    return within(estate.arm.emulator.url, work, ASR_POLL_INTERVAL_SECONDS="0.1", ASR_CLOCK_URL=clock)


def _codes(part: MachineDrill) -> list[str]:
    return [one.code for one in part.reasons]


@pytest.mark.parametrize("parity", [0, 1])
def test_a_worker_that_dies_after_every_other_call(estate: Estate, parity: int) -> None:
    """One test VM comes up and goes, and what is kept says each thing once."""
    part, is_open = _drill(estate, lost=lambda number: number % 2 == parity)

    assert (part.status, _codes(part), is_open) == (DrillStatus.PASSED, [], False), part
    assert _writes(estate) == ["testFailover", "testFailoverCleanup"]
    assert _test_machines(estate) == []
    told = [one.what for one in part.timeline]
    assert len(told) == len(set(told)), told
    assert len(part.made) >= 3
    assert set(part.clean_up.reads.values()) == {False}


LIES: dict[str, tuple[tuple[tuple[str, str], dict[str, Any]], ...]] = {
    "a conflict with the clean-up": ((CLEAN, {"status": 409}),),
    "conflicts with the clean-up": ((CLEAN, {"status": 409, "times": 2}),),
    "the clean-up is taken, with foreign addresses": ((CLEAN, {"phase": "after", "headers": FOREIGN}),),
    "the clean-up is taken, and denied": ((CLEAN, {"phase": "after", "status": 409}),),
    "both are cut off": ((TEST, {"phase": "after", "reset": True}), (CLEAN, {"phase": "after", "reset": True})),
    "both are throttled": ((TEST, {"status": 429, "retry_after": 0}), (CLEAN, {"status": 429, "retry_after": 0})),
    "the test VM is not there": ((("GET", "*/virtualMachines/*-test"), {"status": 404}),),
}


@pytest.mark.parametrize("lie", LIES)
def test_what_is_over_at_the_next_try_fails_no_drill(estate: Estate, lie: str) -> None:
    """One conflict, one lost or odd answer: the test VM is taken down by the run itself, and the drill has passed."""
    for (method, path), how in LIES[lie]:
        estate.arm.fault(method, path, **how)

    part, is_open = _drill(estate)

    assert _test_machines(estate) == []
    assert (part.clean_up.done, is_open) == (True, False), part
    assert (part.status, _codes(part)) == (DrillStatus.PASSED, [])
    assert _writes(estate).count("testFailover") <= 2


ODD: dict[str, tuple[tuple[tuple[str, str], dict[str, Any]], ...]] = {
    "the item is null at the gates": ((ITEM, {"body": "null"}),),
    "the test is taken, with foreign addresses": ((TEST, {"phase": "after", "headers": FOREIGN}),),
    "the test is refused": ((TEST, {"status": 409}),),
    "the test VM is null": ((("GET", "*/virtualMachines/*-test"), {"body": "null"}),),
    "the job is null": ((("GET", "*/replicationOperationStatus/*"), {"body": "null"}),),
}


@pytest.mark.parametrize("lie", ODD)
def test_what_cannot_be_understood_leaves_nothing(estate: Estate, lie: str) -> None:
    """The drill may fail by it, and then says so; what it had begun is cleaned up all the same."""
    for (method, path), how in ODD[lie]:
        estate.arm.fault(method, path, **how)

    part, is_open = _drill(estate)

    assert _test_machines(estate) == []
    assert not is_open
    assert (part.status is DrillStatus.PASSED) == (_codes(part) == []), part
    assert part.status is not DrillStatus.RUNNING


@pytest.mark.parametrize("times", [1, 2])
def test_a_clean_up_whose_job_fails(estate: Estate, times: int) -> None:
    """It is begun again, and the drill has passed: that is what cleaning up took."""
    estate.arm.trouble(target="web-0", operation="item.test_failover_cleanup", fail="28031", times=times)

    part, is_open = _drill(estate)

    assert (part.status, is_open, _test_machines(estate)) == (DrillStatus.PASSED, False, []), part


def test_a_clean_up_whose_job_fails_again_and_again(estate: Estate) -> None:
    """What stands is told as such, by the reads that show it, and stays noted for the sweep."""
    estate.arm.trouble(target="web-0", operation="item.test_failover_cleanup", fail="28031", times=50)

    part, is_open = _drill(estate)

    assert (part.status, is_open, _test_machines(estate)) == (DrillStatus.FAILED, True, ["web-0-test"])
    assert _codes(part)[-1] == "DrillNotCleanedUp"
    assert part.clean_up.reads[part.test_vm_id or ""] is True


def test_a_test_whose_job_fails(estate: Estate) -> None:
    """No test VM came up: the part has failed, in Site Recovery's own code."""
    estate.arm.trouble(target="web-0", operation="item.test_failover", fail="28031", times=1)

    part, is_open = _drill(estate)

    assert (part.status, is_open, part.test_vm_id, _test_machines(estate)) == (DrillStatus.FAILED, False, None, [])
    assert part.begun_at is not None
    assert part.clean_up.done


def test_a_person_is_faster_by_a_moment(estate: Estate) -> None:
    """Somebody else's test begins after the gates were read: it is told, and never probed or cleaned up."""
    body = {"failoverDirection": "PrimaryToRecovery", "networkType": "VmNetworkAsInput", "networkId": _network(estate)}
    given = {**body, "providerSpecificDetails": {"instanceType": "A2A"}}

    def test(number: int) -> bool:
        if number == 1:  # the gates were read
            estate.arm.done("POST", f"{estate.item('web-0')}/testFailover", {"properties": given})
        return False

    part, is_open = _drill(estate, lost=test)

    assert (part.status, _codes(part)[0], is_open) == (DrillStatus.FAILED, "DrillTestVmStands", False)
    assert _test_machines(estate) == ["web-0-test"]
    assert _writes(estate) == []


@pytest.mark.parametrize("after", [0, 2])
def test_it_is_called_off(estate: Estate, after: int) -> None:
    """Before its gates are read, or while the test VM comes up: nothing is left, and what is kept says who and why."""
    called = CalledOff("2026-11-27T08:05:00+00:00", "ann", verified=True, note="the site is busy")

    part, is_open = _drill(estate, called=(after, called))

    assert (part.status, _codes(part), is_open) == (DrillStatus.CANCELLED, ["DrillCalledOff"], False), part
    assert _test_machines(estate) == []
    assert bool(_writes(estate)) == bool(after)


@pytest.mark.parametrize("whose", ["the test VM", "the source"])
def test_a_machine_is_deleted_in_the_middle(estate: Estate, whose: str) -> None:
    """The test VM is missed by its probe; without its source the drill goes on. The item is cleaned up in both."""
    arm = estate.arm

    def delete(_: int) -> bool:
        if _test_machines(estate) == ["web-0-test"] and not deleted:
            test_vm = f"{estate.recovery_group}/providers/Microsoft.Compute/virtualMachines/web-0-test"
            vm = test_vm if whose == "the test VM" else estate.machine("web-0")
            assert arm.ask("DELETE", vm, version=COMPUTE).is_success
            arm.advance(60)
            deleted.append(vm)
        return False

    deleted: list[str] = []
    part, is_open = _drill(estate, lost=delete)

    assert deleted
    assert _test_machines(estate) == []
    assert not is_open, part
    assert part.clean_up.done
    assert part.status is (DrillStatus.FAILED if whose == "the test VM" else DrillStatus.PASSED), part


@pytest.mark.parametrize("is_named", [True, False])
def test_its_protection_ends_in_the_middle(estate: Estate, is_named: bool) -> None:
    """Site Recovery cleans nothing up any more: what was noted is deleted by its ids; if nothing was, that is told."""
    arm = estate.arm
    ended: list[str] = []

    def end(number: int) -> bool:
        if _test_machines(estate) == ["web-0-test"] and not ended and number >= (5 if is_named else 2):
            assert arm.ask("DELETE", estate.item("web-0")).is_success
            arm.advance(60)
            ended.append("item")
        return False

    part, is_open = _drill(estate, lost=end)

    assert ended
    assert (part.test_vm_id is not None, part.clean_up.done, is_open) == (is_named, is_named, False), part
    assert _test_machines(estate) == ([] if is_named else ["web-0-test"])
    assert ("DrillItemGone" in _codes(part)) is not is_named
    assert part.status is (DrillStatus.PASSED if is_named else DrillStatus.FAILED)


class Died(Exception):
    """The worker's end, and that of its task hub."""


class LostHub:
    """Stands in the place of the client of a task hub that was lost: it knows no run and no machine."""

    async def get_orchestration_state(self, _: str, **__: object) -> Any:
        """None."""

    async def get_entity(self, _: object, **__: object) -> Any:
        """None."""


def test_the_sweep_deletes_by_id_what_a_lost_drill_left_whose_item_is_gone(estate: Estate) -> None:
    """Nobody goes on with the run, and Site Recovery cleans nothing up: sweep by sweep what was noted is deleted, and
    nothing else, until the part and its drill are closed.
    """
    arm = estate.arm
    persons = f"{estate.recovery_group}/providers/Microsoft.Network/virtualNetworks/web-0-test-of-a-person"

    def die(number: int) -> bool:
        if number >= 5 and _test_machines(estate) == ["web-0-test"]:
            space = {"addressSpace": {"addressPrefixes": ["10.2.0.0/16"]}}
            arm.make(persons, {"location": RECOVERY, "properties": space}, version=NETWORK)
            assert arm.ask("DELETE", estate.item("web-0")).is_success
            arm.advance(60)
            raise Died
        return False

    async def work(azure: Azure) -> tuple[MachineDrill | None, list[int], bool]:
        with pytest.raises(Died):
            await DrillRun(azure, estate.machine("web-0"), arm.advance, die).drilled(_network(estate))
        left: list[int] = []
        while await find_open(azure):
            assert len(left) < 20, left
            await tidy_drills(LostHub(), azure.settings)  # type: ignore[arg-type]
            arm.advance(120)
            machine = await read_machine(azure, ID, estate.machine("web-0"))
            left.append(len([one for one in machine.made if await read_any(azure, one)]) if machine else 0)
        return await read_machine(azure, ID, estate.machine("web-0")), left, bool(await find_unfinished(azure))

    clock = f"{arm.emulator.url}/_emulator/clock"
    part, left, is_unfinished = within(estate.arm.emulator.url, work, ASR_CLOCK_URL=clock)

    assert part is not None
    assert len(part.made) >= 3
    assert left == sorted(left, reverse=True), "each sweep deletes the next"
    assert _test_machines(estate) == []
    assert arm.get(persons, version=NETWORK)["name"] == "web-0-test-of-a-person"
    assert (part.status, part.clean_up.done, is_unfinished) == (DrillStatus.CANCELLED, True, False), part
    assert set(part.clean_up.reads.values()) == {False}
    assert _codes(part) == ["DrillCancelled"]


def test_critical_health_is_refused_before_any_write(estate: Estate) -> None:
    """The part has failed with its reason, and nothing was asked of Site Recovery."""
    estate.arm.trouble(target="web-0", health="153007")

    part, is_open = _drill(estate)

    assert (part.status, is_open) == (DrillStatus.FAILED, False)
    assert "DrillItemCritical" in _codes(part)
    assert _writes(estate) == []
