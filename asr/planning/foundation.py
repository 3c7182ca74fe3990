"""What must exist before a VM can be protected, in order; and what enabling needs once it does."""

from collections.abc import Iterator, Mapping, Sequence

from asr.codec import encode
from asr.model.decision import GroupPlan, Needed, ProtectionPlan, Requirement
from asr.model.resource_id import key, parse, same
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

    `needs` name the keys whose ids the activity is given; a spec repeats them by role where their order could be
    mistaken (`fabric_key`, `source_container_key` ...). What a person named is only checked, its group not at all.
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


def enable_spec(plan: ProtectionPlan, ids: Mapping[str, str]) -> dict[str, object]:
    """What enabling takes: the plan's names with the ids that the foundation turned out to have. Plain JSON values.

    Raises:
        KeyError: the foundation lacks something that the plan requires.
    """
    availability_set, target, near = plan.availability_set, plan.target_storage, plan.placement_group
    return {
        "vault_id": ids[vault_key(plan)],
        "item_name": plan.item_name,
        "vm_id": plan.vm_id,
        "policy_id": ids[policy_key(plan)],
        "source_container_id": ids[container_key(plan.source_region)],
        "recovery_container_id": ids[recovery_container_key(plan)],
        "recovery_group_id": ids.get(group_key(plan, plan.group.id), plan.group.id),
        "recovery_network_id": ids[network_key(plan)],
        "source_subnet": plan.recovery_subnet or plan.source_subnet,
        "cache_account_id": ids[storage_key(plan, plan.cache.id)],
        "target_account_id": ids[storage_key(plan, target.id)] if target else None,
        "availability_set_id": ids[set_key(plan, availability_set.id)] if availability_set else None,
        "availability_zone": plan.recovery_zone,
        "consistency_group": plan.consistency_group,
        "placement_group_id": ids[placement_key(plan, near.id)] if near else None,
        "capacity_group_id": plan.capacity_group_id,
        "scale_set_id": plan.scale_set_id,
        "boot_diagnostics_account_id": plan.boot_diagnostics_account_id,
        "disks": [encode(disk) for disk in plan.disks],
    }


def _groups(plan: ProtectionPlan) -> Iterator[Requirement]:
    """A group on the recovery side must not be in the source region; only the cache's own group belongs there.

    Between zones of one region, it may.
    """
    groups = {group_key(plan, group.id): group for group in _needed_groups(plan)}
    for key_, group in groups.items():
        free = plan.zone_to_zone or same(group.id, plan.cache.group.id)
        barred = None if free else plan.source_region
        spec: dict[str, object] = {**encode(group), "barred_region": barred}
        yield Requirement(key_, "ensure_resource_group", GROUPS, spec)


def _needed_groups(plan: ProtectionPlan) -> Iterator[GroupPlan]:
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
            yield GroupPlan(network_group, plan.network.location)


def _made_group(plan: ProtectionPlan, id_: str) -> tuple[str, ...]:
    """The key of the resource's group, if that is among what is required."""
    made = {group_key(plan, group.id) for group in _needed_groups(plan)}
    group = group_key(plan, parse(id_).group_id)
    return (group,) if group in made else ()


def _placements(plan: ProtectionPlan) -> Iterator[Requirement]:
    if near := plan.placement_group:
        needs = _made_group(plan, near.id)
        yield Requirement(
            placement_key(plan, near.id), "ensure_proximity_placement_group", PLACEMENTS, encode(near), needs
        )


def _targets(plan: ProtectionPlan) -> Iterator[Requirement]:
    vault, availability_set = plan.vault, plan.availability_set
    yield Requirement(vault_key(plan), "ensure_vault", TARGETS, encode(vault), _made_group(plan, vault.id))
    for account in (plan.cache, plan.target_storage):
        if account:
            spec, needs = encode(account), _made_group(plan, account.id)
            yield Requirement(storage_key(plan, account.id), "ensure_storage_account", TARGETS, spec, needs)
    if availability_set:
        set_, spec = set_key(plan, availability_set.id), encode(availability_set)
        near = (placement_key(plan, plan.placement_group.id),) if plan.placement_group else ()
        needs = (*_made_group(plan, availability_set.id), *near)
        yield Requirement(set_, "ensure_availability_set", TARGETS, spec, needs)


