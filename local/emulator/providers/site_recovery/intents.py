"""Protection intents: one PUT that names a machine and two regions, and makes everything that protection stands on.

What the service calls the things it makes is what its portal calls them. Source: the built-in policy that enables
replication (it sends such intents) and the portal's names.
"""

from local.emulator.arm.cloud import Cloud
from local.emulator.arm.ids import ResourceId
from local.emulator.arm.regions import region_name
from local.emulator.arm.request import ArmRequest
from local.emulator.arm.response import ArmResponse
from local.emulator.arm.store import Resource
from local.emulator.arm.wire import JsonObject, timestamp
from local.emulator.providers.site_recovery import (
    enable,
    enable_checks,
    intent_chain,
    intent_inputs,
    job_views,
    names,
    refusals,
    vaults,
    writes,
)
from local.emulator.providers.site_recovery.machine import Machine
from local.emulator.providers.site_recovery.shapes import taking
from local.emulator.providers.site_recovery.vaults import BASE, REGISTERED, Vault

INTENT = "/replicationProtectionIntents/{intent}"
JOB = "job"
"""The private fact of an intent: the id of the job that enables."""


def create(request: ArmRequest) -> ArmResponse:
    """PUT: make what is missing and begin to enable. Answered at once, with 200.

    Raises:
        ArmError: 404, there is no such vault.
    """
    vault = Vault(request)
    given: JsonObject = request.body["properties"]["providerSpecificDetails"]
    cloud, own = vault.cloud, vault.child(INTENT)
    vault.resource.private[REGISTERED] = True
    job = _begin(cloud, vault.id, own, given)
    body: JsonObject = {
        "properties": {
            "friendlyName": own.name,
            "isActive": True,
            "creationTimeUTC": timestamp(cloud.clock.now()),
            "providerSpecificDetails": _details(given),
        }
    }
    kept = cloud.write(own, body, {JOB: job.text})
    return ArmResponse(body=shown(cloud, kept))


def _begin(cloud: Cloud, vault: ResourceId, intent: ResourceId, given: JsonObject) -> ResourceId:
    """Make the chain and begin to enable; what cannot be made or enabled lets the job fail."""
    then, target = writes.FAIL, intent
    step: JsonObject = {"vault": vault.text}
    try:
        machine = Machine.find(cloud, given["fabricObjectId"])
        if machine is None:
            raise refusals.failure(cloud, "VmNotFound", vm=given["fabricObjectId"])
        target, wanted = intent_chain.Chain(cloud, vault, machine, given).make()
        step |= wanted
        enable_checks.check(cloud, enable_checks.Wanted(target, wanted["policy"], wanted["given"]))
        then = enable.ENABLED
    except refusals.ServiceFailure as refused:
        step |= {"condition": refused.failure.condition, "facts": refused.facts}
    step["target"] = target.text
    seconds = cloud.pace.seconds("site_recovery.item.enable")
    operation = writes.start(
        cloud,
        vault,
        "item.enable",
        target,
        then=then,
        effect=enable.ENABLED if "given" in step else writes.FAIL,
        arguments=step,
        seconds=seconds,
        stopped_at=0,
    )
    return vault.child("replicationJobs", operation.id)


def _details(given: JsonObject) -> JsonObject:
    renamed = {
        "protectionProfileCustomInput": "protectionProfile",
        "primaryStagingStorageAccountCustomInput": "primaryStagingStorageAccount",
        "recoveryAvailabilitySetCustomInput": "recoveryAvailabilitySet",
        "recoveryVirtualNetworkCustomInput": "recoveryVirtualNetwork",
        "recoveryProximityPlacementGroupCustomInput": "recoveryProximityPlacementGroup",
    }
    return {renamed.get(key, key): value for key, value in given.items()} | {
        key: region_name(given[key]) for key in ("primaryLocation", "recoveryLocation")
    }


def shown(cloud: Cloud, intent: Resource) -> JsonObject:
    """Show an intent with the state that its job has now."""
    job = cloud.resource(ResourceId.parse(intent.private[JOB]))
    state = job_views.shown(cloud, job)["properties"]["state"]
    return intent.body | {"properties": intent.properties | {"jobId": job.id.text, "jobState": state}}


ROUTES = (
    taking("PUT", BASE + INTENT, intent_inputs.INTENT, create),
    vaults.getter(INTENT, shown),
    vaults.lister("/replicationProtectionIntents", names.INTENTS, shown=shown),
)
