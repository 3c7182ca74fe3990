"""Failing over: what is begun with a protected item beside protecting it. Every call begins an operation."""

from collections.abc import Sequence

from azure.mgmt.recoveryservicessiterecovery.models import (
    A2AApplyRecoveryPointInput,
    A2ASwitchProtectionInput,
    A2ATestFailoverInput,
    A2AUnplannedFailoverInput,
    A2AVmManagedDiskInputDetails,
    ApplyRecoveryPointInput,
    ApplyRecoveryPointInputProperties,
    SwitchProtectionInput,
    SwitchProtectionInputProperties,
    TestFailoverCleanupInput,
    TestFailoverCleanupInputProperties,
    TestFailoverInput,
    TestFailoverInputProperties,
    UnplannedFailoverInput,
    UnplannedFailoverInputProperties,
)

from asr.gateway.begun import Answer
from asr.gateway.fence import check_bounds, check_target
from asr.gateway.session import Azure
from asr.gateway.site_recovery.ids import place
from asr.model.failover import Homecoming
from asr.model.step import Operation
from asr.model.vm_facts import ItemDisk, ProtectedItem

DIRECTION = "PrimaryToRecovery"
"""The direction of every failover: a reprotection turns the item itself around, so that failing back is this, too.

Source: recorded traffic of `az site-recovery`.
"""


async def begin_test_failover(azure: Azure, item_id: str, network_id: str, point_id: str | None) -> Operation | None:
    """Start a test VM in a network beside the VM that runs, from a recovery point; None means the latest.

    Source: Replication Protected Items - Test Failover.

    Raises:
        OutOfBounds: the network is in a subscription that nobody allowed.
    """
    at, answer = place(item_id), Answer()
    check_target(azure.settings, network_id)
    body = TestFailoverInput(
        properties=TestFailoverInputProperties(
            failover_direction=DIRECTION,
            network_type="VmNetworkAsInput",
            network_id=network_id,
            provider_specific_details=A2ATestFailoverInput(recovery_point_id=point_id),
        )
    )
    with azure.calling(f"POST {item_id}/testFailover"):
        await azure.site_recovery(at.subscription).replication_protected_items.begin_test_failover(
            at.group, at.vault, at.fabric, at.container, at.name, body, polling=False, raw_response_hook=answer
        )
    return answer.operation(azure.settings.poll_seconds)


async def begin_clean_up_test(azure: Azure, item_id: str, comment: str) -> Operation | None:
    """Take the test VM down; the comment is what the portal shows of the test.

    Source: Replication Protected Items - Test Failover Cleanup.
    """
    at, answer = place(item_id), Answer()
    body = TestFailoverCleanupInput(properties=TestFailoverCleanupInputProperties(comments=comment))
    with azure.calling(f"POST {item_id}/testFailoverCleanup"):
        await azure.site_recovery(at.subscription).replication_protected_items.begin_test_failover_cleanup(
            at.group, at.vault, at.fabric, at.container, at.name, body, polling=False, raw_response_hook=answer
        )
    return answer.operation(azure.settings.poll_seconds)


async def begin_failover(
    azure: Azure, item_id: str, point_id: str | None, *, shut_down_source: bool
) -> Operation | None:
    """Start the VM on the other side, from a recovery point; None means the latest, which is made if data waits.

    With `shut_down_source` Site Recovery shuts the source down and brings over its last changes first, as far as it
    can: it goes on if it cannot. Source: Replication Protected Items - Unplanned Failover.
    """
    at, answer = place(item_id), Answer()
    body = UnplannedFailoverInput(
        properties=UnplannedFailoverInputProperties(
            failover_direction=DIRECTION,
            source_site_operations="Required" if shut_down_source else "NotRequired",
            provider_specific_details=A2AUnplannedFailoverInput(recovery_point_id=point_id),
        )
    )
    with azure.calling(f"POST {item_id}/unplannedFailover"):
        await azure.site_recovery(at.subscription).replication_protected_items.begin_unplanned_failover(
            at.group, at.vault, at.fabric, at.container, at.name, body, polling=False, raw_response_hook=answer
        )
    return answer.operation(azure.settings.poll_seconds)


