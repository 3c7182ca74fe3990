"""The whole of what an update of a protected item says: its document, with what is wanted in its place.

Source: Replication Protected Items - Update, `UpdateReplicationProtectedItemInput`.
"""

from collections.abc import Mapping
from typing import Any

from asr.gateway.document import Json, section, sections, text, text_or_none
from asr.model.item_change import AddressChange, DiskChange, InterfaceChange, ItemChange
from asr.model.specs import DiskKeys

type Body = dict[str, Any]

_OF_ITEM = {
    "recoveryAzureVMName": ("recoveryAzureVMName", "vm_name"),
    "recoveryAzureVMSize": ("recoveryAzureVMSize", "vm_size"),
    "selectedRecoveryAzureNetworkId": ("selectedRecoveryAzureNetworkId", "recovery_network_id"),
    "selectedTfoAzureNetworkId": ("selectedTfoAzureNetworkId", "test_network_id"),
    "recoveryAvailabilitySetId": ("recoveryAvailabilitySet", "availability_set_id"),
}
"""What is sent: the name of it in the item's document, and in `ItemChange`."""

_OF_A2A = {
    "recoveryResourceGroupId": ("recoveryAzureResourceGroupId", "recovery_group_id"),
    "recoveryCloudServiceId": ("recoveryCloudService", None),
    "recoveryBootDiagStorageAccountId": ("recoveryBootDiagStorageAccountId", "boot_diagnostics_account_id"),
    "tfoAzureVMName": ("tfoAzureVMName", None),
    "recoveryProximityPlacementGroupId": ("recoveryProximityPlacementGroupId", "placement_group_id"),
    "recoveryVirtualMachineScaleSetId": ("recoveryVirtualMachineScaleSetId", "scale_set_id"),
    "recoveryCapacityReservationGroupId": ("recoveryCapacityReservationGroupId", "capacity_group_id"),
    "recoveryAvailabilityZone": ("recoveryAvailabilityZone", None),
    "platformFaultDomain": ("platformFaultDomain", None),
}

_INTERFACE = {
    "nicId": "nicId",
    "selectionType": "selectionType",
    "recoveryNetworkSecurityGroupId": "recoveryNetworkSecurityGroupId",
    "enableAcceleratedNetworkingOnRecovery": "enableAcceleratedNetworkingOnRecovery",
    "tfoNetworkSecurityGroupId": "tfoNetworkSecurityGroupId",
    "enableAcceleratedNetworkingOnTfo": "enableAcceleratedNetworkingOnTfo",
    "recoveryNicName": "recoveryNicName",
    "recoveryNicResourceGroupName": "recoveryNicResourceGroupName",
    "reuseExistingNic": "reuseExistingNic",
    "tfoNicName": "tfoRecoveryNicName",
    "tfoNicResourceGroupName": "tfoRecoveryNicResourceGroupName",
    "tfoReuseExistingNic": "tfoReuseExistingNic",
    "targetNicName": "targetNicName",
}
_ADDRESS = {
    "ipConfigName": "name",
    "isPrimary": "isPrimary",
    "isSeletedForFailover": "isSeletedForFailover",
    "recoverySubnetName": "recoverySubnetName",
    "recoveryStaticIPAddress": "recoveryStaticIPAddress",
    "recoveryPublicIPAddressId": "recoveryPublicIPAddressId",
    "recoveryLBBackendAddressPoolIds": "recoveryLBBackendAddressPoolIds",
    "tfoSubnetName": "tfoSubnetName",
    "tfoStaticIPAddress": "tfoStaticIPAddress",
    "tfoPublicIPAddressId": "tfoPublicIPAddressId",
    "tfoLBBackendAddressPoolIds": "tfoLBBackendAddressPoolIds",
}
_DISK = ("diskId", "recoveryTargetDiskAccountType", "recoveryReplicaDiskAccountType", "failoverDiskName", "tfoDiskName")


