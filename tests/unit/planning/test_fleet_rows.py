"""The rows of the fleet: what was read of one VM, joined with what was known."""

from dataclasses import replace
from typing import Any

import pytest

from asr.choices.request import ProtectionRequest
from asr.model.drift import DriftDecision
from asr.model.fleet import FleetRow
from asr.model.item_around import ItemAround
from asr.model.outcome import Outcome, State
from asr.model.request import NamedRequest, RememberedRequest, SeenVm, TagRequest
from asr.model.run import ActiveRun, Choices, VmState
from asr.model.vault_facts import PolicyValues
from asr.planning.fleet_rows import belongs, condition_of, needs_record, row_of, with_state
from asr.planning.fleet_state import FleetState, machine_of
from asr.planning.readings import ItemReading, VmReading
from asr.planning.slim import compact
from asr.reasons import reason
from tests.unit.planning.contoso import VM_ID, item, request, vm
from tests.words import sentence

NOON, ONE, TWO = (f"2026-11-22T{hour}:00:00+00:00" for hour in (12, 13, 14))
MACHINE = machine_of(vm(guid="guid-1"))
NAMED = NamedRequest("ann", verified=True, at=NOON, profile="default")
WEEK = ItemAround(PolicyValues(10080, 5, 60, multi_vm_sync=True))
REFUSED: dict[str, object] = {
    "state": "refused",
    "reasons": [{"code": "ClassicVirtualMachine"}],
    "run": "vm-1",
    "at": NOON,
}


def read(about: ItemReading | None = None, **changes: Any) -> VmReading:
    """What was read of the VM of the stories, whose tags ask."""
    return replace(VmReading(VM_ID, MACHINE, about, tagged=True, request=request()), **changes)


def at(time: str, **changes: Any) -> ItemReading:
    """The item, read at this time."""
    return ItemReading(item(lifecycle_id="life", **changes), time)


def test_an_item_that_could_not_be_read_again_keeps_what_was_found_of_it() -> None:
    """Its drifts too: a row holds too little of an item to find them again."""
    asked = request(recovery_point_minutes="4320")
    first = row_of(read(ItemReading(item(lifecycle_id="life"), NOON, WEEK), request=asked))
    assert first.item is not None
    stale = row_of(read(ItemReading(first.item, NOON), request=asked, before=first))
    anew = row_of(read(at(ONE), before=first))

    assert [(one.field, one.decision) for one in first.drifts] == [("recoveryPointMinutes", DriftDecision.PROPOSE)]
    assert (stale.drifts, stale.item_at) == (first.drifts, NOON)
    assert (anew.drifts, anew.item_at) == ((), ONE)


def test_since_when_an_item_is_in_its_state() -> None:
    """Whatever else of it changes; what has not moved for long is stuck while it enables."""
    slow = at(NOON, state="InitialReplicationInProgress", percent=3)
    first = row_of(read(slow, stuck_hours=1))
    same = row_of(read(replace(slow, at=ONE), before=first, stuck_hours=1))
    moved = row_of(
        read(at(TWO, state="InitialReplicationInProgress", percent=3, pending_mb=1.0), before=same, stuck_hours=1)
    )
    protected = row_of(read(at(TWO), before=same, stuck_hours=1))

    assert (first.item_since, same.item_since, moved.item_since) == (NOON, NOON, TWO)
    assert [one.stuck for one in (first, same, moved, protected)] == [False, True, False, False]
    assert condition_of(same).state is FleetState.UNHEALTHY
    assert condition_of(same).reasons[0].code == "ReplicationStuck"
    assert "3 % copied since 2026-11-22T12" in sentence(condition_of(same).reasons[0])


def test_the_vm_that_an_item_was_made_for() -> None:
    """By the last snapshot; else by the run that enabled it, if the item is ours; else the one that is there."""
    other = replace(MACHINE, guid="guid-2")
    first = row_of(read(at(NOON)))
    enabled = RememberedRequest(VM_ID, enabled=SeenVm("guid-0"))

    assert first.seen is not None
    assert first.seen.guid == "guid-1"
    again = row_of(read(at(ONE), machine=other, before=first))
    assert (again.seen, condition_of(again).state) == (first.seen, FleetState.ORPHANED)
    by_run = row_of(read(at(NOON), remembered=enabled, is_remembered=True))
    theirs = row_of(read(at(NOON, name="by-hand"), remembered=enabled, is_remembered=True))
    assert by_run.seen is not None
    assert theirs.seen is not None
    assert (by_run.seen.guid, theirs.seen.guid) == ("guid-0", "guid-1")
    assert row_of(read(None, before=first)).seen is None


