"""What has to hold before a drill, when it has passed, and what is kept of it."""

from dataclasses import replace
from typing import Any

import pytest

from asr.model.drill import (
    CleanUp,
    Drill,
    DrillNetwork,
    DrillRequest,
    DrillStatus,
    DrillTarget,
    MachineDrill,
    Probe,
    ProbeKind,
    ProbeResult,
)
from asr.model.preflight_facts import Size, Usage
from asr.planning.drill import DrillFacts, closed, gates, is_open, lost, not_asked, proof, rto_seconds, status_of_all
from asr.planning.evidence import configuration_hash, evidence_of, facts_of, is_whole
from asr.reporting.drills import drill_shown
from asr.reporting.evidence_page import evidence_page
from tests.unit.planning.contoso import TEST_NETWORK_ID, VM_ID
from tests.unit.planning.test_failover import OTHER_VM, item

ASKED, LATER = "2026-11-22T10:00:00+00:00", "2026-11-22T10:10:00+00:00"
NETWORK = DrillNetwork(TEST_NETWORK_ID, "southeastasia")
SIZE = Size("Standard_D2s_v3", "standardDSv3Family", 2, 8.0, None)


def part(**changes: Any) -> MachineDrill:
    """A VM's part whose probe has passed and whose test is cleaned up."""
    passed = ProbeResult(ProbeKind.TCP, "tcp 22", 3, LATER)
    clean = CleanUp(done=True, at=LATER, reads={OTHER_VM: False})
    made = MachineDrill("drill-1", "run-1", VM_ID, test_vm_id=OTHER_VM, probes=(passed,), clean_up=clean)
    return replace(made, rto_seconds=600.0, rpo_seconds=120, **changes)


def codes(found: Any) -> list[str]:
    return [one.code for one in found]


@pytest.mark.parametrize(
    ("facts", "told"),
    [
        (DrillFacts(item(), NETWORK, SIZE, (Usage("cores", 0, 100),)), []),
        (DrillFacts(item()), []),
        (DrillFacts(item(health="Critical"), NETWORK), ["DrillItemCritical"]),
        (DrillFacts(item(test_vm_id=OTHER_VM), NETWORK), ["DrillTestVmStands"]),
        (DrillFacts(item(test_state="Initiating"), NETWORK), ["DrillTestVmStands"]),
        (DrillFacts(item(recovery_network_id=TEST_NETWORK_ID.upper()), NETWORK), ["DrillInRecoveryNetwork"]),
        (DrillFacts(item(), replace(NETWORK, peerings=("hub",))), ["DrillNetworkNotIsolated"]),
        (DrillFacts(item(), replace(NETWORK, gateways=("GatewaySubnet",))), ["DrillNetworkNotIsolated"]),
        (DrillFacts(item(), replace(NETWORK, route_tables=("/table",))), ["DrillNetworkRoutes"]),
        (DrillFacts(item(), NETWORK, SIZE, (Usage("cores", 99, 100),)), ["DrillQuota"]),
        (DrillFacts(item(), NETWORK, SIZE, (Usage("standardDSv3Family", 97, 100),)), ["DrillWithoutReserve"]),
        (DrillFacts(item(), NETWORK, SIZE, (Usage("standardESv3Family", 100, 100),)), []),
    ],
)
def test_the_gates(facts: DrillFacts, told: list[str]) -> None:
    """What was not read closes no gate; what was read, and is wrong, does."""
    assert codes(gates(facts)) == told


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


def drill(**changes: Any) -> Drill:
    request = DrillRequest("drill-1", ASKED, TEST_NETWORK_ID, probes=(Probe(ProbeKind.TCP, 22),))
    return replace(
        Drill("drill-1", ASKED, "<script>alert(1)</script>", False, "q4", {VM_ID: "run-1"}, request), **changes
    )


def test_evidence_shows_a_later_change() -> None:
    """Of itself, and by the chain of the one before."""
    facts = facts_of(drill(), [closed(part())], "1.0", LATER)
    first = evidence_of(1, "drill-1", facts, None, LATER)
    second = evidence_of(2, "drill-2", facts, first.hash, LATER)

    assert is_whole(first)
    assert is_whole(second)
    assert not is_whole(replace(first, facts={**facts, "result": "failed"}))
    assert not is_whole(replace(second, previous="0" * 64))
    assert facts["result"] == "passed"
    assert "data inside the test VM was not compared with the source" in facts["notMeasured"]


def test_the_configuration_is_the_same_whoever_asks_and_whenever() -> None:
    """So two drills of the same can be compared."""
    again = drill(id="drill-2", requested_by="other", request=replace(drill().request, drill="drill-2", asked_at=LATER))

    assert configuration_hash(again) == configuration_hash(drill())
    assert configuration_hash(drill(runs={OTHER_VM: "r"})) != configuration_hash(drill())


def test_the_page_takes_no_markup_from_anybody() -> None:
    """Names and problems are text."""
    hostile = part(probes=(ProbeResult(ProbeKind.TCP, "tcp 22", 1, None, "<img src=x onerror=alert(1)>"),))
    facts = facts_of(drill(), [closed(hostile)], "1.0", LATER)
    evidence = evidence_of(1, "drill-1", facts, None, LATER)
    page = evidence_page(drill_shown(drill(), [closed(hostile)], evidence, "asr-"), evidence)

    assert "<script" not in page
    assert "<img" not in page
    assert "&lt;script&gt;" in page
    assert evidence.hash in page
    assert "was changed since" not in page
    changed = replace(evidence, facts={**facts, "result": "passed"})
    assert "was changed since" in evidence_page(drill_shown(drill(), [closed(hostile)], changed, "asr-"), changed)
