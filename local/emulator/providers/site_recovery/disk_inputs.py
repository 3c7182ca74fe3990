"""The disks a client names when it enables, adds or reverses: their shape, their checks, their bodies."""

from local.emulator.arm.cloud import Cloud
from local.emulator.arm.regions import region_name
from local.emulator.arm.store import Resource
from local.emulator.arm.wire import JsonObject
from local.emulator.providers.site_recovery import names, references
from local.emulator.providers.site_recovery.bodies import disks
from local.emulator.providers.site_recovery.machine import AttachedDisk, Machine
from local.emulator.providers.site_recovery.refusals import failure

SMALLEST_MIB = 1024
LUNS = "luns"
"""The private fact of an item: where its disks were attached when they were protected, by their keys."""


def managed_of(given: JsonObject) -> list[JsonObject]:
    """Return the managed disks that were named."""
    return list(given.get("vmManagedDisks") or ())


def unmanaged_of(given: JsonObject) -> list[JsonObject]:
    """Return the unmanaged disks that were named."""
    return list(given.get("vmDisks") or ())


def key_of(disk: JsonObject) -> str:
    """Return what tells a disk from the others, in inputs and in an item's body: its id or its blob's URI."""
    return str(disk.get("diskId") or disk.get("diskUri")).lower()


def _mebibytes(disk: Resource) -> int:
    """Return a managed disk's size; an uploaded one may be smaller than its `diskSizeGB`, which Azure rounds up."""
    uploaded = int(disk.properties.get("creationData", {}).get("uploadSizeBytes") or 0)
    return uploaded // 1024**2 or int(disk.properties.get("diskSizeGB") or 1) * SMALLEST_MIB


def _attached(machine: Machine) -> dict[str, AttachedDisk]:
    return {disk.key: disk for disk in machine.disks()}


def check(cloud: Cloud, machine: Machine, given: JsonObject, recovery_location: str) -> None:
    """Check that every named disk is attached and large enough, and its accounts and groups where they must be.

    Raises:
        ServiceFailure: DiskAlreadyProtected, DiskNotAttached, DiskTooSmall, EncryptionInfoMissing, CacheAccount...,
            RecoveryGroupNotFound, TargetAccountNotFound, ReplicaManagedDiskExists.
    """
    attached = _attached(machine)
    for disk in managed_of(given):
        _check_attached(cloud, machine, attached, disk["diskId"])
        _check_cache_account(cloud, machine, disk["primaryStagingAzureStorageAccountId"])
        _check_group(cloud, disk["recoveryResourceGroupId"])
        source = cloud.store.find(disk["diskId"])
        if source and _mebibytes(source) < SMALLEST_MIB:
            raise failure(cloud, "DiskTooSmall", disk=source.id.name, size=f"{_mebibytes(source)} MB")
        if source and _is_sealed(source) and not _keys_of(given, disk):
            raise failure(cloud, "EncryptionInfoMissing", disk=source.id.name, vm=machine.id.name)
        replica = disks.replica_id(disk["recoveryResourceGroupId"], disk["diskId"].rsplit("/", 1)[-1])
        if cloud.store.find(replica):
            raise failure(cloud, "ReplicaManagedDiskExists", disk=replica)
    for disk in unmanaged_of(given):
        _check_attached(cloud, machine, attached, disk["diskUri"])
        _check_cache_account(cloud, machine, disk["primaryStagingAzureStorageAccountId"])
        account = disk["recoveryAzureStorageAccountId"]
        if references.find(cloud, account, names.STORAGE_ACCOUNTS, recovery_location) is None:
            raise failure(cloud, "TargetAccountNotFound", account=account, region=recovery_location)
    named = [key_of(disk) for disk in (*managed_of(given), *unmanaged_of(given))]
    for key in {key for key in named if named.count(key) > 1}:
        raise failure(cloud, "DiskAlreadyProtected", disk=key, vm=machine.id.name)


def _is_sealed(disk: Resource) -> bool:
    """Say whether the machine encrypts what it keeps on a disk (Azure Disk Encryption)."""
    return bool((disk.properties.get("encryptionSettingsCollection") or {}).get("enabled"))


def _keys_of(given: JsonObject, disk: JsonObject) -> JsonObject | None:
    """Return the encryption information for a named disk: its own, else that of the whole request."""
    info: JsonObject | None = disk.get("diskEncryptionInfo") or given.get("diskEncryptionInfo")
    return info


def _check_attached(cloud: Cloud, machine: Machine, attached: dict[str, AttachedDisk], key: str) -> None:
    if key.lower() not in attached:
        raise failure(cloud, "DiskNotAttached", disk=key, vm=machine.id.name)


def _check_cache_account(cloud: Cloud, machine: Machine, account_id: str) -> None:
    account = references.find(cloud, account_id, names.STORAGE_ACCOUNTS)
    if account is None:
        raise failure(cloud, "CacheAccountNotFound", account=account_id)
    if region_name(account.location) != machine.location:
        raise failure(cloud, "CacheAccountNotInSourceRegion", account=account.id.name, region=account.location)


def _check_group(cloud: Cloud, group_id: str) -> None:
    if references.find(cloud, group_id, names.GROUPS) is None:
        raise failure(cloud, "RecoveryGroupNotFound", group=group_id)


def protected(cloud: Cloud, machine: Machine, given: JsonObject) -> tuple[list[JsonObject], list[JsonObject]]:
    """Return the wire bodies of the named disks: the managed ones and the unmanaged ones."""
    attached = _attached(machine)
    managed = [
        disks.managed(
            disk | {"diskEncryptionInfo": _keys_of(given, disk)},
            source.body if (source := cloud.store.find(disk["diskId"])) else {"properties": {}},
            is_os_disk=attached[disk["diskId"].lower()].is_os_disk,
        )
        for disk in managed_of(given)
        if disk["diskId"].lower() in attached
    ]
    unmanaged = [
        disks.unmanaged(
            disk | {"diskEncryptionInfo": _keys_of(given, disk)},
            size_gib=attached[disk["diskUri"].lower()].size_gib,
            source_account=_account_of(cloud, disk["diskUri"]),
            is_os_disk=attached[disk["diskUri"].lower()].is_os_disk,
        )
        for disk in unmanaged_of(given)
        if disk["diskUri"].lower() in attached
    ]
    return managed, unmanaged


def _account_of(cloud: Cloud, blob_uri: str) -> str:
    """Return the id of the storage account that a blob is in, or "" when this Azure does not have it."""
    name = blob_uri.split("//", 1)[-1].split(".", 1)[0].lower()
    accounts = cloud.store.of_type("Microsoft.Storage/storageAccounts")
    return next((account.id.text for account in accounts if account.id.name.lower() == name), "")
