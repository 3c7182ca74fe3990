"""Replication of one item over time: walks the stages, then keeps telling how far behind the copy is."""

from datetime import datetime, timedelta

from local.emulator.arm.cloud import Cloud
from local.emulator.arm.store import Resource
from local.emulator.arm.wire import JsonObject, fresh_guid, parse_timestamp, timestamp
from local.emulator.providers.site_recovery import busy, conditions, names, troubles, writes
from local.emulator.providers.site_recovery.bodies.protected_item import no_scenario
from local.emulator.providers.site_recovery.failover_checks import NAMED
from local.emulator.providers.site_recovery.machine import Machine
from local.emulator.providers.site_recovery.recovery_networks import choose_network
from local.emulator.providers.site_recovery.scenarios import FAILOVER_READINESS, INITIAL_REPLICATION, SCENARIOS
from local.emulator.providers.site_recovery.stages import STAGES, STUCK_AT, Stage
from local.emulator.providers.site_recovery.switches import PERCENTAGE, UNNAMED_MACHINE, chosen

HELD_AT = "heldAt"
"""The private fact of an item whose initial replication is stuck: the stage that it did not reach."""

IN_POINTS_SINCE = "inPointsSince"
"""The private fact of an item: since when recovery points hold a disk that was added later, by its key."""

STAGE, UNTESTED = "site_recovery.stage_reached", "site_recovery.item_untested"
CRASH_CONSISTENT_EVERY = 300
"""Seconds between crash-consistent recovery points; fixed by the service."""

RPO_LAG = 30
"""Seconds that a recovery point needs to reach the other region."""

CERTIFICATE_LIFETIME = timedelta(days=3 * 365)
"""How long the agent's certificate is valid (recorded: three years less a few minutes)."""


def start(cloud: Cloud, item: Resource) -> None:
    """Begin initial replication, again or for the first time: the stages follow by themselves."""
    item.private |= {"epoch": fresh_guid(), "protectedAt": None, "heartbeat": False}
    for fact in (HELD_AT, IN_POINTS_SINCE):
        item.private.pop(fact, None)
    _show(cloud, item, STAGES[0])
    _schedule(cloud, item, 1, 0.0)


def stop(item: Resource) -> None:
    """Let no stage that is still to come have an effect."""
    item.private["epoch"] = ""


def resume(cloud: Cloud, item: Resource) -> None:
    """Go on where initial replication was stuck, from the stage that was not reached."""
    held = item.private.pop(HELD_AT, None)
    if held is not None:
        _schedule(cloud, item, held, STAGES[held].after)


def _schedule(cloud: Cloud, item: Resource, first: int, already: float) -> None:
    """Let the stages from the `first` on follow; `already` is the share of the whole that is over."""
    whole = cloud.pace.seconds(INITIAL_REPLICATION)
    for number, stage in enumerate(STAGES[first:], start=first):
        arguments = {"item": item.id.text, "epoch": item.private["epoch"], "stage": number}
        cloud.timeline.schedule(whole * (stage.after - already), STAGE, arguments)


def reached(cloud: Cloud, arguments: JsonObject) -> None:
    """A stage was reached, unless the item is gone or its replication was begun anew since."""
    item = cloud.store.find(arguments["item"])
    if item is None or item.private.get("epoch") != arguments["epoch"]:
        return
    stage = STAGES[arguments["stage"]]
    if arguments["stage"] > STUCK_AT and troubles.replication_trouble(
        cloud, conditions.machine_of(item), troubles.STUCK
    ):
        item.private.setdefault(HELD_AT, arguments["stage"])
        return
    if HELD_AT in item.private and arguments["stage"] > item.private[HELD_AT]:
        return
    _show(cloud, item, stage)
    if stage.is_protected:
        _protected(cloud, item)


def _show(cloud: Cloud, item: Resource, stage: Stage) -> None:
    percentage = stage.percentage
    if percentage is not None and chosen(cloud, PERCENTAGE) == "zero":
        percentage = 0
    properties = item.properties
    details: JsonObject = properties["providerSpecificDetails"]
    properties["protectionState"], properties["protectionStateDescription"] = stage.protection
    properties["allowedOperations"] = list(stage.allowed_operations)
    properties["activeLocation"] = "Primary"
    details["vmProtectionState"], details["vmProtectionStateDescription"] = stage.vm_protection
    details["monitoringJobType"], details["monitoringPercentageCompletion"] = stage.monitoring, percentage
    for disk in disks_of(item):
        disk["diskState"] = stage.disk_state
        disk["monitoringJobType"] = stage.disk_monitoring
        disk["monitoringPercentageCompletion"] = percentage if stage.disk_monitoring and percentage else None
        disk["dataPendingAtSourceAgentInMB"] = 2.4 if stage.monitoring else 0.0
    item.private["heartbeat"] = stage.heartbeat
    item.changed = timestamp(cloud.clock.now())


