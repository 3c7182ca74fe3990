"""Resources that a tag or a profile names: which ids they mean, whether they exist, whether they are in their place.

A bare name is looked for in the VM's recovery resource group; of a cache account, in the VM's own group; of a vault,
among the vaults of the subscription.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from asr.model.decision import GroupPlan
from asr.model.facts import VirtualMachine, VmFacts
from asr.model.outcome import Reason
from asr.planning.naming import Named, asr_name
from asr.planning.reasons import reason
from asr.planning.regions import region_name
from asr.planning.wish import Wish
from asr.resource_id import group_id, parse, resource_id, same

NETWORK = "Microsoft.Network/virtualNetworks"
AVAILABILITY_SET = "Microsoft.Compute/availabilitySets"
STORAGE_ACCOUNT = "Microsoft.Storage/storageAccounts"


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a role's resource has to be: the test on (location, source, recovery region), and its words."""

    fits: Callable[[str, str, str], bool]
    where: str


def _in_recovery(location: str, _source: str, recovery: str) -> bool:
    return location == recovery


def _not_in_source(location: str, source: str, _recovery: str) -> bool:
    return location != source


_IN_RECOVERY = _Place(_in_recovery, "in the recovery region, {recovery}")
_IN_SOURCE = _Place(lambda location, source, _recovery: location == source, "in the VM's own region, {source}")
_NOT_IN_SOURCE = _Place(_not_in_source, "anywhere but in the VM's own region, {source}")

_PLACES: Mapping[str, _Place] = {
    "resource_group": _NOT_IN_SOURCE,
    "virtual_network": _IN_RECOVERY,
    "availability_set": _IN_RECOVERY,
    "storage_account": _IN_RECOVERY,
    "cache_storage_account": _IN_SOURCE,
    "test_network": _IN_RECOVERY,
}
"""A vault is judged where it is chosen, together with the group that holds it."""


def named_targets(vm: VirtualMachine, wish: Wish) -> tuple[tuple[str, str], ...]:
    """The (role, id) of everything that is named for this VM, for the gateway to read whether and where it exists."""
    chosen = wish.overrides
    recovery_group = recovery_group_id(vm, wish)
    own_group = parse(vm.id).group_id
    test_network = wish.profile.test_network_id if wish.profile else None
    ids = (
        ("resource_group", recovery_group if chosen.recovery_group else None),
        ("virtual_network", _full(chosen.recovery_network, NETWORK, recovery_group)),
        ("availability_set", _full(chosen.recovery_availability_set, AVAILABILITY_SET, recovery_group)),
        ("storage_account", _full(chosen.recovery_account, STORAGE_ACCOUNT, recovery_group)),
        ("cache_storage_account", _full(chosen.cache_account, STORAGE_ACCOUNT, own_group)),
        ("test_network", test_network),
        ("vault", wanted_vault(wish) if "/" in (wanted_vault(wish) or "") else None),
    )
    return tuple((role, id_) for role, id_ in ids if id_)


def target_id(vm: VirtualMachine, wish: Wish, role: str) -> str | None:
    """The id that is named for a role, if one is."""
    return dict(named_targets(vm, wish)).get(role)


def target_location(facts: VmFacts, role: str, id_: str) -> str | None:
    """Where a named resource is; None when it does not exist."""
    found = (target.location for target in facts.named if target.role == role and same(target.id, id_))
    location = next(found, None)
    return region_name(location) if location else None


def target_problems(facts: VmFacts, wish: Wish, source: str, recovery: str) -> tuple[Reason, ...]:
    """What is wrong with the named resources, each on its own."""
    problems = (target_problem(facts, role, id_, source, recovery) for role, id_ in named_targets(facts.vm, wish))
    return tuple(problem for problem in problems if problem)


def target_problem(facts: VmFacts, role: str, id_: str, source: str, recovery: str) -> Reason | None:
    """What is wrong with one named resource. Vaults are judged where they are chosen."""
    if role not in _PLACES:
        return None
    location, words, place = target_location(facts, role, id_), role.replace("_", " "), _PLACES[role]
    if location is None:
        return reason("TargetNotFound", role=words, id=id_)
    if role == "cache_storage_account" and not same(parse(id_).subscription, parse(facts.vm.id).subscription):
        return reason("CacheAccountInWrongSubscription", id=id_)
    if place.fits(location, source, recovery):
        return None
    where = place.where.format(source=source, recovery=recovery)
    return reason("TargetInWrongRegion", role=words, id=id_, location=location, where=where)


def wanted_vault(wish: Wish) -> str | None:
    """The vault's name or id that the tag or else the profile gives."""
    return wish.overrides.vault or (wish.profile.vault if wish.profile else None)


def recovery_group_id(vm: VirtualMachine, wish: Wish) -> str:
    """The recovery resource group: the named one, else `<source group>-asr` in the same subscription."""
    source = parse(vm.id)
    chosen = wish.overrides.recovery_group
    if chosen is None:
        return twin_group_id(source.group_id)
    return chosen if "/" in chosen else group_id(source.subscription, chosen)


def twin_group_id(source_group_id: str) -> str:
    """`<source group>-asr`, next to the source group."""
    _, _, subscription, _, name = source_group_id.split("/")
    return group_id(subscription, asr_name(Named.RESOURCE_GROUP, name, source_group_id))


def recovery_group(facts: VmFacts, wish: Wish, recovery_region: str) -> GroupPlan:
    """The recovery resource group; a named one stays where it is, a new one is put into the recovery region."""
    id_ = recovery_group_id(facts.vm, wish)
    named = target_location(facts, "resource_group", id_) if wish.overrides.recovery_group else None
    return GroupPlan(id_, named or recovery_region)


def _full(chosen: str | None, type_: str, group: str) -> str | None:
    if chosen is None or "/" in chosen:
        return chosen
    return resource_id(group, type_, chosen)
