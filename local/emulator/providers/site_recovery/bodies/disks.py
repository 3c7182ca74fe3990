"""Wire bodies of protected disks, managed and unmanaged."""

from local.emulator.arm.wire import JsonObject
from local.emulator.providers.site_recovery import names

GIB = 1024**3
ALIGNMENT = 2 * 1024**2
"""What the service adds to the size in GiB: the recording shows 127 GiB as 136,367,308,800 bytes."""


def replica_id(recovery_group: str, disk_name: str) -> str:
    """Return the id of the replica that the service keeps of a managed disk."""
    return f"{recovery_group}/providers/Microsoft.Compute/disks/{disk_name}-ASRReplica"


def _progress() -> JsonObject:
    return {
        "resyncRequired": False,
        "monitoringPercentageCompletion": None,
        "monitoringJobType": None,
        "dataPendingInStagingStorageAccountInMB": 0.0,
        "dataPendingAtSourceAgentInMB": 0.0,
        "diskState": "Unavailable",
        "allowedDiskLevelOperation": [],
    }


def encryption(info: JsonObject | None) -> JsonObject:
    """Return what a protected disk says about its encryption inside of the machine. `info` is `diskEncryptionInfo`."""
    secret = (info or {}).get("diskEncryptionKeyInfo") or {}
    key = (info or {}).get("keyEncryptionKeyInfo") or {}
    return {
        "isDiskEncrypted": bool(secret),
        "secretIdentifier": secret.get("secretIdentifier"),
        "dekKeyVaultArmId": secret.get("keyVaultResourceArmId"),
        "isDiskKeyEncrypted": bool(key),
        "keyIdentifier": key.get("keyIdentifier"),
        "kekKeyVaultArmId": key.get("keyVaultResourceArmId"),
    }


def _names(disk_name: str) -> JsonObject:
    return {"failoverDiskName": disk_name, "tfoDiskName": f"{disk_name}-ASRtest"}


def managed(given: JsonObject, disk: JsonObject, *, is_os_disk: bool) -> JsonObject:
    """Return a protected managed disk.

    Args:
        given: one element of `vmManagedDisks` as the client sent it.
        disk: the source disk's own wire body.
        is_os_disk: whether the machine boots from it.
    """
    disk_name = names.name_of(given["diskId"])
    sku = disk.get("sku", {}).get("name") or "Standard_LRS"
    return {
        "diskId": names.lowered(given["diskId"]),
        "recoveryResourceGroupId": given["recoveryResourceGroupId"],
        "recoveryTargetDiskId": None,
        "recoveryReplicaDiskId": replica_id(given["recoveryResourceGroupId"], disk_name),
        "recoveryOrignalTargetDiskId": None,
        "recoveryReplicaDiskAccountType": given.get("recoveryReplicaDiskAccountType") or sku,
        "recoveryTargetDiskAccountType": given.get("recoveryTargetDiskAccountType") or sku,
        "recoveryDiskEncryptionSetId": given.get("recoveryDiskEncryptionSetId"),
        "primaryDiskEncryptionSetId": disk["properties"].get("encryption", {}).get("diskEncryptionSetId"),
        "diskName": disk_name,
        "diskCapacityInBytes": int(disk["properties"].get("diskSizeGB") or 0) * GIB + ALIGNMENT,
        "primaryStagingAzureStorageAccountId": given["primaryStagingAzureStorageAccountId"],
        "diskType": "OperatingSystem" if is_os_disk else "Data",
        **_progress(),
        **encryption(given.get("diskEncryptionInfo")),
        **_names(disk_name),
    }


def unmanaged(given: JsonObject, *, size_gib: int, source_account: str, is_os_disk: bool) -> JsonObject:
    """Return a protected unmanaged disk.

    Args:
        given: one element of `vmDisks` as the client sent it.
        size_gib: the disk's size.
        source_account: the id of the storage account that the blob is in.
        is_os_disk: whether the machine boots from it.
    """
    blob = given["diskUri"].rsplit("/", 1)[-1]
    target = names.name_of(given["recoveryAzureStorageAccountId"])
    return {
        "diskUri": given["diskUri"],
        "recoveryAzureStorageAccountId": given["recoveryAzureStorageAccountId"],
        "primaryDiskAzureStorageAccountId": source_account,
        "recoveryDiskUri": f"https://{target}.blob.core.windows.net/vhds/{blob}",
        "diskName": blob.removesuffix(".vhd"),
        "diskCapacityInBytes": size_gib * GIB + ALIGNMENT,
        "primaryStagingAzureStorageAccountId": given["primaryStagingAzureStorageAccountId"],
        "diskType": "OperatingSystem" if is_os_disk else "Data",
        **_progress(),
        **encryption(given.get("diskEncryptionInfo")),
        **_names(blob.removesuffix(".vhd")),
    }
