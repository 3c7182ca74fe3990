"""Beginning protection, and ending it."""

from collections.abc import Mapping
from dataclasses import dataclass

from azure.mgmt.recoveryservicessiterecovery.models import (
    A2AEnableProtectionInput,
    A2AVmDiskInputDetails,
    A2AVmManagedDiskInputDetails,
    DisableProtectionInput,
    DisableProtectionInputProperties,
    DisableProtectionReason,
    DiskEncryptionInfo,
    DiskEncryptionKeyInfo,
    EnableProtectionInput,
    EnableProtectionInputProperties,
    KeyEncryptionKeyInfo,
)

from asr.gateway.begun import Answer
from asr.gateway.fence import check_bounds
from asr.gateway.session import Azure
from asr.gateway.site_recovery.ids import item_id, place
from asr.model.specs import DiskKeys, EnableSpec
from asr.model.step import Operation


@dataclass(frozen=True, slots=True)
class Enable:
    """What enabling protection of one VM takes: what is wanted, the Azure ids that it names by requirement keys, and
    the subnet of the recovery network.
    """

    spec: EnableSpec
    ids: Mapping[str, str]
    recovery_subnet: str

    def id(self, requirement: str | None) -> str | None:
        """The Azure id of a requirement, None for none."""
        return None if requirement is None else self.ids[requirement]

    @property
    def container_id(self) -> str:
        """The container that the VM is protected from."""
        return self.ids[self.spec.source_container_key]


async def begin_enable_protection(azure: Azure, enable: Enable) -> Operation | None:
    """Begin to protect a VM. The operation ends long before the VM is protected: initial replication follows.

    Source: Replication Protected Items - Create.

    Raises:
        OutOfBounds: the VM is not watched, or a target is in a subscription that nobody allowed.
    """
    spec, at, answer = enable.spec, place(enable.container_id), Answer()
    group, network = enable.ids[spec.group_key], enable.ids[spec.network_key]
    check_bounds(azure.settings, spec.vm_id, group, network)
    body = EnableProtectionInput(
        properties=EnableProtectionInputProperties(
            policy_id=enable.id(spec.policy_key), provider_specific_details=_enable_input(enable)
        )
    )
    with azure.calling(f"PUT {item_id(enable.container_id, spec.item_name)}"):
        await azure.site_recovery(at.subscription).replication_protected_items.begin_create(
            at.group, at.vault, at.fabric, at.container, spec.item_name, body, polling=False, raw_response_hook=answer
        )
    return answer.operation(azure.settings.poll_seconds)


async def begin_disable_protection(azure: Azure, item: str) -> Operation | None:
    """Begin to end protection in good order: agent, link and replicas go too. Not the purge, which leaves them behind.

    Source: Replication Protected Items - Delete (`POST .../remove`).
    """
    at, answer = place(item), Answer()
    body = DisableProtectionInput(
        properties=DisableProtectionInputProperties(disable_protection_reason=DisableProtectionReason.NOT_SPECIFIED)
    )
    with azure.calling(f"POST {item}/remove"):
        await azure.site_recovery(at.subscription).replication_protected_items.begin_delete(
            at.group, at.vault, at.fabric, at.container, at.name, body, polling=False, raw_response_hook=answer
        )
    return answer.operation(azure.settings.poll_seconds)


def _enable_input(enable: Enable) -> A2AEnableProtectionInput:
    spec = enable.spec
    cache, group = enable.ids[spec.cache_account_key], enable.ids[spec.group_key]
    managed = [
        A2AVmManagedDiskInputDetails(
            disk_id=disk.id,
            primary_staging_azure_storage_account_id=cache,
            recovery_resource_group_id=group,
            recovery_replica_disk_account_type=disk.replica_sku,
            recovery_target_disk_account_type=disk.target_sku,
            recovery_disk_encryption_set_id=disk.encryption_set_id,
            disk_encryption_info=_encryption(disk.keys) if disk.keys else None,
        )
        for disk in spec.disks
        if disk.id is not None
    ]
    unmanaged = [
        A2AVmDiskInputDetails(
            disk_uri=disk.uri,
            recovery_azure_storage_account_id=enable.id(spec.target_account_key) or "",
            primary_staging_azure_storage_account_id=cache,
        )
        for disk in spec.disks
        if disk.uri is not None
    ]
    return A2AEnableProtectionInput(
        fabric_object_id=spec.vm_id,
        recovery_container_id=enable.id(spec.recovery_container_key),
        recovery_resource_group_id=group,
        recovery_azure_network_id=enable.id(spec.network_key),
        recovery_subnet_name=enable.recovery_subnet,
        recovery_availability_set_id=enable.id(spec.availability_set_key),
        recovery_availability_zone=spec.availability_zone,
        multi_vm_group_name=spec.consistency_group,
        recovery_proximity_placement_group_id=enable.id(spec.placement_group_key),
        recovery_capacity_reservation_group_id=spec.capacity_group_id,
        recovery_virtual_machine_scale_set_id=spec.scale_set_id,
        recovery_boot_diag_storage_account_id=spec.boot_diagnostics_account_id,
        vm_managed_disks=managed or None,
        vm_disks=unmanaged or None,
    )


def _encryption(keys: DiskKeys) -> DiskEncryptionInfo:
    """The key's vault is the secret's: Azure Disk Encryption wants both in one."""
    secret = DiskEncryptionKeyInfo(secret_identifier=keys.secret_url, key_vault_resource_arm_id=keys.vault_id)
    if keys.key_url is None:
        return DiskEncryptionInfo(disk_encryption_key_info=secret)
    key = KeyEncryptionKeyInfo(key_identifier=keys.key_url, key_vault_resource_arm_id=keys.vault_id)
    return DiskEncryptionInfo(disk_encryption_key_info=secret, key_encryption_key_info=key)
