"""The vault's events: what happened to the health of its machines, and which jobs failed. Newest first."""

from local.emulator.arm.cloud import Cloud
from local.emulator.arm.odata import matches
from local.emulator.arm.request import ArmRequest
from local.emulator.arm.response import ArmResponse
from local.emulator.arm.router import Route
from local.emulator.arm.wire import JsonObject
from local.emulator.providers.site_recovery import conditions, job_views, names, refusals, vaults
from local.emulator.providers.site_recovery.bodies.events import job_failed
from local.emulator.providers.site_recovery.vaults import BASE, Vault
from local.emulator.providers.site_recovery.windows import window_filter


def _events(vault: Vault) -> list[JsonObject]:
    cloud = vault.cloud
    conditions.look_at_all(cloud, vault.under(names.PROTECTED_ITEMS))
    health = [event.body for event in vault.under(names.EVENTS)]
    failures = [
        job_failed(vault.id, body, _item(cloud, job.private["target"]))
        for job in vault.under(names.JOBS)
        if (body := job_views.shown(cloud, job))["properties"]["state"] == "Failed"
    ]
    latest_first = [*reversed(failures), *reversed(health)]
    return sorted(latest_first, key=lambda event: str(event["properties"]["timeOfOccurrence"]), reverse=True)


def _item(cloud: Cloud, target: str) -> JsonObject | None:
    found = cloud.store.find(target)
    return found.body if found and found.id.type == names.PROTECTED_ITEMS else None


def _fields(event: JsonObject) -> dict[str, str]:
    """Return what `$filter` may compare. Source: the event query parameters of the REST reference."""
    properties = event["properties"]
    own = (
        "eventCode",
        "eventType",
        "severity",
        "affectedObjectFriendlyName",
        "affectedObjectCorrelationId",
        "timeOfOccurrence",
    )
    return {
        **{key: properties[key] or "" for key in own},
        "startTime": properties["timeOfOccurrence"],
        "endTime": properties["timeOfOccurrence"],
        "fabricName": names.name_of(properties["fabricId"] or ""),
    }


def get_list(request: ArmRequest) -> ArmResponse:
    """GET the vault's events; `$filter` over code, type, severity, object, fabric and times.

    Raises:
        ArmError: 404, there is no such vault; 400, the filter is not understood.
    """
    vault = Vault(request)
    vault.check_exists()
    selects = window_filter(request.query.get("$filter", ""))
    return vaults.listed(request, [event for event in _events(vault) if matches(selects, _fields(event))])


def get(request: ArmRequest) -> ArmResponse:
    """GET one event.

    Raises:
        ArmError: 404, there is none of this name.
    """
    vault = Vault(request)
    wanted = request.params["event"].lower()
    for event in _events(vault):
        if event["name"].lower() == wanted:
            return ArmResponse(body=event)
    raise refusals.not_found(request, request.params["event"])


ROUTES = (
    Route("GET", f"{BASE}/replicationEvents", get_list),
    Route("GET", f"{BASE}/replicationEvents/{{event}}", get),
)
