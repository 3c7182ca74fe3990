"""What runs that fail over or drill tell: of themselves, and nothing of whether the VM can be protected."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from asr.codec import decode, encode_compact
from asr.model.fleet import FleetRow
from asr.model.outcome import Outcome, State
from asr.model.run import DRILL, RunRequest, VmState
from asr.planning.announcements import of_readings
from asr.planning.fleet_rows import member_of
from asr.planning.lifecycle import asked, finished
from asr.planning.outcomes import plain, unreported
from asr.planning.run_index import kind_of
from asr.planning.run_news import last_run_of, news_of_run, of_run
from asr.reasons import reason
from asr.reporting.events import cloud_event
from tests.unit.planning.requests import KEY, VM, at, command, converge

OFF = reason("AzureVmIsNotInDesiredPowerState", state="deallocated")
REFUSED = plain(Outcome(State.REFUSED, (OFF,)))
FAILED = plain(Outcome(State.FAILED, (OFF,)))
HELD = plain(Outcome(State.PROTECTED, item_id="/item"))
AWAY = plain(
    Outcome(
        State.FAILED_OVER,
        item_id="/item",
        facts={"failover": {"action": "unplanned_failover", "vm": "/there", "point": at(0), "lost_seconds": 60.5}},
    )
)
PASSED = plain(
    Outcome(State.PROTECTED, item_id="/item", facts={"drill": {"drill": "d-1", "status": "passed", "rto_seconds": 9.0}})
)
TURNED = plain(Outcome(State.ENABLING, item_id="/turned"))


def lived(*runs: tuple[str, dict[str, Any]]) -> list[dict[str, Any]]:
    """The events of runs of these kinds, one after the other, as the VM's entity lets them be told."""
    state, told = VmState(VM), list[dict[str, Any]]()
    for number, (kind, outcome) in enumerate(runs):
        request = _request(kind, number)
        state, start = asked(state, request, KEY)
        assert start is not None
        before = {**(state.last or {}), "item_id": state.item_id}
        news = news_of_run(before, outcome, kind_of(state, start.run))
        state, _ = finished(state, start.run, outcome, at(number), KEY)
        state = decode(VmState, encode_compact(state))
        found = of_run(news, outcome, VM, start.run, at(number)) if news is not None else ()
        told += [cloud_event(one, "asr-") for one in found]
    return told


def _request(kind: str, number: int) -> RunRequest:
    return converge(f"r-{number}") if kind == "converge" else replace(command(f"r-{number}"), kind=kind)


def words(told: Sequence[dict[str, Any]]) -> list[str]:
    """In short: `FailoverFinished open`."""
    return [f"{one['type'].removeprefix('AsrAutoprotect.')} {one['data']['state']}" for one in told]


@pytest.mark.parametrize(
    ("runs", "told"),
    [
        ([("unplanned_failover", AWAY)], ["FailoverFinished resolved"]),
        ([("unplanned_failover", REFUSED)], ["FailoverFinished open"]),
        (
            [("planned_failover", FAILED), ("unplanned_failover", AWAY)],
            ["FailoverFinished open", "FailoverFinished resolved"],
        ),
        ([("test_failover", HELD), ("clean_up_test", HELD)], ["FailoverFinished resolved"] * 2),
        ([("reprotect", TURNED)], ["FailoverFinished resolved", "ProtectionEnabled resolved"]),
        ([(DRILL, PASSED)], ["DrillFinished resolved"]),
        ([(DRILL, FAILED), (DRILL, PASSED)], ["DrillFinished open", "DrillFinished resolved"]),
        ([(DRILL, plain(Outcome(State.SUPERSEDED)))], []),
    ],
)
def test_each_is_told(runs: list[tuple[str, dict[str, Any]]], told: list[str]) -> None:
    """What was refused or failed is open until the same matter succeeds, under one key and one severity."""
    found = lived(*runs)

    assert words(found) == told
    finished_ones = [one["data"] for one in found if "Finished" in one["type"]]
    assert len({(one["dedupKey"], one["severity"]) for one in finished_ones}) == bool(finished_ones)
    assert len({one["id"] for one in found}) == len(found)


def test_a_failed_drill_or_failover_says_nothing_of_protection() -> None:
    """What was refused before stays refused, is not told again, and is over when a run has enabled it."""
    enabling = plain(Outcome(State.ENABLING, item_id="/item"))
    told = lived(
        ("converge", REFUSED),
        (DRILL, FAILED),
        ("unplanned_failover", REFUSED),
        ("converge", REFUSED),
        ("converge", enabling),
    )

    assert words(told) == [
        "ProtectionRefused open",
        "DrillFinished open",
        "FailoverFinished open",
        "ProtectionRefused resolved",
        "ProtectionEnabled resolved",
    ]
    assert words(lived(("planned_failover", REFUSED), ("converge", HELD))) == ["FailoverFinished open"]


def test_matters_are_not_mixed() -> None:
    """A test that is cleaned up closes no failed failover, nor does a commit."""
    failover, test, commit, drill = (
        lived((kind, FAILED))[0]["data"]["dedupKey"]
        for kind in ("unplanned_failover", "test_failover", "commit_failover", DRILL)
    )

    assert len({failover, test, commit, drill}) == 4
    assert lived(("fail_back", TURNED))[0]["data"]["dedupKey"] == failover


def test_what_the_events_say() -> None:
    """Where the VM is now, from which point and with what lost; which drill, how it ended, what was measured."""
    [away], [passed], [failed] = (
        lived(("unplanned_failover", AWAY)),
        lived((DRILL, PASSED)),
        lived(("reprotect", FAILED)),
    )

    shown = {name: away["data"][name] for name in ("action", "recoveredVmId", "recoveryPoint", "lostSeconds")}
    assert shown == {
        "action": "unplanned_failover",
        "recoveredVmId": "/there",
        "recoveryPoint": at(0),
        "lostSeconds": 60.5,
    }
    assert away["data"]["summary"].endswith(": unplanned failover is done.")
    assert (passed["data"]["drillId"], passed["data"]["status"], passed["data"]["rtoSeconds"]) == ("d-1", "passed", 9.0)
    assert passed["data"]["summary"].endswith("the drill is over: passed.")
    assert "reprotect failed: " in failed["data"]["summary"]
    assert [one["code"] for one in failed["data"]["reasons"]] == ["AzureVmIsNotInDesiredPowerState"]


def test_of_a_run_that_was_terminated_the_sweep_tells() -> None:
    """As that which it was: a drill that was ended without a report is no failed protection."""
    state, start = asked(VmState(VM), _request(DRILL, 0), KEY)
    assert start is not None
    state, _ = finished(state, start.run, unreported(start.run), at(5), KEY)
    row = member_of(FleetRow(VM, "eastasia", None, tagged=True))

    told = of_readings(row, row, last_run_of(state), first=False, mark="r", at=at(9))

    assert [f"{one.type} {one.state}" for one in told] == ["DrillFinished open"]
