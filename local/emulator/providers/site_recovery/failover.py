"""Failing over: test and clean-up, unplanned failover, commit, cancel."""

from local.emulator.arm.cloud import Cloud
from local.emulator.arm.exchange import ArmRequest, ArmResponse
from local.emulator.arm.ids import ResourceId
from local.emulator.arm.router import Route
from local.emulator.arm.store import Resource
from local.emulator.arm.wire import JsonObject, timestamp
from local.emulator.providers.site_recovery import (
    items,
    names,
    recovered,
    recovery_points,
    refusals,
    replication,
    writes,
)
from local.emulator.providers.site_recovery.machine import Machine
from local.emulator.providers.site_recovery.refusals import failure
from local.emulator.providers.site_recovery.stages import COMMITTED, FAILED_OVER, STAGES, Rest
from local.emulator.providers.site_recovery.switches import TEST_FAILOVER_STATE, chosen
from local.emulator.providers.site_recovery.vaults import BASE, ITEM, Vault

TESTED, CLEANED, FAILED, COMMITTED_STEP = (
    "site_recovery.test_failed_over",
    "site_recovery.test_cleaned_up",
    "site_recovery.failed_over",
    "site_recovery.failover_committed",
)
IN_TEST = ("UnplannedFailover", "DisableProtection", "TestFailoverCleanup")
"""What an item allows while its test machine runs."""


def test_failover(request: ArmRequest) -> ArmResponse:
    """POST testFailover: start a test machine beside the running one.

    Raises:
        ArmError: 400, no network was given although one is wanted; 404, there is no such item.
    """
    vault = Vault(request)
    item, cloud = items.find(vault), vault.cloud
    given = request.body.get("properties") or {}
    network = given.get("networkId") or ""
    if given.get("networkType") == "VmNetworkAsInput" and not network:
        raise refusals.invalid(request, "properties.networkId", "is required with 'VmNetworkAsInput'")
    point = (given.get("providerSpecificDetails") or {}).get("recoveryPointId")

    def check() -> None:
        items.check_allowed(cloud, item, "TestFailover")
        _check_network(cloud, item, network)
        _point(cloud, item, point)

    return writes.begin(
        vault,
        "item.test_failover",
        item.id,
        then=TESTED,
        arguments={"network": network, "point": point},
        preflight=check,
        details={
            "testFailoverStatus": "Active",
            "comments": "",
            "networkName": names.name_of(network),
            "networkFriendlyName": names.name_of(network),
            "networkType": given.get("networkType") or "",
            "protectedItemDetails": [
                _job_detail(item, network, item.properties["providerSpecificDetails"]["tfoAzureVMName"])
            ],
        },
    )


def _check_network(cloud: Cloud, item: Resource, network_id: str) -> None:
    region = item.properties["providerSpecificDetails"]["recoveryFabricLocation"]
    network = cloud.store.find(network_id) if network_id else None
    if network_id and (network is None or network.location != region):
        raise failure(cloud, "TargetNetworkNotFound", network=network_id, region=region)


def _point(cloud: Cloud, item: Resource, wanted: str | None) -> JsonObject:
    """Return the recovery point asked for, the newest by default; an empty object when there is none yet."""
    points = recovery_points.points_of(cloud, item)
    if not wanted:
        return next(iter(points), {})
    for point in points:
        if point["id"].lower() == wanted.lower():
            return point
    raise failure(cloud, "RecoveryPointNotFound", point=wanted)


def _job_detail(item: Resource, network: str, test_machine: str | None) -> JsonObject:
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


def test_failed_over(cloud: Cloud, arguments: JsonObject) -> None:
    """The test machine runs."""
    item = cloud.resource(ResourceId.parse(arguments["target"]))
    items.check_allowed(cloud, item, "TestFailover")
    machine = recovered.build(cloud, item, recovered.TEST, arguments["network"])
    word = chosen(cloud, TEST_FAILOVER_STATE)
    item.properties.update(
        {
            "testFailoverState": word,
            "testFailoverStateDescription": "Waiting for clean-up",
            "allowedOperations": list(IN_TEST),
            "lastSuccessfulTestFailoverTime": timestamp(cloud.clock.now()),
        }
    )
    item.properties["providerSpecificDetails"]["testFailoverRecoveryFabricObjectId"] = machine.id.text


