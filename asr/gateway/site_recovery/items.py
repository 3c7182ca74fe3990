"""Protected items: read, listed, and found from their VM."""

from asr.errors import Rejected
from asr.gateway.document import Json
from asr.gateway.resources import list_path, read_path
from asr.gateway.session import Azure
from asr.gateway.site_recovery.absence import is_absent
from asr.gateway.site_recovery.ids import place
from asr.gateway.site_recovery.item_documents import item_of
from asr.gateway.versions import SITE_RECOVERY_VERSION
from asr.model.vm_facts import ProtectedItem


async def get_protected_item(azure: Azure, item_id: str) -> ProtectedItem | None:
    """The protected item; None if it does not exist, or is not of Azure-to-Azure replication."""
    document = await read_item(azure, item_id)
    return None if document is None else item_of(document)


async def list_protected_items(azure: Azure, vault_id: str) -> tuple[ProtectedItem, ...]:
    """Every protected Azure VM of the vault, all pages."""
    return tuple(item for item in map(item_of, await list_items(azure, vault_id)) if item is not None)


async def read_item(azure: Azure, item_id: str) -> Json | None:
    """The item's document; None if it does not exist. Source: Replication Protected Items - Get."""
    try:
        return await read_path(azure, place(item_id).subscription, item_id, SITE_RECOVERY_VERSION)
    except Rejected as error:
        if is_absent(error):
            return None
        raise


async def list_items(azure: Azure, vault_id: str) -> tuple[Json, ...]:
    """The documents of all the vault's items, all pages. Source: Replication Protected Items - List."""
    path = f"{vault_id}/replicationProtectedItems"
    return await list_path(azure, place(vault_id).subscription, path, SITE_RECOVERY_VERSION)
