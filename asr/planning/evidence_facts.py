"""What an auditor asks for of a drill or a failover. Pure.

The fields are the union of what DORA (article 25 of 2024/1774), SOC 2 (A1.3), ISO 22301 (8.5) and FFIEC ask for; what
was not measured is null and is named, never guessed.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from asr.codec import encode
from asr.model.drill import CalledOff, Drill, DrillRequest, DrillStatus, MachineDrill
from asr.model.evidence import JobTask
from asr.model.outcome import Reason
from asr.model.probe import Probe
from asr.planning.drill import script_hash, status_of
from asr.planning.evidence import hash_of
from asr.reasons import blocks

SCHEMA = "asr-autoprotect/evidence/2"
"""The form of the facts."""

MEASURED_RTO = "the app: from the request to when the last probe had passed for the first time, by the app's clock"
MEASURED_RPO = "Site Recovery: the time of the recovery point; the app: the request, by the app's clock"

NEVER_KNOWN = (
    "actions after the drill, who owns them, and by when they are done",
    "data inside the test VM was not compared with the source",
    "the business impact analysis, or the risk, that the drill answers to",
    "third parties and observers that took part, and their sign-off",
    "who approved the drill: the app asks nobody to",
)
"""What auditors ask for, and the app is never told."""

_RAN = frozenset({"succeeded", "failed", "inprogress", "completed", "cancelled"})
"""States, in lower case, of a task that ran."""


def facts_of(
    drill: Drill,
    machines: Sequence[MachineDrill],
    version: str,
    kept_at: str,
    *,
    health: Mapping[str, str] | None = None,
    next_due: str | None = None,
    called: CalledOff | None = None,
) -> dict[str, Any]:
    """Everything that is kept of a drill, as plain JSON values. `health` tells of each vault when it was refreshed."""
    result = status_of(machines)
    return {
        "schema": SCHEMA,
        "id": drill.id,
        "kind": "drill",
        "scenario": "test failover into an isolated network, beside the machines that run",
        "profile": drill.profile,
        "result": result.value,
        "requestedBy": {"name": drill.requested_by, "verified": drill.verified},
        "approvedBy": None,
        "calledOff": encode(called) if called else None,
        "askedAt": drill.asked_at,
        "keptAt": kept_at,
        "durationSeconds": seconds_between(drill.asked_at, kept_at),
        "toolVersion": version,
        "configurationHash": configuration_hash(drill),
        "request": shown_request(drill.request),
        "vaultHealthRefreshed": dict(health or {}),
        "machines": [_machine(one) for one in sorted(machines, key=lambda one: one.vm_id.lower())],
        "skipped": _skipped(machines),
        "deviations": sorted({one.code for machine in machines for one in machine.reasons}),
        "notMeasured": sorted(not_measured(machines)),
        "nextDue": next_due,
    }


def not_measured(machines: Sequence[MachineDrill]) -> set[str]:
    """What an auditor may look for and will not find, in words."""
    missing = set(NEVER_KNOWN)
    for machine in machines:
        if machine.rto_seconds is None:
            missing.add(f"RTO of {machine.vm_id}")
        if machine.rpo_seconds is None:
            missing.add(f"RPO of {machine.vm_id}")
        missing |= {f"{one.name} of {machine.vm_id}" for one in machine.gates if one.holds is None}
        if not machine.tasks and machine.begun_at is not None:
            missing.add(f"the tasks of the test failover of {machine.vm_id}")
    return missing


def configuration_hash(drill: Drill) -> str:
    """What was asked for, in short: equal requests have equal hashes, whoever made them and whenever."""
    return hash_of({"request": shown_request(drill.request), "machines": sorted(drill.runs)})


def shown_request(request: DrillRequest) -> dict[str, Any]:
    """What was asked for, without who and when; scripts by their hash, for they may hold secrets."""
    return {
        "testNetwork": request.test_network_id,
        "recoveryPoint": request.recovery_point or "latest",
        "target": _target(request.target.rto_minutes, request.target.rpo_minutes),
        "probes": [_probe(one) for one in request.probes],
    }


def _machine(machine: MachineDrill) -> dict[str, Any]:
    point = machine.point
    return {
        "vmId": machine.vm_id,
        "run": machine.run,
        "itemId": machine.item_id,
        "result": machine.status.value,
        "regions": {"source": machine.source_region, "recovery": machine.recovery_region},
        "healthBefore": machine.health,
        "configuration": machine.configuration,
        "recoveryPoint": {
            "id": point.id if point else None,
            "at": machine.point_at,
            "appConsistent": point.is_app_consistent if point else None,
            "disks": len(point.disks) if point and point.disks else None,
            "ofDisks": machine.disks,
        },
        "testNetwork": machine.network_id,
        "testVmId": machine.test_vm_id,
        "rto": _measured(machine.rto_seconds, machine.target.rto_minutes, MEASURED_RTO),
        "rpo": _measured(machine.rpo_seconds, machine.target.rpo_minutes, MEASURED_RPO),
        "gates": [encode(one) for one in machine.gates],
        "probes": [
            {
                "what": one.where,
                "from": "Azure" if one.kind.value in ("vmRunning", "agentReady", "runCommand") else "the app's network",
                "attempts": one.attempts,
                "passedAt": one.passed_at,
                "problem": one.problem,
                "output": one.output,
            }
            for one in machine.probes
        ],
        "cleanUp": encode(machine.clean_up),
        "timeline": sorted(
            [*(moment(one.at, one.what, one.source) for one in machine.timeline), *task_moments(machine.tasks)],
            key=lambda one: one["at"],
        ),
        "reasons": [encode(one) for one in machine.reasons],
    }


def _measured(seconds: float | None, minutes: float | None, by: str) -> dict[str, Any]:
    target = None if minutes is None else minutes * 60
    met = None if seconds is None or target is None else seconds <= target
    return {"seconds": seconds, "targetSeconds": target, "met": met, "measuredBy": None if seconds is None else by}


def _target(rto: float | None, rpo: float | None) -> dict[str, Any]:
    return {"rtoMinutes": rto, "rpoMinutes": rpo}


def _probe(probe: Probe) -> dict[str, Any]:
    about = {name: value for name, value in encode(probe).items() if name != "script"}
    return {**about, "scriptSha256": script_hash(probe) if probe.script is not None else None}


def _skipped(machines: Iterable[MachineDrill]) -> list[str]:
    found = []
    for machine in machines:
        name = machine.vm_id.rpartition("/")[2]
        if machine.begun_at is None:
            found.append(f"{name}: the test failover was not begun{_because(machine.reasons)}")
        elif machine.test_vm_id is None:
            found.append(f"{name}: no test VM was probed")
        found += [f"{name}: {task}" for task in not_run(machine.tasks)]
        found += [
            f"{name}: {one.where} was not asked" for one in machine.probes if machine.begun_at and not one.attempts
        ]
    return found


def _because(reasons: Iterable[Reason]) -> str:
    codes = [one.code for one in reasons if blocks(one)]
    return f" ({', '.join(codes)})" if codes else ""


def not_run(tasks: Iterable[JobTask]) -> list[str]:
    """Tasks that Site Recovery lists and did not run."""
    return [f"Site Recovery's task {one.name!r} is {one.state}" for one in tasks if one.state.lower() not in _RAN]


def task_moments(tasks: Iterable[JobTask]) -> list[dict[str, Any]]:
    """When the tasks that ran ended, as lines of a timeline."""
    return [
        moment(one.ended_at or one.began_at or "", f"task {one.name!r} is {one.state}", "Site Recovery")
        for one in tasks
        if one.ended_at or one.began_at
    ]


def moment(at: str, what: str, source: str) -> dict[str, Any]:
    """One line of a timeline."""
    return {"at": at, "what": what, "source": source}


def seconds_between(first: str, last: str) -> float:
    """The seconds between two times."""
    return (datetime.fromisoformat(last) - datetime.fromisoformat(first)).total_seconds()


BAD_RESULTS = frozenset({DrillStatus.FAILED.value, DrillStatus.CANCELLED.value, "failed", "refused"})
"""Results that a page shows as such."""

OPEN_RESULTS = frozenset({DrillStatus.RUNNING.value})
"""What is no result yet."""
