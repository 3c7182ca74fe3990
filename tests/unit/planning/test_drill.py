"""What a drill measures, and when it has passed."""

from dataclasses import replace
from typing import Any

import pytest

from asr.model.drill import (
    CleanUp,
    DrillStatus,
    DrillTarget,
    MachineDrill,
    ProbeResult,
)
from asr.model.probe import Probe, ProbeKind
from asr.planning.drill import MOST_SCRIPTS, closed, is_open, lost, not_asked, proof, rto_seconds, status_of_all
from tests.unit.planning.contoso import VM_ID
from tests.unit.planning.test_failover import OTHER_VM

ASKED, LATER = "2026-11-22T10:00:00+00:00", "2026-11-22T10:10:00+00:00"


def part(**changes: Any) -> MachineDrill:
    """A VM's part whose probe has passed and whose test is cleaned up."""
    passed = ProbeResult(ProbeKind.TCP, "tcp 22", 3, LATER)
    clean = CleanUp(done=True, at=LATER, reads={OTHER_VM: False})
    made = MachineDrill("drill-1", "run-1", VM_ID, test_vm_id=OTHER_VM, probes=(passed,), clean_up=clean)
    return replace(made, rto_seconds=600.0, rpo_seconds=120, **changes)


def codes(found: Any) -> list[str]:
    return [one.code for one in found]


@pytest.mark.parametrize(
    ("machine", "status", "told"),
    [
        (part(), DrillStatus.PASSED, []),
        (part(target=DrillTarget(10, 2)), DrillStatus.PASSED, []),
        (part(target=DrillTarget(9.9, None)), DrillStatus.FAILED, ["RtoMissed"]),
        (part(target=DrillTarget(None, 1.9)), DrillStatus.FAILED, ["RpoMissed"]),
        (part(probes=(ProbeResult(ProbeKind.TCP, "tcp 22", 3),)), DrillStatus.FAILED, ["ProbeFailed"]),
        (part(clean_up=CleanUp()), DrillStatus.FAILED, ["DrillNotCleanedUp"]),
        (part(test_vm_id=None), DrillStatus.FAILED, []),
        (part(reasons=(lost(part()),)), DrillStatus.CANCELLED, ["DrillCancelled"]),
    ],
)
def test_how_a_part_ends(machine: MachineDrill, status: DrillStatus, told: list[str]) -> None:
    """It has passed when all was probed, in time, and nothing is left."""
    done = closed(machine)

    assert (done.status, codes(done.reasons)) == (status, told)


def test_what_is_measured() -> None:
    """From the request to the last probe's first pass; not measured while one has not passed."""
    probes = (ProbeResult(ProbeKind.TCP, "tcp 22", 1, ASKED), ProbeResult(ProbeKind.HTTP, "http 80/", 1, LATER))

    assert rto_seconds(ASKED, probes) == 600
    assert rto_seconds(ASKED, (*probes, ProbeResult(ProbeKind.TCP, "tcp 1"))) is None
    assert rto_seconds(ASKED, ()) is None


def test_a_probe_is_asked_until_its_time_is_over() -> None:
    """Each has its own time, counted from when the test VM was there."""
    probe = Probe(ProbeKind.HTTP, 8080, "/health", timeout_seconds=600)
    before = not_asked(probe)

    assert before.where == "http 8080/health"
    assert is_open(probe, before, ASKED, LATER)
    assert not is_open(replace(probe, timeout_seconds=599), before, ASKED, LATER)
    assert not is_open(probe, replace(before, passed_at=LATER), ASKED, LATER)
    script = Probe(ProbeKind.RUN_COMMAND, script="true")
    assert not_asked(script).where.startswith("script ")
    assert is_open(script, not_asked(script), ASKED, LATER)
    assert not is_open(script, replace(not_asked(script), attempts=MOST_SCRIPTS), ASKED, LATER)


@pytest.mark.parametrize(
    ("reads", "done"), [({"/a": False, "/b": False}, True), ({"/a": True}, False), ({"/a": None}, False), ({}, True)]
)
def test_the_proof_of_a_clean_up(reads: dict[str, bool | None], done: bool) -> None:
    """What Azure does not tell is not gone."""
    assert proof(reads, LATER).done is done


def test_a_drill_runs_until_every_part_is_closed() -> None:
    """A part that has not begun is to come; one that failed decides at once."""
    passed, failed = closed(part()), closed(part(test_vm_id=None))

    assert status_of_all([], 2) is DrillStatus.RUNNING
    assert status_of_all([passed], 2) is DrillStatus.RUNNING
    assert status_of_all([passed, passed], 2) is DrillStatus.PASSED
    assert status_of_all([passed, failed], 3) is DrillStatus.FAILED
