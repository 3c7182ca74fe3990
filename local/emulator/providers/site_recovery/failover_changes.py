"""What can be asked of an item that was failed over and not committed: another recovery point, or to go back."""

from local.emulator.arm.cloud import Cloud
from local.emulator.arm.ids import ResourceId
from local.emulator.arm.request import ArmRequest
from local.emulator.arm.response import ArmResponse
from local.emulator.arm.router import Route
from local.emulator.arm.wire import JsonObject
from local.emulator.providers.site_recovery import inputs, items, recovered, recovery_points, replication
from local.emulator.providers.site_recovery.failover import point_of
from local.emulator.providers.site_recovery.failover_kinds import FAILOVER
from local.emulator.providers.site_recovery.machine import RUNNING, Machine
from local.emulator.providers.site_recovery.shapes import taking
from local.emulator.providers.site_recovery.vaults import BASE, ITEM, Vault

POINT_APPLIED, CANCELLED = "site_recovery.point_applied", "site_recovery.failover_cancelled"


def apply_point(request: ArmRequest) -> ArmResponse:
    """POST applyRecoveryPoint: start the failed-over machine from another point.

    Raises:
        ArmError: 404, there is no such item.
    """
    vault = Vault(request)
    item, cloud = items.find(vault), vault.cloud
    point = request.body["properties"]["recoveryPointId"]
    return items.begin(
        vault,
        item,
        "item.change_point",
        then=POINT_APPLIED,
        operation="ChangePit",
        check=lambda: point_of(cloud, item, point),
        arguments={"point": point},
    )


def point_applied(cloud: Cloud, arguments: JsonObject) -> None:
    """The machine runs anew, from this point."""
    item = cloud.resource(ResourceId.parse(arguments["target"]))
    items.check_allowed(cloud, item, "ChangePit")
    point = point_of(cloud, item, arguments["point"])
    details = item.properties["providerSpecificDetails"]
    recovered.take_down(cloud, details["recoveryFabricObjectId"] or "")
    details["recoveryFabricObjectId"] = recovered.build(cloud, item, FAILOVER).id.text
    item.properties["failoverRecoveryPointId"] = point["id"]


def cancel(request: ArmRequest) -> ArmResponse:
    """POST failoverCancel: undo a failover that was not committed.

    Raises:
        ArmError: 404, there is no such item.
    """
    return items.begin_allowed(request, "item.cancel_failover", "CancelFailover", then=CANCELLED)


def cancelled(cloud: Cloud, arguments: JsonObject) -> None:
    """The machine on the other side is gone, the source runs again if the failover stopped it; replication goes on."""
    item = cloud.resource(ResourceId.parse(arguments["target"]))
    items.check_allowed(cloud, item, "CancelFailover")
    details = item.properties["providerSpecificDetails"]
    recovered.take_down(cloud, details["recoveryFabricObjectId"] or "")
    details["recoveryFabricObjectId"] = None
    item.properties["failoverRecoveryPointId"] = None
    for disk in details["protectedManagedDisks"] or ():
        disk["recoveryTargetDiskId"] = None
    source = Machine.of_item(cloud, item)
    if source is not None and item.private.pop("sourceStopped", False):
        source.resource.private["power"] = RUNNING
    for fact in (recovery_points.FAILED_OVER_AT, recovery_points.LAST_POINT):
        item.private.pop(fact, None)
    replication.start(cloud, item)


ROUTES = (
    taking("POST", f"{BASE}{ITEM}/applyRecoveryPoint", inputs.RECOVERY_POINT, apply_point),
    Route("POST", f"{BASE}{ITEM}/failoverCancel", cancel),
)
CONTINUATIONS = {POINT_APPLIED: point_applied, CANCELLED: cancelled}
