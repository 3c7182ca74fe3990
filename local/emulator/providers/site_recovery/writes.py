"""Every write of Site Recovery: a job is recorded, an operation begun, and 202 answered with an empty body.

The job bears the operation's name. Source: recorded traffic, api-version 2022-08-01.
"""

from collections.abc import Callable
from dataclasses import asdict
from urllib.parse import quote

from local.emulator.arm.cloud import Cloud
from local.emulator.arm.ids import ResourceId
from local.emulator.arm.operations import Operation
from local.emulator.arm.request import ArmRequest
from local.emulator.arm.response import ArmResponse
from local.emulator.arm.wire import JsonObject, fresh_guid, stable_guid, timestamp
from local.emulator.providers.site_recovery import injected_failures, names
from local.emulator.providers.site_recovery.failures import ONLY_BY_AZURE, Failure
from local.emulator.providers.site_recovery.refusals import ServiceFailure, failure
from local.emulator.providers.site_recovery.scenarios import SCENARIOS, kind
from local.emulator.providers.site_recovery.vaults import REGISTERED, Vault

RETRY_AFTER = 30
"""Seconds; the service's only hint about pace."""

PREFLIGHT_SHARE = 0.1
"""Which part of its duration an operation runs before its prerequisites have failed."""

INFORMATION = "information"
"""The private fact of a job that it completed with information: which."""

FAILURE = "failure"
"""The private fact of a job whose operation failed: why."""

FAIL = "site_recovery.fail"
NOTED = "site_recovery.noted"


def nothing() -> None:
    """Check nothing."""


def begin(
    vault: Vault,
    key: str,
    target: ResourceId,
    *,
    then: str,
    arguments: JsonObject | None = None,
    preflight: Callable[[], object] = nothing,
    results: ResourceId | None = None,
    details: JsonObject | None = None,
    machine: str = "",
) -> ArmResponse:
    """Accept a write.

    Args:
        vault: the request's vault.
        key: the scenario (see `scenarios.SCENARIOS`).
        target: what is worked on.
        then: the continuation that has the effect when the time is over.
        arguments: its JSON arguments; `target`, `vault` and `job` are added.
        preflight: what is checked first. A ServiceFailure it raises ends the operation early.
        results: what `operationresults` hangs below in the Location header; `target` by default.
        details: further keys of the job's `customDetails`.
        machine: the id of the machine it is about, when `target` does not exist yet.
    """
    cloud, request = vault.cloud, vault.request
    seconds = cloud.pace.seconds(kind(key))
    step = dict(arguments or {}) | {"target": target.text, "vault": vault.id.text}
    now, stopped_at = then, 1
    try:
        preflight()
        injected_failures.raise_injected(cloud, key, target, machine)
    except ServiceFailure as refused:
        now = FAIL
        step |= {"condition": refused.failure.condition, "facts": refused.facts}
        stopped_at = int(refused.failure.condition in ONLY_BY_AZURE)
        seconds *= PREFLIGHT_SHARE
    vault.resource.private[REGISTERED] = True
    operation = start(
        cloud,
        vault.id,
        key,
        target,
        then=now,
        effect=then,
        arguments=step,
        seconds=seconds,
        details=details,
        client_request_id=request.client_request_id,
        stopped_at=stopped_at,
        called=machine.rstrip("/").rsplit("/", 1)[-1],
    )
    return _accepted(request, vault.id, operation, results or target)