async def begin_change_point(azure: Azure, item_id: str, point_id: str) -> Operation | None:
    """Start the VM that was failed over from another recovery point.

    Source: Replication Protected Items - Apply Recovery Point.
    """
    at, answer = place(item_id), Answer()
    body = ApplyRecoveryPointInput(
        properties=ApplyRecoveryPointInputProperties(
            recovery_point_id=point_id, provider_specific_details=A2AApplyRecoveryPointInput()
        )
    )
    with azure.calling(f"POST {item_id}/applyRecoveryPoint"):
        await azure.site_recovery(at.subscription).replication_protected_items.begin_apply_recovery_point(
            at.group, at.vault, at.fabric, at.container, at.name, body, polling=False, raw_response_hook=answer
        )
    return answer.operation(azure.settings.poll_seconds)


async def begin_commit(azure: Azure, item_id: str) -> Operation | None:
    """Make the failover final: its recovery points go. Source: Replication Protected Items - Failover Commit."""
    at, answer = place(item_id), Answer()
    with azure.calling(f"POST {item_id}/failoverCommit"):
        await azure.site_recovery(at.subscription).replication_protected_items.begin_failover_commit(
            at.group, at.vault, at.fabric, at.container, at.name, polling=False, raw_response_hook=answer
        )
    return answer.operation(azure.settings.poll_seconds)


async def begin_cancel(azure: Azure, item_id: str) -> Operation | None:
    """Take a failover back that was not committed. Source: Replication Protected Items - Failover Cancel."""
    at, answer = place(item_id), Answer()
    with azure.calling(f"POST {item_id}/failoverCancel"):
        await azure.site_recovery(at.subscription).replication_protected_items.begin_failover_cancel(
            at.group, at.vault, at.fabric, at.container, at.name, polling=False, raw_response_hook=answer
        )
    return answer.operation(azure.settings.poll_seconds)


async def begin_switch(
    azure: Azure, item: ProtectedItem, disks: Sequence[ItemDisk], cache_account_id: str, back: Homecoming
) -> Operation | None:
    """Protect the VM that a failover made, back to where it came from. `disks` are that VM's own.

    Every disk is written through a cache account in the region where the VM now runs. The item's own `reProtect` knows
    no managed disks. Source: Replication Protection Containers - Switch Protection.

    Raises:
        OutOfBounds: the group or the account is in a subscription that nobody allowed.
    """
    at, answer = place(item.id), Answer()
    check_bounds(azure.settings, back.group_id, cache_account_id)
    details = A2ASwitchProtectionInput(
        recovery_container_id=item.container_id,
        recovery_resource_group_id=back.group_id,
        recovery_availability_set_id=back.availability_set_id,
        recovery_availability_zone=back.zone,
        recovery_proximity_placement_group_id=back.placement_group_id,
        recovery_capacity_reservation_group_id=back.capacity_group_id,
        policy_id=item.policy_id,
        vm_managed_disks=[
            A2AVmManagedDiskInputDetails(
                disk_id=disk.id,
                primary_staging_azure_storage_account_id=cache_account_id,
                recovery_resource_group_id=back.group_id,
                recovery_replica_disk_account_type=disk.replica_sku,
                recovery_target_disk_account_type=disk.recovery_sku,
            )
            for disk in disks
        ],
    )
    body = SwitchProtectionInput(
        properties=SwitchProtectionInputProperties(
            replication_protected_item_name=at.name, provider_specific_details=details
        )
    )
    with azure.calling(f"POST {item.container_id}/switchprotection"):
        await azure.site_recovery(at.subscription).replication_protection_containers.begin_switch_protection(
            at.group, at.vault, at.fabric, at.container, body, polling=False, raw_response_hook=answer
        )
    return answer.operation(azure.settings.poll_seconds)
