"""The full plan of one VM's protection, or every reason against making it."""

from dataclasses import dataclass

from asr.model.decision import PolicyPlan, ProtectionPlan
from asr.model.facts import VmFacts
from asr.model.outcome import Reason
from asr.planning import disks, naming, placement, storage, targets, vaults
from asr.planning.reasons import reason
from asr.planning.regions import RegionChoice, choose_region, region_name
from asr.planning.wish import Wish
from asr.profiles import Profile
from asr.resource_id import key

CRASH_CONSISTENT_MINUTES = 5
"""Site Recovery takes crash-consistent points every five minutes; the interval cannot be chosen.

Source: https://learn.microsoft.com/azure/site-recovery/azure-to-azure-common-questions
"""

MOST_MINUTES_UNMANAGED = 3 * 24 * 60
"""The longest retention of a VM with unmanaged disks. Source: the same."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A plan, or the reasons why there is none. Warnings go with either."""

    plan: ProtectionPlan | None = None
    problems: tuple[Reason, ...] = ()
    warnings: tuple[Reason, ...] = ()


def draft(facts: VmFacts, wish: Wish, profile: Profile) -> Draft:
    """Plan the protection of one VM, whether or not it can be protected at this moment.

    Everything stands on the recovery region: without one, nothing else is judged.
    """
    source = region_name(facts.vm.location)
    chosen = wish.overrides
    if chosen.recovery_zone and chosen.recovery_region == source:
        return Draft(problems=(reason("ZoneToZoneUnsupported", zone=chosen.recovery_zone, source=source),))
    asked = (chosen.recovery_region,) if chosen.recovery_region else profile.recovery_regions
    region = choose_region(source, asked, facts.vaults, facts.regions)
    if isinstance(region, Reason):
        return Draft(problems=(region,))
    return _draft_for(facts, wish, profile, region)


def _draft_for(facts: VmFacts, wish: Wish, profile: Profile, region: RegionChoice) -> Draft:
    source, recovery = region_name(facts.vm.location), region.name
    group = targets.recovery_group(facts, wish, recovery)
    vault = vaults.choose_vault(facts, wish, source, recovery)
    network = placement.network_plan(facts, wish, recovery)
    availability_set = placement.availability_set_plan(facts, wish, group, recovery)
    zone = placement.recovery_zone(facts, wish, recovery)
    account = storage.target_plan(facts, wish, group, recovery)
    problems = (
        *targets.target_problems(facts, wish, source, recovery),
        *_retention_problems(facts, profile),
        *(part for part in (vault, network, availability_set, zone, account) if isinstance(part, Reason)),
    )
    if (
        problems
        or isinstance(vault, Reason)
        or isinstance(network, Reason)
        or isinstance(availability_set, Reason)
        or isinstance(zone, Reason)
        or isinstance(account, Reason)
    ):
        return Draft(problems=problems)
    network_plan, subnet = network
    foundation = f"{key(vault.id)}|{source}|{recovery}"
    plan = ProtectionPlan(
        vm_id=facts.vm.id,
        item_name=naming.item_name(facts.vm.id),
        source_region=source,
        recovery_region=recovery,
        region_reason=region.because,
        vault=vault,
        policy=_policy_plan(profile),
        group=group,
        network=network_plan,
        source_subnet=subnet,
        cache=storage.cache_plan(facts, wish, profile, source, foundation),
        disks=disks.disk_plans(facts.vm, wish),
        availability_set=availability_set,
        target_storage=account,
        recovery_zone=zone if availability_set is None else None,
        consistency_group=wish.overrides.consistency_group,
    )
    return Draft(plan, warnings=(*region.warnings, *disks.disk_warnings(facts.vm, wish)))


def _policy_plan(profile: Profile) -> PolicyPlan:
    return PolicyPlan(
        name=naming.policy_name(
            profile.recovery_point_minutes, profile.app_consistent_minutes, multi_vm_sync=profile.multi_vm_sync
        ),
        recovery_point_minutes=profile.recovery_point_minutes,
        crash_consistent_minutes=CRASH_CONSISTENT_MINUTES,
        app_consistent_minutes=profile.app_consistent_minutes,
        multi_vm_sync=profile.multi_vm_sync,
    )


def _retention_problems(facts: VmFacts, profile: Profile) -> tuple[Reason, ...]:
    minutes = profile.recovery_point_minutes
    if not facts.vm.unmanaged_disks or minutes <= MOST_MINUTES_UNMANAGED:
        return ()
    return (reason("RetentionTooLong", minutes=minutes, most=MOST_MINUTES_UNMANAGED),)
