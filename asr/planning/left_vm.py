"""The VM that a fail-back left on the recovery side: whether it may be deleted, and what goes with it. Pure."""

from collections.abc import Iterator
from dataclasses import replace

from asr.model.failover import FailoverAction, FailoverPlan
from asr.model.outcome import Reason
from asr.model.resource_id import same
from asr.model.vm_facts import ProtectedItem, VirtualMachine
from asr.planning.failover import FailoverDecision
from asr.planning.homes import made_by_failover
from asr.reasons import reason

STOPPED = frozenset({"deallocated", "stopped"})
"""Power states in which nobody uses a VM."""


def decide_removal(item: ProtectedItem, left: VirtualMachine | None) -> FailoverDecision:
    """Whether the VM where the item comes up, None if there is none, may be deleted with its interfaces and disks.

    Only while the item's own VM is at home and protected from there, and only a VM that is stopped.
    """
    found = tuple(_against(item, left))
    if found or left is None:
        return FailoverDecision(found, None)
    parts = (left.id, *left.interface_ids, *(disk.id for disk in left.managed_disks))
    plan = FailoverPlan(FailoverAction.REMOVE_LEFT, item.id, lifecycle_id=item.lifecycle_id)
    return FailoverDecision((), replace(plan, left=parts))


def _against(item: ProtectedItem, left: VirtualMachine | None) -> Iterator[Reason]:
    if left is None:
        yield reason("NothingLeft", vm=item.next_vm_id or item.vm_id)
        return
    made_by = made_by_failover(item, left.id)
    if made_by is None or made_by.code != "RecoveredVmLeft" or same(item.test_vm_id, left.id):
        yield reason("LeftVmNeeded", vm=left.id, state=item.state, region=item.source_region or "")
    elif left.power_state not in STOPPED:
        yield reason("LeftVmRuns", vm=left.id, power=left.power_state or "in no known power state")
