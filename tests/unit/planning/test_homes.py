"""A VM that was failed over: its item, its row and its runs are those of its home, wherever it runs."""

from dataclasses import replace
from typing import Any

import pytest

from asr.model.ending import EndOptions, ItemEnds
from asr.model.failover import FailoverAction, FailoverFacts, FailoverRequest
from asr.model.outcome import State
from asr.model.request import SeenVm
from asr.model.resource_id import key
from asr.model.vm_facts import ProtectedItem, VirtualMachine
from asr.planning.drift import drifts
from asr.planning.end_changes import EndFacts, artifacts_of
from asr.planning.failover import decide_failover
from asr.planning.fleet_state import FleetState, Standing, machine_of, standing
from asr.planning.homes import home_of, is_of, made_by_failover, mark_of, seen_with, stands_for
from asr.planning.left_vm import decide_removal
from asr.planning.protection import decide
from asr.planning.unprotection import decide_end
from tests.unit.planning.contoso import GROUP, ITEM_ID, VM_ID, facts, item, request, vm

THERE = f"{GROUP}-asr/providers/Microsoft.Compute/virtualMachines"
LATER = "2026-11-22T10:00:00+00:00"
RECOVERED, TESTED = f"{THERE}/web-0", f"{THERE}/web-0-test"


def home(state: str = "Protected", **changes: Any) -> ProtectedItem:
    """The item before its failover, or with its VM at home again."""
    known = {"source_region": "eastasia", "home_region": "eastasia", "recovery_vm_name": "web-0"}
    return item(state, **{**known, "recovered_vm_ids": (RECOVERED, TESTED), **changes})


def turned(state: str = "Protected", **changes: Any) -> ProtectedItem:
    """The item after a reprotection."""
    known = {
        "id": ITEM_ID.replace("/c/", "/c2/"),
        "vm_id": RECOVERED,
        "source_region": "southeastasia",
        "recovery_region": "eastasia",
        "recovery_group_id": GROUP,
        "recovered_vm_ids": (VM_ID, f"{VM_ID}-test"),
    }
    return home(state, **{**known, **changes})


AWAY = home("UnplannedFailoverCommitted", active_location="Recovery", recovered_vm_id=RECOVERED)
BACK = turned("UnplannedFailoverCommitted", active_location="Recovery", recovered_vm_id=VM_ID)


@pytest.mark.parametrize(
    ("about", "is_away", "runs"),
    [(home(), False, VM_ID), (AWAY, True, RECOVERED), (turned(), True, RECOVERED), (BACK, False, VM_ID)],
)
def test_where_the_vm_runs(about: ProtectedItem, is_away: bool, runs: str) -> None:
    """Out and home again."""
    assert about.is_away is is_away
    assert about.running_vm_id.lower() == runs.lower()
    assert about.home_vm_id.lower() == VM_ID.lower()
    assert is_of(about, VM_ID)
    assert not is_of(about, RECOVERED)


def test_between_zones_the_zone_tells_where_home_is() -> None:
    """Both sides are in one region."""
    zones = {"recovery_region": "eastasia", "home_zone": "1"}
    assert home(**zones, source_zone="1").is_home
    assert not home(**zones, source_zone="2").is_home
    assert home(**zones).home_zone == "1"


@pytest.mark.parametrize(
    ("about", "vm_id", "code"),
    [
        (home(), VM_ID, None),
        (home(), TESTED, "MadeByFailover"),
        (home(), RECOVERED, "RecoveredVmLeft"),
        (home("PlannedFailoverStarted", recovered_vm_ids=()), RECOVERED, "MadeByFailover"),
        (home("InitialReplicationInProgress"), RECOVERED.upper(), "RecoveredVmLeft"),
        (AWAY, RECOVERED, "MadeByFailover"),
        (AWAY, VM_ID, None),
        (turned(), RECOVERED, "MadeByFailover"),
        (turned(), VM_ID, None),
        (BACK, RECOVERED, "MadeByFailover"),
        (turned(), f"{GROUP}/providers/Microsoft.Compute/virtualMachines/web-1", None),
    ],
)
def test_what_a_failover_made_is_no_vm_of_its_own(about: ProtectedItem, vm_id: str, code: str | None) -> None:
    """And what a fail-back left is told apart from what runs."""
    found = made_by_failover(about, vm_id)

    assert (found.code if found else None) == code
    if code is not None:
        assert stands_for([about])[key(vm_id)] == about
        assert found is not None
        assert str(found.facts["source"]).lower() == VM_ID.lower()


def test_the_row_stays_where_it_was() -> None:
    """Also where the other side gives the VM another name, as the last snapshot knows the item by its own."""
    renamed = turned(recovery_vm_name="web-0-dr")

    assert home_of(renamed, {mark_of(home()): VM_ID}) == VM_ID
    assert is_of(renamed, VM_ID)
    assert home_of(turned(), {}).lower() == VM_ID.lower()


