"""Jobs and the operations of the same names: status documents, results, lists with filter, cancel, restart."""

import re

from local.emulator.arm import errors
from local.emulator.arm.cloud import Cloud
from local.emulator.arm.ids import ResourceId
from local.emulator.arm.odata import EVERYTHING, Predicate, matches, parsed_filter
from local.emulator.arm.operations import Operation
from local.emulator.arm.request import ArmRequest
from local.emulator.arm.response import ArmResponse
from local.emulator.arm.router import Route
from local.emulator.arm.store import Resource
from local.emulator.arm.styles import asr_document, found_operation
from local.emulator.arm.wire import JsonObject
from local.emulator.providers.site_recovery import (
    busy,
    job_views,
    names,
    references,
    vaults,
    writes,
)
from local.emulator.providers.site_recovery.bodies import job as bodies
from local.emulator.providers.site_recovery.refusals import failure
from local.emulator.providers.site_recovery.switches import STATUS_RETRY_AFTER, chosen
from local.emulator.providers.site_recovery.vaults import BASE, Vault

JOB = "/replicationJobs/{job}"
_EQUALITY = re.compile(r"\b(startTime|endTime)(\s+)eq(\s)", re.IGNORECASE)
CANCELLED, RESTARTED = "site_recovery.job_cancelled", "site_recovery.job_restarted"


def status(request: ArmRequest) -> ArmResponse:
    """GET the status document of an operation. `error`, `id` and `properties` are always there, mostly null."""
    operation = found_operation(request)
    repeats = not operation.done and chosen(request.cloud, STATUS_RETRY_AFTER) == "present"
    headers = request.cloud.pace.retry_after(writes.RETRY_AFTER) if repeats else {}
    job = Vault(request).id.child("replicationJobs", operation.id)
    return ArmResponse(body=asr_document(operation), headers=headers | {"x-ms-request-id": job.text})


def _operation(cloud: Cloud, job: Resource) -> Operation:
    found = cloud.operations.find(job.id.name)
    if found is None:
        raise errors.internal_error()
    return found


def get(request: ArmRequest) -> ArmResponse:
    """GET one job, whole. The request id is the job's own path.

    Raises:
        ArmError: 404, there is none.
    """
    vault = Vault(request)
    job = vault.find(JOB)
    return ArmResponse(body=job_views.shown(vault.cloud, job), headers={"x-ms-request-id": job.id.text})


def get_list(request: ArmRequest) -> ArmResponse:
    """GET the vault's jobs, newest first; `$filter` over state, scenario, target and times."""
    vault = Vault(request)
    selects = _window_filter(request.query.get("$filter", ""))
    found = vault.under(names.JOBS)[::-1]
    if selects is not EVERYTHING:
        found = [job for job in found if matches(selects, job_views.filterable(vault.cloud, job))]
    return vaults.listed(request, found, lambda job: bodies.in_list(job_views.shown(vault.cloud, job)))


def _window_filter(text: str) -> Predicate:
    """Return what a `$filter` selects; clients write the window's ends as equalities: `StartTime eq` for from."""
    return parsed_filter(_EQUALITY.sub(_bound, text))


def _bound(found: re.Match[str]) -> str:
    word = "ge" if found[1].lower() == "starttime" else "le"
    return f"{found[1]}{found[2]}{word}{found[3]}"


def cancel(request: ArmRequest) -> ArmResponse:
    """POST cancel: stop a job that allows it.

    Raises:
        ArmError: 404, there is none.
    """
    return _act(request, CANCELLED, "Cancel")


def restart(request: ArmRequest) -> ArmResponse:
    """POST restart: run a failed job once more, under its name.

    Raises:
        ArmError: 404, there is none.
    """
    return _act(request, RESTARTED, "Restart")


def _act(request: ArmRequest, then: str, action: str) -> ArmResponse:
    vault = Vault(request)
    cloud, job = vault.cloud, vault.find(JOB)

    def check() -> None:
        body = job_views.shown(cloud, job)["properties"]
        if action not in body["allowedActions"]:
            raise failure(cloud, "JobActionNotAllowed", action=action, state=body["state"])
        item = references.find(cloud, job.private["target"], names.PROTECTED_ITEMS)
        if action == "Restart" and item is not None:
            busy.check_idle(cloud, item)

    return writes.begin(vault, "job.change", job.id, then=then, preflight=check)


def cancelled(cloud: Cloud, arguments: JsonObject) -> None:
    """The job is stopped. What it had begun to create is taken back."""
    job = cloud.resource(ResourceId.parse(arguments["target"]))
    cloud.operations.cancel(_operation(cloud, job))
    target = cloud.store.find(job.private["target"])
    if target is not None and target.private.get("enabling") == job.id.name:
        cloud.delete(target.id)


def restarted(cloud: Cloud, arguments: JsonObject) -> None:
    """The job runs again."""
    writes.restart(cloud, ResourceId.parse(arguments["target"]))


ROUTES = (
    Route("GET", f"{BASE}/replicationOperationStatus/{{operation}}", status),
    Route("GET", f"{BASE}/replicationJobs", get_list),
    Route("GET", BASE + JOB, get),
    Route("POST", f"{BASE}{JOB}/cancel", cancel),
    Route("POST", f"{BASE}{JOB}/restart", restart),
)
CONTINUATIONS = {CANCELLED: cancelled, RESTARTED: restarted}
