"""The recovery side that nobody uses any more: what of it the app made and may remove, and what stays and why.

What is removed is found by the ids that the item itself named, and only where the tag says that the app made it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from asr.errors import Rejected
from asr.gateway.document import Json, text
from asr.gateway.marks import PURPOSE
from asr.gateway.removal import held_by_others, read_any
from asr.gateway.resources import is_ours, list_path
from asr.gateway.session import Azure
from asr.gateway.site_recovery import (
    list_container_mappings,
    list_containers,
    list_fabrics,
    list_network_mappings,
    list_policies,
    list_protected_items,
)
from asr.gateway.vaults import recall_vaults
from asr.gateway.versions import SITE_RECOVERY_VERSION
from asr.model.change import Change, ChangeType
from asr.model.ending import Artifacts
from asr.model.resource_id import key, parse, same, subscription_of
from asr.model.vault_facts import NetworkMapping
from asr.model.vm_facts import ProtectedItem

KINDS = {
    "virtualnetworks": "virtual network",
    "availabilitysets": "availability set",
    "proximityplacementgroups": "proximity placement group",
    "storageaccounts": "storage account",
    "vaults": "vault",
    "resourcegroups": "resource group",
}
"""What people call the targets, by their type in lower case."""

NETWORKS = "virtualnetworks"

CACHE = "cache"
"""What a cache account was made as; see `asr.model.specs.StorageSpec.purpose`."""

MADE = "the app made it, and nobody uses it any more"
ALONG = "it is part of what is removed"


@dataclass(slots=True)
class _Fleet:
    """What all vaults hold beside the item: `items` by vault, and the vaults that could not be read."""

    items: dict[str, tuple[ProtectedItem, ...]] = field(default_factory=dict)
    mappings: dict[str, tuple[NetworkMapping, ...]] = field(default_factory=dict)
    unread: list[str] = field(default_factory=list)

    def user_of(self, id_: str) -> str | None:
        """Who uses the target by its id; None: nobody does, as far as can be read."""
        for item in (item for items in self.items.values() for item in items):
            if any(same(id_, used) for used in _used_by(item)):
                return f"the protected item of {item.vm_id.rsplit('/', 1)[-1]} uses it"
            if _type(id_) == NETWORKS and not _tells_network(item):
                return f"the protected item of {item.vm_id.rsplit('/', 1)[-1]} does not tell its network yet"
        if self.unread:
            return f"the vault {self.unread[0]} could not be read, so nobody knows who uses it"
        return None


async def target_changes(azure: Azure, artifacts: Artifacts, item_id: str | None) -> tuple[Change, ...]:
    """What becomes of the targets once the item is gone, in the order in which they can be removed.

    `DELETE` of what is the app's and unused; `NONE` of what stays. What does not exist is left out.

    Raises:
        TransientFault: something could not be read now.
    """
    if artifacts.vault_id is None:
        return ()
    fleet = await _read_fleet(azure, artifacts, item_id)
    single, groups = _sorted(artifacts.targets)
    if not any(_type(id_) == NETWORKS for id_ in single):
        single += _mapped_networks(fleet, artifacts.vault_id, groups)
    found: list[Change] = []
    for id_ in single:
        found += await _of_target(azure, fleet, id_)
    going = [change.id for change in found if change.change_type is ChangeType.DELETE]
    mapped = [change for id_ in going if _type(id_) == NETWORKS for change in _mappings_of(fleet, id_)]
    vault = await _vault_changes(azure, fleet, artifacts.vault_id) if _listed(found, artifacts.vault_id) else []
    found = [*_once(mapped, vault), *vault, *found]
    for id_ in groups:
        going = [change.id for change in found if change.writes]
        found += await _of_group(azure, id_, [*going, *artifacts.replica_ids])
    return tuple(found)


async def _read_fleet(azure: Azure, artifacts: Artifacts, item_id: str | None) -> _Fleet:
    """The items of every vault that the app can know of. An item that cannot be seen keeps what it may use."""
    fleet = _Fleet()
    vault = artifacts.vault_id or ""
    subscriptions = {*azure.settings.subscriptions, subscription_of(vault)}
    vaults = {key(vault): vault}
    for subscription in sorted(subscriptions):
        vaults |= {key(one.id): one.id for one in await recall_vaults(azure, subscription, 0)}
    for place, id_ in vaults.items():
        try:
            items = await list_protected_items(azure, id_)
            fleet.mappings[place] = await list_network_mappings(azure, id_)
        except Rejected as refusal:
            if refusal.status not in (404, 400):
                fleet.unread.append(id_)
            continue
        fleet.items[place] = tuple(item for item in items if not same(item.id, item_id))
    return fleet


async def _of_target(azure: Azure, fleet: _Fleet, id_: str) -> list[Change]:
    document = await read_any(azure, id_)
    if document is None:
        return []
    kind, noun = _type(id_), KINDS.get(_type(id_), "resource")

    def kept(because: str) -> list[Change]:
        return [Change(ChangeType.NONE, id_, because, {"ours": is_ours(document)}, kind=noun)]

    if not is_ours(document):
        return kept("others made it")
    used = fleet.user_of(id_) or await held_by_others(azure, id_, document)
    if used is None and kind == "vaults":
        used = await _user_of_vault(azure, fleet, id_)
    if used is None and kind == "storageaccounts" and not _is_cache(document):
        used = "disks of recovered VMs may be in it"
    return kept(used) if used else [Change(ChangeType.DELETE, id_, MADE, kind=noun)]


async def _user_of_vault(azure: Azure, fleet: _Fleet, id_: str) -> str | None:
    if fleet.items.get(key(id_)):
        return "it protects other VMs"
    path = f"{id_}/replicationRecoveryPlans"
    plans = await list_path(azure, parse(id_).subscription, path, SITE_RECOVERY_VERSION)
    return "somebody keeps recovery plans in it" if plans else None


async def _of_group(azure: Azure, id_: str, going: Sequence[str]) -> list[Change]:
    document = await read_any(azure, id_)
    if document is None:
        return []
    if not is_ours(document):
        return [Change(ChangeType.NONE, id_, "others made it", {"ours": False}, kind=KINDS["resourcegroups"])]
    listed = await list_path(azure, id_.split("/")[2], f"{id_}/resources", "2021-04-01")
    rest = [str(one.get("id")) for one in listed if not any(same(str(one.get("id")), gone) for gone in going)]
    if rest:
        because = f"{rest[0].rsplit('/', 1)[-1]} is in it"
        return [Change(ChangeType.NONE, id_, because, {"ours": True}, kind=KINDS["resourcegroups"])]
    return [Change(ChangeType.DELETE, id_, MADE, kind=KINDS["resourcegroups"])]


async def _vault_changes(azure: Azure, fleet: _Fleet, vault_id: str) -> list[Change]:
    """What the vault itself holds, from the mappings to the fabrics: a vault that holds something is not deleted."""
    networks = [one.id for one in fleet.mappings.get(key(vault_id), ())]
    mappings = [one.id for one in await list_container_mappings(azure, vault_id)]
    fabrics = [one.id for one in await list_fabrics(azure, vault_id)]
    containers = [one.id for one in await list_containers(azure, vault_id)]
    policies = [one.id for one in await list_policies(azure, vault_id)]
    nouns = (
        ("network mapping", networks),
        ("container mapping", mappings),
        ("protection container", containers),
        ("fabric", fabrics),
        ("policy", policies),
    )
    return [Change(ChangeType.DELETE, id_, ALONG, kind=noun) for noun, ids in nouns for id_ in ids]


def _mappings_of(fleet: _Fleet, network: str) -> Iterable[Change]:
    for mapping in (one for mappings in fleet.mappings.values() for one in mappings):
        if same(mapping.recovery_network_id, network) or same(mapping.primary_network_id, network):
            yield Change(ChangeType.DELETE, mapping.id, "its network is removed", kind="network mapping")


def _mapped_networks(fleet: _Fleet, vault_id: str, groups: Sequence[str]) -> list[str]:
    """The networks of these groups that the vault's mappings lead to: an item that was not Protected yet told none."""
    told = (mapping.recovery_network_id for mapping in fleet.mappings.get(key(vault_id), ()))
    return list({key(id_): id_ for id_ in told if any(same(parse(id_).group_id, group) for group in groups)}.values())


