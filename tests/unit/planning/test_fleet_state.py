"""How a VM stands: by its item, by what was asked, by the last run; and whether it is the item's VM at all."""

from dataclasses import replace
from typing import Any

import pytest

from asr.model.fleet import Machine, MachineDisk
from asr.model.outcome import Outcome, State
from asr.model.request import SeenVm
from asr.model.resource_id import key
from asr.model.vm_facts import HealthError, ProtectedItem
from asr.planning.fleet_state import Condition, FleetState, Standing, machine_of, standing
from asr.planning.homes import seen_with
from asr.planning.replicated_disks import disk_reasons
from asr.reasons import reason
from tests.unit.planning.contoso import GROUP, VM_ID, disk, item, vm
from tests.words import sentence

GUID = "11111111-0000-4000-8000-000000000001"
OTHER = "22222222-0000-4000-8000-000000000002"
REFUSED = Outcome(State.REFUSED, (reason("AzureVmIsNotInDesiredPowerState", state="deallocated"),))
LATER = "2026-11-22T10:00:00+00:00"


def machine(**changes: Any) -> Machine:
    """The VM of the stories, as it was when its item was made."""
    return replace(machine_of(vm(guid=GUID)), **changes)


def stands(about: ProtectedItem | None, there: Machine | None, **changes: Any) -> Condition:
    """How the VM stands that a tag asks for."""
    return standing(replace(Standing(VM_ID, there, about, asks=True, asked_before=True), **changes))


def codes(found: Condition) -> list[str]:
    return [one.code for one in found.reasons]


@pytest.mark.parametrize(
    ("about", "changes", "state", "told"),
    [
        (item(), {}, FleetState.PROTECTED, []),
        (item("InitialReplicationInProgress"), {}, FleetState.ENABLING, []),
        (item("SomethingNew"), {}, FleetState.ENABLING, []),
        (item("UnplannedFailoverCommitted"), {}, FleetState.FAILED_OVER, ["FailedOver"]),
        (item("EnablingFailed"), {}, FleetState.FAILED, ["ReplicationFailed"]),
        (item(), {"asks": False}, FleetState.PROTECTED, []),
        (item(), {"asks": False, "asked_before": False}, FleetState.UNASKED, ["NobodyAsked"]),
        (item(name="by-hand"), {"asks": False, "asked_before": False}, FleetState.PROTECTED, []),
        (None, {"asks": False}, FleetState.NOT_REQUESTED, []),
        (None, {}, FleetState.PENDING, []),
        (None, {"outcome": REFUSED}, FleetState.REFUSED, ["AzureVmIsNotInDesiredPowerState"]),
        (None, {"outcome": REFUSED, "asks": False}, FleetState.NOT_REQUESTED, []),
        (None, {"outcome": Outcome(State.FAILED)}, FleetState.FAILED, []),
        (None, {"outcome": Outcome(State.ENABLING)}, FleetState.ENABLING, []),
        (None, {"outcome": Outcome(State.PROTECTED)}, FleetState.PENDING, []),
        (item(), {"outcome": REFUSED}, FleetState.PROTECTED, []),
    ],
)
def test_the_state(about: ProtectedItem | None, changes: dict[str, Any], state: FleetState, told: list[str]) -> None:
    """The item speaks before the last run; a request before silence."""
    found = stands(about, machine(), **changes)

    assert (found.state, codes(found)) == (state, told)


def test_critical_health_is_told_in_azures_words() -> None:
    """A warning stays protected, and is told too."""
    error = HealthError("153007", "No recovery point for an hour.", "Error", "Look at the churn.", "Too much churn.")

    critical = stands(item(health="Critical", health_errors=(error,)), machine())
    warning = stands(item(health="Warning", health_errors=(replace(error, level="Warning"),)), machine())

    assert (critical.state, warning.state) == (FleetState.UNHEALTHY, FleetState.PROTECTED)
    assert codes(critical) == codes(warning) == ["153007"]
    assert critical.reasons[0].azure == {
        "code": "153007",
        "message": "No recovery point for an hour.",
        "possibleCauses": "Too much churn.",
        "recommendedAction": "Look at the churn.",
        "level": "Error",
    }


