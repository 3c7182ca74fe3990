"""What is wrong with a protected item at this moment.

Nothing watches in the background: an item's health is computed whenever somebody asks about it or about the vault's.
Each condition tells since when it holds, so what is noticed late is still dated rightly.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from local.emulator.arm.cloud import Cloud
from local.emulator.arm.store import Resource
from local.emulator.arm.wire import JsonObject, parse_timestamp, timestamp
from local.emulator.providers.site_recovery import artifacts, names, troubles
from local.emulator.providers.site_recovery.bodies import health_errors as table
from local.emulator.providers.site_recovery.bodies.health_errors import HealthCondition, health_error, healths
from local.emulator.providers.site_recovery.machine import Machine

NOTICED = "noticed"
"""The private fact of an item: condition -> since when, as last seen."""

UNTESTED_SINCE, MACHINE_GONE, KNOWN_DISKS = "untestedSince", "machineGone", "knownDisks"
"""Private facts of an item: since when a test failover is missed, when its machine was deleted, the disks that were
attached when it was enabled."""

NO_POINT_AFTER = timedelta(minutes=60)
"""How long crash-consistent points may fail to come before 153007. Source: "Troubleshoot replication"."""


@dataclass(frozen=True, slots=True)
class ActiveCondition:
    """One condition that holds.

    Attributes:
        condition: which.
        since: since when; None for "since it was first noticed".
    """

    condition: HealthCondition
    since: datetime | None = None


def machine_of(item: Resource) -> str:
    """Return the friendly name of an item's machine."""
    return str(item.properties["friendlyName"])


def lagging_since(cloud: Cloud, item: Resource) -> datetime | None:
    """Return since when no recovery point is made any more, or None while they come."""
    protected_at = item.private.get("protectedAt")
    if not protected_at:
        return None
    trouble = troubles.replication_trouble(cloud, machine_of(item), troubles.LAGGING)
    starts = [trouble.since] if trouble else []
    if gone := item.private.get(MACHINE_GONE):
        starts.append(parse_timestamp(gone))
    return max(min(starts), parse_timestamp(protected_at)) if starts else None


def _asked_for(cloud: Cloud, item: Resource) -> Iterator[ActiveCondition]:
    for condition, since in troubles.health_conditions(cloud, machine_of(item)):
        yield ActiveCondition(condition, since)


def _untested(_: Cloud, item: Resource) -> Iterator[ActiveCondition]:
    if since := item.private.get(UNTESTED_SINCE):
        yield ActiveCondition(table.NOT_TESTED, parse_timestamp(since))


def _without_points(cloud: Cloud, item: Resource) -> Iterator[ActiveCondition]:
    lagging = lagging_since(cloud, item)
    if lagging and cloud.clock.now() - lagging >= NO_POINT_AFTER:
        yield ActiveCondition(table.NO_CRASH_CONSISTENT_POINT, lagging + NO_POINT_AFTER)


def _without_machine(cloud: Cloud, item: Resource) -> Iterator[ActiveCondition]:
    gone = item.private.get(MACHINE_GONE)
    if gone and Machine.of_item(cloud, item) is None:
        yield ActiveCondition(table.MACHINE_DELETED, parse_timestamp(gone))


def _with_new_disks(cloud: Cloud, item: Resource) -> Iterator[ActiveCondition]:
    if unprotected_disks(cloud, item):
        yield ActiveCondition(table.DISKS_NOT_PROTECTED)


SOURCES: tuple[Callable[[Cloud, Resource], Iterator[ActiveCondition]], ...] = (
    _asked_for,
    _without_machine,
    _without_points,
    _with_new_disks,
    _untested,
)
"""Where conditions come from, the gravest first."""


def unprotected_disks(cloud: Cloud, item: Resource) -> list[JsonObject]:
    """Return the data disks that were attached to the machine after it was enabled and are not protected."""
    details = item.properties["providerSpecificDetails"]
    machine = Machine.of_item(cloud, item)
    known = item.private.get(KNOWN_DISKS)
    if machine is None or known is None:
        return []
    protected = {disk["diskId"] for disk in details["protectedManagedDisks"] or ()}
    protected |= {disk["diskUri"].lower() for disk in details["protectedDisks"] or ()}
    return [
        {"diskLunId": disk.lun, "diskAutoProtectionStatus": details["autoProtectionOfDataDisk"]}
        for disk in machine.disks()
        if not disk.is_os_disk and disk.key not in protected and disk.key not in known
    ]


def accept_disks(cloud: Cloud, item: Resource) -> None:
    """The disks that are attached now are known: nobody is warned of them any more."""
    machine = Machine.of_item(cloud, item)
    if machine is not None:
        known = item.private.get(KNOWN_DISKS) or []
        item.private[KNOWN_DISKS] = sorted({*known, *(disk.key for disk in machine.disks() if not disk.is_os_disk)})


def refresh(cloud: Cloud, item: Resource) -> None:
    """Write an item's present health into its body."""
    holding = {one.condition.name: one for source in SOURCES for one in source(cloud, item)}
    before: dict[str, str] = item.private.get(NOTICED) or {}
    now = cloud.clock.now()
    noticed = {name: before.get(name) or timestamp(one.since or now) for name, one in holding.items()}
    conditions = [one.condition for one in holding.values()]
    machine, properties = machine_of(item), item.properties
    properties["healthErrors"] = [
        health_error(one, machine, item.id, parse_timestamp(noticed[one.name])) for one in conditions
    ]
    properties["replicationHealth"], properties["failoverHealth"] = healths(conditions)
    item.private[NOTICED] = noticed
    properties["providerSpecificDetails"] |= troubles.agent_state(cloud, machine)


def refresh_all(cloud: Cloud, items: list[Resource]) -> None:
    """Write the present health of every one of `items`."""
    for item in items:
        refresh(cloud, item)


def machine_deleted(cloud: Cloud, machine: Resource) -> None:
    """Note on the items of a machine that it was deleted. Their links stay until they are disabled."""
    for item in cloud.store.of_type(names.PROTECTED_ITEMS):
        details = item.properties["providerSpecificDetails"]
        if details["fabricObjectId"] != machine.id.key:
            continue
        if not cloud.is_leaving(machine.id.group_id):
            artifacts.write_link(cloud, machine.id, item.id)
        if item.properties["activeLocation"] == "Primary":
            item.private |= {MACHINE_GONE: timestamp(cloud.clock.now()), "heartbeat": False}
