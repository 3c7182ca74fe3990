"""What others are told: each change once, what lasts until it is over, and nothing by two."""

from dataclasses import replace
from typing import Any

import pytest

from asr.model.announcement import Announcement, EventSeverity, EventState, EventType
from asr.model.drift import Drift, DriftDecision
from asr.model.fleet import FleetRow
from asr.model.objective import ObjectiveState, RpoMonth, RpoRecord
from asr.model.outcome import Outcome, State
from asr.model.run import VmState
from asr.planning.announcements import of_readings
from asr.planning.fleet_rows import Member, member_of
from asr.planning.fleet_state import machine_of
from asr.planning.outcomes import plain, unreported
from asr.planning.run_news import LastRun, last_run_of, news_of_run, of_run
from asr.reasons import reason
from asr.reporting.events import cloud_event, dedup_key, event_id
from tests.unit.planning.contoso import VM_ID, item, vm

NOON, ONE, TWO = (f"2026-11-22T{hour}:00:00+00:00" for hour in (12, 13, 14))
OFF = reason("AzureVmIsNotInDesiredPowerState", state="deallocated")
REFUSED = plain(Outcome(State.REFUSED, (OFF,)))
ENABLING = plain(Outcome(State.ENABLING, item_id="/item"))
CLASSIC = plain(Outcome(State.REFUSED, (reason("ClassicVirtualMachine"),)))
FAILED = plain(Outcome(State.FAILED, (OFF,)))
ENDED = plain(Outcome(State.UNPROTECTED))
WAITED = ["ProtectionFailed open", "ProtectionFailed resolved", "Unprotected resolved"]
UNASKED: dict[str, Any] = {"state": "not_requested", "reasons": []}


def lived(*outcomes: dict[str, Any]) -> list[str]:
    """What runs that ended so, one after the other, tell: `ProtectionRefused open`."""
    told, last = list[str](), dict[str, Any]()
    for number, outcome in enumerate(outcomes):
        at = f"2026-11-22T12:00:{number:02}+00:00"
        before = news_of_run(last, outcome)
        told += words(of_run(before, outcome, VM_ID, f"run-{number}", at) if before is not None else ())
        last = {**outcome, "at": at, "run": f"run-{number}"}
    return told


def words(announcements: tuple[Announcement, ...]) -> list[str]:
    """In short."""
    return [f"{one.type.value} {one.state.value}" for one in announcements]


@pytest.mark.parametrize(
    ("outcomes", "told"),
    [
        ([REFUSED, REFUSED, REFUSED], ["ProtectionRefused open"]),
        ([REFUSED, CLASSIC], ["ProtectionRefused open", "ProtectionRefused open"]),
        ([REFUSED, ENABLING], ["ProtectionRefused open", "ProtectionRefused resolved", "ProtectionEnabled resolved"]),
        ([REFUSED, FAILED], ["ProtectionRefused open", "ProtectionRefused resolved", "ProtectionFailed open"]),
        ([REFUSED, UNASKED, UNASKED], ["ProtectionRefused open", "ProtectionRefused resolved"]),
        ([ENABLING, ENABLING], ["ProtectionEnabled resolved"]),
        ([ENABLING, {**ENABLING, "item_id": str(ENABLING["item_id"]).upper()}], ["ProtectionEnabled resolved"]),
        ([UNASKED, plain(Outcome(State.GONE))], []),
        ([FAILED, plain(Outcome(State.WAITING, (OFF,)))], ["ProtectionFailed open", "ProtectionFailed open"]),
        ([plain(Outcome(State.WAITING, (OFF,))), ENDED], WAITED),
        ([ENABLING, ENDED, ENDED], ["ProtectionEnabled resolved", "Unprotected resolved"]),
        ([REFUSED, plain(Outcome(State.SUPERSEDED))], ["ProtectionRefused open"]),
    ],
)
def test_a_run_tells_what_it_has_changed(outcomes: list[dict[str, Any]], told: list[str]) -> None:
    """Ninety-six equal refusals are one event; another reason is another one about the same matter."""
    assert lived(*outcomes) == told


def test_the_same_change_has_the_same_id() -> None:
    """However often it is told; another refusal later is another event about the same matter."""
    before = news_of_run({}, REFUSED)
    assert before is not None
    [first], [again] = (of_run(before, REFUSED, VM_ID.upper(), "run", NOON) for _ in range(2))
    [later] = of_run(before, REFUSED, VM_ID, "run-2", ONE)

    assert event_id(first) == event_id(again) != event_id(later)
    assert dedup_key(first.type, first.vm_id) == dedup_key(later.type, later.vm_id)


def member(about: Any = None, **changes: Any) -> Member:
    """The VM's row, with an item in this shape."""
    machine = machine_of(vm(guid="guid-1"))
    return member_of(replace(FleetRow(VM_ID, "eastasia", machine, about, tagged=True), **changes))


