"""Where a protected item is not as it was asked for, choice by choice, as far as the item tells. Pure.

Only choices that somebody made are compared, and what follows from the VM itself (name, size, disks): what is left to
the rules may come out otherwise another day. What is to be done about each difference is what Site Recovery takes
(`asr.planning.drift_table`), as far as the VM's choices `on-drift` and `new-disks` allow it.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from asr.choices.options import OPTIONS
from asr.choices.request import ProtectionRequest
from asr.model.drift import Drift, DriftDecision
from asr.model.fleet import Machine
from asr.model.item_around import NOTHING_READ, ItemAround
from asr.model.outcome import Reason
from asr.model.request import SeenVm
from asr.model.resource_id import same
from asr.model.vm_facts import ProtectedItem
from asr.planning.drift_reports import AGENT, GENERATION, KERNEL, SECURITY_TYPE, agent_state, converted
from asr.planning.drift_table import COMPARED, NEVER_ADDED, NONE, RULED, SHARED, About, vault_of, wished
from asr.planning.fleet_state import is_another, is_ours
from asr.planning.replicated_disks import DISKS_NOT_PROTECTED, disk_reasons, is_warned_for_nothing
from asr.planning.states import Phase, phase
from asr.planning.targets import named_ids
from asr.reasons import reason

__all__ = ["OF_THE_VM", "drift_reason", "drifts", "left_out", "vault_of"]

FIX, PROPOSE, REPORT = DriftDecision.FIX, DriftDecision.PROPOSE, DriftDecision.REPORT
OF_THE_VM = frozenset({"vm", "osDisk", "dataDisks"})
"""Fields that are no choices: how the VM stands has reasons of its own for them."""

NOT_REPLICATED = "not replicated"
MAPPING = "networkMapping"
WARNING = "diskWarning"
RETENTION = "recovery_point_minutes"
EVERY_LUN = tuple(range(64))


def drifts(
    machine: Machine,
    request: ProtectionRequest,
    item: ProtectedItem,
    around: ItemAround = NOTHING_READ,
    seen: SeenVm | None = None,
    contested: frozenset[str] = frozenset(),
) -> tuple[Drift, ...]:
    """Every difference of an item that protects or is about to; none of one that failed, was failed over, or protects
    what a failover made: it says where that goes back to, and nobody asked for that.

    Without a request only what follows from the VM is compared. `contested` are fields that somebody else sets back
    again and again: nobody fights over them.
    """
    if phase(item.state) not in (Phase.PROTECTED, Phase.ENABLING) or not item.is_home:
        return ()
    if is_another(machine, item, seen):
        return (Drift("vm", machine.guid or machine.id, (seen and seen.guid) or "another VM", PROPOSE),)
    about = About(machine, request, item, around, named_ids(machine.id, request))
    found = tuple(_chosen(about))
    if phase(item.state) is Phase.PROTECTED:
        found += (*_disks(about, seen), *_mappings(item, around.mapped), *_warnings(about))
        found += (*converted(machine, item, seen), *agent_state(item, around.at))
    return tuple(replace(one, decision=_decided(one, request, item, contested)) for one in found)


def left_out(request: ProtectionRequest) -> tuple[int, ...]:
    """The LUNs of data disks that nobody wants replicated: the excluded ones, or all where new disks are ignored."""
    return EVERY_LUN if request.options.new_disks == "ignore" else request.options.excluded_luns


def drift_reason(drift: Drift) -> Reason:
    """The difference as a warning on the VM."""
    facts: dict[str, Any] = {
        "what": _WORDS.get(drift.field, drift.field),
        "present": drift.present,
        "wanted": drift.wished,
    }
    if drift.decision is FIX:
        return reason("DriftIsFixed", **facts)
    if drift.decision is REPORT:
        return reason(_REPORTED.get(drift.field, "DriftIsReported"), **facts)
    if drift.in_place:
        shorter = _FIELDS.get(drift.field) == RETENTION and int(drift.wished) < int(drift.present)
        return reason("PointsWouldBeDeleted" if shorter else "DriftCanBeFixed", **facts)
    is_shared = drift.field == MAPPING or _FIELDS.get(drift.field) in SHARED
    return reason("DriftIsShared" if is_shared else "ProtectedDifferently", **facts)


def _decided(drift: Drift, request: ProtectionRequest, item: ProtectedItem, contested: Iterable[str]) -> DriftDecision:
    """What is right to do, as far as it is wanted. What others made, or set back, is theirs."""
    if request.options.on_drift == "report":
        return REPORT
    if drift.decision is not FIX:
        return drift.decision
    wanted = request.options.new_disks if drift.field == "dataDisks" else request.options.on_drift
    asked = request.requested and not request.problems and request.options.on_drift == "fix" and wanted == "fix"
    return FIX if asked and is_ours(item, item.vm_id) and drift.field not in contested else PROPOSE


def _chosen(about: About) -> Iterator[Drift]:
    ours = about.request.requested and is_ours(about.item, about.item.vm_id)
    for option in OPTIONS:
        compare = COMPARED.get(option.field)
        if compare is None or (option.field not in about.request.origins and not (ours and option.field in RULED)):
            continue
        present, decision = compare
        found = present(about)
        if found is not None:
            there = ", ".join(dict.fromkeys(found)) or NONE
            decided = PROPOSE if there == NONE and option.field in NEVER_ADDED else decision
            if option.field in SHARED and about.around.alone:
                decided = FIX
            if option.field == "recovery_size" and _is_lacking(about):
                decided = REPORT
            drift = _drift(option.json_name, wished(about, option.field), there, decided)
            loses = option.field == RETENTION and decided is FIX and _is_shorter(about)
            yield replace(drift, decision=PROPOSE) if loses else drift


def _is_shorter(about: About) -> bool:
    """Whether recovery points would be deleted that are kept now: for that, a tag is not enough."""
    policy = about.around.policy
    return policy is not None and about.request.options.recovery_point_minutes < policy.recovery_point_minutes


def _is_lacking(about: About) -> bool:
    """Whether the recovery region does not offer the size that is wanted."""
    sizes = about.around.sizes
    return bool(sizes) and wished(about, "recovery_size").lower() not in (sizes or ())


def _warnings(about: About) -> Iterator[Drift]:
    """Site Recovery warns for ever of disks that nobody wants replicated, unless somebody dismisses that."""
    if is_warned_for_nothing(about.machine.disks, about.item, left_out(about.request)):
        yield _drift(WARNING, "dismissed", f"shown ({DISKS_NOT_PROTECTED})", FIX)


def _drift(field: str, wanted: str, present: str, decision: DriftDecision) -> Drift:
    """What is right to do about it, and so whether it can be done in place, is known."""
    return Drift(field, wanted, present, decision, in_place=decision is FIX)


def _mappings(item: ProtectedItem, mapped: Iterable[tuple[str, str]] | None) -> Iterator[Drift]:
    """A mapping that is missing, either way: without it the VM's network is unknown at the next enabling, and
    reprotection fails. One that leads elsewhere is somebody's, and serves other VMs, too.
    """
    source = item.interfaces[0].source_network_id if item.interfaces else None
    recovery = item.recovery_network_id
    if mapped is None or source is None or recovery is None or item.source_region == item.recovery_region:
        return
    pairs = tuple(mapped)
    for one, other in ((source, recovery), (recovery, source)):
        leads = [to for start, to in pairs if same(start, one)]
        if not any(same(to, other) for to in leads):
            yield _drift(MAPPING, f"{one} to {other}", ", ".join(leads) or NONE, PROPOSE if leads else FIX)


def _disks(about: About, seen: SeenVm | None) -> Iterator[Drift]:
    accelerated = {one.lun for one in about.machine.disks if one.write_accelerator}
    for found in disk_reasons(about.machine.disks, about.item, left_out(about.request), seen):
        match found.code:
            case "OsDiskReplaced":
                yield Drift("osDisk", str(found.facts["disk"]), "another disk is replicated", PROPOSE)
            case "DiskDetached":
                yield Drift("dataDisks", "detached", f"{found.facts['disk']} at {found.facts['at']}", REPORT)
            case _:
                where = f"{found.facts['disk']} at LUN {found.facts['lun']}"
                yield _drift("dataDisks", where, NOT_REPLICATED, REPORT if found.facts["lun"] in accelerated else FIX)


_FIELDS: Mapping[str, str] = {option.json_name: option.field for option in OPTIONS}

_REPORTED: Mapping[str, str] = {AGENT: "AgentAges", KERNEL: "KernelAhead", "recoverySize": "SizeNotThere"}
"""By field, the reason that tells what is only reported."""

_WORDS: Mapping[str, str] = {
    "vm": "protected VM",
    "osDisk": "OS disk",
    "dataDisks": "set of data disks",
    MAPPING: "network mapping",
    WARNING: "warning of disks that nobody wants replicated",
    SECURITY_TYPE: "security type",
    GENERATION: "generation of the VM",
    AGENT: "agent of Site Recovery",
    KERNEL: "Linux kernel",
    **{option.json_name: option.name.replace("-", " ").replace("vnet", "network") for option in OPTIONS},
}
