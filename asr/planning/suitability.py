"""Whether something that exists can serve where it was found: why not, and what may be put right on it."""

from collections.abc import Callable
from dataclasses import dataclass

from asr.model.outcome import Reason
from asr.model.resource_id import same
from asr.model.specs import AvailabilitySetSpec, NetworkSpec, PlacementGroupSpec, StorageSpec
from asr.model.vault_facts import Account
from asr.model.vm_facts import AvailabilitySet, PlacementGroup, VirtualNetwork
from asr.planning.regions import region_name
from asr.reasons import reason

SET_OF_MANAGED = "Aligned"
"""The SKU of an availability set for VMs with managed disks."""

_CACHE_KINDS = {"Standard": ("Storage", "StorageV2"), "Premium": ("BlockBlobStorage",)}
"""Kinds of account that can be a cache, by performance tier: a cache of the wrong tier cannot be changed later."""


@dataclass(frozen=True, slots=True)
class _Meeting:
    """An account that exists, and what is wanted of it."""

    account: Account
    wanted: StorageSpec

    @property
    def is_cache(self) -> bool:
        return self.wanted.purpose == "cache"


def account_problems(account: Account, wanted: StorageSpec) -> tuple[Reason, ...]:
    """Why an existing account cannot be the wanted one; none: it can.

    Source: https://learn.microsoft.com/azure/site-recovery/azure-to-azure-support-matrix, storage and cache storage
    """
    meeting = _Meeting(account, wanted)
    return tuple(found for rule in _ACCOUNT_RULES if (found := rule(meeting)))


def account_drift(account: Account, wanted: StorageSpec) -> dict[str, object]:
    """The properties to patch on an account that the product made itself; one that a person named is left alone.

    What was not read is not touched. Source: Storage Accounts - Update.
    """
    if wanted.exists:
        return {}
    held: tuple[tuple[str, object, object], ...] = (
        ("minimumTlsVersion", account.minimum_tls, "TLS1_2"),
        ("allowBlobPublicAccess", account.public_blobs, False),
        ("supportsHttpsTrafficOnly", account.https_only, True),
    )
    return {name: value for name, present, value in held if present is not None and present != value}


def network_problem(network: VirtualNetwork, wanted: NetworkSpec) -> Reason | None:
    """Why a network that has the wanted name cannot be used: it is elsewhere."""
    return _elsewhere("virtual network", network.id, network.location, wanted.location)


def availability_set_problem(found: AvailabilitySet, wanted: AvailabilitySetSpec) -> Reason | None:
    """Why a set that has the wanted name cannot be used: it is elsewhere, for the other kind of disks, or in another
    placement group than its VM.

    Its domains are as its maker chose.
    """
    if elsewhere := _elsewhere("availability set", found.id, found.location, wanted.location):
        return elsewhere
    if unsuitable := sku_problem(found.id, found.sku, wanted.sku):
        return unsuitable
    return groups_problem(found.id, found.placement_group_id, wanted.placement_group_id)


def sku_problem(set_id: str, present: str | None, wanted: str) -> Reason | None:
    """Azure takes VMs with managed disks into an `Aligned` set only, others into a `Classic` one. None: not told.

    Source: Availability Sets - Create Or Update, `sku`.
    """
    if present is None or same(present, wanted):
        return None
    return reason("AvailabilitySetUnsuitable", id=set_id, present=present, wanted=wanted)


def groups_problem(set_id: str, present: str | None, wanted: str | None) -> Reason | None:
    """Azure refuses a VM whose proximity placement group is not that of its availability set.

    Source: https://learn.microsoft.com/azure/virtual-machines/co-location
    """
    if same(present, wanted) or (present is None and wanted is None):
        return None
    held, asked = (f"the group {id_}" if id_ else "no proximity placement group" for id_ in (present, wanted))
    return reason("PlacementGroupsDisagree", id=set_id, present=held, wanted=asked)


def placement_group_problem(found: PlacementGroup, wanted: PlacementGroupSpec) -> Reason | None:
    """Why a proximity placement group that has the wanted name cannot be used: it is elsewhere."""
    return _elsewhere("proximity placement group", found.id, found.location, wanted.location)


def group_problem(id_: str, location: str, source_region: str) -> Reason | None:
    """Why a resource group cannot hold the recovery side: it would be lost with the source region."""
    if region_name(location) != source_region:
        return None
    where = f"anywhere but in the VM's own region, {source_region}"
    return reason("TargetInWrongRegion", role="resource group", id=id_, location=source_region, where=where)


def _elsewhere(role: str, id_: str, location: str, wanted: str) -> Reason | None:
    found = region_name(location)
    if found == wanted:
        return None
    return reason("TargetInWrongRegion", role=role, id=id_, location=found, where=f"in the recovery region, {wanted}")


def _region(meeting: _Meeting) -> Reason | None:
    location, wanted = region_name(meeting.account.location), meeting.wanted
    if location == wanted.location:
        return None
    return reason(
        "StorageAccountInWrongRegion",
        purpose=wanted.purpose,
        id=meeting.account.id,
        location=location,
        wanted=wanted.location,
    )


def _tier(meeting: _Meeting) -> Reason | None:
    account, wanted = meeting.account, meeting.wanted
    tier = wanted.sku.split("_")[0]
    same_tier = account.sku.split("_")[0].lower() == tier.lower()
    kinds = _CACHE_KINDS.get(tier, ()) if meeting.is_cache else ()
    if same_tier and (not kinds or account.kind in kinds):
        return None
    present = f"{account.kind} {account.sku}"
    expected = f"{' or '.join(kinds)} {tier}" if kinds else tier
    return reason("StorageAccountUnsuitable", purpose=wanted.purpose, id=account.id, present=present, wanted=expected)


def _soft_delete(meeting: _Meeting) -> Reason | None:
    keeps = meeting.is_cache and meeting.account.soft_delete
    return reason("CacheAccountSoftDelete", id=meeting.account.id) if keeps else None


def _keys(meeting: _Meeting) -> Reason | None:
    shut = meeting.is_cache and not meeting.account.keys_allowed
    return reason("CacheAccountKeysDisallowed", id=meeting.account.id) if shut else None


_ACCOUNT_RULES: tuple[Callable[[_Meeting], Reason | None], ...] = (_region, _tier, _soft_delete, _keys)