SOUND = member(item())
CRITICAL = member(item(health="Critical"))
BARE = member()
GONE = member(item(), machine=None)
DRIFTED = member(item(), drifts=(Drift("policy", "a", "b", DriftDecision.PROPOSE),))
MORE = member(item(), drifts=(Drift("policy", "a", "c", DriftDecision.PROPOSE),))
AWAITED = member(item(), awaited=True)
LATE, UNSURE, IN_TIME = (
    member(item(), rpo=RpoRecord(15, state, NOON, NOON, months={"2026-11": RpoMonth(breached=60.0)}))
    for state in (ObjectiveState.BREACHED, ObjectiveState.UNKNOWN, ObjectiveState.MET)
)
COPYING = member(item(state="InitialReplicationInProgress"))


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        (COPYING, SOUND, ["Protected resolved"]),
        (BARE, SOUND, ["Protected resolved"]),
        (None, SOUND, ["Protected resolved"]),
        (BARE, AWAITED, []),
        (AWAITED, SOUND, ["Protected resolved"]),
        (SOUND, SOUND, []),
        (SOUND, CRITICAL, ["Unhealthy open"]),
        (CRITICAL, CRITICAL, []),
        (CRITICAL, SOUND, ["Unhealthy resolved"]),
        (CRITICAL, BARE, ["Unhealthy resolved", "Unprotected open"]),
        (SOUND, BARE, ["Unprotected open"]),
        (SOUND, None, ["Unprotected resolved"]),
        (SOUND, GONE, ["Orphaned open"]),
        (GONE, None, ["Orphaned resolved", "Unprotected resolved"]),
        (SOUND, DRIFTED, ["Drifted open"]),
        (DRIFTED, MORE, ["Drifted open"]),
        (MORE, SOUND, ["Drifted resolved"]),
        (IN_TIME, LATE, ["RpoBreached open"]),
        (LATE, LATE, []),
        (LATE, UNSURE, []),
        (UNSURE, IN_TIME, ["RpoBreached resolved"]),
        (LATE, IN_TIME, ["RpoBreached resolved"]),
        (None, None, []),
    ],
)
def test_a_sweep_tells_what_it_sees(before: Member | None, after: Member | None, told: list[str]) -> None:
    """Between two readings; the same two tell the same, under the same ids."""
    found, again = (of_readings(before, after, LastRun(), first=False, mark="r-1", at=NOON) for _ in range(2))

    assert words(found) == told
    assert [event_id(one) for one in found] == [event_id(one) for one in again]


def test_the_first_reading_tells_only_what_lasts() -> None:
    """A fleet of thousands is not told to have become protected when the app is installed."""
    told = {
        name: words(of_readings(None, one, LastRun(), first=True, mark="r-1", at=NOON))
        for name, one in (("sound", SOUND), ("critical", CRITICAL), ("drifted", DRIFTED))
    }
    assert told == {"sound": [], "critical": ["Unhealthy open"], "drifted": ["Drifted open"]}


def test_what_a_run_has_told_no_sweep_tells() -> None:
    """Refusals and failures are told by runs, but for the run that was ended and could not."""
    refused = member(outcome=Outcome(State.REFUSED, (OFF,)), outcome_at=NOON)
    ended = last_run_of(VmState(VM_ID, last={**unreported("run-9"), "at": ONE}))

    assert of_readings(BARE, refused, LastRun(refused.row.outcome, NOON), first=False, mark="r", at=ONE) == ()
    told = of_readings(refused, BARE, ended, first=False, mark="r", at=TWO)
    assert words(told) == ["ProtectionRefused resolved", "ProtectionFailed open"]
    before = news_of_run({**REFUSED, "at": NOON}, ENABLING)
    assert before is not None
    assert event_id(told[0]) == event_id(of_run(before, ENABLING, VM_ID, "run", TWO)[0])


def test_a_refused_vm_that_leaves_the_fleet_is_no_longer_refused() -> None:
    """Nobody's run will tell; if one does after all, it is the same event."""
    refused = member(outcome=Outcome(State.REFUSED, (OFF,)), outcome_at=NOON)
    last = last_run_of(VmState(VM_ID, last={**REFUSED, "at": NOON}))

    assert words(of_readings(refused, None, last, first=False, mark="r", at=ONE)) == ["ProtectionRefused resolved"]
    assert of_readings(refused, None, LastRun(Outcome(State.GONE), ONE), first=False, mark="r", at=ONE) == ()


def test_an_event_in_words() -> None:
    """CloudEvents 1.0; what opens and what resolves have one key and one severity; large reasons are cut."""
    huge = replace(OFF, code="Azure'sOwn", facts={}, azure={"message": "m" * 100_000})
    found = Announcement(
        EventType.UNHEALTHY,
        EventState.OPEN,
        EventSeverity.CRITICAL,
        VM_ID,
        "r",
        NOON,
        item_id="/item",
        reasons=(huge,) * 50,
    )
    event = cloud_event(found, "asr-")

    assert (event["type"], event["subject"], event["specversion"]) == ("AsrAutoprotect.Unhealthy", VM_ID, "1.0")
    assert len(event["data"]["reasons"]) == 10
    assert len(str(event)) < 64_000
    assert event["data"]["summary"].startswith(f"{VM_ID.rpartition('/')[2]}: replication is not healthy: mmm")
    drifted = cloud_event(of_readings(SOUND, DRIFTED, LastRun(), first=False, mark="r", at=NOON)[0], "asr-")
    over = cloud_event(of_readings(DRIFTED, SOUND, LastRun(), first=False, mark="s", at=ONE)[0], "asr-")
    assert drifted["data"]["differences"] == [{"field": "policy", "wished": "a", "present": "b", "decision": "propose"}]
    assert [one["data"]["severity"] for one in (drifted, over)] == ["warning", "warning"]
    assert drifted["data"]["dedupKey"] == over["data"]["dedupKey"]
