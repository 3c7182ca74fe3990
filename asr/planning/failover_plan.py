"""What a failover of some VMs would do, as it is told before: each VM, their quotas, and a hash. Pure.

Every VM's part is what its run decides by (`asr.planning.failover`); only sums over several are made here.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256

from asr.model.change import ChangeType
from asr.model.failover import FailoverAction, FailoverRequest, RecoveryPoint
from asr.model.outcome import Reason
from asr.model.preflight_facts import Size, Usage
from asr.model.resource_id import key
from asr.model.vm_facts import ProtectedItem
from asr.planning.failover import LEAVING, FailoverDecision, quotas_of
from asr.planning.plan_diff import KeptResource, SavedPlan
from asr.planning.recovery_points import PointKind
from asr.reasons import blocks

_HASH_DIGITS = 32


@dataclass(frozen=True, slots=True)
class VmForecast:
    """A VM's part. `against` stands against it beside its own decision: its tags, or its consistency group.

    `item` is None if no vault has one. `lost` is what the recovered VM will not have, `wave` the one it goes in.
    """

    vm_id: str
    item: ProtectedItem | None
    decision: FailoverDecision
    against: tuple[Reason, ...] = ()
    wave: int | None = None
    size: Size | None = None
    usages: tuple[Usage, ...] = ()
    lost: tuple[Reason, ...] = ()

    @property
    def is_possible(self) -> bool:
        """Whether nothing stands against it."""
        return self.decision.plan is not None and not self.against

    @property
    def reasons(self) -> tuple[Reason, ...]:
        """Everything that is to be known of it, what stands against it first."""
        return (*self.against, *self.decision.reasons)

    @property
    def point(self) -> RecoveryPoint | None:
        """The recovery point that it would come up from, as far as it is known now."""
        return self.decision.point


@dataclass(frozen=True, slots=True)
class QuotaForecast:
    """What all VMs together need of a quota on the other side, and what is left of it."""

    region: str
    name: str
    needed: int
    free: int


def quotas_needed(vms: Iterable[VmForecast]) -> tuple[QuotaForecast, ...]:
    """The quotas of every region that the VMs go to. Those count that are possible, and whose size is known."""
    found: dict[tuple[str, str], QuotaForecast] = {}
    for vm in vms:
        if vm.item is None or not vm.is_possible or vm.size is None or vm.size.vcpus is None:
            continue
        region = vm.item.recovery_region or ""
        for name, free in quotas_of(vm.size, vm.usages):
            before = found.get((region, name))
            needed = vm.size.vcpus + (before.needed if before else 0)
            found[region, name] = QuotaForecast(region, name, needed, free)
    return tuple(found[place] for place in sorted(found))


def saved_forecast(action: FailoverAction, request: FailoverRequest, vms: Sequence[VmForecast]) -> SavedPlan:
    """What is kept of the plan under its hash: it moves when another VM, decision, place or wave is the plan's, and not
    with the time of the newest recovery point.
    """
    actions = {vm.vm_id: action.value if vm.is_possible else "refuse" for vm in vms}
    reasons = {vm.vm_id: tuple(one for one in vm.reasons if blocks(one)) for vm in vms}
    resources = tuple(
        KeptResource(vm.vm_id, "protected item", ChangeType.ACT, vm.item.id, _values(action, request, vm))
        for vm in vms
        if vm.item is not None and vm.is_possible
    )
    told: list[list[object]] = [[key(vm_id), what] for vm_id, what in actions.items()]
    told += [[key(one.id), {name: str(value) for name, value in one.values.items()}] for one in resources]
    codes = [[key(vm_id), sorted(one.code for one in why)] for vm_id, why in reasons.items()]
    text = json.dumps([action.value, sorted(told, key=str), sorted(codes)], sort_keys=True)
    return SavedPlan(sha256(text.encode()).hexdigest()[:_HASH_DIGITS], actions, resources, reasons)


def _values(action: FailoverAction, request: FailoverRequest, vm: VmForecast) -> Mapping[str, object]:
    item = vm.item
    if item is None:
        return {}
    known = request.recovery_point is None or request.recovery_point in set(PointKind)
    return {
        "makes": item.next_vm_id if action in LEAVING else None,
        "size": item.recovery_vm_size,
        "network": item.recovery_network_id if action in LEAVING else request.test_network_id or item.test_network_id,
        "recoveryPoint": (request.recovery_point or PointKind.LATEST.value) if known or not vm.point else vm.point.id,
        "wave": vm.wave,
    }
