"""Drills from their records to what HTTP shows. Pure."""

from collections.abc import Sequence

from asr.codec import encode
from asr.model.drill import CalledOff, Drill, MachineDrill
from asr.model.evidence import Evidence
from asr.planning.drill import passed, status_of_all
from asr.reporting.answers import drills as answers
from asr.reporting.answers.protections import RequestedBy
from asr.reporting.outcome import reasons_shown


def summary_shown(drill: Drill, machines: Sequence[MachineDrill]) -> answers.DrillSummary:
    """A drill in a list."""
    return answers.DrillSummary(
        id=drill.id,
        status=status_of_all(machines, len(drill.runs)),
        asked_at=drill.asked_at,
        requested_by=RequestedBy(name=drill.requested_by, verified=drill.verified),
        total=len(drill.runs),
        passed=passed(machines),
    )


def drill_shown(
    drill: Drill,
    machines: Sequence[MachineDrill],
    evidence: Evidence | None,
    tag_prefix: str,
    called: CalledOff | None,
) -> answers.Drill:
    """A drill with its VMs, and who has called it off, if somebody has."""
    return answers.Drill(
        **summary_shown(drill, machines).model_dump(),
        machines=[_machine(one, tag_prefix) for one in sorted(machines, key=lambda one: one.vm_id.lower())],
        evidence=answers.EvidenceRef(number=evidence.number, hash=evidence.hash) if evidence else None,
        called_off=_called_off(called) if called else None,
    )


def _called_off(called: CalledOff) -> answers.CalledOff:
    by = RequestedBy(name=called.by, verified=called.verified)
    return answers.CalledOff(at=called.at, by=by, note=called.note)


def _machine(machine: MachineDrill, tag_prefix: str) -> answers.MachineDrill:
    about = encode(machine)
    return answers.MachineDrill(
        vm_id=machine.vm_id,
        run=machine.run,
        status=machine.status,
        rto_seconds=machine.rto_seconds,
        rpo_seconds=machine.rpo_seconds,
        target=answers.Target(**about["target"]),
        recovery_point=machine.point_at,
        test_vm_id=machine.test_vm_id,
        network_id=machine.network_id,
        gates=[answers.Gate(**one) for one in about["gates"]],
        probes=[answers.ProbeResult(**one) for one in about["probes"]],
        clean_up=answers.CleanUp(**about["clean_up"]),
        timeline=[answers.TimelineEntry(**one) for one in about["timeline"]],
        reasons=reasons_shown(machine.reasons, tag_prefix),
    )
