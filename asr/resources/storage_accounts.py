"""Storage accounts: the cache, and the target of unmanaged disks."""

from dataclasses import replace

from asr.gateway.resources import patch
from asr.gateway.session import Azure
from asr.gateway.storage import read_account
from asr.gateway.targets import put_storage_account
from asr.model.change import Change, ChangeType, create, refuse, reuse, update
from asr.model.specs import StorageSpec
from asr.model.step import Operation
from asr.model.vault_facts import Account
from asr.planning.suitability import account_drift, account_problems
from asr.reasons import reason
from asr.resources.azure_view import AzureView, Query
from asr.resources.kind import Compared, Ids, Kind
from asr.resources.provisioning import has_to_be_put, unrest

ACCOUNT = Query[Account | None](read_account, None)
"""A storage account; None if it does not exist."""

SAFE: dict[str, object] = {
    "minimumTlsVersion": "TLS1_2",
    "allowBlobPublicAccess": False,
    "supportsHttpsTrafficOnly": True,
}
"""What every account that the product makes is closed by."""


async def read(view: AzureView, spec: StorageSpec, _ids: Ids) -> Account | None:
    """The account."""
    return await view.see(ACCOUNT, spec.id)


def diff(found: Account | None, spec: StorageSpec, _ids: Ids) -> Change:
    """One of ours that has drifted from its safe settings is put right; one that a person named is only checked."""
    state = found.provisioning_state if found else None
    if pending := unrest(spec.id, state):
        return pending
    if found is None or has_to_be_put(state):
        if spec.exists:
            return refuse(spec.id, reason("TargetNotFound", role="storage account", id=spec.id))
        about = f"there is no {spec.purpose} account yet"
        return create(spec.id, about, location=spec.location, kind=spec.kind, sku=spec.sku, **SAFE)
    if problems := account_problems(found, spec):
        return refuse(spec.id, *problems)
    if drift := account_drift(found, spec):
        return update(spec.id, "it is less closed than it was made", **drift)
    return reuse(spec.id, "it exists", location=found.location, kind=found.kind, sku=found.sku)


async def apply(azure: Azure, compared: Compared[StorageSpec, Account | None]) -> Operation | None:
    """Create the account, or put it right."""
    spec, change = compared.spec, compared.change
    if change.change_type is ChangeType.UPDATE:
        return await patch(azure, spec.id, {"properties": dict(change.values)})
    return await put_storage_account(azure, spec.id, spec.location, kind=spec.kind, sku=spec.sku, purpose=spec.purpose)


async def assume(view: AzureView, compared: Compared[StorageSpec, Account | None]) -> None:
    """The account is there as it would be made."""
    spec = compared.spec
    there = compared.found or Account(spec.id, spec.location, spec.kind, spec.sku)
    closed = replace(there, provisioning_state="Succeeded", minimum_tls="TLS1_2", public_blobs=False, https_only=True)
    view.assume(ACCOUNT, spec.id, closed)


STORAGE_ACCOUNT = Kind("storage account", StorageSpec, read, diff, apply, assume)