def _fabrics_and_policy(plan: ProtectionPlan) -> Iterator[Requirement]:
    vault: dict[str, object] = {"vault_id": plan.vault.id}
    needs = (vault_key(plan),)
    for region in dict.fromkeys((plan.source_region, plan.recovery_region)):
        spec: dict[str, object] = {**vault, "name": naming.fabric_name(region), "region": region}
        yield Requirement(fabric_key(region), "ensure_fabric", FABRICS, spec, needs)
    yield Requirement(policy_key(plan), "ensure_policy", FABRICS, {**vault, **encode(plan.policy)}, needs)


def _containers(plan: ProtectionPlan) -> Iterator[Requirement]:
    recovery_name = naming.zone_container_name if plan.zone_to_zone else naming.container_name
    for key_, region, name in (
        (container_key(plan.source_region), plan.source_region, naming.container_name),
        (recovery_container_key(plan), plan.recovery_region, recovery_name),
    ):
        fabric = fabric_key(region)
        spec: dict[str, object] = {
            "vault_id": plan.vault.id,
            "name": name(naming.fabric_name(region)),
            "region": region,
            "fabric_key": fabric,
        }
        yield Requirement(key_, "ensure_container", CONTAINERS, spec, (fabric,))


def _container_mappings(plan: ProtectionPlan) -> Iterator[Requirement]:
    """Both ways: without the way back, reprotecting after a failover fails."""
    here, there = container_key(plan.source_region), recovery_container_key(plan)
    for (source, target), containers in zip(_ways(plan), ((here, there), (there, here)), strict=True):
        needs = (*containers, policy_key(plan))
        spec: dict[str, object] = {
            "vault_id": plan.vault.id,
            "name": naming.container_mapping_name(source, target, plan.policy.name),
            "source_region": source,
            "target_region": target,
            "automation_account_id": plan.automation_account_id,
            **dict(zip(("source_container_key", "target_container_key", "policy_key"), needs, strict=True)),
        }
        mapping = container_mapping_key(*containers, plan)
        yield Requirement(mapping, "ensure_container_mapping", CONTAINER_MAPPINGS, spec, needs)


def _network(plan: ProtectionPlan) -> Requirement:
    fabrics = (fabric_key(plan.source_region), fabric_key(plan.recovery_region))
    spec: dict[str, object] = {
        **encode(plan.network),
        "id": plan.network.recovery_id,
        "vault_id": plan.vault.id,
        "source_region": plan.source_region,
        "recovery_region": plan.recovery_region,
        **dict(zip(("source_fabric_key", "recovery_fabric_key"), fabrics, strict=True)),
    }
    needs = (*fabrics, *_made_group(plan, plan.network.recovery_id))
    return Requirement(network_key(plan), "ensure_virtual_network", NETWORK, spec, needs)


def _network_mappings(plan: ProtectionPlan) -> Iterator[Requirement]:
    """Both ways, as the portal does. The id of the recovery network is known only when it was ensured.

    Between zones nothing is mapped: a mapping leads from one fabric to another.
    """
    if plan.zone_to_zone:
        return
    network = network_key(plan)
    for direction, (source, target) in zip(("forward", "reverse"), _ways(plan), strict=True):
        needs = (fabric_key(source), fabric_key(target), network)
        spec: dict[str, object] = {
            "vault_id": plan.vault.id,
            "direction": direction,
            "source_network_id": plan.network.source_id,
            "name": naming.network_mapping_name(
                plan.network.source_id if direction == "forward" else plan.network.recovery_id
            ),
            **dict(zip(("primary_fabric_key", "recovery_fabric_key", "network_key"), needs, strict=True)),
        }
        mapping = network_mapping_key(plan, direction)
        yield Requirement(mapping, "ensure_network_mapping", NETWORK_MAPPINGS, spec, needs)


def _ways(plan: ProtectionPlan) -> tuple[tuple[str, str], tuple[str, str]]:
    return (plan.source_region, plan.recovery_region), (plan.recovery_region, plan.source_region)
