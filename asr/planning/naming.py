"""Names: Azure's rules for each, the portal's conventions, and a hash wherever two sources could meet in one name.

Ids are hashed in their compared form, so the casing in which Azure answers never changes a name.
Source: https://learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256
from uuid import NAMESPACE_URL, uuid5

from asr.model.resource_id import key

SUFFIX = "-asr"
VAULT = "Site-Recovery-Vault"
ZONE_CONTAINER_SUFFIX = "-t-container"
DAY_POLICY = "24-hour-retention-policy"

_KEY_LENGTH = 60
_STORAGE_LENGTH = 24
_MAPPING_LENGTH = 60


class Named(StrEnum):
    """The kinds of resources whose recovery twin is called `<name>-asr`."""

    RESOURCE_GROUP = "resource_group"
    VIRTUAL_NETWORK = "virtual_network"
    AVAILABILITY_SET = "availability_set"
    PLACEMENT_GROUP = "placement_group"


@dataclass(frozen=True, slots=True)
class _Rule:
    """A kind's longest name, what its names may not hold, and what they may not begin with."""

    longest: int
    foreign: re.Pattern[str]
    no_start: str = ""


_RULES: Mapping[Named, _Rule] = {
    Named.RESOURCE_GROUP: _Rule(90, re.compile(r"[^\w.()-]")),
    Named.VIRTUAL_NETWORK: _Rule(64, re.compile(r"[^A-Za-z0-9_.-]"), "-._"),
    Named.AVAILABILITY_SET: _Rule(80, re.compile(r"[^A-Za-z0-9_.-]"), "-._"),
    Named.PLACEMENT_GROUP: _Rule(80, re.compile(r"[^A-Za-z0-9_.-]"), "-._"),
}


def digest(text: str, length: int) -> str:
    """So many hexadecimal digits that stand for an id, whatever its casing."""
    return sha256(key(text).encode("utf-8", "surrogatepass")).hexdigest()[:length]


def vm_key(vm_id: str) -> str:
    """The key of a VM's entity and the beginning of its run ids: `[a-z0-9-]`, at most 60 long, one per VM."""
    mark = digest(vm_id, 16)
    return f"{_slug(_last(vm_id), _KEY_LENGTH - len(mark) - 1) or 'vm'}-{mark}"


def item_name(vm_id: str) -> str:
    """The name of our protected item for a VM: a UUID, as the portal's, but always the same one for a VM."""
    return str(uuid5(NAMESPACE_URL, f"asr-autoprotect:{key(vm_id)}"))


def asr_name(kind: Named, name: str, source_id: str, *, shared: bool = False) -> str:
    """`<name>-asr`; where that breaks the kind's rules, cut and marked with a hash of the source's full id.

    `shared`: the twin is put where twins of several groups may meet, so it is marked in any case.
    """
    rule = _RULES[kind]
    clean = rule.foreign.sub("-", name).lstrip(rule.no_start)
    if not shared and clean == name and len(name) + len(SUFFIX) <= rule.longest:
        return f"{name}{SUFFIX}"
    mark = digest(source_id, 10)
    stem = clean[: rule.longest - len(SUFFIX) - len(mark) - 1].rstrip("-._")
    return f"{stem}-{mark}{SUFFIX}" if stem else f"{mark}{SUFFIX}"


def regional_id(kind: Named, id_: str, region: str) -> str:
    """The id of a twin whose name has been given to one in another region: the region is part of its name."""
    holder, _, name = id_.rpartition("/")
    rule = _RULES[kind]
    wanted = f"{name}-{region}"
    if len(wanted) > rule.longest:
        mark = digest(id_, 10)
        wanted = f"{name[: rule.longest - len(region) - len(mark) - 2]}-{mark}-{region}"
    return f"{holder}/{wanted}"


def vault_group_name(recovery_region: str) -> str:
    """The group of a vault that the product makes: one per region, so that it is never in the source region."""
    return f"asr-vault-{recovery_region}"


def cache_group_name(source_region: str) -> str:
    """The group, in the source region, of the cache accounts that the product makes."""
    return f"asr-cache-{source_region}"


def cache_account_name(subscription: str, foundation: str, *, premium: bool, shard: int) -> str:
    """The name of a foundation's cache account in a subscription; account names are unique in all of Azure."""
    kind = "premium" if premium else "standard"
    return f"asrcache{digest(f'{subscription}|{foundation}|{kind}|{shard}', 16)}"


def target_account_name(source_id: str, recovery_group_id: str, recovery_region: str, kind: str, sku: str) -> str:
    """The name of the account that receives the unmanaged disks of VMs whose OS disk is in the source account."""
    mark = digest(f"{key(source_id)}|{key(recovery_group_id)}|{recovery_region}|{kind}|{sku}", 13)
    stem = re.sub(r"[^a-z0-9]", "", _last(source_id).lower())[: _STORAGE_LENGTH - len(mark) - 3]
    return f"{stem}asr{mark}"


def fabric_name(region: str) -> str:
    """The portal's name for a region's fabric."""
    return f"asr-a2a-default-{region}"


def container_name(fabric: str) -> str:
    """The portal's name for a fabric's container."""
    return f"{fabric}-container"


def zone_container_name(fabric: str) -> str:
    """The portal's name for the second container of a fabric, which VMs are recovered to between zones."""
    return f"{fabric}{ZONE_CONTAINER_SUFFIX}"


def container_mapping_name(source_region: str, target_region: str, policy: str) -> str:
    """The portal's name for a container mapping."""
    return f"{source_region}-{target_region}-{policy}"


def network_mapping_name(network_id: str) -> str:
    """The name of the mapping of a network; mappings of a fabric share one list, so the network's id is hashed in."""
    mark = digest(network_id, 10)
    return f"{_slug(_last(network_id), _MAPPING_LENGTH - len(mark) - 1) or 'network'}-{mark}"


def policy_name(recovery_point_minutes: int, app_consistent_minutes: int, *, multi_vm_sync: bool) -> str:
    """The portal's `24-hour-retention-policy` for its own values, else a name that tells the values apart."""
    if (recovery_point_minutes, app_consistent_minutes, multi_vm_sync) == (1440, 60, True):
        return DAY_POLICY
    hours, rest = divmod(recovery_point_minutes, 60)
    kept = f"{recovery_point_minutes}-minute" if rest else f"{hours}-hour"
    frequency = f"app-{app_consistent_minutes}-minutes" if app_consistent_minutes else "no-app-consistency"
    return f"{kept}-retention-{frequency}{'' if multi_vm_sync else '-no-sync'}-policy"


def free_name(wanted: str, taken: frozenset[str]) -> str:
    """The wanted name, or with the first number that makes it free. `taken` holds lower-case names."""
    name, number = wanted, 1
    while name.lower() in taken:
        number += 1
        name = f"{wanted}-{number}"
    return name


def _last(id_: str) -> str:
    return next((part for part in reversed(id_.split("/")) if part), "")


def _slug(name: str, longest: int) -> str:
    return re.sub(r"[^a-z0-9]+", "-", name.lower())[:longest].strip("-")
