"""Changing protection: enable, completion what only a protected VM lets be set, disable."""

from collections.abc import Mapping
from dataclasses import dataclass

from azure.mgmt.recoveryservicessiterecovery.models import (
    A2AEnableProtectionInput,
    A2AUpdateReplicationProtectedItemInput,
    A2AVmDiskInputDetails,
    A2AVmManagedDiskInputDetails,
    DisableProtectionInput,
    DisableProtectionInputProperties,
    DisableProtectionReason,
    DiskEncryptionInfo,
    DiskEncryptionKeyInfo,
    EnableProtectionInput,
    EnableProtectionInputProperties,
    IPConfigDetails,
    IPConfigInputDetails,
    KeyEncryptionKeyInfo,
    UpdateReplicationProtectedItemInput,
    UpdateReplicationProtectedItemInputProperties,
    VMNicDetails,
    VMNicInputDetails,
)

from asr.errors import Rejected
from asr.gateway.begun import Answer
from asr.gateway.fence import check_bounds
from asr.gateway.session import Azure
from asr.gateway.site_recovery.ids import item_id, place
from asr.gateway.site_recovery.items import read_wire_item
from asr.model.specs import DiskKeys, EnableSpec
from asr.model.step import Operation
from asr.reasons import reason


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


async def begin_set_test_network(azure: Azure, item: str, network_id: str) -> Operation | None:
    """Begin to set the network that test failovers of this item use; its NICs go into subnets of the same names.

    An update that leaves the NICs out, or any of their settings, resets them: so they are read and sent back whole.

    Raises:
        Rejected: the item does not exist (any more).
    """
    at, answer = place(item), Answer()
    wire = await read_wire_item(azure, item)
    if wire is None:
        raise Rejected(f"GET {item}", 404, reason("ItemGone", item=item))
    about = wire.properties
    details = about.provider_specific_details if about else None
    nics: list[VMNicDetails] = getattr(details, "vm_nics", None) or []
    body = UpdateReplicationProtectedItemInput(
        properties=UpdateReplicationProtectedItemInputProperties(
            selected_tfo_azure_network_id=network_id,
            vm_nics=[_nic_input(nic) for nic in nics],
            provider_specific_details=A2AUpdateReplicationProtectedItemInput(),
        )
    )
    with azure.calling(f"PATCH {item}"):
        await azure.site_recovery(at.subscription).replication_protected_items.begin_update(
            at.group, at.vault, at.fabric, at.container, at.name, body, polling=False, raw_response_hook=answer
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


def _nic_input(nic: VMNicDetails) -> VMNicInputDetails:
    return VMNicInputDetails(
        nic_id=nic.nic_id,
        selection_type=nic.selection_type,
        recovery_network_security_group_id=nic.recovery_network_security_group_id,
        enable_accelerated_networking_on_recovery=nic.enable_accelerated_networking_on_recovery,
        enable_accelerated_networking_on_tfo=nic.enable_accelerated_networking_on_tfo,
        recovery_nic_name=nic.recovery_nic_name,
        recovery_nic_resource_group_name=nic.recovery_nic_resource_group_name,
        reuse_existing_nic=nic.reuse_existing_nic,
        ip_configs=[_ip_input(configuration) for configuration in nic.ip_configs or ()],
    )


def _ip_input(configuration: IPConfigDetails) -> IPConfigInputDetails:
    return IPConfigInputDetails(
        ip_config_name=configuration.name,
        is_primary=configuration.is_primary,
        is_seleted_for_failover=configuration.is_seleted_for_failover,
        recovery_subnet_name=configuration.recovery_subnet_name,
        recovery_static_ip_address=configuration.recovery_static_ip_address,
        recovery_public_ip_address_id=configuration.recovery_public_ip_address_id,
        recovery_lb_backend_address_pool_ids=configuration.recovery_lb_backend_address_pool_ids,
        tfo_subnet_name=configuration.recovery_subnet_name,
    )
