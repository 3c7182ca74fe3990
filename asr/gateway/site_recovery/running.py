"""Jobs that run: what another try, or another tool, has begun already."""

from collections.abc import Collection
from datetime import datetime

from asr.errors import Rejected
from asr.gateway.document import text
from asr.gateway.paging import entries
from asr.gateway.resources import read_path
from asr.gateway.session import Azure
from asr.gateway.site_recovery.absence import is_absent
from asr.gateway.site_recovery.item_documents import time_of
from asr.gateway.site_recovery.jobs import list_jobs
from asr.gateway.versions import SITE_RECOVERY_VERSION
from asr.model.resource_id import parse, same
from asr.model.step import Operation
from asr.model.vm_facts import ProtectedItem

ENABLE = "EnableDr"
"""The scenario name of the job that enables replication."""

ENDING = frozenset({"disabledr", "purgedr", "purgevm", "testfailovercleanup"})
"""The scenario names, in lower case, of the jobs that end a protection; a purge has been called by two names."""

UNFINISHED = frozenset({"notstarted", "inprogress", "suspended"})


async def find_running_enable(azure: Azure, vault_id: str, *names: str) -> Operation | None:
    """The operation of an unfinished job that enables what has one of these names; None if the vault runs none.

    A job is called after its VM or, before the item is known, after the item.

    A write whose answer was lost is found this way: its operation has the job's name. VMs of one name in several
    groups cannot be told apart here; waiting for the wrong one does no harm, because after its end the run reads
    the item. Source: Replication Jobs - List.
    """
    return await _find_running(azure, vault_id, frozenset({ENABLE.lower()}), *names)


async def find_running_end(azure: Azure, vault_id: str, *names: str) -> Operation | None:
    """The same of a job that ends the protection of what has one of these names, or cleans up its test failover."""
    return await _find_running(azure, vault_id, ENDING, *names)


async def _find_running(azure: Azure, vault_id: str, scenarios: frozenset[str], *names: str) -> Operation | None:
    at = parse(vault_id)
    what = f"GET {vault_id}/replicationJobs"
    with azure.calling(what):
        jobs = azure.site_recovery(at.subscription).replication_jobs.list(at.resource_group, at.name)
        async for job in entries(what, jobs):
            about = job.properties
            if about is None or (about.scenario_name or "").lower() not in scenarios:
                continue
            if (about.state or "").lower() not in UNFINISHED:
                continue
            if job.name and job.id and any(same(about.target_object_name, name) for name in names):
                return operation_of(azure, vault_id, job.name)
    return None


def operation_of(azure: Azure, vault_id: str, job_name: str) -> Operation:
    """The operation of a job of the vault: both bear the same name."""
    path = f"{vault_id}/replicationOperationStatus/{job_name}"
    url = f"{azure.settings.arm_endpoint}{path}?api-version={SITE_RECOVERY_VERSION}"
    return Operation(url, "status", azure.settings.poll_seconds)


async def find_running_scenario(azure: Azure, item: ProtectedItem) -> Operation | None:
    """What Site Recovery does with the item now, as an operation to wait for; None while it does nothing.

    Source: Replication Jobs - Get.
    """
    if item.scenario_job_id is None:
        return None
    job = parse(item.scenario_job_id)
    try:
        about = await read_path(azure, job.subscription, item.scenario_job_id, SITE_RECOVERY_VERSION)
    except Rejected as error:
        if is_absent(error):
            return None
        raise
    if text(about, "properties", "state").lower() not in UNFINISHED:
        return None
    return operation_of(azure, item.vault_id, job.name)


async def find_job_since(
    azure: Azure, item: ProtectedItem, scenarios: Collection[str], since: datetime
) -> Operation | None:
    """The latest job of these scenarios with the item that began at `since` or later, whether it runs or has ended."""
    vms = (parse(id_).name for id_ in (item.vm_id, item.recovered_vm_id, item.next_vm_id) if id_)
    names = {name.lower() for name in (item.name, *vms)}
    found = [
        job
        for job in await list_jobs(azure, item.vault_id, since)
        if text(job, "properties", "scenarioName") in scenarios
        and text(job, "properties", "targetObjectName").lower() in names
        and text(job, "name")
    ]
    latest = max(found, key=lambda job: time_of(text(job, "properties", "startTime")) or "", default=None)
    return operation_of(azure, item.vault_id, text(latest, "name")) if latest else None
