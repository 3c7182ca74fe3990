"""The full plan of one VM's protection, or every reason against making it."""

from dataclasses import dataclass, replace

from asr.choices.options import ProtectionOptions
from asr.choices.request import ProtectionRequest
from asr.model.decision import ProtectionPlan
from asr.model.outcome import Reason
from asr.model.resource_id import key
from asr.model.specs import PolicySpec
from asr.model.vault_facts import PolicyValues
from asr.model.vm_facts import VmFacts
from asr.planning import disks, naming, placement, storage, targets, vaults, zones
from asr.planning import network as networks
from asr.planning.losses import carried_warnings
from asr.planning.origins import choices_of, idle_choices
from asr.planning.preflight import named_account_problems, preflight_problems, preflight_warnings
from asr.planning.regions import RegionChoice, choose_region, region_name
from asr.reasons import reason

CRASH_CONSISTENT_MINUTES = 5
"""Site Recovery takes crash-consistent points every five minutes; the interval cannot be chosen.

Source: https://learn.microsoft.com/azure/site-recovery/azure-to-azure-common-questions
"""


@dataclass(frozen=True, slots=True)
class Planned:
    """A plan, or the reasons why there is none. Warnings go with either."""

    plan: ProtectionPlan | None = None
    problems: tuple[Reason, ...] = ()
    warnings: tuple[Reason, ...] = ()


def plan_protection(facts: VmFacts, request: ProtectionRequest) -> Planned:
    """Plan the protection of one VM, whether or not it can be protected at this moment.

    Everything stands on the recovery region: without one, nothing else is decided.
    """
    source = region_name(facts.vm.location)
    if zones.is_zone_to_zone(source, request):
        because = f"{source}: asked for, with zone {request.options.recovery_zone}"
        return _plan_for(facts, request, RegionChoice(source, because))
    chosen = request.options
    theirs = vaults.made_by_others(facts, request)
    region = choose_region(
        source, chosen.recovery_regions, theirs, facts.regions, facts.matrix.regions, chosen.geography
    )
    return Planned(problems=(region,)) if isinstance(region, Reason) else _plan_for(facts, request, region)


def _plan_for(facts: VmFacts, request: ProtectionRequest, region: RegionChoice) -> Planned:
    source, recovery = region_name(facts.vm.location), region.name
    group = targets.recovery_group(facts, request, recovery)
    vault = vaults.choose_vault(facts, request, source, recovery)
    network = networks.network_plan(facts, request, recovery)
    availability_set = placement.availability_set_plan(facts, request, group, recovery)
    zone = placement.recovery_zone(facts, request, recovery)
    account = storage.target_plan(facts, request, group, recovery)
    found = (vault, network, availability_set, zone, account)
    problems = (
        *targets.target_problems(facts, request, source, recovery),
        *_retention_problems(facts, request.options),
        *disks.disk_problems(facts, request),
        *(zones.zone_problems(facts, request, source, group) if source == recovery else ()),
        *(part for part in found if isinstance(part, Reason)),
    )
    if (
        isinstance(vault, Reason)
        or isinstance(network, Reason)
        or isinstance(availability_set, Reason)
        or isinstance(zone, Reason)
        or isinstance(account, Reason)
    ):
        return Planned(problems=problems)
    network_plan, subnet = network
    chosen = request.options
    plan = ProtectionPlan(
        vm_id=facts.vm.id,
        item_name=naming.item_name(facts.vm.id),
        source_region=source,
        recovery_region=recovery,
        region_reason=region.because,
        vault=vault,
        policy=_policy(chosen, vault.id),
        group=group,
        network=network_plan,
        source_subnet=subnet,
        cache=storage.cache_plan(facts, request, source, f"{key(vault.id)}|{source}|{recovery}"),
        disks=disks.disk_plans(facts, request, recovery),
        availability_set=availability_set,
        target_storage=account,
        recovery_zone=zone if availability_set is None else None,
        consistency_group=chosen.consistency_group,
        recovery_subnet=chosen.recovery_subnet,
        placement_group=placement.placement_group_plan(facts, request, group, recovery),
        capacity_group_id=targets.target_id(facts.vm, request, "capacity_reservation_group"),
        scale_set_id=targets.target_id(facts.vm, request, "scale_set"),
        boot_diagnostics_account_id=targets.target_id(facts.vm, request, "boot_diagnostics_account"),
        automation_account_id=chosen.automation_account,
    )
    return _checked(facts, request, replace(plan, choices=choices_of(plan, request)), problems, region.warnings)


def _checked(
    facts: VmFacts,
    request: ProtectionRequest,
    plan: ProtectionPlan,
    problems: tuple[Reason, ...],
    warnings: tuple[Reason, ...],
) -> Planned:
    """The plan, unless something stands against it that shows only in a whole plan."""
    found = (
        networks.subnet_problem(facts, request, plan.network),
        networks.recovery_network_problem(facts, request, plan.group),
        placement.set_problem(facts, request, plan),
        storage.cache_problem(facts, request, plan.cache),
        storage.churn_problem(facts, request),
        storage.target_problem(facts, request, plan),
        placement.unmanaged_problem(facts, request, plan),
    )
    problems = (
        *problems,
        *(problem for problem in found if problem),
        *named_account_problems(facts, plan),
        *preflight_problems(facts, plan),
    )
    if problems:
        return Planned(problems=problems)
    noticed = (
        networks.subnet_warning(facts, request, plan.network, plan.source_subnet),
        placement.set_warning(facts, request, plan.group),
    )
    return Planned(
        plan,
        warnings=(
            *warnings,
            *disks.disk_warnings(facts, request, plan.recovery_region),
            *(warning for warning in noticed if warning),
            *idle_choices(facts, plan, request),
            *carried_warnings(facts, plan),
            *preflight_warnings(facts, plan),
        ),
    )


def _policy(chosen: ProtectionOptions, vault_id: str) -> PolicySpec:
    return PolicySpec(
        vault_id=vault_id,
        name=naming.policy_name(
            chosen.recovery_point_minutes, chosen.app_consistent_minutes, multi_vm_sync=chosen.multi_vm_sync
        ),
        values=PolicyValues(
            recovery_point_minutes=chosen.recovery_point_minutes,
            crash_consistent_minutes=CRASH_CONSISTENT_MINUTES,
            app_consistent_minutes=chosen.app_consistent_minutes,
            multi_vm_sync=chosen.multi_vm_sync,
        ),
    )


def _retention_problems(facts: VmFacts, chosen: ProtectionOptions) -> tuple[Reason, ...]:
    minutes, most = chosen.recovery_point_minutes, facts.matrix.limits.most_minutes_unmanaged
    if not facts.vm.unmanaged_disks or minutes <= most:
        return ()
    return (reason("RetentionTooLong", minutes=minutes, most=most),)
