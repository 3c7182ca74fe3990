"""Replication of one item over time: walks the stages, then keeps telling how far behind the copy is."""

import copy
from datetime import datetime, timedelta

from local.emulator.arm.cloud import Cloud
from local.emulator.arm.ids import ResourceId
from local.emulator.arm.store import Resource
from local.emulator.arm.wire import JsonObject, fresh_guid, parse_timestamp, timestamp
from local.emulator.providers.site_recovery import names, writes
from local.emulator.providers.site_recovery.bodies import health_errors, nics
from local.emulator.providers.site_recovery.bodies.protected_item import no_scenario
from local.emulator.providers.site_recovery.machine import Machine
from local.emulator.providers.site_recovery.networks import mapping_of
from local.emulator.providers.site_recovery.scenarios import FAILOVER_READINESS, INITIAL_REPLICATION, SCENARIOS
from local.emulator.providers.site_recovery.stages import STAGES, Stage
from local.emulator.providers.site_recovery.switches import PERCENTAGE, chosen

STAGE, UNTESTED = "site_recovery.stage_reached", "site_recovery.item_untested"
CRASH_CONSISTENT_EVERY = 300
"""Seconds between crash-consistent recovery points; fixed by the service."""

RPO_LAG = 30
"""Seconds that a recovery point needs to reach the other region."""

CERTIFICATE_LIFETIME = timedelta(days=3 * 365)
"""How long the agent's certificate is valid (recorded: three years less a few minutes)."""


def start(cloud: Cloud, item: Resource) -> None:
    """Begin initial replication, again or for the first time: the stages follow by themselves."""
    whole = cloud.pace.seconds(INITIAL_REPLICATION)
    item.private |= {"epoch": fresh_guid(), "protectedAt": None, "heartbeat": False}
    _show(cloud, item, STAGES[0])
    for number, stage in enumerate(STAGES[1:], start=1):
        arguments = {"item": item.id.text, "epoch": item.private["epoch"], "stage": number}
        cloud.timeline.schedule(whole * stage.after, STAGE, arguments)


def stop(item: Resource) -> None:
    """Let no stage that is still to come have an effect."""
    item.private["epoch"] = ""


def reached(cloud: Cloud, arguments: JsonObject) -> None:
    """A stage was reached, unless the item is gone or its replication was begun anew since."""
    item = cloud.store.find(arguments["item"])
    if item is None or item.private.get("epoch") != arguments["epoch"]:
        return
    stage = STAGES[arguments["stage"]]
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
    _choose_network(cloud, item)
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
    warning = health_errors.no_test_failover(item.properties["friendlyName"], item.id, cloud.clock.now())
    item.properties["failoverHealth"] = "Warning"
    item.properties["healthErrors"] = [*item.properties["healthErrors"], warning]


def _choose_network(cloud: Cloud, item: Resource) -> None:
    """Fill the NICs: in the network asked for at enable, else in the one that the source's is mapped to."""
    details = item.properties["providerSpecificDetails"]
    machine = Machine.find(cloud, details["fabricObjectId"])
    found = machine.nics() if machine else []
    if not found:
        return
    if turned := [nic for nic in details["vmNics"] if nic["selectionType"] == "NotSelected"]:
        details["vmNics"] = [nics.restored(nic, new.body) for nic, new in zip(turned, found, strict=False)]
        details["selectedRecoveryAzureNetworkId"] = turned[0]["recoveryVMNetworkId"]
        return
    if details["vmNics"]:
        return
    asked = item.private["given"]
    recovery_network = asked.get("recoveryAzureNetworkId") or _mapped_network(cloud, item, found[0])
    details["selectedRecoveryAzureNetworkId"] = recovery_network or None
    wanted = names.name_of(asked.get("recoverySubnetName") or "")
    details["vmNics"] = [
        nics.interface(
            copy.deepcopy(nic.body),
            recovery_network=recovery_network,
            recovery_subnets={
                subnet: wanted or _subnet_like(cloud, recovery_network, subnet) for subnet in _subnets(nic)
            },
        )
        for nic in found
    ]


def _subnets(nic: Resource) -> list[str]:
    configurations = nic.properties.get("ipConfigurations") or ()
    return [names.name_of(found["properties"]["subnet"]["id"]) for found in configurations]


def source_network(nic: Resource) -> str:
    """Return the id of the virtual network that a NIC is in, or ""."""
    configurations = nic.properties.get("ipConfigurations") or ()
    subnets = [found["properties"]["subnet"]["id"] for found in configurations if found["properties"].get("subnet")]
    return str(subnets[0]).rsplit("/", 2)[0] if subnets else ""


def _mapped_network(cloud: Cloud, item: Resource, nic: Resource) -> str:
    recovery_fabric = ResourceId.parse(item.properties["recoveryFabricId"])
    mapping = mapping_of(cloud, item.id.parent.parent, source_network(nic), recovery_fabric)
    kept = cloud.store.find(mapping.properties["recoveryNetworkId"]) if mapping else None
    return kept.id.text if kept else ""


def _subnet_like(cloud: Cloud, network_id: str, subnet: str) -> str:
    """Return the subnet of the same name, else the first in alphabetical order, as the service documents it."""
    network = cloud.store.find(network_id) if network_id else None
    present = sorted(found["name"] for found in (network.properties.get("subnets") or ())) if network else []
    same = [name for name in present if name.lower() == subnet.lower()]
    return next(iter([*same, *present]), subnet)


def shown(cloud: Cloud, item: Resource) -> JsonObject:
    """Show an item at this moment: its body, the running job, the agent's heartbeat and the age of its copy."""
    now = cloud.clock.now()
    properties = item.properties | {"currentScenario": _scenario(cloud, item)}
    details = dict(properties["providerSpecificDetails"])
    if item.private.get("heartbeat"):
        details["lastHeartbeat"] = timestamp(now - timedelta(seconds=now.second % 30))
    if protected_at := item.private.get("protectedAt"):
        details |= _objective(parse_timestamp(protected_at), now)
    return item.body | {"properties": properties | {"providerSpecificDetails": details}}


def _objective(protected_at: datetime, now: datetime) -> JsonObject:
    minutes = int((now - protected_at).total_seconds() // 60)
    calculated = protected_at + timedelta(minutes=minutes)
    return {
        "rpoInSeconds": minutes * 60 % CRASH_CONSISTENT_EVERY + RPO_LAG,
        "lastRpoCalculatedTime": timestamp(calculated),
    }


def _scenario(cloud: Cloud, item: Resource) -> JsonObject:
    vault = names.vault_of(item.id)
    job = cloud.store.find(vault.child("replicationJobs", item.private.get(writes.LATEST_JOB, "None")))
    running = cloud.operations.find(job.id.name) if job else None
    if job is None or running is None or running.done:
        return no_scenario(vault)
    scenario = SCENARIOS[job.private["scenario"]]
    return {"scenarioName": scenario.name, "jobId": job.id.text, "startTime": timestamp(running.began)}


CONTINUATIONS = {STAGE: reached, UNTESTED: untested}