def _tells_network(item: ProtectedItem) -> bool:
    """Whether the item says which network it comes up in: it does so only once it is Protected."""
    return item.recovery_network_id is not None or any(one.recovery_network_id for one in item.interfaces)


def _once(mapped: Sequence[Change], others: Sequence[Change]) -> list[Change]:
    known = {key(change.id) for change in others}
    return list({key(one.id): one for one in mapped if key(one.id) not in known}.values())


def _listed(changes: Iterable[Change], id_: str) -> bool:
    return any(same(change.id, id_) and change.change_type is ChangeType.DELETE for change in changes)


def _sorted(targets: Sequence[str]) -> tuple[list[str], list[str]]:
    """The targets that are no groups, with the vault first, and the groups; each once."""
    distinct = list({key(id_): id_ for id_ in targets}.values())
    groups = [id_ for id_ in distinct if _type(id_) == "resourcegroups"]
    single = [id_ for id_ in distinct if _type(id_) != "resourcegroups"]
    return sorted(single, key=lambda id_: _type(id_) != "vaults"), groups


def _used_by(item: ProtectedItem) -> tuple[str, ...]:
    used = (
        item.recovery_network_id,
        item.test_network_id,
        *(one.recovery_network_id for one in item.interfaces),
        item.recovery_availability_set_id,
        item.recovery_placement_group_id,
        item.recovery_group_id,
        *item.cache_account_ids,
        *item.recovery_account_ids,
    )
    return tuple(id_ for id_ in used if id_)


def _is_cache(document: Json) -> bool:
    """Whether the account is a cache, by its tag: what is in one is of no use to anybody once the item is gone."""
    return text(document, "tags", PURPOSE) == CACHE


def _type(id_: str) -> str:
    parts = [part for part in id_.split("/") if part]
    return parts[-2].lower()
