"""Protected items: read, listed, and found from their VM."""

from collections.abc import Iterator
from datetime import UTC, datetime

from azure.mgmt.recoveryservicessiterecovery.models import (
    A2AReplicationDetails,
    ReplicationProtectedItem,
    VMNicDetails,
)
from azure.mgmt.recoveryservicessiterecovery.models import (
    HealthError as WireHealthError,
)

from asr.errors import Rejected
from asr.gateway.error_body import MOST_ERRORS
from asr.gateway.paging import entries
from asr.gateway.redact import quoted
from asr.gateway.resources import VIRTUAL_MACHINE, region_name
from asr.gateway.session import Azure
from asr.gateway.site_recovery.absence import is_absent
from asr.gateway.site_recovery.ids import place
from asr.model.vm_facts import HealthError, ItemDisk, ItemInterface, ProtectedItem


async def read_wire_item(azure: Azure, item_id: str) -> ReplicationProtectedItem | None:
    """The protected item as the SDK has it; None if it does not exist. Source: Replication Protected Items - Get."""
    at = place(item_id)
    try:
        with azure.calling(f"GET {item_id}"):
            return await azure.site_recovery(at.subscription).replication_protected_items.get(
                at.group, at.vault, at.fabric, at.container, at.name
            )
    except Rejected as error:
        if is_absent(error):
            return None
        raise


async def get_protected_item(azure: Azure, item_id: str) -> ProtectedItem | None:
    """The protected item; None if it does not exist, or is not of Azure-to-Azure replication."""
    item = await read_wire_item(azure, item_id)
    return None if item is None else _item(item)


async def list_protected_items(azure: Azure, vault_id: str) -> tuple[ProtectedItem, ...]:
    """Every protected Azure VM of the vault, all pages. Source: Replication Protected Items - List."""
    at = place(vault_id)
    what = f"GET {vault_id}/replicationProtectedItems"
    with azure.calling(what):
        client = azure.site_recovery(at.subscription).replication_protected_items
        listed = [_item(item) async for item in entries(what, client.list(at.group, at.vault))]
    return tuple(item for item in listed if item is not None)


def _item(item: ReplicationProtectedItem) -> ProtectedItem | None:
    about = item.properties
    details = about.provider_specific_details if about else None
    if about is None or not isinstance(details, A2AReplicationDetails):
        return None
    disks = tuple(_disks(details))
    return ProtectedItem(
        id=item.id or "",
        name=item.name or "",
        vm_id=details.fabric_object_id or "",
        state=about.protection_state or "",
        state_description=about.protection_state_description or "",
        health=about.replication_health or "",
        percent=None if about.protection_state == "Protected" else details.monitoring_percentage_completion,
        rpo_seconds=details.rpo_in_seconds,
        recovery_region=region_name(details.recovery_fabric_location) or None,
        recovery_group_id=details.recovery_azure_resource_group_id,
        recovery_availability_set_id=details.recovery_availability_set,
        recovery_network_id=details.selected_recovery_azure_network_id,
        test_network_id=details.selected_tfo_azure_network_id,
        interfaces=tuple(_interface(nic, details.selected_tfo_azure_network_id) for nic in details.vm_nics or ()),
        disk_ids=tuple(disk.id for disk in disks),
        health_errors=tuple(_health_error(error) for error in (about.health_errors or ())[:MOST_ERRORS]),
        consistency_group=details.multi_vm_group_name or None,
        cache_account_ids=tuple(dict.fromkeys(_cache_accounts(details))),
        source_region=region_name(details.primary_fabric_location) or None,
        recovery_zone=details.recovery_availability_zone or None,
        recovery_placement_group_id=details.recovery_proximity_placement_group_id or None,
        recovered_vm_ids=tuple(_recovered(details)),
        lifecycle_id=details.lifecycle_id or None,
        failed_over_at=_time(about.last_successful_failover_time),
        rpo_at=_time(details.last_rpo_calculated_time),
        disks=disks,
        unreplicated_luns=tuple(
            disk.disk_lun_id for disk in details.unprotected_disks or () if disk.disk_lun_id is not None
        ),
        policy_id=about.policy_id or None,
        high_churn=_CHURN.get(str(details.churn_option_selected or "").lower()),
        recovery_capacity_group_id=details.recovery_capacity_reservation_group_id or None,
        recovery_scale_set_id=details.recovery_virtual_machine_scale_set_id or None,
        boot_diagnostics_account_id=details.recovery_boot_diag_storage_account_id or None,
        recovery_account_ids=tuple(
            dict.fromkeys(
                disk.recovery_azure_storage_account_id
                for disk in details.protected_disks or ()
                if disk.recovery_azure_storage_account_id
            )
        ),
    )


_CHURN = {"high": True, "normal": False}
"""Words of `churnOptionSelected`."""


def _disks(details: A2AReplicationDetails) -> Iterator[ItemDisk]:
    for disk in details.protected_managed_disks or ():
        if disk.disk_id:
            yield ItemDisk(
                disk.disk_id,
                recovery_sku=disk.recovery_target_disk_account_type or None,
                replica_sku=disk.recovery_replica_disk_account_type or None,
                encryption_set_id=disk.recovery_disk_encryption_set_id or None,
                key_vault_id=disk.dek_key_vault_arm_id or None,
                secret_url=disk.secret_identifier or None,
                key_url=disk.key_identifier or None,
            )
    for blob in details.protected_disks or ():
        if blob.disk_uri:
            yield ItemDisk(blob.disk_uri, key_vault_id=blob.dek_key_vault_arm_id or None)


def _time(at: datetime | None) -> str | None:
    """A time as text in UTC; Site Recovery leaves the zone out here and there."""
    if at is None:
        return None
    return (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC).isoformat()


def _recovered(details: A2AReplicationDetails) -> Iterator[str]:
    """Site Recovery knows both VMs by name before it makes them."""
    for name in (details.recovery_azure_vm_name, details.tfo_azure_vm_name):
        if name and details.recovery_azure_resource_group_id:
            yield f"{details.recovery_azure_resource_group_id}/providers/{VIRTUAL_MACHINE}/{name}"


def _cache_accounts(details: A2AReplicationDetails) -> Iterator[str]:
    managed = (disk.primary_staging_azure_storage_account_id for disk in details.protected_managed_disks or ())
    unmanaged = (disk.primary_staging_azure_storage_account_id for disk in details.protected_disks or ())
    return (id_ for id_ in (*managed, *unmanaged) if id_)


def _interface(nic: VMNicDetails, test_network_id: str | None) -> ItemInterface:
    """A NIC that tells no test network of its own has the item's: updates name the network once, for all NICs."""
    configurations = nic.ip_configs or []
    primary = next((one for one in configurations if one.is_primary), configurations[0] if configurations else None)
    return ItemInterface(
        nic_id=nic.nic_id or "",
        source_id=nic.source_nic_arm_id or "",
        recovery_network_id=nic.recovery_vm_network_id,
        recovery_subnet=primary.recovery_subnet_name if primary else None,
        test_network_id=nic.tfo_vm_network_id or test_network_id,
        test_subnet=primary.tfo_subnet_name if primary else None,
        ip_configuration=primary.name if primary else None,
    )


def _health_error(error: WireHealthError) -> HealthError:
    return HealthError(
        code=error.error_code or "",
        message=quoted(error.error_message or error.summary_message),
        level=error.error_level or "",
        recommended_action=quoted(error.recommended_action),
        possible_causes=quoted(error.possible_causes),
    )
