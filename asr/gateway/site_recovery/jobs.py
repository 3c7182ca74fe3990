"""Jobs: how they are, and why one failed."""

from datetime import UTC, datetime, timedelta

from azure.mgmt.recoveryservicessiterecovery.models import JobErrorDetails

from asr.gateway.document import Json, sections, text
from asr.gateway.error_body import AzureSaid
from asr.gateway.redact import quoted
from asr.gateway.resources import list_path, read_path
from asr.gateway.session import Azure
from asr.gateway.site_recovery.ids import place
from asr.gateway.site_recovery.item_documents import time_of
from asr.gateway.versions import SITE_RECOVERY_VERSION
from asr.model.evidence import JobTask
from asr.model.resource_id import parse
from asr.model.step import JobState

_STATES = {
    "notstarted": JobState.RUNS,
    "inprogress": JobState.RUNS,
    "suspended": JobState.RUNS,
    "cancelling": JobState.RUNS,
    "succeeded": JobState.SUCCEEDED,
}

MARGIN = timedelta(seconds=2)
"""How much earlier than the app saw it begin Azure may say that a job began."""


async def list_job_states(azure: Azure, vault_id: str, since: float) -> dict[str, JobState]:
    """The states of the vault's jobs that began at `since` (seconds since 1970) or later, by name in lower case.

    Raises:
        Rejected, TransientFault: the vault does not tell.
    """
    jobs = await list_jobs(azure, vault_id, datetime.fromtimestamp(since, UTC))
    return {
        text(job, "name").lower(): _STATES.get(text(job, "properties", "state").lower(), JobState.OTHER) for job in jobs
    }


async def list_jobs(azure: Azure, vault_id: str, since: datetime) -> tuple[Json, ...]:
    """The documents of the vault's jobs that began at `since` or later.

    Source: Replication Jobs - List; its filter takes the beginning of the window as an equality.
    """
    begin = (since.astimezone(UTC) - MARGIN).isoformat().replace("+00:00", "Z")
    path, subscription = f"{vault_id}/replicationJobs", place(vault_id).subscription
    return await list_path(azure, subscription, path, SITE_RECOVERY_VERSION, only=f"StartTime eq '{begin}'")


async def read_job_tasks(azure: Azure, job_id: str) -> tuple[JobTask, ...]:
    """The tasks of a job, in Site Recovery's order and with its times; those that did not run are among them.

    Source: Replication Jobs - Get, `properties.tasks`.
    """
    about = await read_path(azure, place(job_id).subscription, job_id, SITE_RECOVERY_VERSION)
    return tuple(
        JobTask(
            quoted(text(task, "friendlyName") or text(task, "name"))[:MOST_WORDS],
            text(task, "state")[:MOST_WORDS],
            time_of(text(task, "startTime")),
            time_of(text(task, "endTime")),
        )
        for task in sections(about, "properties", "tasks")[:MOST_TASKS]
    )


MOST_TASKS, MOST_WORDS = 50, 200
"""Tasks of one job, and characters of the name of each, that are kept."""


async def read_job_error(azure: Azure, job_id: str) -> AzureSaid | None:
    """The first error of a job that stopped it, in Azure's own words; None if the job has none.

    Source: Replication Jobs - Get, `properties.errors`.
    """
    job_at = parse(job_id)
    vault, job_name = job_at.names[0], job_at.name
    with azure.calling(f"GET {job_id}"):
        job = await azure.site_recovery(job_at.subscription).replication_jobs.get(
            job_at.resource_group, vault, job_name
        )
    errors = (job.properties.errors if job.properties else None) or []
    stopping = [error for error in errors if (error.error_level or "Error") == "Error"]
    told = [said for error in stopping or errors if (said := _said(error)) is not None]
    return told[0] if told else None


def _said(error: JobErrorDetails) -> AzureSaid | None:
    """The service's words, or the provider's where the service has none."""
    service, provider = error.service_error_details, error.provider_error_details
    if service is not None and service.code:
        return _told(service.code, service.message, service.possible_causes, service.recommended_action)
    if provider is not None and provider.error_code:
        return _told(
            str(provider.error_code), provider.error_message, provider.possible_causes, provider.recommended_action
        )
    return None


def _told(code: str, message: str | None, causes: str | None, action: str | None) -> AzureSaid:
    return AzureSaid(code, *(quoted(words) for words in (message, causes, action)))
