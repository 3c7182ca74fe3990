"""An existing protected item against what would be made now: told, never changed."""

from collections.abc import Iterator

from asr.choices.request import ProtectionRequest
from asr.model.decision import ProtectionPlan
from asr.model.outcome import Reason
from asr.model.resource_id import same
from asr.model.vm_facts import ProtectedItem, VmFacts
from asr.planning.drift import OF_THE_VM, drift_reason, drifts, left_out
from asr.planning.fleet_state import machine_of
from asr.planning.naming import Named, regional_id
from asr.planning.regions import region_name
from asr.planning.replicated_disks import disk_reasons
from asr.reasons import reason

_TOLD_ELSEWHERE = OF_THE_VM | {"testNetworkId"}
"""Differences with reasons of their own, and the one that a run puts right."""


def differences(
    facts: VmFacts, request: ProtectionRequest, item: ProtectedItem, plan: ProtectionPlan | None
) -> tuple[Reason, ...]:
    """Where the item departs from what was chosen and from the plan, and the disks that are not those of the VM."""
    machine = machine_of(facts.vm)
    found = drifts(machine, request, item, facts.around, facts.seen, facts.contested)
    return (
        *(drift_reason(drift) for drift in found if drift.field not in _TOLD_ELSEWHERE),
        *_elsewhere(request, item, plan),
        *disk_reasons(machine.disks, item, left_out(request), facts.seen),
    )


def _elsewhere(request: ProtectionRequest, item: ProtectedItem, plan: ProtectionPlan | None) -> Iterator[Reason]:
    """Where rules, and not choices, would have it otherwise now. What the item does not tell is not compared.

    Vault and cache are not: one that was chosen by rule may change as vaults come and go. A network mapping of the
    vault wins over the plan's network.
    """
    if plan is None:
        return
    network = plan.network.recovery_id if plan.network.exists else None
    compared = (
        ("recovery_regions", "recovery region", region_name(item.recovery_region or ""), plan.recovery_region),
        ("recovery_group", "recovery resource group", item.recovery_group_id, plan.group.id),
        (
            "recovery_availability_set",
            "recovery availability set",
            item.recovery_availability_set_id,
            plan.availability_set.id if plan.availability_set else None,
        ),
        ("recovery_zone", "recovery zone", item.recovery_zone, plan.recovery_zone),
        (
            "placement_group",
            "recovery proximity placement group",
            item.recovery_placement_group_id,
            plan.placement_group.id if plan.placement_group else None,
        ),
        ("recovery_network", "recovery network", item.recovery_network_id, network),
    )
    for field, what, present, wanted in compared:
        if field not in request.origins and present and wanted and not _is(field, present, wanted, plan):
            yield reason("ProtectedDifferently", what=what, present=present, wanted=wanted)


_TWINS = {"recovery_availability_set": Named.AVAILABILITY_SET, "placement_group": Named.PLACEMENT_GROUP}
"""What may bear the region in its name, because its usual one was given to one in another region."""


def _is(field: str, present: str, wanted: str, plan: ProtectionPlan) -> bool:
    kind = _TWINS.get(field)
    second = regional_id(kind, wanted, plan.recovery_region) if kind else wanted
    return same(present, wanted) or same(present, second)
