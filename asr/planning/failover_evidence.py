"""What is kept of a step of a real failover. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from asr.model.evidence import JobTask
from asr.planning.evidence_facts import MEASURED_RPO, MEASURED_RTO, SCHEMA, moment, not_run, task_moments

READ_SOURCE = "the app: a read of the source VM after the failover"
"""Who says whether the source has stopped."""


@dataclass(frozen=True, slots=True)
class Probed:
    """How the probes ended at `at`: those that `passed`, and of the others what they answered last. `attempts` counts
    the rounds in which they were asked.
    """

    at: str
    attempts: int
    passed: tuple[str, ...] = ()
    problems: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class FailoverRecord:
    """What is known of a step of a real failover, when it is over. Times are ISO 8601 in UTC.

    `kind` is what the run was asked for, `action` the step: a fail-back has several.

    `outcome` is that of the run; `probes` is what was asked of the VM that came up, None: nothing; `tasks` are those of
    its job, None where they could not be read.
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
    probes: Probed | None = None


def failover_facts(record: FailoverRecord, version: str, kept_at: str) -> dict[str, Any]:
    """Everything that is kept of a step of a real failover, as plain JSON values."""
    told = dict(record.outcome.get("facts", {}).get("failover", {}))
    reasons = list(record.outcome.get("reasons", ()))
    missing = {"who approved it: the app asks nobody to"}
    rto = _rto(record)
    if rto is None:
        why = "nothing was asked of the VM that came up" if record.probes is None else "not every probe has passed"
        missing.add(f"RTO by probes: {why}")
    if told.get("source_power") is None:
        missing.add("whether the source has stopped: this step has no source to stop, or it could not be read")
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
                "rto": {"seconds": rto, "measuredBy": None if rto is None else MEASURED_RTO},
                "probes": _probes(record.probes),
                "source": {
                    "stopped": told.get("source_stopped"),
                    "power": told.get("source_power"),
                    "readBy": None if told.get("source_power") is None else READ_SOURCE,
                },
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


def _rto(record: FailoverRecord) -> int | None:
    """Seconds from the request to when every probe had passed; None if that was not measured."""
    probes = record.probes
    if probes is None or probes.problems or not probes.passed:
        return None
    return round((datetime.fromisoformat(probes.at) - datetime.fromisoformat(record.asked_at)).total_seconds())


def _probes(probes: Probed | None) -> list[dict[str, Any]]:
    if probes is None:
        return []
    passed = [_probe(one, probes, None) for one in probes.passed]
    return [*passed, *(_probe(one, probes, problem) for one, problem in probes.problems.items())]


def _probe(what: str, probes: Probed, problem: str | None) -> dict[str, Any]:
    at = probes.at if problem is None else None
    return {"what": what, "passedAt": at, "problem": problem, "attempts": probes.attempts, "from": "app"}
