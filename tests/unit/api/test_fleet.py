"""The fleet as HTTP shows it: filters, sums, differences, problems."""

from dataclasses import replace
from typing import Any

import pytest

from asr.errors import BadRequest
from asr.model.drift import Drift, DriftDecision
from asr.model.fleet import FleetHead, FleetProblem, FleetRow
from asr.model.objective import ObjectiveState, RpoMonth, RpoRecord
from asr.model.outcome import Outcome, State
from asr.model.vm_facts import ProtectedItem
from asr.planning.fleet_rows import member_of
from asr.planning.fleet_state import FleetState, machine_of
from asr.reasons import of_azure
from asr.reporting.drilled import NO_DRILLS
from asr.reporting.fleet import Filter, drift_shown, fleet_shown, selected, summary_shown
from asr.reporting.paging import token_of
from asr.reporting.sorting import sorted_page
from tests.unit.planning.contoso import VM_ID, item, vm

AT = "2026-11-22T12:00:00+00:00"
MEASURED = "2026-11-22T10:00:00+00:00"
VAULT = "/subscriptions/s/resourceGroups/dr/providers/Microsoft.RecoveryServices/vaults/v"
DENIED = FleetProblem("vault", VAULT, of_azure("AuthorizationFailed", {"message": "No."}), "2026-11-22T11:00:00+00:00")
HEAD = FleetHead("r", AT, machines=9, problems=(DENIED,), sweep=AT)


def row(name: str, about: ProtectedItem | None = None, **changes: Any) -> FleetRow:
    """The row of a VM that a tag asks for."""
    id_ = VM_ID.replace("web-0", name)
    machine = replace(machine_of(vm()), id=id_)
    known = FleetRow(id_, "eastasia", machine, about, item_at=AT, item_since=AT, tagged=True, asked_before=True)
    return replace(known, **changes)


def rpo(state: ObjectiveState, met: float, breached: float) -> RpoRecord:
    """An objective that was half met last month."""
    months = {"2026-10": RpoMonth(50, 50), "2026-11": RpoMonth(met, breached)}
    return RpoRecord(15, state, AT, AT, months=months)


ROWS = (
    row("a", item(rpo_seconds=30, percent=0), rpo=rpo(ObjectiveState.MET, 90, 30)),
    row(
        "b",
        item(health="Critical", rpo_seconds=7200, rpo_at=MEASURED),
        drifts=(Drift("vault", "x", "y", DriftDecision.PROPOSE),),
    ),
    row("c", item("InitialReplicationInProgress", percent=40, rpo_seconds=None), stuck=True),
    row("d", None, outcome=Outcome(State.REFUSED)),
    row("e", item(rpo_seconds=60), machine=None, region="westeurope", rpo=rpo(ObjectiveState.UNKNOWN, 0, 0)),
    row("f", None, tagged=False),
)
MEMBERS = tuple(map(member_of, ROWS))


def names(**wanted: Any) -> list[str]:
    return [one.row.vm_id.rsplit("/", 1)[-1] for one in selected(MEMBERS, Filter(**wanted))]


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        ({}, ["a", "b", "c", "d", "e"]),
        ({"state": FleetState.UNHEALTHY}, ["b", "c"]),
        ({"state": FleetState.ORPHANED}, ["e"]),
        ({"health": "critical"}, ["b"]),
        ({"health": "Normal", "region": "eastasia"}, ["a", "c"]),
        ({"region": "westeurope"}, ["e"]),
        ({"resource_group": "CONTOSO-APP"}, ["a", "b", "c", "d", "e"]),
        ({"resource_group": "other"}, []),
        ({"min_rpo": 60}, ["b", "e"]),
    ],
)
def test_filters(wanted: dict[str, Any], expected: list[str]) -> None:
    """Each holds; what nobody asks for and nothing protects is no member."""
    assert names(**wanted) == expected


def test_the_sums() -> None:
    """Coverage is of VMs that are asked for and there; the worst RPO is told with its VM."""
    summary = summary_shown(HEAD, MEMBERS, "asr-")

    assert summary.states == {"protected": 1, "refused": 1, "unhealthy": 2, "orphaned": 1}
    assert summary.health == {"Critical": 1, "Normal": 3}
    assert (summary.machines, summary.total, summary.asked, summary.covered, summary.coverage) == (9, 5, 4, 3, 0.75)
    assert summary.worst_rpo is not None
    assert (summary.worst_rpo.vm_id[-2:], summary.worst_rpo.seconds) == ("/b", 7200)
    assert summary.worst_rpo.at == MEASURED
    assert summary.rpo.model_dump() == {
        "objectives": 2,
        "met": 1,
        "breached": 0,
        "unknown": 1,
        "attainment": {"2026-10": 0.5, "2026-11": 0.75},
    }
    assert (summary.stuck, summary.orphaned, summary.drifted, summary.last_sweep) == (1, 1, 1, AT)


def test_the_sums_of_nothing() -> None:
    """Nothing is divided by nothing."""
    summary = summary_shown(FleetHead("r", AT), (), "asr-")

    assert (summary.total, summary.coverage, summary.worst_rpo, summary.states) == (0, None, None, {})


def test_rows_and_problems() -> None:
    """Progress is told only while it means something; a problem says how old what is known is."""
    fleet = fleet_shown(HEAD, list(selected(MEMBERS, Filter())), 5, "next", "asr-")

    assert [one.percent for one in fleet.protections] == [None, None, 40, None, None]
    assert [one.exists for one in fleet.protections] == [True, True, True, True, False]
    assert (fleet.total, fleet.continuation, fleet.as_of) == (5, "next", AT)
    (problem,) = fleet.problems
    assert (problem.kind, problem.id, problem.code, problem.sentence) == ("vault", VAULT, "AuthorizationFailed", "No.")
    assert problem.last_read == DENIED.last_read


def test_the_differences() -> None:
    """One entry for each, in a sentence."""
    drift = drift_shown(HEAD, MEMBERS, "asr-")

    (one,) = drift.items
    assert (one.vm_id[-2:], one.field, one.decision) == ("/b", "vault", DriftDecision.PROPOSE)
    assert "is y; the tags and the profile ask for x." in one.sentence


@pytest.mark.parametrize(
    ("sort", "expected"),
    [
        ("name", "abcde"),
        ("-name", "edcba"),
        ("rpo", "aebcd"),
        ("-rpo", "beacd"),
        ("state", "dbcea"),
        ("health", "baced"),
        ("-region", "eabcd"),
        ("drill", "abecd"),
    ],
)
def test_the_order(sort: str, expected: str) -> None:
    """Page by page as in one; what is not known comes last in either direction, and equal ones are ordered by id."""
    found, following = "", None
    while following or not found:
        shown, following = sorted_page(selected(MEMBERS, Filter()), sort, NO_DRILLS, 2, following)
        found += "".join(member.row.vm_id[-1] for member in shown)

    assert found == expected


def test_a_continuation_belongs_to_its_order() -> None:
    """One of another order, or none at all, is refused."""
    _, following = sorted_page(MEMBERS, "rpo", NO_DRILLS, 1, None)
    for given in (following, "bm9uZQ", "W10", "MQ", token_of("[" * 100_000)):
        with pytest.raises(BadRequest, match="none of the order"):
            sorted_page(MEMBERS, "-rpo", NO_DRILLS, 1, given)