def whole(document: Json, change: ItemChange) -> Body:
    """The properties of the update: everything that the item has, but for what is to be another."""
    details = section(document, "properties", "providerSpecificDetails")
    body = {name: getattr(change, field) or details.get(shown) for name, (shown, field) in _OF_ITEM.items()}
    specific = {
        name: (getattr(change, field) if field else None) or details.get(shown)
        for name, (shown, field) in _OF_A2A.items()
    }
    disks = {one.id.lower(): one for one in change.disks}
    specific["managedDiskUpdateDetails"] = [
        _disk(disk, disks.get(text(disk, "diskId").lower())) for disk in sections(details, "protectedManagedDisks")
    ]
    interfaces = {one.nic_id.lower(): one for one in change.interfaces}
    new_test = change.test_network_id is not None and not _same(
        change.test_network_id, details.get("selectedTfoAzureNetworkId")
    )
    return told(
        {
            **body,
            "vmNics": [
                _interface(nic, interfaces.get(text(nic, "nicId").lower()), new_test=new_test)
                for nic in sections(details, "vmNics")
            ],
            "providerSpecificDetails": told({"instanceType": "A2A", **specific}),
        }
    )


def _interface(nic: Json, change: InterfaceChange | None, *, new_test: bool) -> Body:
    """A NIC; the subnets of another test network are those of the same names as in the recovery network."""
    body: Body = {name: nic.get(shown) for name, shown in _INTERFACE.items()}
    if change is not None and change.security_group_id is not None:
        body["recoveryNetworkSecurityGroupId"] = change.security_group_id
    if change is not None and change.accelerated is not None:
        body["enableAcceleratedNetworkingOnRecovery"] = change.accelerated
    wanted = {one.name: one for one in change.addresses} if change else {}
    body["ipConfigs"] = [
        _address(one, wanted.get(text(one, "name")), new_test=new_test) for one in sections(nic, "ipConfigs")
    ]
    return told(body)


def _address(configuration: Json, change: AddressChange | None, *, new_test: bool) -> Body:
    body: Body = {name: configuration.get(shown) for name, shown in _ADDRESS.items()}
    if change is not None:
        body["recoverySubnetName"] = change.recovery_subnet or body["recoverySubnetName"]
        body["recoveryStaticIPAddress"] = change.recovery_address or body["recoveryStaticIPAddress"]
        body["recoveryPublicIPAddressId"] = change.public_address_id or body["recoveryPublicIPAddressId"]
    if new_test:
        body["tfoSubnetName"] = body["recoverySubnetName"]
    return told(body)


def _disk(disk: Json, change: DiskChange | None) -> Body:
    """Keys are told as they are only where the item shows them; the secret itself never is."""
    body: Body = {name: disk.get(name) for name in _DISK}
    keys = _keys_of(disk)
    if change is not None:
        body["recoveryTargetDiskAccountType"] = change.recovery_sku or body["recoveryTargetDiskAccountType"]
        body["recoveryReplicaDiskAccountType"] = change.replica_sku or body["recoveryReplicaDiskAccountType"]
        keys = change.keys or keys
    return told({**body, "diskEncryptionInfo": encryption(keys) if keys else None})


def _keys_of(disk: Json) -> DiskKeys | None:
    secret, vault = text(disk, "secretIdentifier"), text(disk, "dekKeyVaultArmId")
    return DiskKeys(secret, vault, text_or_none(disk, "keyIdentifier")) if secret and vault else None


def encryption(keys: DiskKeys) -> Body:
    """The key's vault is the secret's: Azure Disk Encryption wants both in one."""
    info: Body = {
        "diskEncryptionKeyInfo": {"secretIdentifier": keys.secret_url, "keyVaultResourceArmId": keys.vault_id}
    }
    if keys.key_url is not None:
        info["keyEncryptionKeyInfo"] = {"keyIdentifier": keys.key_url, "keyVaultResourceArmId": keys.vault_id}
    return info


def told(body: Mapping[str, Any]) -> Body:
    """Without what the item does not have."""
    return {name: value for name, value in body.items() if value not in (None, "", [])}


def differing(present: object, wanted: object, name: str = "") -> list[str]:
    """The names of what differs; ids and names are compared without case."""
    match present, wanted:
        case dict(), dict():
            names = {**present, **wanted}
            return [one for key in names for one in differing(present.get(key), wanted.get(key), key)]
        case list(), list() if len(present) == len(wanted):
            return [one for pair in zip(present, wanted, strict=True) for one in differing(*pair, name)]
    return [] if _same(present, wanted) else [name]


def _same(one: object, other: object) -> bool:
    if isinstance(one, str) and isinstance(other, str):
        return one.strip("/").lower() == other.strip("/").lower()
    return one == other
