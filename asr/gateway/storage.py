"""Storage accounts."""

from collections.abc import Iterable
from functools import partial

from asr.errors import Rejected
from asr.gateway.concurrency import side_by_side
from asr.gateway.document import Json, flag, section, text, text_or_none
from asr.gateway.resources import list_resources, read, region_name
from asr.gateway.session import Azure
from asr.model.preflight_facts import Unread
from asr.model.resource_id import key
from asr.model.vault_facts import Account
from asr.model.vm_facts import StorageAccount

STORAGE_ACCOUNT = "Microsoft.Storage/storageAccounts"


ACCOUNTS_SECONDS = 10.0
"""How long storage accounts that hold unmanaged disks count."""


async def read_account(azure: Azure, account_id: str, *, softly: bool = False) -> Account | None:
    """What the rules for cache and target accounts check; None if the account does not exist.

    With `softly` it is asked of the blob service, too, whether it deletes softly; None where that may not be read.
    Source: Storage Accounts - Get Properties; Blob Services - Get Service Properties.
    """
    body = await read(azure, account_id)
    if body is None:
        return None
    keeps, refused = await _soft_delete(azure, account_id) if softly else (None, None)
    return Account(
        id=text(body, "id"),
        location=region_name(text(body, "location")),
        kind=text(body, "kind"),
        sku=text(body, "sku", "name"),
        provisioning_state=text(body, "properties", "provisioningState"),
        minimum_tls=text_or_none(body, "properties", "minimumTlsVersion"),
        public_blobs=flag(body, "properties", "allowBlobPublicAccess"),
        https_only=flag(body, "properties", "supportsHttpsTrafficOnly"),
        keys_allowed=flag(body, "properties", "allowSharedKeyAccess") is not False,
        soft_delete=keeps,
        soft_delete_unread=refused,
    )


async def _soft_delete(azure: Azure, account_id: str) -> tuple[bool | None, Unread | None]:
    try:
        service = await read(azure, f"{account_id}/blobServices/default")
    except Rejected as refusal:
        return None, Unread(refusal.request, refusal.reason)
    return (flag(service, "properties", "deleteRetentionPolicy", "enabled") if service else None), None


async def find_accounts(azure: Azure, subscription: str, names: Iterable[str]) -> tuple[StorageAccount, ...]:
    """The accounts of these names: a disk's URI names its account but not the group that holds it.

    Account names are unique in the world, so a name finds one account at most; those of other subscriptions are not
    found. Source: Resources - List; Storage Accounts - Get Properties.
    """
    wanted = {name.lower() for name in names}
    if not wanted:
        return ()
    listed = await azure.memory.recall(
        ("accounts", key(subscription)),
        ACCOUNTS_SECONDS,
        partial(list_resources, azure, subscription, STORAGE_ACCOUNT),
    )
    found = [account.id for account in listed if account.name.lower() in wanted]
    async with side_by_side() as group:
        bodies = [
            group.create_task(azure.memory.recall(("resource", key(id_)), ACCOUNTS_SECONDS, partial(read, azure, id_)))
            for id_ in found
        ]
    return tuple(_account(body) for task in bodies if (body := task.result()) is not None)


def _account(body: Json) -> StorageAccount:
    return StorageAccount(
        id=text(body, "id"),
        name=text(body, "name"),
        location=region_name(text(body, "location")),
        kind=text(body, "kind"),
        sku=text(body, "sku", "name"),
        tags={name: value for name, value in section(body, "tags").items() if isinstance(value, str)},
        minimum_tls=text_or_none(body, "properties", "minimumTlsVersion"),
        public_blobs=flag(body, "properties", "allowBlobPublicAccess"),
    )
