"""How a job is shown: with the state that its operation has now."""

from datetime import timedelta

from local.emulator.arm.cloud import Cloud
from local.emulator.arm.ids import ResourceId
from local.emulator.arm.operations import Operation, OperationStatus
from local.emulator.arm.store import Resource
from local.emulator.arm.wire import JsonObject, parse_timestamp
from local.emulator.providers.site_recovery import writes
from local.emulator.providers.site_recovery.bodies import job as bodies
from local.emulator.providers.site_recovery.failures import Failure
from local.emulator.providers.site_recovery.refusals import failure
from local.emulator.providers.site_recovery.scenarios import SCENARIOS, SOURCE_TASKS
from local.emulator.providers.site_recovery.switches import COMPLETED_WITH_INFORMATION, chosen


def shown(cloud: Cloud, job: Resource) -> JsonObject:
    """Show a job with the state that its operation has now."""
    return bodies.job(_facts_of(cloud, job))


def filterable(cloud: Cloud, job: Resource) -> dict[str, str]:
    """Return what `$filter` may compare; all jobs of a vault are compared each time, so nothing else is made."""
    private = job.private
    operation = cloud.operations.find(job.id.name) or _long_over(job)
    succeeded = operation.status is OperationStatus.SUCCEEDED
    informs = succeeded and (writes.FAILURE in private or writes.INFORMATION in private)
    state = bodies.STATES[operation.status][0]
    if informs and _says_information(cloud):
        state = bodies.WITH_INFORMATION
    scenario = SCENARIOS[private["scenario"]]
    return bodies.filterable(
        scenario, state, private["began"], operation.ended, private["targetId"], private["targetName"]
    )


def _says_information(cloud: Cloud) -> bool:
    return chosen(cloud, COMPLETED_WITH_INFORMATION) == "state"


def _facts_of(cloud: Cloud, job: Resource) -> bodies.JobFacts:
    """Return what a job's body is made of, as it is now."""
    private = job.private
    operation = cloud.operations.find(job.id.name) or _long_over(job)
    scenario = SCENARIOS[private["scenario"]]
    failed = private.get(writes.FAILURE)
    return bodies.JobFacts(
        id=job.id,
        scenario=scenario,
        status=operation.status,
        began=parse_timestamp(private["began"]),
        seconds=private["seconds"],
        ended=operation.ended,
        now=cloud.clock.now(),
        target_id=private["targetId"],
        target_name=private["targetName"],
        activity=private["activity"],
        details=private["details"],
        failure=Failure(**failed) if failed else _information(cloud, job),
        stopped_at=min(private["stoppedAt"], len(scenario.tasks) - 1),
        skipped=_skipped(job),
        says_information=_says_information(cloud),
    )


def _skipped(job: Resource) -> frozenset[str]:
    """Return which tasks a failover leaves out: those on the source, when it was not asked to do anything there."""
    leaves_out = job.private["arguments"].get("shutDown") is False
    return frozenset(task.name for task in SOURCE_TASKS if leaves_out)


def _long_over(job: Resource) -> Operation:
    """Return the operation of a job of the time when a world was made: it went well, and nobody can ask for it."""
    private, began = job.private, parse_timestamp(job.private["began"])
    return Operation(
        id=job.id.name,
        kind=private["scenario"],
        resource_id=ResourceId.parse(private["target"]),
        began=began,
        ended=began + timedelta(seconds=private["seconds"]),
        status=OperationStatus.SUCCEEDED,
    )


def _information(cloud: Cloud, job: Resource) -> Failure | None:
    """Return what a job says that did its work, but not all of it."""
    said = job.private.get(writes.INFORMATION)
    return failure(cloud, said["condition"], **said["facts"]).failure if said else None
