"""Recovery points: computed from when the item became Protected and what its policy says, never kept."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from local.emulator.arm.cloud import Cloud
from local.emulator.arm.request import ArmRequest
from local.emulator.arm.response import ArmResponse
from local.emulator.arm.router import Route
from local.emulator.arm.store import Resource
from local.emulator.arm.wire import JsonObject, parse_timestamp, stable_guid, timestamp
from local.emulator.providers.site_recovery import conditions, items, names, refusals, vaults
from local.emulator.providers.site_recovery.disk_inputs import key_of
from local.emulator.providers.site_recovery.replication import CRASH_CONSISTENT_EVERY, IN_POINTS_SINCE, disks_of
from local.emulator.providers.site_recovery.vaults import BASE, ITEM, Vault

POINTS = f"{BASE}{ITEM}/recoveryPoints"
PRUNED_AFTER = timedelta(hours=2)
"""Crash-consistent points older than this are thinned to one per hour."""


GAPS, FAILED_OVER_AT, LAST_POINT = "gaps", "failedOverAt", "lastPointAt"
"""Private facts of an item: from when to when no points were made, since when none are made any more, and when the
latest changes were brought over before a failover."""


def points_of(cloud: Cloud, item: Resource) -> list[JsonObject]:
    """Return the item's recovery points, newest first; none before it is Protected."""
    began = item.private.get("protectedAt")
    policy = cloud.store.find(item.properties["policyId"])
    if not began or policy is None:
        return []
    settings = policy.properties["providerSpecificDetails"]
    last = item.private.get(FAILED_OVER_AT)
    now = parse_timestamp(last) if last else cloud.clock.now()
    instants = _instants(parse_timestamp(began), now, settings["recoveryPointHistory"])
    gaps = [(parse_timestamp(first), parse_timestamp(last)) for first, last in item.private.get(GAPS) or ()]
    if lagging := conditions.lagging_since(cloud, item):
        gaps.append((lagging, cloud.clock.now()))
    instants = (at for at in instants if not any(first < at <= last for first, last in gaps))
    points = [_point(item, at, is_application=_is_application(parse_timestamp(began), at, settings)) for at in instants]
    if latest := item.private.get(LAST_POINT):
        points.append(_point(item, parse_timestamp(latest), is_application=False))
    return sorted(points, key=lambda point: str(point["properties"]["recoveryPointTime"]), reverse=True)


def _instants(began: datetime, now: datetime, retention_minutes: int) -> Iterator[datetime]:
    """Yield when points were taken that are still kept, newest first; the newest is always kept."""
    newest = int((now - began).total_seconds() // CRASH_CONSISTENT_EVERY)
    for number in range(newest, -1, -1):
        at = began + timedelta(seconds=number * CRASH_CONSISTENT_EVERY)
        age = now - at
        if number != newest and age > timedelta(minutes=retention_minutes):
            return
        if age <= PRUNED_AFTER or number % (3600 // CRASH_CONSISTENT_EVERY) == 0:
            yield at


def _is_application(began: datetime, at: datetime, settings: JsonObject) -> bool:
    every = settings["appConsistentFrequencyInMinutes"] * 60
    return bool(every) and at > began and (at - began).total_seconds() % every == 0


def _point(item: Resource, at: datetime, *, is_application: bool) -> JsonObject:
    own = item.id.child("recoveryPoints", stable_guid(f"{item.private['protectedAt']} {timestamp(at)}"))
    since: JsonObject = item.private.get(IN_POINTS_SINCE) or {}
    grouped = item.properties["providerSpecificDetails"]["multiVmGroupName"]
    return {
        "name": own.name,
        "type": names.RECOVERY_POINTS,
        "id": own.text,
        "properties": {
            "recoveryPointTime": timestamp(at),
            "recoveryPointType": "AppConsistent" if is_application else "CrashConsistent",
            "providerSpecificDetails": {
                "instanceType": "A2A",
                "recoveryPointSyncType": "MultiVmSyncRecoveryPoint" if grouped else "PerVmRecoveryPoint",
                "disks": [disk["diskName"] for disk in disks_of(item) if since.get(key_of(disk), "") <= timestamp(at)],
            },
        },
    }


def get_list(request: ArmRequest) -> ArmResponse:
    """GET an item's recovery points.

    Raises:
        ArmError: 404, there is no such item.
    """
    vault = Vault(request)
    return vaults.listed(request, points_of(vault.cloud, items.find(vault)), lambda point: point)


def get(request: ArmRequest) -> ArmResponse:
    """GET one recovery point.

    Raises:
        ArmError: 404, there is no such item or point, or the point has expired.
    """
    vault = Vault(request)
    wanted = request.params["point"].lower()
    for point in points_of(vault.cloud, items.find(vault)):
        if point["name"] == wanted:
            return ArmResponse(body=point)
    raise refusals.not_found(request, request.params["point"])


ROUTES = (Route("GET", POINTS, get_list), Route("GET", f"{POINTS}/{{point}}", get))
