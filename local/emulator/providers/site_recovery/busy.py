"""Which job works on a protected item: there is one at a time."""

from local.emulator.arm.cloud import Cloud
from local.emulator.arm.store import Resource
from local.emulator.providers.site_recovery import names, recovery_plans
from local.emulator.providers.site_recovery.refusals import failure


def job_on(cloud: Cloud, item: Resource) -> Resource | None:
    """Return the job that is working on an item, by itself or as part of a recovery plan; None when it is idle."""
    vault = names.vault_of(item.id)
    plans = [plan for plan in cloud.store.of_type(names.RECOVERY_PLANS, vault) if recovery_plans.holds(plan, item)]
    for worked_on in (item, *plans):
        if running := cloud.operations.running_on(worked_on.id):
            return cloud.store.find(vault.child("replicationJobs", running.id))
    return None


def check_idle(cloud: Cloud, item: Resource) -> None:
    """Raise ServiceFailure (AnotherJobRuns) when a job is working on the item."""
    if job := job_on(cloud, item):
        raise failure(cloud, "AnotherJobRuns", item=item.id.name, job=job.id.name)