@pytest.mark.parametrize("there", [True, False])
def test_it_is_protected_whatever_stands_at_home(there: bool) -> None:
    """Site Recovery may remove the old VM, and makes another one when the VM comes home."""
    machine = machine_of(vm(guid="another")) if there else None
    found = standing(Standing(VM_ID, machine, turned(), asks=there, asked_before=True, seen=SeenVm("first")))

    assert found.state is FleetState.PROTECTED
    assert [one.code for one in found.reasons] == ["RunsOnRecoverySide"]
    assert standing(Standing(VM_ID, machine, turned(health="Critical"))).state is FleetState.UNHEALTHY


def test_the_run_says_what_the_row_says() -> None:
    """Of both VMs."""
    at_home = decide(VM_ID, facts(item=turned()), request())
    there = decide(RECOVERED, facts(vm(id=RECOVERED, location="southeastasia"), item=turned()), request())

    assert at_home.outcome is not None
    assert (at_home.outcome.state, at_home.outcome.reasons[0].code) == (State.PROTECTED, "RunsOnRecoverySide")
    assert there.outcome is not None
    assert (there.outcome.state, there.outcome.reasons[0].code) == (State.REFUSED, "MadeByFailover")
    assert drifts(machine_of(vm()), request(), turned()) == ()


def test_the_vm_that_comes_home_may_be_another_one() -> None:
    """Whatever the item tells of its last failover: in between its VM was seen away."""
    life = {"lifecycle_id": "life"}
    before = seen_with(home(**life), machine_of(vm(guid="first")))
    away = seen_with(turned(**life), machine_of(vm(guid="first")), before)
    again = seen_with(home(**life), machine_of(vm(guid="second")), away, SeenVm("first"))

    assert (before and before.guid, away and away.guid, again and again.guid) == ("first", None, "second")
    assert seen_with(home(**life), None, away) == away


def test_what_ends_is_the_protection_of_the_vm_that_runs() -> None:
    """The home is neither started, which would make two of one, nor cleaned up."""
    stopped = vm(id=RECOVERED, power_state="deallocated")
    about = EndFacts(VM_ID, stopped, ItemEnds(turned(), ("/replica",)))
    decided = decide_end(about, EndOptions(start_to_disable=True, clean_up=True))

    assert decided.decision.outcome is not None
    assert [one.code for one in decided.decision.outcome.reasons] == ["VmStoppedToDisable"]
    assert artifacts_of(about).targets == ()
    assert artifacts_of(replace(about, item=ItemEnds(home()))).targets != ()


def left(**changes: Any) -> VirtualMachine:
    """What stands where the item comes up."""
    return vm(**{"id": RECOVERED, "power_state": "deallocated", **changes})


@pytest.mark.parametrize(
    ("about", "there", "code"),
    [
        (home(), left(), None),
        (home(), None, "NothingLeft"),
        (home(), left(power_state="running"), "LeftVmRuns"),
        (home(test_vm_id=RECOVERED), left(), "LeftVmNeeded"),
        (AWAY, left(), "LeftVmNeeded"),
        (turned(), left(id=VM_ID), "LeftVmNeeded"),
        (BACK, left(), "LeftVmNeeded"),
    ],
)
def test_only_what_nobody_uses_is_deleted(about: ProtectedItem, there: VirtualMachine | None, code: str | None) -> None:
    """Above all never the home of a VM that runs on the recovery side, which is stopped, too."""
    decision = decide_removal(about, there)

    assert [one.code for one in decision.reasons] == ([code] if code else [])
    assert (decision.plan is None) is (code is not None)
    if decision.plan is not None and there is not None:
        assert decision.plan.left[0] == there.id
        assert set(there.interface_ids) | {disk.id for disk in there.managed_disks} < set(decision.plan.left)


def test_a_way_home_goes_on_where_it_was_lost() -> None:
    """Its steps that are behind are passed over; a step that is not begins as always."""
    committed = replace(BACK, allowed=("SwitchProtection",))

    def plan(action: FailoverAction, about: ProtectedItem, *, resumes: bool = True) -> Any:
        return decide_failover(action, FailoverRequest(), FailoverFacts(about), LATER, resumes=resumes).plan

    assert plan(FailoverAction.FAIL_BACK, committed) is not None
    assert plan(FailoverAction.COMMIT, committed) is not None
    assert plan(FailoverAction.COMMIT, committed, resumes=False) is None
    assert plan(FailoverAction.FAIL_BACK, replace(AWAY, allowed=("Commit",))) is None
    assert plan(FailoverAction.FAIL_BACK, turned(allowed=())) is None
