"""Disks that are added to an item that replicates already: they catch up while the item stays what it is.

Source: "Enable replication for a disk added to an Azure VM": recovery points taken before hold the other disks only.
"""

from collections.abc import Sequence

from local.emulator.arm.cloud import Cloud
from local.emulator.arm.store import Resource
from local.emulator.arm.wire import JsonObject, timestamp
from local.emulator.providers.site_recovery import conditions, troubles
from local.emulator.providers.site_recovery.disk_inputs import key_of
from local.emulator.providers.site_recovery.replication import IN_POINTS_SINCE, disks_of
from local.emulator.providers.site_recovery.scenarios import INITIAL_REPLICATION
from local.emulator.providers.site_recovery.stages import REPLICATING

JOINED = "site_recovery.disks_joined"
_PROGRESS = ("diskState", "monitoringJobType", "monitoringPercentageCompletion", "dataPendingAtSourceAgentInMB")


def join(cloud: Cloud, item: Resource, added: Sequence[JsonObject]) -> None:
    """Let disks catch up: alone when the item is Protected, with the others when they are not there yet either."""
    if not item.private.get("protectedAt"):
        first = disks_of(item)[0]
        for disk in added:
            disk |= {key: first[key] for key in _PROGRESS}
        return
    for disk in added:
        disk |= {
            "diskState": "InitialReplicationPending",
            "monitoringJobType": REPLICATING,
            "monitoringPercentageCompletion": 0,
        }
    _schedule(cloud, item, [key_of(disk) for disk in added])


def _schedule(cloud: Cloud, item: Resource, keys: list[str]) -> None:
    arguments = {"item": item.id.text, "epoch": item.private["epoch"], "disks": keys}
    cloud.timeline.schedule(cloud.pace.seconds(INITIAL_REPLICATION), JOINED, arguments)


def joined(cloud: Cloud, arguments: JsonObject) -> None:
    """The disks are in every recovery point from now on, unless replication is stuck: then they try again."""
    item = cloud.store.find(arguments["item"])
    if item is None or item.private.get("epoch") != arguments["epoch"]:
        return
    if troubles.replication_trouble(cloud, conditions.machine_of(item), troubles.STUCK):
        _schedule(cloud, item, arguments["disks"])
        return
    since = item.private.setdefault(IN_POINTS_SINCE, {})
    for disk in disks_of(item):
        if key_of(disk) in arguments["disks"]:
            disk |= {"diskState": "Protected", "monitoringJobType": None, "monitoringPercentageCompletion": None}
            since[key_of(disk)] = timestamp(cloud.clock.now())


CONTINUATIONS = {JOINED: joined}
