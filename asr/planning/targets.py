"""Resources that a request, a tag or a profile names: which ids they mean, whether they exist, whether they are in
their place.

A bare name is searched in the VM's recovery resource group; of a cache account, in the VM's own group; of a vault,
among the vaults of the subscription.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from asr.choices import shapes
from asr.choices.request import ProtectionRequest
from asr.model.outcome import Reason
from asr.model.resource_id import group_id, parse, resource_id, same, subscription_of
from asr.model.specs import GroupSpec
from asr.model.vm_facts import NamedTarget, VirtualMachine, VmFacts
from asr.planning.naming import Named, asr_name
from asr.planning.regions import region_name
from asr.reasons import reason

NETWORK = shapes.NETWORK[0]
AVAILABILITY_SET = shapes.AVAILABILITY_SET[0]
PLACEMENT_GROUP = shapes.PLACEMENT_GROUP[0]
STORAGE_ACCOUNT = shapes.ACCOUNT[0]


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a role's resource has to be: the test on (location, source, recovery region), and its words."""

    fits: Callable[[str, str, str], bool]
    where: str


_ANYWHERE = _Place(lambda _location, _source, _recovery: True, "anywhere")
_IN_RECOVERY = _Place(lambda location, _source, recovery: location == recovery, "in the recovery region, {recovery}")
_IN_SOURCE = _Place(lambda location, source, _recovery: location == source, "in the VM's own region, {source}")
_NOT_IN_SOURCE = _Place(
    lambda location, source, recovery: location != source or source == recovery,
    "anywhere but in the VM's own region, {source}",
)
"""What must outlive the source region; between zones of one region, nothing has to."""


@dataclass(frozen=True, slots=True)
class Role:
    """What a named resource is for: its field of `ProtectionOptions`, its type (None: a resource group), and its place.

    `beside`: Azure takes it only from the subscription that the recovered VM is in.
    """

    field: str
    type: str | None
    place: _Place
    beside: bool = False


ROLES: Mapping[str, Role] = {
    "resource_group": Role("recovery_group", None, _NOT_IN_SOURCE),
    "virtual_network": Role("recovery_network", NETWORK, _IN_RECOVERY, beside=True),
    "availability_set": Role("recovery_availability_set", AVAILABILITY_SET, _IN_RECOVERY, beside=True),
    "storage_account": Role("recovery_account", STORAGE_ACCOUNT, _IN_RECOVERY, beside=True),
    "cache_storage_account": Role("cache_account", STORAGE_ACCOUNT, _IN_SOURCE),
    "proximity_placement_group": Role("placement_group", PLACEMENT_GROUP, _IN_RECOVERY, beside=True),
    "capacity_reservation_group": Role("capacity_group", shapes.CAPACITY_GROUP[0], _IN_RECOVERY),
    "scale_set": Role("scale_set", shapes.SCALE_SET[0], _IN_RECOVERY, beside=True),
    "boot_diagnostics_account": Role("boot_diagnostics_account", STORAGE_ACCOUNT, _IN_RECOVERY, beside=True),
    "disk_encryption_set": Role("encryption_set", shapes.ENCRYPTION_SET[0], _IN_RECOVERY, beside=True),
    "key_vault": Role("key_vault", shapes.KEY_VAULT[0], _IN_RECOVERY, beside=True),
    "automation_account": Role("automation_account", shapes.AUTOMATION_ACCOUNT[0], _ANYWHERE),
    "test_network": Role("test_network_id", NETWORK, _IN_RECOVERY, beside=True),
    "network_security_group": Role("security_group", shapes.SECURITY_GROUP[0], _IN_RECOVERY, beside=True),
    "public_address": Role("public_address", shapes.PUBLIC_ADDRESS[0], _IN_RECOVERY, beside=True),
    "vault_resource_group": Role("vault_group", None, _NOT_IN_SOURCE),
}
"""Everything that can be named, but for the vault: that is checked where it is chosen, together with its group."""

VAULT = "vault"
VAULT_HOLDER = "vault_holder"
"""The roles of a vault that is named by its id, and of the group that holds it."""


def named_targets(vm: VirtualMachine, request: ProtectionRequest) -> tuple[tuple[str, str], ...]:
    """The (role, id) of everything that is named for this VM, for the gateway to read whether and where it exists."""
    return (*_named(vm.id, request), *_named_vault(request))


def target_id(vm: VirtualMachine, request: ProtectionRequest, role: str) -> str | None:
    """The id that is named for a role, if one is."""
    return next((id_ for known, id_ in _named(vm.id, request) if known == role), None)


