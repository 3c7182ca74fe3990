"""Jobs: where Site Recovery tells why an operation failed."""

from azure.mgmt.recoveryservicessiterecovery.models import JobErrorDetails

from asr.gateway.error_body import AzureSaid
from asr.gateway.redact import quoted
from asr.gateway.session import Azure
from asr.model.resource_id import parse


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
