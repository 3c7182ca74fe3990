"""How each choice is compared with a protected item, and what is right to do about a difference. Pure.

What is right follows from what Site Recovery takes in place (`UpdateReplicationProtectedItemInput`).
Source: https://learn.microsoft.com/rest/api/site-recovery/replication-protected-items/update
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from operator import attrgetter

from asr.choices.request import ProtectionRequest
from asr.choices.values import PerDisk
from asr.model.drift import DriftDecision
from asr.model.fleet import Machine
from asr.model.item_around import ItemAround
from asr.model.resource_id import key, parse, same
from asr.model.vm_facts import ItemAddress, ItemDisk, ProtectedItem

FIX, PROPOSE = DriftDecision.FIX, DriftDecision.PROPOSE
NONE = "none"


@dataclass(frozen=True, slots=True)
class About:
    """What is compared: the item with what was asked for this machine."""

    machine: Machine
    request: ProtectionRequest
    item: ProtectedItem
    around: ItemAround
    ids: Mapping[str, str]

    def disks(self) -> Iterator[tuple[int | None, ItemDisk]]:
        """The replicated disks that the VM still has, with their LUNs."""
        luns = {key(disk.id): disk.lun for disk in self.machine.disks}
        return ((luns[key(disk.id)], disk) for disk in self.item.disks if key(disk.id) in luns)


type Present = Callable[[About], Iterable[str] | None]
"""What the item has: nothing when the two agree or the item does not tell, else what is there instead."""


def vault_of(item_id: str) -> str:
    """The vault that holds an item: the item's id begins with its vault's."""
    id_ = parse(item_id)
    return str(replace(id_, types=id_.types[:1], names=id_.names[:1]))


def primary_address(item: ProtectedItem) -> ItemAddress | None:
    """The primary address of the item's first interface, which is the VM's primary one."""
    addresses = item.interfaces[0].addresses if item.interfaces else ()
    return next((one for one in addresses if one.primary), addresses[0] if addresses else None)


def wished(about: About, field: str) -> str:
    """What is asked for, as people read it."""
    if field in about.ids:
        return about.ids[field]
    if field in RULED:
        return RULED[field](about)
    value = getattr(about.request.options, field)
    if isinstance(value, bool):
        return str(value).lower()
    return ", ".join(map(str, value)) if isinstance(value, tuple) else str(value)


RULED: Mapping[str, Callable[[About], str]] = {
    "recovery_name": lambda about: about.request.options.recovery_name or parse(about.machine.id).name,
    "recovery_size": lambda about: about.request.options.recovery_size or about.machine.size,
}
"""What follows from the VM where nobody chose it, by field of the choice."""


def _ruled(field: str, present: Callable[[ProtectedItem], str | None]) -> Present:
    def compare(about: About) -> Iterable[str] | None:
        there = present(about.item) if about.item.is_protected else None
        return None if there is None or same(there, RULED[field](about)) else (there,)

    return compare


def _security_group(about: About) -> Iterable[str] | None:
    wanted, nics = about.ids.get("security_group"), about.item.interfaces
    if not about.item.is_protected or all(same(one.security_group_id, wanted) for one in nics):
        return None  # interfaces are told once the item is Protected
    return [one.security_group_id for one in nics if one.security_group_id]


def _public_address(about: About) -> Iterable[str] | None:
    there = primary_address(about.item) if about.item.is_protected else None
    if there is None or same(there.public_address_id, about.ids.get("public_address")):
        return None
    return (there.public_address_id,) if there.public_address_id else ()


def _other_id(field: str, present: Callable[[ProtectedItem], str | None]) -> Present:
    def compare(about: About) -> Iterable[str] | None:
        there = present(about.item)
        if same(there, about.ids.get(field)):
            return None
        return (there,) if there else ()

    return compare


def _region(about: About) -> Iterable[str] | None:
    there = about.item.recovery_region
    return None if there is None or there in about.request.options.recovery_regions else (there,)


def _vault(about: About) -> Iterable[str] | None:
    there, wished = vault_of(about.item.id), about.request.options.vault or ""
    return None if same(there if "/" in wished else parse(there).name, wished) else (there,)


def _zone(about: About) -> Iterable[str] | None:
    return (
        None if about.item.recovery_zone == about.request.options.recovery_zone else (about.item.recovery_zone or "",)
    )


def _subnet(about: About) -> Iterable[str] | None:
    wished = about.request.options.recovery_subnet
    others = [one.recovery_subnet for one in about.item.interfaces if one.recovery_subnet]
    return [one for one in others if not same(one, wished)] or None


def _group_of_consistency(about: About) -> Iterable[str] | None:
    there = about.item.consistency_group
    return None if same(there, about.request.options.consistency_group) else (there or "",)


def _accounts(field: str, present: Callable[[ProtectedItem], Iterable[str]]) -> Present:
    def compare(about: About) -> Iterable[str] | None:
        return [one for one in present(about.item) if not same(one, about.ids.get(field))] or None

    return compare


def _test_network(about: About) -> Iterable[str] | None:
    wished, item = about.request.options.test_network_id, about.item
    if not item.is_protected:
        return None  # it is written once the item is Protected
    there = (item.test_network_id, *(one.test_network_id for one in item.interfaces))
    return None if all(same(one, wished) for one in there) else [one for one in there if one and not same(one, wished)]


def _churn(about: About) -> Iterable[str] | None:
    there = about.item.high_churn
    return None if there in (None, about.request.options.high_churn) else (str(there).lower(),)


def _excluded(about: About) -> Iterable[str] | None:
    luns = about.request.options.excluded_luns
    return [f"LUN {lun} is replicated" for lun, _ in about.disks() if lun is not None and lun in luns] or None


def _per_disk(field: str, present: Callable[[ItemDisk], str | None]) -> Present:
    def compare(about: About) -> Iterable[str] | None:
        wished: PerDisk = getattr(about.request.options, field)
        there = [(lun, present(disk), wished.of(lun)) for lun, disk in about.disks()]
        others = [(lun, one) for lun, one, want in there if one and want and not same(one, want)]
        return [f"{'os' if lun is None else lun}={one}" for lun, one in others] or None

    return compare


def _of_disks(field: str, present: Callable[[ItemDisk], str | None]) -> Present:
    def compare(about: About) -> Iterable[str] | None:
        there = (present(disk) for _, disk in about.disks())
        return [one for one in there if one and not same(one, about.ids.get(field))] or None

    return compare


def _updates(about: About) -> Iterable[str] | None:
    """The account that keeps the agents up to date is the container mapping's, and so that of many VMs."""
    updates = about.around.updates
    if updates is None or same(updates.automation_account_id, about.request.options.automation_account):
        return None
    return (updates.automation_account_id,) if updates.automation_account_id else ()