def clean_up(request: ArmRequest) -> ArmResponse:
    """POST testFailoverCleanup: take the test machine down.

    Raises:
        ArmError: 404, there is no such item.
    """
    vault = Vault(request)
    item = items.find(vault)
    return writes.begin(
        vault,
        "item.test_failover_cleanup",
        item.id,
        then=CLEANED,
        preflight=lambda: items.check_allowed(vault.cloud, item, "TestFailoverCleanup"),
    )


def cleaned_up(cloud: Cloud, arguments: JsonObject) -> None:
    """The test machine is gone; the item may be tested again."""
    item = cloud.resource(ResourceId.parse(arguments["target"]))
    details = item.properties["providerSpecificDetails"]
    recovered.take_down(cloud, details["testFailoverRecoveryFabricObjectId"] or "")
    details["testFailoverRecoveryFabricObjectId"] = None
    item.properties.update(
        {
            "testFailoverState": "None",
            "testFailoverStateDescription": "None",
            "allowedOperations": list(STAGES[-1].allowed_operations),
        }
    )


def fail_over(request: ArmRequest) -> ArmResponse:
    """POST unplannedFailover: start the machine on the other side.

    Raises:
        ArmError: 404, there is no such item.
    """
    vault = Vault(request)
    item, cloud = items.find(vault), vault.cloud
    given = request.body.get("properties") or {}
    point = (given.get("providerSpecificDetails") or {}).get("recoveryPointId")

    def check() -> None:
        items.check_allowed(cloud, item, "UnplannedFailover")
        _point(cloud, item, point)

    network = item.properties["providerSpecificDetails"]["selectedRecoveryAzureNetworkId"] or ""
    return writes.begin(
        vault,
        "item.failover",
        item.id,
        then=FAILED,
        arguments={"point": point, "shutDown": given.get("sourceSiteOperations") == "Required"},
        preflight=check,
        details={"protectedItemDetails": [_job_detail(item, network, None)]},
    )


def failed_over(cloud: Cloud, arguments: JsonObject) -> None:
    """The machine runs on the other side; the source is stopped when that was asked for."""
    item = cloud.resource(ResourceId.parse(arguments["target"]))
    items.check_allowed(cloud, item, "UnplannedFailover")
    details = item.properties["providerSpecificDetails"]
    point = _point(cloud, item, arguments["point"])
    source = Machine.find(cloud, details["fabricObjectId"])
    if source is not None and arguments["shutDown"]:
        source.resource.private["power"] = "deallocated"
    machine = recovered.build(cloud, item, recovered.FAILOVER)
    replication.stop(item)
    _rest(item, FAILED_OVER)
    item.properties["failoverRecoveryPointId"] = point.get("id")
    item.properties["lastSuccessfulFailoverTime"] = timestamp(cloud.clock.now())
    details["recoveryFabricObjectId"] = machine.id.text
    for disk in details["protectedManagedDisks"] or ():
        disk["recoveryTargetDiskId"] = (
            f"{disk['recoveryResourceGroupId']}/providers/Microsoft.Compute/disks/{disk['failoverDiskName']}"
        )


def _rest(item: Resource, rest: Rest) -> None:
    properties = item.properties
    properties["protectionState"], properties["protectionStateDescription"] = rest.protection
    properties["activeLocation"] = rest.active_location
    properties["allowedOperations"] = list(rest.allowed_operations)
    details = properties["providerSpecificDetails"]
    details["vmProtectionState"], details["vmProtectionStateDescription"] = rest.vm_protection


def commit(request: ArmRequest) -> ArmResponse:
    """POST failoverCommit: the failover is final.

    Raises:
        ArmError: 404, there is no such item.
    """
    vault = Vault(request)
    item = items.find(vault)
    return writes.begin(
        vault,
        "item.commit",
        item.id,
        then=COMMITTED_STEP,
        preflight=lambda: items.check_allowed(vault.cloud, item, "Commit"),
    )


def committed(cloud: Cloud, arguments: JsonObject) -> None:
    """The failover is final; what is left is to reprotect or to disable."""
    _rest(cloud.resource(ResourceId.parse(arguments["target"])), COMMITTED)


ROUTES = (
    Route("POST", f"{BASE}{ITEM}/testFailover", test_failover),
    Route("POST", f"{BASE}{ITEM}/testFailoverCleanup", clean_up),
    Route("POST", f"{BASE}{ITEM}/unplannedFailover", fail_over),
    Route("POST", f"{BASE}{ITEM}/failoverCommit", commit),
)
CONTINUATIONS = {
    TESTED: test_failed_over,
    CLEANED: cleaned_up,
    FAILED: failed_over,
    COMMITTED_STEP: committed,
}
