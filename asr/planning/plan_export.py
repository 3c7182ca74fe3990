"""A plan of tags as recovery plans of Site Recovery: one for each vault and pair of regions that its VMs are in. Pure.

Source: https://learn.microsoft.com/azure/site-recovery/site-recovery-create-recovery-plans, the limits of which are
refused here, before anything is written.
"""

from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum

from asr.model.azure_plan import AzurePlan
from asr.model.outcome import Reason
from asr.model.resource_id import key, same
from asr.model.vm_facts import ProtectedItem
from asr.planning.waves import Waves
from asr.reasons import reason

MOST_GROUPS, MOST_ITEMS, LONGEST_NAME = 7, 100, 65
"""What one recovery plan of Site Recovery takes: boot groups, VMs, characters of its name."""


class ExportChange(StrEnum):
    """What writing a plan takes."""

    CREATE = "create"
    UPDATE = "update"
    NONE = "none"


def exported(name: str, waves: Waves, items: Mapping[str, ProtectedItem]) -> tuple[AzurePlan, ...]:
    """The plans to be written, each wave a boot group. `items` are by the compared form of the VMs' ids at home."""
    pairs: dict[tuple[str, str, str], list[list[str]]] = {}
    fabrics: dict[tuple[str, str, str], tuple[ProtectedItem, str, str]] = {}
    for wave in waves.waves:
        begun: set[tuple[str, str, str]] = set()
        for member in wave.members:
            item = items.get(key(member.vm_id))
            if item is None:
                continue
            source, other = item.id.partition("/replicationProtectionContainers/")[0], item.recovery_fabric_id or ""
            place = (key(item.vault_id), key(source), other.lower())
            fabrics.setdefault(place, (item, source, other))
            groups = pairs.setdefault(place, [])
            if place not in begun:
                begun.add(place)
                groups.append([])
            groups[-1].append(item.id)
    vaults = [vault for vault, _, _ in pairs]
    return tuple(
        _plan(name, fabrics[place], groups, alone=vaults.count(place[0]) == 1) for place, groups in pairs.items()
    )


def limits(plan: AzurePlan) -> Iterator[Reason]:
    """What Site Recovery would refuse the plan for."""
    count = sum(map(len, plan.groups))
    if len(plan.groups) > MOST_GROUPS:
        yield reason("ExportTooManyWaves", plan=plan.name, waves=len(plan.groups), most=MOST_GROUPS)
    if count > MOST_ITEMS:
        yield reason("ExportTooManyVms", plan=plan.name, count=count, most=MOST_ITEMS)


def change_of(plan: AzurePlan, present: AzurePlan | None) -> ExportChange | Reason:
    """What it takes to have this plan where `present` is; a reason if that is of other regions."""
    if present is None:
        return ExportChange.CREATE
    if not same(present.primary_fabric_id, plan.primary_fabric_id) or not same(
        present.recovery_fabric_id, plan.recovery_fabric_id
    ):
        return reason("ExportNameTaken", plan=present.id)
    return ExportChange.NONE if _compared(plan.groups) == _compared(present.groups) else ExportChange.UPDATE


def would_change(plan: AzurePlan) -> Reason:
    """What stands against an update that nobody has agreed to."""
    return reason("ExportWouldChange", plan=plan.id)


def _compared(groups: Sequence[Sequence[str]]) -> list[list[str]]:
    return [sorted(map(key, group)) for group in groups]


def _plan(
    name: str, about: tuple[ProtectedItem, str, str], groups: Sequence[Sequence[str]], *, alone: bool
) -> AzurePlan:
    """Where one vault gets several plans of one name, the regions tell them apart."""
    item, source, other = about
    called = name if alone else f"{name[:25]}-{(item.source_region or '')[:18]}-{(item.recovery_region or '')[:18]}"
    called = called[:LONGEST_NAME].rstrip("-")
    id_ = f"{item.vault_id}/replicationRecoveryPlans/{called}"
    return AzurePlan(id_, called, source, other, tuple(map(tuple, groups)))