class TestAnotherVm:
    """An id can be taken over."""

    def test_a_vm_that_is_gone(self) -> None:
        assert codes(stands(item(), None)) == ["ProtectedVmGone"]
        assert stands(item("InitialReplicationInProgress"), None).state is FleetState.ORPHANED
        assert stands(item("UnplannedFailoverCommitted"), None).state is FleetState.FAILED_OVER
        assert stands(None, None).state is FleetState.NOT_REQUESTED

    @pytest.mark.parametrize("state", ["Protected", "InitialReplicationInProgress"])
    def test_another_guid(self, state: str) -> None:
        """Although it has the disks of the one before."""
        found = stands(item(state, health="Critical"), machine(guid=OTHER), seen=SeenVm(GUID))

        assert (found.state, codes(found)) == (FleetState.ORPHANED, ["ProtectedVmReplaced"])

    def test_the_same_guid_in_another_casing(self) -> None:
        assert stands(item(), machine(guid=GUID.upper()), seen=SeenVm(GUID)).state is FleetState.PROTECTED

    def test_other_disks_where_no_guid_is_known(self) -> None:
        """None of the replicated ones is there."""
        fresh = machine(disks=(MachineDisk(f"{GROUP}/providers/Microsoft.Compute/disks/new-os"),))

        assert stands(item(), fresh).state is FleetState.ORPHANED
        assert stands(item(disk_ids=()), fresh).state is FleetState.PROTECTED


class TestDisks:
    """Each kind of difference in words of its own."""

    def test_a_swapped_os_disk(self) -> None:
        """Not plainly protected; the disk that it started from is not told as detached."""
        swapped = machine_of(vm(managed_disks=(disk("restored", None), *vm().managed_disks[1:]), guid=GUID))
        found = stands(item(), swapped, seen=SeenVm(GUID, {key(disk("data0", 0).id): 0}))

        assert (found.state, codes(found)) == (FleetState.UNHEALTHY, ["OsDiskReplaced"])
        assert "restored" in sentence(found.reasons[0])

    def test_a_swapped_os_disk_of_a_vm_without_others(self) -> None:
        """The GUID tells that it is the same VM."""
        alone = machine(disks=(MachineDisk(disk("restored", None).id),))
        about = item(disk_ids=(disk("os", None).id,))

        assert stands(about, alone, seen=SeenVm(GUID)).state is FleetState.UNHEALTHY

    def test_an_added_disk(self) -> None:
        """Still protected; one that was left out on purpose is not told."""
        more = machine_of(vm(managed_disks=(*vm().managed_disks, disk("new", 7))))
        found = stands(item(), more)

        assert (found.state, codes(found)) == (FleetState.PROTECTED, ["DiskNotProtected"])
        assert "new at LUN 7" in sentence(found.reasons[0])
        assert codes(stands(item(), more, excluded_luns=(7,))) == []

    @pytest.mark.parametrize(("luns", "words"), [({key(disk("data1", 1).id): 1}, "LUN 1"), ({}, "not known")])
    def test_a_detached_disk(self, luns: dict[str, int], words: str) -> None:
        """At the LUN where it was seen."""
        less = machine_of(vm(managed_disks=vm().managed_disks[:-1]))
        (told,) = disk_reasons(less.disks, item(), seen=SeenVm(GUID, luns))

        assert told.code == "DiskDetached"
        assert words in sentence(told)


class TestSeen:
    """Which VM an item was made for."""

    LIFE = item(lifecycle_id="life")

    def test_the_first_sight_stands(self) -> None:
        """What was noted when the item was about to be made is of its life."""
        noted = SeenVm(GUID, {"/d": 3})
        first = seen_with(self.LIFE, machine(guid=OTHER), None, noted)

        assert first == replace(noted, lifecycle_id="life", security_type="Standard")
        assert seen_with(self.LIFE, machine(guid=OTHER), first) == first
        assert seen_with(self.LIFE, None, first) == first

    def test_where_nothing_is_known_what_is_there_counts(self) -> None:
        seen = seen_with(self.LIFE, machine())

        assert seen is not None
        assert (seen.guid, seen.lifecycle_id) == (GUID, "life")
        assert seen.luns == {key(disk("data0", 0).id): 0, key(disk("data1", 1).id): 1}
        assert seen_with(self.LIFE, None) is None

    def test_another_item_is_another_life(self) -> None:
        """One that was disabled and enabled again protects the VM of now."""
        seen = seen_with(item(lifecycle_id="next"), machine(guid=OTHER), SeenVm(GUID, {}, "life"))

        assert seen is not None
        assert seen.guid == OTHER

    def test_after_a_failover_the_vm_may_be_another(self) -> None:
        """Fail-back makes a new VM under the id of the first: the same life, and no orphan."""
        back = replace(self.LIFE, failed_over_at=LATER)
        for known in (SeenVm(GUID, {}, "life"), SeenVm(GUID)):
            seen = seen_with(back, machine(guid=OTHER), known)
            assert seen is not None
            assert seen.guid == OTHER
            assert stands(back, machine(guid=OTHER), seen=seen).state is FleetState.PROTECTED
        expected = SeenVm(OTHER, {}, "life", LATER, "Standard")
        assert seen_with(back, machine(guid=GUID), SeenVm(OTHER, {}, "life", LATER)) == expected