def disks_of(item: Resource) -> list[JsonObject]:
    """Return the item's protected disks of both kinds; changing them changes the item."""
    details = item.properties["providerSpecificDetails"]
    return [*(details["protectedManagedDisks"] or ()), *(details["protectedDisks"] or ())]


def _protected(cloud: Cloud, item: Resource) -> None:
    now = cloud.clock.now()
    details: JsonObject = item.properties["providerSpecificDetails"]
    item.private["protectedAt"] = timestamp(now)
    details["lifecycleId"] = item.private.setdefault("lifecycleId", fresh_guid())
    details["agentCertificateExpiryDate"] = f"{now + CERTIFICATE_LIFETIME:%Y-%m-%dT%H:%M:%S}Z"
    choose_network(cloud, item)
    for key in ("replication.primary", "replication.secondary"):
        writes.start(cloud, names.vault_of(item.id), key, item.id)
    arguments = {"item": item.id.text, "epoch": item.private["epoch"]}
    cloud.timeline.schedule(cloud.pace.seconds(FAILOVER_READINESS), UNTESTED, arguments)


def untested(cloud: Cloud, arguments: JsonObject) -> None:
    """Warn that no test failover was ever done, unless one was or the replication was begun anew since."""
    item = cloud.store.find(arguments["item"])
    if item is None or item.private.get("epoch") != arguments["epoch"]:
        return
    if item.properties.get("lastSuccessfulTestFailoverTime"):
        return
    item.private[conditions.UNTESTED_SINCE] = timestamp(cloud.clock.now())


def shown(cloud: Cloud, item: Resource) -> JsonObject:
    """Show an item at this moment: its body, the running job, the agent's heartbeat and the age of its copy."""
    now = cloud.clock.now()
    conditions.refresh(cloud, item)
    sync_tags(cloud, item)
    properties = item.properties | {"currentScenario": _scenario(cloud, item)}
    details = dict(properties["providerSpecificDetails"])
    if not item.private.get(NAMED) and chosen(cloud, UNNAMED_MACHINE) == "item":
        details["recoveryAzureVMName"] = item.id.name
    details["unprotectedDisks"] = conditions.unprotected_disks(cloud, item) or None
    if item.private.get("heartbeat"):
        details["lastHeartbeat"] = timestamp(now - timedelta(seconds=now.second % 30))
    if protected_at := item.private.get("protectedAt"):
        details |= _objective(parse_timestamp(protected_at), now, conditions.lagging_since(cloud, item))
    return item.body | {"properties": properties | {"providerSpecificDetails": details}}


def sync_tags(cloud: Cloud, item: Resource) -> None:
    """Take over the tags of the machine that is protected, as the service keeps them in step while there is one."""
    details = item.properties["providerSpecificDetails"]
    machine = Machine.of_item(cloud, item)
    if machine is not None and item.properties["activeLocation"] == "Primary":
        details["vmSyncedConfigDetails"]["tags"] = dict(machine.resource.tags)


def _objective(protected_at: datetime, now: datetime, lagging: datetime | None) -> JsonObject:
    """Return the age of the copy: of the last recovery point, which `lagging` keeps from being followed by others."""
    minutes = int((now - protected_at).total_seconds() // 60)
    calculated = protected_at + timedelta(minutes=minutes)
    newest = int(((lagging or calculated) - protected_at).total_seconds() // CRASH_CONSISTENT_EVERY)
    point = protected_at + timedelta(seconds=newest * CRASH_CONSISTENT_EVERY)
    return {
        "rpoInSeconds": max(0, int((calculated - point).total_seconds())) + RPO_LAG,
        "lastRpoCalculatedTime": timestamp(calculated),
    }


def _scenario(cloud: Cloud, item: Resource) -> JsonObject:
    job = busy.job_on(cloud, item)
    if job is None:
        return no_scenario(names.vault_of(item.id))
    scenario = SCENARIOS[job.private["scenario"]]
    return {"scenarioName": scenario.name, "jobId": job.id.text, "startTime": job.private["began"]}


CONTINUATIONS = {STAGE: reached, UNTESTED: untested}
