"""What is kept of a step of a real failover. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from asr.model.evidence import JobTask
from asr.planning.evidence_facts import MEASURED_RPO, SCHEMA, moment, not_run, task_moments


@dataclass(frozen=True, slots=True)
class FailoverRecord:
    """What is known of a step of a real failover, when it is over. Times are ISO 8601 in UTC.

    `kind` is what the run was asked for, `action` the step: a fail-back has several.

    `outcome` is that of the run; `tasks` are those of its job, None where they could not be read.
    """

    run: str
    kind: str
    action: str
    vm_id: str
    item_id: str | None
    asked_at: str
    began_at: str
    ended_at: str
    requested_by: str
    verified: bool
    recovery_point: str | None
    outcome: Mapping[str, Any]
    tasks: tuple[JobTask, ...] | None = None
    source_region: str | None = None
    recovery_region: str | None = None
    health: str | None = None


def failover_facts(record: FailoverRecord, version: str, kept_at: str) -> dict[str, Any]:
    """Everything that is kept of a step of a real failover, as plain JSON values."""
    told = dict(record.outcome.get("facts", {}).get("failover", {}))
    reasons = list(record.outcome.get("reasons", ()))
    missing = {"RTO by probes: nothing was asked of the VM that came up", "who approved it: the app asks nobody to"}
    if told.get("lost_seconds") is None:
        missing.add("RPO: this step starts from no recovery point, or its time is not known")
    if record.tasks is None:
        missing.add("the tasks of the job could not be read")
    return {
        "schema": SCHEMA,
        "id": record.run,
        "kind": record.action,
        "scenario": "in earnest, by a command" if record.kind == record.action else f"a step of {record.kind}",
        "profile": None,
        "result": str(record.outcome.get("state")),
        "requestedBy": {"name": record.requested_by, "verified": record.verified},
        "approvedBy": None,
        "askedAt": record.asked_at,
        "keptAt": kept_at,
        "toolVersion": version,
        "machines": [
            {
                "vmId": record.vm_id,
                "itemId": record.item_id,
                "regions": {"source": record.source_region, "recovery": record.recovery_region},
                "healthAfter": record.health,
                "recoveredVmId": told.get("vm"),
                "recoveryPoint": {"asked": record.recovery_point, "at": told.get("point")},
                "rpo": {"seconds": told.get("lost_seconds"), "measuredBy": MEASURED_RPO},
                "rto": {"seconds": None, "measuredBy": None},
                "timeline": [
                    moment(record.asked_at, "asked for", "app"),
                    moment(record.began_at, "decided and begun", "app"),
                    *task_moments(record.tasks or ()),
                    moment(record.ended_at, "over", "app"),
                ],
                "reasons": reasons,
            }
        ],
        "skipped": not_run(record.tasks or ()),
        "deviations": sorted({str(one.get("code")) for one in reasons if isinstance(one, Mapping)}),
        "notMeasured": sorted(missing),
        "nextDue": None,
    }