def test_who_asks() -> None:
    """A request by name stands until it is fulfilled; one that is known is not read again."""
    record = RememberedRequest(VM_ID, by_name=NAMED)
    by_name = row_of(read(None, tagged=False, remembered=record, is_remembered=True))
    unread = row_of(read(None, tagged=False, is_remembered=True, before=by_name))
    forgotten = row_of(read(None, tagged=False, before=by_name))
    fulfilled = replace(by_name, named=replace(NAMED, fulfilled=True))
    done = row_of(read(None, tagged=False, is_remembered=True, before=fulfilled))

    assert [one.asks for one in (by_name, unread, forgotten, done)] == [True, True, False, False]
    assert [belongs(one) for one in (by_name, forgotten, done)] == [True, False, False]
    assert [one.asked_before for one in (by_name, forgotten, done)] == [True, False, True]
    assert condition_of(by_name).state is FleetState.PENDING


@pytest.mark.parametrize(
    ("changes", "needed"),
    [
        ({"is_remembered": False}, False),
        ({"before": None}, True),
        ({}, False),
        ({"state": VmState(VM_ID, count=3)}, True),
        ({"item": at(ONE)}, True),
        ({"item": at(ONE), "before": row_of(read(at(NOON)))}, False),
        ({"tagged": False}, True),
        ({"before": FleetRow(VM_ID, "eastasia", MACHINE, tagged=True, made_by=reason("NobodyAsked", item="i"))}, True),
        ({"tagged": False, "before": FleetRow(VM_ID, "eastasia", MACHINE, named=NAMED)}, False),
    ],
)
def test_a_record_is_read_again_only_where_it_may_have_changed(changes: dict[str, Any], needed: bool) -> None:
    """Ten thousand records are not read at each sweep."""
    known: dict[str, Any] = {"is_remembered": True, "before": FleetRow(VM_ID, "eastasia", MACHINE, tagged=True)}

    assert needs_record(read(None, **{**known, **changes})) is needed


def test_what_an_entity_knows() -> None:
    """The run that is under way, and how the last one ended; what another version recorded is left out."""
    state = VmState(VM_ID, count=2, active=ActiveRun("vm-2", NOON), last=REFUSED)
    row = with_state(FleetRow(VM_ID, "eastasia", MACHINE, tagged=True), state)
    odd = with_state(row, VmState(VM_ID, last={"state": "of a later version"}))

    assert (row.runs, row.active, row.outcome_at) == (2, "vm-2", NOON)
    assert row.outcome is not None
    assert (row.outcome.state, condition_of(row).state) == (State.REFUSED, FleetState.REFUSED)
    assert (odd.outcome, condition_of(odd).state) == (None, FleetState.PENDING)
    assert with_state(row, None) == row


def test_a_state_is_kept_small() -> None:
    """What a sweep compares, and no more."""
    state = VmState(VM_ID, count=9, last=REFUSED, standing=Choices("gold"), retry_at=ONE, answered=("a",), item_id="/i")

    assert compact(state) == replace(state, answered=())


def test_a_vm_that_is_gone() -> None:
    """Where it was is told by its item."""
    row = row_of(read(at(NOON, source_region="eastasia"), machine=None, tagged=False, request=ProtectionRequest()))

    assert (row.region, row.machine, condition_of(row).state) == ("eastasia", None, FleetState.ORPHANED)
    assert belongs(row)


def test_the_outcome_does_not_stand_against_an_item() -> None:
    """An item that appeared since the run failed tells more."""
    row = replace(row_of(read(at(NOON))), outcome=Outcome(State.FAILED))

    assert condition_of(row).state is FleetState.PROTECTED


def test_a_tag_request_alone_is_no_request_by_name() -> None:
    """It is known, and no longer asks."""
    record = RememberedRequest(VM_ID, by_tag=TagRequest({"asr-protect": "true"}, NOON))
    row = row_of(read(at(NOON), tagged=False, remembered=record, is_remembered=True))

    assert (row.asks, row.asked_before, condition_of(row).state) == (False, True, FleetState.PROTECTED)
