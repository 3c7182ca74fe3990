"""What is to be written of a Protected item, and which disks are to be added to it. Pure.

Completing an item and putting right where it is not as asked are one thing: the item is compared with what is wanted,
and what differs is written. Only once, when it is completed, it gets what follows from the VM's interfaces and may be
chosen otherwise in the portal later: static addresses and accelerated networking.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from ipaddress import ip_address, ip_network

from asr.choices.options import OPTIONS
from asr.choices.request import ProtectionRequest
from asr.model.drift import Drift, DriftDecision
from asr.model.item_change import AddressChange, CompletionPlan, DiskChange, InterfaceChange, ItemChange
from asr.model.outcome import Reason
from asr.model.resource_id import key, same
from asr.model.specs import DiskKeys, DiskSpec
from asr.model.vm_facts import ItemAddress, ItemDisk, ItemInterface, ProtectedItem, Subnet, VmFacts
from asr.planning.around_changes import changes_around
from asr.planning.disks import disk_plans, replicated_disks
from asr.planning.drift import drift_reason, drifts
from asr.planning.drift_table import RULED, About, primary_address
from asr.planning.eligibility import disk_ineligibilities
from asr.planning.fleet_state import machine_of
from asr.planning.regions import region_name
from asr.planning.targets import ROLES, found_target, named_ids, target_location, target_problem
from asr.planning.unread import not_checked
from asr.reasons import reason


@dataclass(frozen=True, slots=True)
class Completion:
    """What is to be written, None if nothing is; and why something that was asked for cannot be."""

    plan: CompletionPlan | None = None
    problems: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True)
class _Wanted:
    about: About
    facts: VmFacts
    fields: frozenset[str]

    def id(self, field: str) -> str | None:
        return self.about.ids.get(field) if field in self.fields else None

    def text(self, field: str) -> str | None:
        return RULED[field](self.about) if field in self.fields else None


def completion(facts: VmFacts, request: ProtectionRequest, item: ProtectedItem, *, forced: bool = False) -> Completion:
    """What is to be made of a Protected item. `forced`: a person asks for all that needs no new beginning."""
    machine = machine_of(facts.vm)
    found = drifts(machine, request, item, facts.around, facts.seen, facts.contested)
    chosen = [one for one in found if one.decision is DriftDecision.FIX or (forced and one.in_place)]
    fields = frozenset(_FIELDS.get(one.field, one.field) for one in chosen)
    problems = dict(_problems(facts, request, item, fields))
    ours = _Wanted(
        About(machine, request, item, facts.around, named_ids(facts.vm.id, request)),
        facts,
        fields - problems.keys(),
    )
    change, (new_disks, unfit) = _change(ours), _new_disks(ours) if "dataDisks" in fields else ((), ())
    notes = (*_addresses_lost(facts, item), *not_checked(facts.addresses_unread))
    around = changes_around(facts, request, item, chosen, ours.fields)
    if change == ItemChange() and not new_disks and around == CompletionPlan(item.id, facts.vm.id, ItemChange()):
        return Completion(None, (*problems.values(), *unfit, *notes))
    left = problems.keys() | ({"dataDisks"} if unfit and not new_disks else set())
    told = dict.fromkeys(one.field for one in chosen if _FIELDS.get(one.field, one.field) not in left)
    others = (drift_reason(one) for one in found if one not in chosen and not _is_of_disks(one))
    warnings = (*problems.values(), *unfit, *notes, *others)
    plan = replace(around, change=change, new_disks=new_disks, fields=tuple(told), warnings=warnings)
    return Completion(plan, (*problems.values(), *unfit))


def kept_addresses(item: ProtectedItem) -> tuple[str, ...]:
    """The static addresses of the VM for which the item has none yet. Between zones the VM itself holds them."""
    if item.source_region is not None and item.source_region == item.recovery_region:
        return ()
    return tuple(one.address for nic in item.interfaces for one in nic.addresses if one.address and _is_open(one))


def _is_open(address: ItemAddress) -> bool:
    return address.static and address.address is not None and address.recovery_address is None


def _problems(
    facts: VmFacts, request: ProtectionRequest, item: ProtectedItem, fields: frozenset[str]
) -> Iterator[tuple[str, Reason]]:
    """By field, why what is named cannot serve."""
    source, ids = region_name(facts.vm.location), named_ids(facts.vm.id, request)
    for role, about in ROLES.items():
        id_ = ids.get(about.field) if about.field in fields else None
        if id_ is None:
            continue
        recovery = region_name(item.recovery_region or target_location(facts, role, id_) or "")
        problem = target_problem(facts, role, id_, source, recovery)
        if problem is not None:
            yield about.field, problem
    minutes, most = request.options.recovery_point_minutes, facts.matrix.limits.most_minutes_unmanaged
    if "recovery_point_minutes" in fields and facts.vm.unmanaged_disks and minutes > most:
        yield "recovery_point_minutes", reason("RetentionTooLong", minutes=minutes, most=most)


def _change(wanted: _Wanted) -> ItemChange:
    return ItemChange(
        vm_name=wanted.text("recovery_name"),
        vm_size=wanted.text("recovery_size"),
        recovery_group_id=wanted.id("recovery_group"),
        recovery_network_id=wanted.id("recovery_network"),
        test_network_id=wanted.id("test_network_id"),
        availability_set_id=wanted.id("recovery_availability_set"),
        placement_group_id=wanted.id("placement_group"),
        capacity_group_id=wanted.id("capacity_group"),
        scale_set_id=wanted.id("scale_set"),
        boot_diagnostics_account_id=wanted.id("boot_diagnostics_account"),
        interfaces=tuple(one for nic in wanted.about.item.interfaces if (one := _interface(wanted, nic))),
        disks=tuple(about for lun, disk in wanted.about.disks() if (about := _disk(wanted, lun, disk))),
    )


def _interface(wanted: _Wanted, nic: ItemInterface) -> InterfaceChange | None:
    source = next((one for one in wanted.facts.interfaces if same(one.id, nic.source_id)), None)
    fast = source is not None and source.accelerated and not nic.accelerated and not wanted.facts.completed
    change = InterfaceChange(
        nic.nic_id,
        wanted.id("security_group"),
        accelerated=True if fast else None,
        addresses=tuple(one for address in nic.addresses if (one := _address(wanted, address))),
    )
    return None if change == InterfaceChange(nic.nic_id) else change


def _address(wanted: _Wanted, address: ItemAddress) -> AddressChange | None:
    primary = primary_address(wanted.about.item)
    change = AddressChange(
        address.name,
        _subnet_wanted(wanted, address),
        address.address if _kept(wanted.facts, address) is None and _is_kept(wanted.facts, address) else None,
        wanted.id("public_address") if address is primary else None,
    )
    return None if change == AddressChange(address.name) else change


def _subnet_wanted(wanted: _Wanted, address: ItemAddress) -> str | None:
    """The chosen subnet; in another network the one of the same name, else the first in the alphabet."""
    if "recovery_subnet" in wanted.fields:
        return wanted.about.request.options.recovery_subnet
    network = wanted.id("recovery_network")
    found = found_target(wanted.facts, "virtual_network", network) if network else None
    if found is None or any(same(one, address.recovery_subnet) for one in found.subnets):
        return None
    return min(found.subnets, key=str.lower, default=None)


def _is_kept(facts: VmFacts, address: ItemAddress) -> bool:
    return not facts.completed and facts.item_network is not None and _is_open(address)


def _kept(facts: VmFacts, address: ItemAddress) -> str | None:
    """Why a static address cannot be kept; None if it can."""
    subnet = _subnet(facts, address.recovery_subnet)
    if subnet is None or address.address is None:
        return "not to be found"
    if not any(ip_address(address.address) in ip_network(prefix, strict=False) for prefix in subnet.address_prefixes):
        return "outside of the prefix"
    return None if address.address in facts.free_addresses else "taken"


def _subnet(facts: VmFacts, name: str | None) -> Subnet | None:
    network = facts.item_network
    return next((one for one in network.subnets if same(one.name, name)), None) if network else None


def _addresses_lost(facts: VmFacts, item: ProtectedItem) -> Iterator[Reason]:
    for nic in item.interfaces:
        for one in nic.addresses:
            because = _kept(facts, one) if _is_kept(facts, one) else None
            if because:
                yield reason("AddressNotKept", address=one.address, because=because, subnet=one.recovery_subnet or "")


def _disk(wanted: _Wanted, lun: int | None, disk: ItemDisk) -> DiskChange | None:
    options, fields = wanted.about.request.options, wanted.fields
    if not disk.id.startswith("/"):
        return None
    keys = None
    if fields & {"key_vault", "encryption_secrets", "encryption_keys"} and options.key_vault:
        secret = options.encryption_secrets.of(lun)
        keys = DiskKeys(secret, options.key_vault, options.encryption_keys.of(lun)) if secret else None
    change = DiskChange(
        disk.id,
        options.target_skus.of(lun) if "target_skus" in fields else None,
        options.replica_skus.of(lun) if "replica_skus" in fields else None,
        keys,
    )
    return None if change == DiskChange(disk.id) else change


def _new_disks(wanted: _Wanted) -> tuple[tuple[DiskSpec, ...], tuple[Reason, ...]]:
    """What is to be added, and why other disks that are not replicated cannot be."""
    facts, request, item = wanted.facts, wanted.about.request, wanted.about.item
    replicated = {key(one) for one in item.disk_ids}
    plans = disk_plans(facts, request, region_name(item.recovery_region or ""))
    added, unfit = list[DiskSpec](), list[Reason]()
    for disk, plan in zip(replicated_disks(facts.vm, request), plans, strict=True):
        if disk.lun is None or key(plan.id or plan.uri or "") in replicated:
            continue
        against = disk_ineligibilities(facts, request, disk)
        unfit += against
        if not against:
            added.append(plan)
    return tuple(added), tuple(unfit)


def _is_of_disks(drift: Drift) -> bool:
    return drift.field in ("osDisk", "dataDisks", "vm")


_FIELDS = {option.json_name: option.field for option in OPTIONS}