def start(
    cloud: Cloud,
    vault: ResourceId,
    key: str,
    target: ResourceId,
    *,
    then: str = NOTED,
    effect: str = "",
    arguments: JsonObject | None = None,
    seconds: float = 0.0,
    details: JsonObject | None = None,
    client_request_id: str = "",
    stopped_at: int = 1,
    called: str = "",
) -> Operation:
    """Record a job and begin its operation, with or without a request behind it.

    Arguments as for `begin`; `effect` is the continuation that a restart of the job runs, `then` by default, and
    `stopped_at` the number of the task in which it stops if it fails.
    """
    job = vault.child("replicationJobs", fresh_guid())
    present = cloud.store.find(target)
    friendly = present.body["properties"].get("friendlyName") if present and "properties" in present.body else None
    private: JsonObject = {
        "scenario": key,
        "began": timestamp(cloud.clock.now()),
        "seconds": seconds,
        "target": target.text,
        "targetId": stable_guid(target.key),
        "targetName": "" if SCENARIOS[key].target == "Vault" else friendly or called or target.name,
        "activity": f"{client_request_id or fresh_guid()} ActivityId: {fresh_guid()}",
        "details": details or {},
        "stoppedAt": stopped_at,
        "fails": then == FAIL,
        "then": effect or then,
        "arguments": (arguments or {}) | {"job": job.text},
    }
    cloud.write(job, {}, private)
    return _begin(cloud, key, target, then, private["arguments"], seconds, job.name)


def _begin(
    cloud: Cloud, key: str, target: ResourceId, then: str, arguments: JsonObject, seconds: float, name: str
) -> Operation:
    return cloud.operations.begin(kind(key), target, then=then, arguments=arguments, seconds=seconds, operation_id=name)


def failing_task(cloud: Cloud, vault: ResourceId, operation: Operation) -> int | None:
    """Return the number of the task in which an operation that has just begun will fail; None when it need not."""
    private = cloud.resource(vault.child("replicationJobs", operation.id)).private
    return int(private["stoppedAt"]) if private["fails"] else None


def restart(cloud: Cloud, job: ResourceId) -> Operation:
    """Run a job's operation once more, under the same name; a trouble that is not spent lets it fail again."""
    kept = cloud.resource(job)
    again, then = dict(kept.private["arguments"]), kept.private["then"]
    machine = str((again.get("given") or {}).get("fabricObjectId") or "")
    try:
        injected_failures.raise_injected(
            cloud, kept.private["scenario"], ResourceId.parse(kept.private["target"]), machine
        )
    except ServiceFailure as refused:
        then = FAIL
        again |= {"condition": refused.failure.condition, "facts": refused.facts}
    kept.private["began"] = timestamp(cloud.clock.now())
    kept.private.pop(FAILURE, None)
    target = ResourceId.parse(kept.private["target"])
    return _begin(cloud, kept.private["scenario"], target, then, again, kept.private["seconds"], job.name)


def _accepted(request: ArmRequest, vault: ResourceId, operation: Operation, results: ResourceId) -> ArmResponse:
    query, home = f"?api-version={request.api_version}", quote(vault.text)
    headers = {
        "Azure-AsyncOperation": f"{request.base_url}{home}/replicationOperationStatus/{operation.id}{query}",
        "Location": f"{request.base_url}{quote(results.text)}/operationresults/{operation.id}{query}",
        "x-ms-request-id": f"{home}/replicationJobs/{operation.id}",
        **request.cloud.pace.retry_after(RETRY_AFTER),
    }
    return ArmResponse(status=202, headers=headers, operation=operation)


def inform(cloud: Cloud, arguments: JsonObject, condition: str, **facts: str) -> None:
    """Let the job that runs a continuation with these arguments end as completed with information."""
    job = cloud.resource(ResourceId.parse(arguments["job"]))
    job.private[INFORMATION] = {"condition": condition, "facts": facts}


def fail(cloud: Cloud, arguments: JsonObject) -> None:
    """The continuation of a write whose prerequisites were not met."""
    raise failure(cloud, arguments["condition"], **arguments["facts"])


def note_failure(cloud: Cloud, operation: Operation) -> None:
    """Write on the job of an operation that has ended why it failed. Other providers' operations have no job."""
    job = cloud.store.find(names.vault_of(operation.resource_id).child("replicationJobs", operation.id))
    if job is None or operation.error is None:
        return
    error = operation.error
    if isinstance(error, ServiceFailure):
        job.private[FAILURE] = asdict(error.failure)
    else:
        job.private[FAILURE] = asdict(Failure(error.code, error.code, error.message, error.message))


def noted(_: Cloud, __: JsonObject) -> None:
    """The continuation of a job that only says that something happened."""


CONTINUATIONS = {FAIL: fail, NOTED: noted}