def _policy(field: str) -> Present:
    """Policies have the same names for these as choices have."""

    def compare(about: About) -> Iterable[str] | None:
        there = None if about.around.policy is None else getattr(about.around.policy, field)
        return None if there is None or there == getattr(about.request.options, field) else (str(there).lower(),)

    return compare


COMPARED: Mapping[str, tuple[Present, DriftDecision]] = {
    "recovery_regions": (_region, PROPOSE),
    "vault": (_vault, PROPOSE),
    "recovery_group": (_other_id("recovery_group", lambda item: item.recovery_group_id), FIX),
    "recovery_network": (_other_id("recovery_network", lambda item: item.recovery_network_id), FIX),
    "recovery_subnet": (_subnet, FIX),
    "recovery_availability_set": (
        _other_id("recovery_availability_set", attrgetter("recovery_availability_set_id")),
        FIX,
    ),
    "recovery_zone": (_zone, PROPOSE),
    "placement_group": (_other_id("placement_group", lambda item: item.recovery_placement_group_id), FIX),
    "capacity_group": (_other_id("capacity_group", lambda item: item.recovery_capacity_group_id), FIX),
    "scale_set": (_other_id("scale_set", lambda item: item.recovery_scale_set_id), FIX),
    "boot_diagnostics_account": (_other_id("boot_diagnostics_account", attrgetter("boot_diagnostics_account_id")), FIX),
    "excluded_luns": (_excluded, PROPOSE),
    "target_skus": (_per_disk("target_skus", lambda disk: disk.recovery_sku), FIX),
    "replica_skus": (_per_disk("replica_skus", lambda disk: disk.replica_sku), FIX),
    "encryption_set": (_of_disks("encryption_set", lambda disk: disk.encryption_set_id), PROPOSE),
    "key_vault": (_of_disks("key_vault", lambda disk: disk.key_vault_id), FIX),
    "encryption_secrets": (_per_disk("encryption_secrets", lambda disk: disk.secret_url), FIX),
    "encryption_keys": (_per_disk("encryption_keys", lambda disk: disk.key_url), FIX),
    "recovery_account": (_accounts("recovery_account", lambda item: item.recovery_account_ids), PROPOSE),
    "cache_account": (_accounts("cache_account", lambda item: item.cache_account_ids), PROPOSE),
    "high_churn": (_churn, PROPOSE),
    "recovery_point_minutes": (_policy("recovery_point_minutes"), PROPOSE),
    "app_consistent_minutes": (_policy("app_consistent_minutes"), PROPOSE),
    "multi_vm_sync": (_policy("multi_vm_sync"), PROPOSE),
    "automation_account": (_updates, PROPOSE),
    "consistency_group": (_group_of_consistency, PROPOSE),
    "test_network_id": (_test_network, FIX),
    "recovery_name": (_ruled("recovery_name", lambda item: item.recovery_vm_name), FIX),
    "recovery_size": (_ruled("recovery_size", lambda item: item.recovery_vm_size), FIX),
    "security_group": (_security_group, FIX),
    "public_address": (_public_address, FIX),
}
"""By field of the choice, how it is compared and what is right to do. What is missing here the item does not tell."""

NEVER_ADDED = frozenset({"recovery_availability_set", "scale_set"})
"""Site Recovery changes the value of these, not the kind: what is missing altogether is not put in."""

OF_POLICY = frozenset({"recovery_point_minutes", "app_consistent_minutes", "multi_vm_sync"})
"""Choices that a policy tells."""

SHARED = OF_POLICY | {"automation_account"}
"""Choices of what many VMs share: put right where all who share it are ours and ask for the same."""


def shared_choices(request: ProtectionRequest) -> str:
    """What a request says of everything that is shared, as one text: VMs whose texts are equal may share it."""
    options = request.options
    return " ".join(str(getattr(options, field)).lower() for field in sorted(SHARED))
