"""Wire bodies of a vault's events: a machine's health changed, a job failed.

Source: the published sample of `replicationEvents` and the documented output of `Get-AzRecoveryServicesAsrEvent`. The
name of an event begins with what its time leaves of the largest number, so that names sort newest first (decoded from
the sample).
"""

from datetime import UTC, datetime

from local.emulator.arm.ids import ResourceId
from local.emulator.arm.wire import JsonObject, stable_guid, timestamp
from local.emulator.providers.site_recovery import names

_FIRST_INSTANT = datetime(1601, 1, 1, tzinfo=UTC)
_LARGEST = 2**63 - 1

HEALTH_CHANGED = "SRSVMHealthChanged"
SAID_OF = {"Critical": "in Critical state", "Warning": "in Warning state", "Normal": "OK"}
SEVERITY_OF = {"Critical": "Critical", "Warning": "Warning", "Normal": "OK"}


def event_id(vault: ResourceId, monitor: str, at: datetime, about: str) -> ResourceId:
    """Return the id of the event that `monitor` noticed at `at` about `about` (any text that tells it from others)."""
    since_first = at - _FIRST_INSTANT
    ticks = (since_first.days * 86_400 + since_first.seconds) * 10_000_000 + since_first.microseconds * 10
    return vault.child("replicationEvents", f"{monitor};{_LARGEST - ticks}_{stable_guid(f'{about} {ticks}')}")


def health_changed(vault: ResourceId, item: JsonObject, at: datetime) -> JsonObject:
    """Return the event that the health of `item` (its wire body) changed at `at`."""
    properties = item["properties"]
    health = min((properties["replicationHealth"], properties["failoverHealth"]), key=list(SEVERITY_OF).index)
    own = event_id(vault, "VmMonitoringEvent", at, f"{item['id']} {health}")
    return _event(
        own,
        code=HEALTH_CHANGED,
        description=f"Virtual machine health is {SAID_OF[health]}.",
        kind="VmHealth",
        machine=properties["friendlyName"],
        correlation=properties["eventCorrelationId"],
        severity=SEVERITY_OF[health],
        at=at,
        item=item,
        errors=list(properties["healthErrors"]),
    )


def job_failed(vault: ResourceId, job: JsonObject, item: JsonObject | None) -> JsonObject:
    """Return the event that `job` (its wire body) failed; `item` is what it worked on, if that is a protected item."""
    properties = job["properties"]
    at = datetime.fromisoformat(properties["endTime"])
    event = _event(
        event_id(vault, "JobStatusMonitoringEvent", at, job["id"]),
        code=f"{properties['scenarioName']}Failed",
        description=f"{properties['friendlyName']} failed.",
        kind="JobStatus",
        machine=properties["targetObjectName"],
        correlation=properties["targetObjectId"],
        severity="Critical",
        at=at,
        item=item,
        errors=[],
    )
    event["properties"]["eventSpecificDetails"] = {
        "instanceType": "JobStatus",
        "jobId": job["id"],
        "jobFriendlyName": properties["friendlyName"],
        "jobStatus": properties["state"],
        "affectedObjectType": properties["targetInstanceType"],
    }
    return event


def _event(
    own: ResourceId,
    *,
    code: str,
    description: str,
    kind: str,
    machine: str,
    correlation: str,
    severity: str,
    at: datetime,
    item: JsonObject | None,
    errors: list[JsonObject],
) -> JsonObject:
    details = item["properties"]["providerSpecificDetails"] if item else {}
    fabric = ResourceId.parse(item["id"]).parent.parent.text if item else None
    return {
        "id": own.text,
        "name": own.name,
        "type": names.EVENTS,
        "properties": {
            "eventCode": code,
            "description": description,
            "eventType": kind,
            "affectedObjectFriendlyName": machine,
            "affectedObjectCorrelationId": correlation,
            "severity": severity,
            "timeOfOccurrence": timestamp(at),
            "fabricId": fabric,
            "providerSpecificDetails": {
                "instanceType": "A2A",
                "protectedItemName": item["name"] if item else None,
                "fabricObjectId": details.get("fabricObjectId"),
                "fabricName": item["properties"]["primaryFabricFriendlyName"] if item else None,
                "fabricLocation": details.get("primaryFabricLocation"),
                "remoteFabricName": item["properties"]["recoveryFabricFriendlyName"] if item else None,
                "remoteFabricLocation": details.get("recoveryFabricLocation"),
            },
            "eventSpecificDetails": None,
            "healthErrors": errors,
        },
    }
