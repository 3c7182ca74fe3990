"""Changing how a protected item will be recovered, in place.

An update that leaves something out may reset it. So the item's own document is read, what is wanted is put in its
place, and all of it is sent back, as the service's own command-line modules do.
Source: Replication Protected Items - Update; Add Disks.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from asr.errors import Rejected
from asr.gateway.begun import Answer
from asr.gateway.document import Json
from asr.gateway.fence import check_bounds
from asr.gateway.resources import read_path
from asr.gateway.session import Azure
from asr.gateway.site_recovery.absence import is_absent
from asr.gateway.site_recovery.ids import place
from asr.gateway.site_recovery.item_bodies import differing, encryption, told, whole
from asr.gateway.site_recovery.item_documents import item_of
from asr.gateway.versions import SITE_RECOVERY_VERSION
from asr.model.item_change import ItemChange
from asr.model.specs import DiskSpec
from asr.model.step import Operation
from asr.model.vm_facts import ProtectedItem


@dataclass(frozen=True, slots=True)
class ItemDocument:
    """A protected item as it was read, with the whole of its document."""

    item: ProtectedItem
    document: Json


async def read_item(azure: Azure, item_id: str) -> ItemDocument | None:
    """The item with its document; None if it does not exist, or is not of Azure-to-Azure replication."""
    try:
        document = await read_path(azure, place(item_id).subscription, item_id, SITE_RECOVERY_VERSION)
    except Rejected as error:
        if is_absent(error):
            return None
        raise
    item = item_of(document)
    return ItemDocument(item, document) if item else None


def lacking(found: ItemDocument, change: ItemChange) -> tuple[str, ...]:
    """The names, in Azure's words, of what the item does not have as it is wanted."""
    present, wanted = whole(found.document, ItemChange()), whole(found.document, change)
    return tuple(dict.fromkeys(differing(present, wanted)))


async def begin_change_item(azure: Azure, found: ItemDocument, change: ItemChange) -> Operation | None:
    """Begin to make an item as it is wanted; what is not part of the change is sent back as it was read.

    Raises:
        OutOfBounds: the change leads where nobody allowed it.
        Rejected: Azure refuses it.
    """
    targets = (change.recovery_group_id, change.recovery_network_id, change.test_network_id)
    check_bounds(azure.settings, found.item.vm_id, *(one for one in targets if one))
    at, answer = place(found.item.id), Answer()
    with azure.calling(f"PATCH {found.item.id}"):
        await azure.site_recovery(at.subscription).replication_protected_items.begin_update(
            at.group,
            at.vault,
            at.fabric,
            at.container,
            at.name,
            {"properties": whole(found.document, change)},
            polling=False,
            raw_response_hook=answer,
        )
    return answer.operation(azure.settings.poll_seconds)


async def begin_dismiss_errors(azure: Azure, item: ProtectedItem, ids: Sequence[str]) -> Operation | None:
    """Begin to dismiss health errors of an item, by their own ids.

    Source: Replication Protected Items - Resolve Health Errors.

    Raises:
        Rejected: Azure refuses it.
    """
    at, answer = place(item.id), Answer()
    check_bounds(azure.settings, item.vm_id)
    with azure.calling(f"POST {item.id}/resolveHealthErrors"):
        await azure.site_recovery(at.subscription).replication_protected_items.begin_resolve_health_errors(
            at.group,
            at.vault,
            at.fabric,
            at.container,
            at.name,
            {"properties": {"healthErrors": [{"healthErrorId": one} for one in ids]}},
            polling=False,
            raw_response_hook=answer,
        )
    return answer.operation(azure.settings.poll_seconds)


async def begin_add_disks(azure: Azure, found: ItemDocument, disks: Sequence[DiskSpec]) -> Operation | None:
    """Begin to replicate further disks of the VM as its others are: same cache account, group and target account.

    Raises:
        Rejected: Azure refuses it.
    """
    item, at, answer = found.item, place(found.item.id), Answer()
    check_bounds(azure.settings, item.vm_id)
    cache, target = next(iter(item.cache_account_ids), None), next(iter(item.recovery_account_ids), None)
    managed = [
        {
            "diskId": disk.id,
            "primaryStagingAzureStorageAccountId": cache,
            "recoveryResourceGroupId": item.recovery_group_id,
            "recoveryReplicaDiskAccountType": disk.replica_sku,
            "recoveryTargetDiskAccountType": disk.target_sku,
            "recoveryDiskEncryptionSetId": disk.encryption_set_id,
            "diskEncryptionInfo": encryption(disk.keys) if disk.keys else None,
        }
        for disk in disks
        if disk.id is not None
    ]
    unmanaged = [
        {
            "diskUri": disk.uri,
            "primaryStagingAzureStorageAccountId": cache,
            "recoveryAzureStorageAccountId": target,
        }
        for disk in disks
        if disk.uri is not None
    ]
    details = {"instanceType": "A2A", "vmManagedDisks": managed or None, "vmDisks": unmanaged or None}
    with azure.calling(f"POST {item.id}/addDisks"):
        await azure.site_recovery(at.subscription).replication_protected_items.begin_add_disks(
            at.group,
            at.vault,
            at.fabric,
            at.container,
            at.name,
            {"properties": {"providerSpecificDetails": told(details)}},
            polling=False,
            raw_response_hook=answer,
        )
    return answer.operation(azure.settings.poll_seconds)
