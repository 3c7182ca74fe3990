"""Exporting jobs: a job whose result is a list of jobs in a blob.

Azure writes the blob into an account of its own and hands out its address with a token. Here the address is the
emulator's; the token opens nothing.
"""

from local.emulator.arm import errors
from local.emulator.arm.cloud import Cloud
from local.emulator.arm.ids import ResourceId
from local.emulator.arm.request import ArmRequest
from local.emulator.arm.response import ArmResponse
from local.emulator.arm.router import Route
from local.emulator.arm.wire import JsonObject
from local.emulator.providers.site_recovery import inputs, job_views, names, writes
from local.emulator.providers.site_recovery.bodies import job as bodies
from local.emulator.providers.site_recovery.shapes import taking
from local.emulator.providers.site_recovery.vaults import BASE, Vault

EXPORTED = "site_recovery.jobs_exported"
EXPORT = "export"
"""The private fact of an export job: what it found."""

BLOB = "/emulator/site-recovery/exports/{job}"
TOKEN = "sv=emulated"
SELECTS = {"jobStatus": "state", "affectedObjectTypes": "targetInstanceType", "jobName": "scenarioName"}
"""Query key -> key of the job that it must equal."""


def export(request: ArmRequest) -> ArmResponse:
    """POST export: write the jobs that fit the query into a blob."""
    vault = Vault(request)
    accepted = writes.begin(
        vault,
        "jobs.export",
        vault.id,
        then=EXPORTED,
        arguments={"query": request.body},
        results=vault.id,
    )
    if accepted.operation:
        job = vault.cloud.resource(vault.id.child("replicationJobs", accepted.operation.id))
        job.private["details"] = {"blobUri": request.base_url + BLOB.format(job=job.id.name), "sasToken": TOKEN}
    return accepted


def exported(cloud: Cloud, arguments: JsonObject) -> None:
    """The blob is there from now on."""
    own, query = cloud.resource(ResourceId.parse(arguments["job"])), arguments["query"]
    vault = ResourceId.parse(arguments["vault"])
    found = [job_views.shown(cloud, job) for job in cloud.store.of_type(names.JOBS, vault) if job is not own]
    own.private[EXPORT] = [bodies.in_list(body) for body in reversed(found) if _fits(body["properties"], query)]


def _fits(job: JsonObject, query: JsonObject) -> bool:
    begins, ends = query.get("startTime") or "", query.get("endTime") or "9"
    return begins <= job["startTime"] <= ends and all(
        not query.get(key) or query[key].lower() == str(job[own]).lower() for key, own in SELECTS.items()
    )


def blob(request: ArmRequest) -> ArmResponse:
    """GET the exported jobs.

    Raises:
        ArmError: 404, no job has exported anything under this name.
    """
    wanted = request.params["job"]
    for job in request.cloud.store.of_type(names.JOBS):
        if job.id.name == wanted and EXPORT in job.private:
            return ArmResponse(body=job.private[EXPORT])
    raise errors.nested_not_found(request.id)


ROUTES = (
    taking("POST", f"{BASE}/replicationJobs/export", inputs.EXPORT, export),
    Route("GET", BLOB, blob, open=True),
)
CONTINUATIONS = {EXPORTED: exported}
