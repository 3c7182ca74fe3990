"""What must exist before a VM can be protected, in order; and what enabling needs once it does."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Literal

from asr.model.decision import Needed, ProtectionPlan, Requirement
from asr.model.resource_id import key, parse, same
from asr.model.specs import (
    ContainerMappingSpec,
    ContainerSpec,
    EnableSpec,
    FabricSpec,
    GroupSpec,
    NetworkMappingSpec,
)
from asr.planning import naming
from asr.planning.keys import (
    container_key,
    container_mapping_key,
    fabric_key,
    group_key,
    network_key,
    network_mapping_key,
    placement_key,
    policy_key,
    recovery_container_key,
    set_key,
    storage_key,
    vault_key,
)

GROUPS, PLACEMENTS, TARGETS, FABRICS, CONTAINERS, CONTAINER_MAPPINGS, NETWORK, NETWORK_MAPPINGS = range(1, 9)
"""The stages. A placement group comes before the availability set that is put into it. The network comes
late because an existing network mapping of the vault decides which one it is.
"""


def requirements(plan: ProtectionPlan) -> tuple[Requirement, ...]:
    """Everything the plan stands on, lowest stage first.

    `needs` name the keys whose ids the activity is given; a spec repeats them by role where they could be mistaken
    (`fabric_key`, `source_container_key` ...). What a person named is only checked, its group not at all.
    """
    return (
        *_groups(plan),
        *_placements(plan),
        *_targets(plan),
        *_fabrics_and_policy(plan),
        *_containers(plan),
        *_container_mappings(plan),
        _network(plan),
        *_network_mappings(plan),
    )


def needed(found: Sequence[Requirement]) -> tuple[Needed, ...]:
    """The requirements as they travel, in the same order; a need that is no requirement is left out."""
    positions = {requirement.key: position for position, requirement in enumerate(found)}
    return tuple(
        Needed(one.key, one.activity, one.stage, tuple(positions[need] for need in one.needs if need in positions))
        for one in found
    )


def enable_spec(plan: ProtectionPlan) -> EnableSpec:
    """What enabling takes: the plan's own values, and the keys of what it stands on."""
    availability_set, target, near = plan.availability_set, plan.target_storage, plan.placement_group
    return EnableSpec(
        vault_id=plan.vault.id,
        vm_id=plan.vm_id,
        item_name=plan.item_name,
        subnet=plan.recovery_subnet or plan.source_subnet,
        policy_key=policy_key(plan),
        source_container_key=container_key(plan.source_region),
        recovery_container_key=recovery_container_key(plan),
        group_key=group_key(plan, plan.group.id),
        network_key=network_key(plan),
        cache_account_key=storage_key(plan, plan.cache.id),
        disks=plan.disks,
        target_account_key=storage_key(plan, target.id) if target else None,
        availability_set_key=set_key(plan, availability_set.id) if availability_set else None,
        placement_group_key=placement_key(plan, near.id) if near else None,
        availability_zone=plan.recovery_zone,
        consistency_group=plan.consistency_group,
        capacity_group_id=plan.capacity_group_id,
        scale_set_id=plan.scale_set_id,
        boot_diagnostics_account_id=plan.boot_diagnostics_account_id,
    )


def _groups(plan: ProtectionPlan) -> Iterator[Requirement]:
    """A group on the recovery side must not be in the source region; only the cache's own group belongs there.

    Between zones of one region, it may.
    """
    groups = {group_key(plan, group.id): group for group in _needed_groups(plan)}
    for key_, group in groups.items():
        free = plan.zone_to_zone or same(group.id, plan.cache.group.id)
        barred = None if free else plan.source_region
        yield Requirement(key_, "ensure_resource_group", GROUPS, replace(group, barred_region=barred))


def _needed_groups(plan: ProtectionPlan) -> Iterator[GroupSpec]:
    """The recovery group first: where several plans meet in one group, its own location counts."""
    yield plan.group
    if not plan.vault.exists:
        yield plan.vault.group
    for account in (plan.cache, plan.target_storage):
        if account and not account.exists and account.group.id != plan.group.id:
            yield account.group
    if not plan.network.exists:
        network_group = parse(plan.network.recovery_id).group_id
        if key(network_group) != key(plan.group.id):
            yield GroupSpec(network_group, plan.network.location)


