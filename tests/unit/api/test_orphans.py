"""Protected items whose VM is gone are members of the fleet; what the app does not look after is none."""

from dataclasses import replace

from asr.model.vm_facts import ProtectedItem
from asr.planning.fleet_state import FleetState
from asr.reporting.fleet import orphans, row

MACHINES = "/subscriptions/s1/resourceGroups/g/providers/Microsoft.Compute/virtualMachines"
ITEM = ProtectedItem(
    id="/items/one",
    name="one",
    vm_id=f"{MACHINES}/web-0",
    state="Protected",
    state_description="Protected",
    health="Normal",
    percent=None,
    rpo_seconds=30,
    recovery_region="southeastasia",
    recovery_group_id=None,
    recovery_availability_set_id=None,
    recovery_network_id=None,
    test_network_id=None,
    interfaces=(),
    disk_ids=(),
    source_region="eastasia",
)


def test_an_item_without_its_vm_is_shown_as_one_that_does_not_exist() -> None:
    """Ids are compared without case; a VM that is there is no orphan."""
    there = replace(ITEM, vm_id=f"{MACHINES}/WEB-1".upper())

    found = orphans((ITEM, there), {f"{MACHINES}/web-1".lower().lstrip("/")}, ("s1",), {})

    assert [row(one, "asr-").name for one in found] == ["web-0"]
    assert (found[0].state, found[0].location, found[0].exists) == (FleetState.PROTECTED, "eastasia", False)


def test_items_of_other_subscriptions_and_of_no_vm_are_left_out() -> None:
    """A vault may protect VMs that the app does not look after."""
    elsewhere = replace(ITEM, vm_id=ITEM.vm_id.replace("s1", "s2"))

    assert orphans((elsewhere, replace(ITEM, vm_id="")), set(), ("s1",), {}) == ()
