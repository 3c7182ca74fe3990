"""What others did to a protected item or a vault, between two sweeps: whose VM it is about."""

from asr.errors import Rejected, TransientFault
from asr.gateway.fleet_store import read_head
from asr.gateway.session import Azure
from asr.gateway.site_recovery.items import get_protected_item
from asr.model.resource_id import same, subscription_of
from asr.services.snapshot import read_members


async def is_our_own(azure: Azure, principal: str | None) -> bool:
    """Whether the app itself did it: of that it needs no notice. Where nobody can tell, it is somebody else's."""
    try:
        own = await azure.principal()
    except (Rejected, TransientFault):
        return False
    return own is not None and same(own, principal)


async def vm_of_item(azure: Azure, item_id: str) -> str | None:
    """The VM of this item: as the last snapshot knows it, else as Azure tells it; None of an item nobody knows.

    Raises:
        TransientFault: the store or Azure did not answer.
    """
    head = await read_head(azure)
    for member in (await read_members(azure, head) if head else None) or ():
        if member.row.item is not None and same(member.row.item.id, item_id):
            return member.row.vm_id
    try:
        item = await get_protected_item(azure, item_id)
    except Rejected:
        return None
    watched = item is not None and subscription_of(item.vm_id) in azure.settings.subscriptions
    return item.home_vm_id if item is not None and watched else None
