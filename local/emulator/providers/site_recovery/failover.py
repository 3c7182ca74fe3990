"""Failing over in earnest: unplanned failover and commit."""

from local.emulator.arm.cloud import Cloud
from local.emulator.arm.ids import ResourceId
from local.emulator.arm.request import ArmRequest
from local.emulator.arm.response import ArmResponse
from local.emulator.arm.router import Route
from local.emulator.arm.store import Resource
from local.emulator.arm.wire import JsonObject, timestamp
from local.emulator.providers.site_recovery import (
    conditions,
    inputs,
    items,
    names,
    recovered,
    recovery_points,
    replication,
)
from local.emulator.providers.site_recovery.failover_kinds import FAILOVER
from local.emulator.providers.site_recovery.machine import RUNNING, Machine
from local.emulator.providers.site_recovery.refusals import failure
from local.emulator.providers.site_recovery.shapes import taking
from local.emulator.providers.site_recovery.stages import COMMITTED, FAILED_OVER, Rest
from local.emulator.providers.site_recovery.switches import CANCEL_FAILOVER, chosen
from local.emulator.providers.site_recovery.vaults import BASE, ITEM, Vault

FAILED_OVER_STEP, COMMITTED_STEP = "site_recovery.failed_over", "site_recovery.failover_committed"
EVIDENCE = "failoverEvidence"
"""The private fact of an item: what the job of its last failover or test tells of it."""


def point_of(cloud: Cloud, item: Resource, wanted: str | None) -> JsonObject:
    """Return the recovery point asked for, the newest by default; an empty object when there is none yet."""
    points = recovery_points.points_of(cloud, item)
    if not wanted:
        return next(iter(points), {})
    for point in points:
        if point["id"].lower() == wanted.lower():
            return point
    raise failure(cloud, "RecoveryPointNotFound", point=wanted)


def job_detail(item: Resource, network: str, test_machine: str | None) -> JsonObject:
    return {
        "name": item.id.name,
        "friendlyName": item.properties["friendlyName"],
        "testVmName": test_machine,
        "testVmFriendlyName": test_machine,
        "networkConnectionStatus": None,
        "networkFriendlyName": names.name_of(network),
        "subnet": None,
        "recoveryPointId": None,
        "recoveryPointTime": None,
    }


def fail_over(request: ArmRequest) -> ArmResponse:
    """POST unplannedFailover: start the machine on the other side.

    Raises:
        ArmError: 404, there is no such item.
    """
    vault = Vault(request)
    item, cloud = items.find(vault), vault.cloud
    given = request.body.get("properties") or {}
    point = (given.get("providerSpecificDetails") or {}).get("recoveryPointId")

    network = item.properties["providerSpecificDetails"]["selectedRecoveryAzureNetworkId"] or ""
    return items.begin(
        vault,
        item,
        "item.failover",
        then=FAILED_OVER_STEP,
        operation="UnplannedFailover",
        check=lambda: point_of(cloud, item, point),
        arguments={"point": point, "shutDown": given.get("sourceSiteOperations") == "Required"},
        details={"protectedItemDetails": [job_detail(item, network, None)]},
    )


def failed_over(cloud: Cloud, arguments: JsonObject) -> None:
    """The machine runs on the other side; the source is stopped when that was asked for."""
    item = cloud.resource(ResourceId.parse(arguments["target"]))
    items.check_allowed(cloud, item, "UnplannedFailover")
    details = item.properties["providerSpecificDetails"]
    source = Machine.of_item(cloud, item)
    if source is not None and arguments["shutDown"]:
        _bring_latest_changes(cloud, item, source)
        source.resource.private["power"] = "deallocated"
    point = point_of(cloud, item, arguments["point"])
    write_evidence(cloud, arguments, item, point)
    machine = recovered.build(cloud, item, FAILOVER)
    replication.stop(item)
    item.private |= {
        recovery_points.FAILED_OVER_AT: timestamp(cloud.clock.now()),
        "sourceStopped": arguments["shutDown"],
    }
    _rest(item, FAILED_OVER)
    if chosen(cloud, CANCEL_FAILOVER) == "allowed":
        item.properties["allowedOperations"].append("CancelFailover")
    item.properties["failoverRecoveryPointId"] = point.get("id")
    item.properties["lastSuccessfulFailoverTime"] = timestamp(cloud.clock.now())
    details["recoveryFabricObjectId"] = machine.id.text
    for disk in details["protectedManagedDisks"] or ():
        disk["recoveryTargetDiskId"] = (
            f"{disk['recoveryResourceGroupId']}/providers/Microsoft.Compute/disks/{disk['failoverDiskName']}"
        )


def _bring_latest_changes(cloud: Cloud, item: Resource, source: Machine) -> None:
    """Make a point of this moment, as only a source that runs and replicates can. Source: "Common questions"."""
    if source.power_state == RUNNING and conditions.lagging_since(cloud, item) is None:
        item.private[recovery_points.LAST_POINT] = timestamp(cloud.clock.now())


def write_evidence(
    cloud: Cloud, arguments: JsonObject, item: Resource, point: JsonObject, network: str = "", machine: str = ""
) -> None:
    """Write on the job which machine came up from which point; a job that is only begun afterwards finds it here."""
    network = network or item.properties["providerSpecificDetails"]["selectedRecoveryAzureNetworkId"] or ""
    detail = job_detail(item, network, machine or None) | {
        "recoveryPointId": point.get("id"),
        "recoveryPointTime": point["properties"]["recoveryPointTime"] if point else None,
    }
    item.private[EVIDENCE] = detail
    job = cloud.store.find(arguments.get("job") or "/")
    if job is not None:
        job.private["details"] = job.private["details"] | {"protectedItemDetails": [detail]}


def _rest(item: Resource, rest: Rest) -> None:
    properties = item.properties
    properties["protectionState"], properties["protectionStateDescription"] = rest.protection
    properties["activeLocation"] = rest.active_location
    details = properties["providerSpecificDetails"]
    in_test = ["TestFailoverCleanup"] if details["testFailoverRecoveryFabricObjectId"] else []
    properties["allowedOperations"] = [*rest.allowed_operations, *in_test]
    details["vmProtectionState"], details["vmProtectionStateDescription"] = rest.vm_protection


def commit(request: ArmRequest) -> ArmResponse:
    """POST failoverCommit: the failover is final.

    Raises:
        ArmError: 404, there is no such item.
    """
    return items.begin_allowed(request, "item.commit", "Commit", then=COMMITTED_STEP)


def committed(cloud: Cloud, arguments: JsonObject) -> None:
    """The failover is final; what is left is to reprotect or to disable."""
    _rest(cloud.resource(ResourceId.parse(arguments["target"])), COMMITTED)


ROUTES = (
    taking("POST", f"{BASE}{ITEM}/unplannedFailover", inputs.FAILOVER, fail_over),
    Route("POST", f"{BASE}{ITEM}/failoverCommit", commit),
)
CONTINUATIONS = {FAILED_OVER_STEP: failed_over, COMMITTED_STEP: committed}
