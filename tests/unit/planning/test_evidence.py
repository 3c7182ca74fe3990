"""What is kept of drills and failovers, and how a later change of it shows."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from asr.model.drill import Drill, DrillRequest, Gate, MachineDrill, ProbeResult
from asr.model.evidence import Evidence, JobTask
from asr.model.probe import Probe, ProbeKind
from asr.planning.drill import closed, skipped_part
from asr.planning.evidence import chain_problems, evidence_of, is_whole
from asr.planning.evidence_facts import configuration_hash, facts_of
from asr.planning.failover_evidence import FailoverRecord, Probed, failover_facts
from asr.reporting.drills import drill_shown
from asr.reporting.evidence_page import evidence_page, pending_page
from tests.unit.planning.contoso import TEST_NETWORK_ID, VM_ID
from tests.unit.planning.test_drill import ASKED, LATER, part
from tests.unit.planning.test_failover import OTHER_VM

SECRET = "curl -H 'x-key: hunter2' http://localhost/health"


def drill(**changes: Any) -> Drill:
    """A drill of one VM, with a port and a script."""
    probes = (Probe(ProbeKind.TCP, 22), Probe(ProbeKind.RUN_COMMAND, script=SECRET))
    request = DrillRequest("drill-1", ASKED, TEST_NETWORK_ID, probes=probes)
    made = Drill("drill-1", ASKED, "<script>alert(1)</script>", False, "q4", {VM_ID: "run-1"}, request)
    return replace(made, **changes)


def chain(length: int) -> dict[int, Evidence | None]:
    """A chain of so many drills."""
    found: dict[int, Evidence | None] = {}
    before = None
    for number in range(1, length + 1):
        facts = facts_of(drill(), [closed(part())], "1.0", LATER)
        before = evidence_of(number, f"drill-{number}", facts, before.hash if before else None, LATER)
        found[number] = before
    return found


def test_what_an_auditor_looks_for() -> None:
    """Who, what, when, target and figure with who measured it, gates and clean-up with their reads; what is missing."""
    gate = Gate("no peering", True, "GET the network", {"peerings": []})
    untold = Gate("quota for the test VM and a reserve", None, "GET usages")
    tasks = (JobTask("Shut down the virtual machine", "NotStarted"), JobTask("Start", "Succeeded", ASKED, LATER))
    machine = closed(part(gates=(gate, untold), tasks=tasks, begun_at=ASKED, health="Normal"))
    facts = facts_of(drill(), [machine], "1.0", LATER, health={"/vault": LATER}, next_due="2027-02-20T10:00:00+00:00")

    assert (facts["result"], facts["nextDue"]) == ("passed", "2027-02-20T10:00:00+00:00")
    [shown] = facts["machines"]
    assert shown["rto"]["seconds"] == 600
    assert "by the app's clock" in shown["rto"]["measuredBy"]
    assert shown["cleanUp"]["reads"] == {OTHER_VM: False}
    assert shown["gates"][0]["read"] == "GET the network"
    assert facts["skipped"] == ["web-0: Site Recovery's task 'Shut down the virtual machine' is NotStarted"]
    missing = facts["notMeasured"]
    assert "data inside the test VM was not compared with the source" in missing
    assert f"quota for the test VM and a reserve of {VM_ID}" in missing
    assert "hunter2" not in str(facts)
    assert facts["request"]["probes"][1]["scriptSha256"]


def test_a_part_that_was_not_begun_is_a_skipped_step() -> None:
    """And makes the whole no good drill."""
    skipped = skipped_part(drill(), VM_ID, LATER)
    facts = facts_of(drill(), [skipped], "1.0", LATER)
    assert facts["result"] == "cancelled"
    assert facts["skipped"] == ["web-0: the test failover was not begun (DrillSkipped)"]


def test_a_real_failover_is_kept_too() -> None:
    """With what was lost, the tasks that did not run, and that nobody asked the VM that came up."""
    told = {"failover": {"action": "unplanned_failover", "vm": OTHER_VM, "point": ASKED, "lost_seconds": 304}}
    outcome = {"state": "failed_over", "reasons": [{"code": "SourceStillRuns", "facts": {"vm": VM_ID}}], "facts": told}
    kind = "unplanned_failover"
    record = FailoverRecord("run-1", kind, kind, VM_ID, None, ASKED, ASKED, LATER, "kim", True, None, outcome)
    facts = failover_facts(replace(record, tasks=(JobTask("Synchronizing", "NotStarted"),)), "1.0", LATER)
    assert (facts["kind"], facts["result"], facts["deviations"]) == (
        "unplanned_failover",
        "failed_over",
        ["SourceStillRuns"],
    )
    assert facts["machines"][0]["rpo"]["seconds"] == 304
    assert facts["skipped"] == ["Site Recovery's task 'Synchronizing' is NotStarted"]
    assert any("RTO" in one for one in facts["notMeasured"])
    page = evidence_page(evidence_of(1, "run-1", facts, None, LATER), "asr-")
    assert "304 s" in page
    assert "not measured" in page


@pytest.mark.parametrize(
    ("problems", "seconds"), [({}, 90), ({"http 80/": "answered 503"}, None)], ids=["passed", "failed"]
)
def test_probes_of_a_failover_and_its_source_are_kept(problems: dict[str, str], seconds: int | None) -> None:
    """Recovery time is measured by them if all have passed; that the source has stopped is told by who read it."""
    told = {"failover": {"action": "planned_failover", "source_power": "deallocated", "source_stopped": True}}
    outcome = {"state": "failed_over", "reasons": [], "facts": told}
    end = (datetime.fromisoformat(ASKED) + timedelta(seconds=90)).isoformat()
    kind = "planned_failover"
    record = FailoverRecord("run-1", kind, kind, VM_ID, None, ASKED, ASKED, LATER, "kim", True, None, outcome)
    facts = failover_facts(replace(record, probes=Probed(end, 3, ("vmRunning",), problems)), "1.0", LATER)
    [machine] = facts["machines"]
    assert machine["rto"]["seconds"] == seconds
    assert [(one["what"], one["passedAt"], one["problem"]) for one in machine["probes"]] == [
        ("vmRunning", end, None),
        *((what, None, why) for what, why in problems.items()),
    ]
    assert (machine["source"]["stopped"], machine["source"]["power"]) == (True, "deallocated")
    assert any("RTO" in one for one in facts["notMeasured"]) == (seconds is None)
    page = evidence_page(evidence_of(1, "run-1", facts, None, LATER), "asr-")
    assert "it has stopped, it is deallocated" in page
    assert all(why in page for why in problems.values())


@pytest.mark.parametrize("field", ["result", "requestedBy", "machines", "askedAt", "notMeasured"])
def test_evidence_shows_a_later_change(field: str) -> None:
    """Of itself, whatever is changed."""
    [(_, first), *_] = chain(1).items()
    assert first is not None
    assert is_whole(first)
    assert not is_whole(replace(first, facts={**first.facts, field: "another"}))
    assert not is_whole(replace(first, kept_at=ASKED))


def _rewritten(one: Evidence | None) -> Evidence:
    """A document that was changed with care: its own hash is right again."""
    assert one is not None
    return evidence_of(one.number, one.about, {**one.facts, "result": "failed"}, one.previous, one.kept_at)


@pytest.mark.parametrize(
    ("change", "wrong"),
    [
        ({}, []),
        ({2: None}, [2]),
        ({2: "rewritten"}, [3]),
        ({1: "rewritten"}, [2]),
        ({2: "other place"}, [2, 3]),
    ],
)
def test_the_chain_shows_what_was_changed_removed_or_moved(change: dict[int, Any], wrong: list[int]) -> None:
    """Also where who changed it has put the hash right: then the next one does not fit."""
    whole = chain(4)
    made = {"rewritten": _rewritten(whole[next(iter(change), 1)]), "other place": whole[3], None: None}
    known = whole | {number: made[how] for number, how in change.items()}
    assert [number for number, _ in chain_problems(known)] == wrong
    part_of_it = {number: known[number] for number in (3, 4)}
    assert [number for number, _ in chain_problems(part_of_it, known[2])] == [one for one in wrong if one > 2]


def test_the_configuration_is_the_same_whoever_asks_and_whenever() -> None:
    """So two drills of the same can be compared."""
    again = drill(id="drill-2", requested_by="other", request=replace(drill().request, drill="drill-2", asked_at=LATER))

    assert configuration_hash(again) == configuration_hash(drill())
    assert configuration_hash(drill(runs={OTHER_VM: "r"})) != configuration_hash(drill())


def test_the_page_takes_no_markup_from_anybody() -> None:
    """Names and problems are text; a change shows; nothing is fetched."""
    hostile = part(probes=(ProbeResult(ProbeKind.TCP, "tcp 22", 1, None, "<img src=x onerror=alert(1)>"),))
    evidence = evidence_of(1, "drill-1", facts_of(drill(), [closed(hostile)], "1.0", LATER), None, LATER)
    page = evidence_page(evidence, "asr-")

    assert "<script" not in page
    assert "<img" not in page
    assert "http://" not in page
    assert "https://" not in page
    assert "&lt;script&gt;" in page
    assert evidence.hash in page
    assert "was changed since" not in page
    assert "was changed since" in evidence_page(replace(evidence, kept_at=ASKED), "asr-")
    waiting = pending_page(drill_shown(drill(), [MachineDrill("drill-1", "<b>", VM_ID)], None, "asr-", None))
    assert "&lt;b&gt;" in waiting