def _made_group(plan: ProtectionPlan, id_: str) -> tuple[str, ...]:
    """The key of the resource's group, if that is among what is required."""
    made = {group_key(plan, group.id) for group in _needed_groups(plan)}
    group = group_key(plan, parse(id_).group_id)
    return (group,) if group in made else ()


def _placements(plan: ProtectionPlan) -> Iterator[Requirement]:
    if near := plan.placement_group:
        needs = _made_group(plan, near.id)
        yield Requirement(placement_key(plan, near.id), "ensure_proximity_placement_group", PLACEMENTS, near, needs)


def _targets(plan: ProtectionPlan) -> Iterator[Requirement]:
    vault, availability_set = plan.vault, plan.availability_set
    yield Requirement(vault_key(plan), "ensure_vault", TARGETS, vault, _made_group(plan, vault.id))
    for account in (plan.cache, plan.target_storage):
        if account:
            needs = _made_group(plan, account.id)
            yield Requirement(storage_key(plan, account.id), "ensure_storage_account", TARGETS, account, needs)
    if availability_set:
        near = (placement_key(plan, plan.placement_group.id),) if plan.placement_group else ()
        needs = (*_made_group(plan, availability_set.id), *near)
        key_ = set_key(plan, availability_set.id)
        yield Requirement(key_, "ensure_availability_set", TARGETS, availability_set, needs)


def _fabrics_and_policy(plan: ProtectionPlan) -> Iterator[Requirement]:
    needs = (vault_key(plan),)
    for region in dict.fromkeys((plan.source_region, plan.recovery_region)):
        spec = FabricSpec(plan.vault.id, naming.fabric_name(region), region)
        yield Requirement(fabric_key(region), "ensure_fabric", FABRICS, spec, needs)
    yield Requirement(policy_key(plan), "ensure_policy", FABRICS, plan.policy, needs)


def _containers(plan: ProtectionPlan) -> Iterator[Requirement]:
    recovery_name = naming.zone_container_name if plan.zone_to_zone else naming.container_name
    for key_, region, name in (
        (container_key(plan.source_region), plan.source_region, naming.container_name),
        (recovery_container_key(plan), plan.recovery_region, recovery_name),
    ):
        fabric = fabric_key(region)
        spec = ContainerSpec(plan.vault.id, name(naming.fabric_name(region)), region, fabric)
        yield Requirement(key_, "ensure_container", CONTAINERS, spec, (fabric,))


def _container_mappings(plan: ProtectionPlan) -> Iterator[Requirement]:
    """Both ways: without the way back, reprotecting after a failover fails."""
    here, there = container_key(plan.source_region), recovery_container_key(plan)
    for (source, target), containers in zip(_ways(plan), ((here, there), (there, here)), strict=True):
        needs = (*containers, policy_key(plan))
        name = naming.container_mapping_name(source, target, plan.policy.name)
        spec = ContainerMappingSpec(plan.vault.id, name, *needs, plan.automation_account_id)
        mapping = container_mapping_key(*containers, plan)
        yield Requirement(mapping, "ensure_container_mapping", CONTAINER_MAPPINGS, spec, needs)


def _network(plan: ProtectionPlan) -> Requirement:
    """The vault's mapping of the source network to the fabric of the recovery region says which it is."""
    needs = (fabric_key(plan.recovery_region), *_made_group(plan, plan.network.recovery_id))
    return Requirement(network_key(plan), "ensure_virtual_network", NETWORK, plan.network, needs)


def _network_mappings(plan: ProtectionPlan) -> Iterator[Requirement]:
    """Both ways, as the portal does. The id of the recovery network is known only when it was ensured.

    Between zones nothing is mapped: a mapping leads from one fabric to another.
    """
    if plan.zone_to_zone:
        return
    network = network_key(plan)
    directions: tuple[Literal["forward", "reverse"], ...] = ("forward", "reverse")
    for direction, (source, target) in zip(directions, _ways(plan), strict=True):
        needs = (fabric_key(source), fabric_key(target), network)
        mapped = plan.network.source_id if direction == "forward" else plan.network.recovery_id
        name = naming.network_mapping_name(mapped)
        spec = NetworkMappingSpec(plan.vault.id, direction, plan.network.source_id, name, *needs)
        mapping = network_mapping_key(plan, direction)
        yield Requirement(mapping, "ensure_network_mapping", NETWORK_MAPPINGS, spec, needs)


def _ways(plan: ProtectionPlan) -> tuple[tuple[str, str], tuple[str, str]]:
    return (plan.source_region, plan.recovery_region), (plan.recovery_region, plan.source_region)