def named_ids(vm_id: str, request: ProtectionRequest) -> Mapping[str, str]:
    """The ids of everything that is named for the VM, by the field of the choice that names it."""
    return {ROLES[role].field: id_ for role, id_ in _named(vm_id, request)}


def found_target(facts: VmFacts, role: str, id_: str) -> NamedTarget | None:
    """What was read of a named resource; None when it does not exist or was not read."""
    found = (target for target in facts.named if target.role == role and same(target.id, id_) and target.location)
    return next(found, None)


def target_location(facts: VmFacts, role: str, id_: str) -> str | None:
    """Where a named resource is; None when it does not exist."""
    target = found_target(facts, role, id_)
    return region_name(target.location) if target and target.location else None


def target_problems(facts: VmFacts, request: ProtectionRequest, source: str, recovery: str) -> tuple[Reason, ...]:
    """What is wrong with the named resources, each on its own."""
    beside = subscription_of(recovery_group_id(facts.vm, request))
    problems = (
        target_problem(facts, role, id_, source, recovery) or _foreign(role, id_, beside)
        for role, id_ in _named(facts.vm.id, request)
    )
    return tuple(problem for problem in problems if problem)


def target_problem(facts: VmFacts, role: str, id_: str, source: str, recovery: str) -> Reason | None:
    """What is wrong with one named resource: it does not exist, or is out of its place."""
    location, words, place = target_location(facts, role, id_), role.replace("_", " "), ROLES[role].place
    if location is None:
        return reason("TargetNotFound", role=words, id=id_)
    if role == "cache_storage_account" and not same(parse(id_).subscription, parse(facts.vm.id).subscription):
        return reason("CacheAccountInWrongSubscription", id=id_)
    if place.fits(location, source, recovery):
        return _identity_problem(facts, role, id_)
    where = place.where.format(source=source, recovery=recovery)
    return reason("TargetInWrongRegion", role=words, id=id_, location=location, where=where)


def _identity_problem(facts: VmFacts, role: str, id_: str) -> Reason | None:
    """Site Recovery updates agents with the automation account's system-assigned identity: run-as accounts are gone."""
    target = found_target(facts, role, id_)
    if role != "automation_account" or target is None or "systemassigned" in (target.identity or "").lower():
        return None
    return reason("AutomationAccountWithoutIdentity", id=id_)


def _foreign(role: str, id_: str, subscription: str) -> Reason | None:
    if not ROLES[role].beside or same(subscription_of(id_), subscription):
        return None
    return reason("TargetInWrongSubscription", role=role.replace("_", " "), id=id_, subscription=subscription)


def recovery_group_id(vm: VirtualMachine, request: ProtectionRequest) -> str:
    """The recovery resource group: the named one, else `<source group>-asr` in the same subscription."""
    return _recovery_group_id(vm.id, request)


def _recovery_group_id(vm_id: str, request: ProtectionRequest) -> str:
    source = parse(vm_id)
    return _group(request.options.recovery_group, source.subscription) or twin_group_id(source.group_id)


def twin_group_id(source_group_id: str, subscription: str | None = None) -> str:
    """`<source group>-asr`, next to the source group, or in this subscription."""
    _, _, own, _, name = source_group_id.split("/")
    return group_id(subscription or own, asr_name(Named.RESOURCE_GROUP, name, source_group_id))


def recovery_group(facts: VmFacts, request: ProtectionRequest, recovery_region: str) -> GroupSpec:
    """The recovery resource group; a named one stays where it is, a new one is put into the recovery region."""
    id_ = recovery_group_id(facts.vm, request)
    named = target_location(facts, "resource_group", id_) if request.options.recovery_group else None
    return GroupSpec(id_, named or recovery_region)


def _named(vm_id: str, request: ProtectionRequest) -> Iterator[tuple[str, str]]:
    """A name out of a tag is completed to an id; where nothing is named, nothing is yielded."""
    source = parse(vm_id)
    recovery = _recovery_group_id(vm_id, request)
    for name, role in ROLES.items():
        written: str | None = getattr(request.options, role.field)
        if written is None:
            continue
        if role.type is None:
            yield name, _group(written, source.subscription) or written
        elif "/" in written:
            yield name, written
        else:
            holder = source.group_id if name == "cache_storage_account" else recovery
            yield name, resource_id(holder, role.type, written)


def _named_vault(request: ProtectionRequest) -> Iterator[tuple[str, str]]:
    """A vault by its id may be in another subscription, where the vaults are not listed."""
    vault = request.options.vault
    if vault and "/" in vault:
        yield VAULT, vault
        yield VAULT_HOLDER, parse(vault).group_id


def _group(written: str | None, subscription: str) -> str | None:
    if written is None or "/" in written:
        return written
    return group_id(subscription, written)
