"""A protected item as a failover needs it, its recovery points, and the jobs that Site Recovery runs for it."""

from asr.errors import Rejected
from asr.gateway.document import Json, number, section, sections, text, text_or_none, texts
from asr.gateway.resources import VIRTUAL_MACHINE, list_path, read_path, region_name
from asr.gateway.session import Azure
from asr.gateway.site_recovery.absence import is_absent
from asr.gateway.site_recovery.ids import place
from asr.gateway.site_recovery.item_documents import time_of
from asr.gateway.site_recovery.items import list_items, read_item
from asr.gateway.site_recovery.running import UNFINISHED, operation_of
from asr.gateway.versions import SITE_RECOVERY_VERSION
from asr.model.failover import FailoverItem, RecoveryPoint, ReplicatedDisk
from asr.model.resource_id import parse
from asr.model.step import Operation

APP_CONSISTENT = "appconsistent"
"""How a point with the applications' own word is called, in lower case."""

MULTI_VM = "multivmsyncrecoverypoint"
"""How a point is called, in lower case, that all VMs of a consistency group have together."""


async def read_failover_item(azure: Azure, item_id: str) -> FailoverItem | None:
    """The item; None if it does not exist, or is not of Azure-to-Azure replication."""
    document = await read_item(azure, item_id)
    return None if document is None else failover_item_of(document)


async def list_failover_items(azure: Azure, vault_id: str) -> tuple[FailoverItem, ...]:
    """Every item of the vault of Azure-to-Azure replication, all pages."""
    return tuple(item for item in map(failover_item_of, await list_items(azure, vault_id)) if item is not None)


async def list_recovery_points(azure: Azure, item_id: str) -> tuple[RecoveryPoint, ...]:
    """The item's recovery points, newest first: Azure promises no order.

    Source: Recovery Points - List By Replication Protected Items.
    """
    listed = await list_path(azure, place(item_id).subscription, f"{item_id}/recoveryPoints", SITE_RECOVERY_VERSION)
    points = [point for point in map(_point, listed) if point is not None]
    return tuple(sorted(points, key=lambda point: point.at, reverse=True))


async def find_running_scenario(azure: Azure, item: FailoverItem) -> Operation | None:
    """What Site Recovery does with the item now, as an operation to wait for; None while it does nothing.

    Source: Replication Jobs - Get.
    """
    if item.scenario_job_id is None:
        return None
    job = parse(item.scenario_job_id)
    try:
        about = await read_path(azure, job.subscription, item.scenario_job_id, SITE_RECOVERY_VERSION)
    except Rejected as error:
        if is_absent(error):
            return None
        raise
    if text(about, "properties", "state").lower() not in UNFINISHED:
        return None
    return operation_of(azure, item.vault_id, job.name)


def failover_item_of(document: Json) -> FailoverItem | None:
    """The item that the document tells of; None for one that is not of Azure-to-Azure replication."""
    about, details = section(document, "properties"), section(document, "properties", "providerSpecificDetails")
    id_ = text(document, "id")
    if text(details, "instanceType") != "A2A" or not id_:
        return None
    scenario = section(about, "currentScenario")
    group, name = text(details, "recoveryAzureResourceGroupId"), text(details, "recoveryAzureVMName")
    source = region_name(text(details, "primaryFabricLocation"))
    return FailoverItem(
        id=id_,
        vm_id=text(details, "fabricObjectId"),
        state=text(about, "protectionState"),
        health=text(about, "replicationHealth"),
        allowed=texts(about, "allowedOperations"),
        active_location=text(about, "activeLocation"),
        source_region=source,
        recovery_region=region_name(text(details, "recoveryFabricLocation")),
        home_region=region_name(text(details, "initialPrimaryFabricLocation")) or source,
        container_id=id_.rpartition("/replicationProtectedItems/")[0],
        recovery_container_id=text(about, "recoveryContainerId"),
        policy_id=text(about, "policyId"),
        scenario=text_or_none(scenario, "scenarioName"),
        scenario_job_id=_job_id(scenario),
        recovered_vm_id=text_or_none(details, "recoveryFabricObjectId"),
        test_vm_id=text_or_none(details, "testFailoverRecoveryFabricObjectId"),
        test_state=text(about, "testFailoverState"),
        next_vm_id=f"{group}/providers/{VIRTUAL_MACHINE}/{name}" if group and name else None,
        test_network_id=text_or_none(details, "selectedTfoAzureNetworkId"),
        recovery_network_id=text_or_none(details, "selectedRecoveryAzureNetworkId"),
        recovery_group_id=group or None,
        lifecycle_id=text_or_none(details, "lifecycleId"),
        point_id=text_or_none(about, "failoverRecoveryPointId"),
        rpo_seconds=number(details, "rpoInSeconds"),
        rpo_at=time_of(text(details, "lastRpoCalculatedTime")),
        consistency_group=text_or_none(details, "multiVmGroupName"),
        failed_over_at=time_of(text(about, "lastSuccessfulFailoverTime")),
        disks=tuple(
            ReplicatedDisk(
                id=text(disk, "diskId"),
                name=text(disk, "diskName"),
                recovery_sku=text_or_none(disk, "recoveryTargetDiskAccountType"),
                replica_sku=text_or_none(disk, "recoveryReplicaDiskAccountType"),
                recovery_id=text_or_none(disk, "recoveryTargetDiskId"),
            )
            for disk in sections(details, "protectedManagedDisks")
        ),
        unmanaged_disks=len(sections(details, "protectedDisks")),
        recovery_size=text_or_none(details, "recoveryAzureVMSize"),
    )


def _job_id(scenario: Json) -> str | None:
    """Azure writes a job's id, and `None` in words or an empty text where there is none."""
    job = text(scenario, "jobId")
    try:
        known = parse(job)
    except ValueError:
        return None
    is_job = known.types[-1].lower() == "replicationjobs" and known.name.lower() != "none"
    return str(known) if is_job else None


def _point(document: Json) -> RecoveryPoint | None:
    about = section(document, "properties")
    at, id_ = time_of(text(about, "recoveryPointTime")), text(document, "id")
    if at is None or not id_:
        return None
    details = section(about, "providerSpecificDetails")
    return RecoveryPoint(
        id=id_,
        at=at,
        is_app_consistent=text(about, "recoveryPointType").lower() == APP_CONSISTENT,
        is_multi_vm=text(details, "recoveryPointSyncType").lower() == MULTI_VM,
        disks=texts(details, "disks"),
    )
