"""The full plan of one VM's protection, or every reason against making it."""

from dataclasses import dataclass, replace

from asr.model.decision import PolicyPlan, ProtectionPlan
from asr.model.facts import VmFacts
from asr.model.outcome import Reason
from asr.planning import disks, naming, placement, storage, targets, vaults, zones
from asr.planning.origins import choices_of, idle_choices
from asr.planning.reasons import reason
from asr.planning.regions import RegionChoice, choose_region, region_name
from asr.planning.surroundings import carried_warnings, named_account_problems, probed_problems, probed_warnings
from asr.planning.wish import Chosen, Wish
from asr.resource_id import key

CRASH_CONSISTENT_MINUTES = 5
"""Site Recovery takes crash-consistent points every five minutes; the interval cannot be chosen.

Source: https://learn.microsoft.com/azure/site-recovery/azure-to-azure-common-questions
"""


@dataclass(frozen=True, slots=True)
class Draft:
    """A plan, or the reasons why there is none. Warnings go with either."""

    plan: ProtectionPlan | None = None
    problems: tuple[Reason, ...] = ()
    warnings: tuple[Reason, ...] = ()


def draft(facts: VmFacts, wish: Wish) -> Draft:
    """Plan the protection of one VM, whether or not it can be protected at this moment.

    Everything stands on the recovery region: without one, nothing else is judged.
    """
    source = region_name(facts.vm.location)
    if zones.is_zone_to_zone(source, wish):
        because = f"{source}: asked for, with zone {wish.chosen.recovery_zone}"
        return _draft_for(facts, wish, RegionChoice(source, because))
    chosen = wish.chosen
    theirs = vaults.made_by_others(facts, wish)
    region = choose_region(
        source, chosen.recovery_regions, theirs, facts.regions, facts.matrix.regions, chosen.geography
    )
    return Draft(problems=(region,)) if isinstance(region, Reason) else _draft_for(facts, wish, region)


def _draft_for(facts: VmFacts, wish: Wish, region: RegionChoice) -> Draft:
    source, recovery = region_name(facts.vm.location), region.name
    group = targets.recovery_group(facts, wish, recovery)
    vault = vaults.choose_vault(facts, wish, source, recovery)
    network = placement.network_plan(facts, wish, recovery)
    availability_set = placement.availability_set_plan(facts, wish, group, recovery)
    zone = placement.recovery_zone(facts, wish, recovery)
    account = storage.target_plan(facts, wish, group, recovery)
    found = (vault, network, availability_set, zone, account)
    problems = (
        *targets.target_problems(facts, wish, source, recovery),
        *_retention_problems(facts, wish.chosen),
        *disks.disk_problems(facts, wish),
        *(zones.zone_problems(facts, wish, source, group) if source == recovery else ()),
        *(part for part in found if isinstance(part, Reason)),
    )
    if (
        isinstance(vault, Reason)
        or isinstance(network, Reason)
        or isinstance(availability_set, Reason)
        or isinstance(zone, Reason)
        or isinstance(account, Reason)
    ):
        return Draft(problems=problems)
    network_plan, subnet = network
    chosen = wish.chosen
    plan = ProtectionPlan(
        vm_id=facts.vm.id,
        item_name=naming.item_name(facts.vm.id),
        source_region=source,
        recovery_region=recovery,
        region_reason=region.because,
        vault=vault,
        policy=_policy_plan(chosen),
        group=group,
        network=network_plan,
        source_subnet=subnet,
        cache=storage.cache_plan(facts, wish, source, f"{key(vault.id)}|{source}|{recovery}"),
        disks=disks.disk_plans(facts, wish, recovery),
        availability_set=availability_set,
        target_storage=account,
        recovery_zone=zone if availability_set is None else None,
        consistency_group=chosen.consistency_group,
        recovery_subnet=chosen.recovery_subnet,
        placement_group=placement.placement_group_plan(facts, wish, group, recovery),
        capacity_group_id=targets.target_id(facts.vm, wish, "capacity_reservation_group"),
        scale_set_id=targets.target_id(facts.vm, wish, "scale_set"),
        boot_diagnostics_account_id=targets.target_id(facts.vm, wish, "boot_diagnostics_account"),
        automation_account_id=chosen.automation_account,
    )
    return _judged(facts, wish, replace(plan, choices=choices_of(plan, wish)), problems, region.warnings)


def _judged(
    facts: VmFacts, wish: Wish, plan: ProtectionPlan, problems: tuple[Reason, ...], warnings: tuple[Reason, ...]
) -> Draft:
    """What can be judged only of a whole plan."""
    found = (
        placement.subnet_problem(facts, wish, plan.network),
        placement.landing_problem(facts, wish, plan.group),
        placement.set_problem(facts, wish, plan),
        storage.cache_problem(facts, wish, plan.cache),
    )
    problems = (
        *problems,
        *(problem for problem in found if problem),
        *named_account_problems(facts, plan),
        *probed_problems(facts, plan),
    )
    if problems:
        return Draft(problems=problems)
    noticed = (
        placement.subnet_warning(facts, wish, plan.network, plan.source_subnet),
        placement.set_warning(facts, wish, plan.group),
    )
    return Draft(
        plan,
        warnings=(
            *warnings,
            *disks.disk_warnings(facts, wish, plan.recovery_region),
            *(warning for warning in noticed if warning),
            *idle_choices(facts, plan, wish),
            *carried_warnings(facts, plan),
            *probed_warnings(facts, plan),
        ),
    )


def _policy_plan(chosen: Chosen) -> PolicyPlan:
    return PolicyPlan(
        name=naming.policy_name(
            chosen.recovery_point_minutes, chosen.app_consistent_minutes, multi_vm_sync=chosen.multi_vm_sync
        ),
        recovery_point_minutes=chosen.recovery_point_minutes,
        crash_consistent_minutes=CRASH_CONSISTENT_MINUTES,
        app_consistent_minutes=chosen.app_consistent_minutes,
        multi_vm_sync=chosen.multi_vm_sync,
    )


def _retention_problems(facts: VmFacts, chosen: Chosen) -> tuple[Reason, ...]:
    minutes, most = chosen.recovery_point_minutes, facts.matrix.limits.most_minutes_unmanaged
    if not facts.vm.unmanaged_disks or minutes <= most:
        return ()
    return (reason("RetentionTooLong", minutes=minutes, most=most),)
