"""What a sweep finds about each VM: a run starts only where the last outcome is another one."""

from dataclasses import replace
from typing import Any

import pytest

from asr.model.drift import Drift, DriftDecision
from asr.model.fleet import FleetRow
from asr.model.outcome import State
from asr.model.request import NamedRequest, SeenVm
from asr.model.run import SweepFinding
from asr.model.vm_facts import ProtectedItem
from asr.planning.fleet_state import machine_of
from asr.planning.protection import decide
from asr.planning.sweep import begins_to_end, finding_of, fingerprint, is_at_rest
from asr.reasons import reason
from tests.unit.planning.contoso import VM_ID, facts, item, request, vm

GUID = "guid-1"
MACHINE = machine_of(vm(guid=GUID))
NAMED = NamedRequest("ann", verified=True, at="2026-01-01T00:00:00+00:00")


def row(about: ProtectedItem | None = None, **changes: Any) -> FleetRow:
    """The row of the VM of the stories, whose tags ask."""
    return replace(FleetRow(VM_ID, "eastasia", MACHINE, about, tagged=True), **changes)


def expected(one: FleetRow) -> tuple[str, ...]:
    """What is expected of the VM."""
    finding = finding_of(one)
    assert finding is not None
    return finding.expects


@pytest.mark.parametrize("about", [None, item(name="portal")])
def test_a_vm_that_asks_for_nothing_is_not_looked_at(about: ProtectedItem | None) -> None:
    """Unless the product protected it; nor is one that is gone, unless it left an item of the product's."""
    assert finding_of(row(about, tagged=False)) is None
    assert finding_of(row(about, tagged=False, machine=None)) is None


@pytest.mark.parametrize("state", ["Protected", "InitialReplicationInProgress", "EnablingFailed"])
def test_what_was_begun_by_name_is_told_to_those_who_asked_by_name(state: str) -> None:
    """No tag asks for it, and a run that found none has completed nothing."""
    tagged = finding_of(row(item(state)))
    untagged = finding_of(row(item(state), tagged=False))

    assert tagged is not None
    assert untagged == replace(tagged, by_name=True)


def test_a_request_by_name_that_stands_is_looked_at_without_an_item() -> None:
    """Until it is fulfilled."""
    standing = finding_of(row(tagged=False, named=NAMED))

    assert standing == SweepFinding((), by_name=True, fingerprint=fingerprint(MACHINE))
    assert finding_of(row(tagged=False, named=replace(NAMED, fulfilled=True))) is None


def test_a_vm_without_an_item_is_always_looked_at() -> None:
    """What refused it may have been mended without an event."""
    assert finding_of(row()) == SweepFinding(fingerprint=fingerprint(MACHINE))


@pytest.mark.parametrize(
    "protected",
    [
        item(),
        item(name="portal"),
        item("InitialReplicationInProgress"),
        item("UnplannedFailoverCommitted"),
        item("InitialReplicationFailed"),
        item("EnablingFailed", name="portal"),
    ],
)
@pytest.mark.parametrize("seen", [None, SeenVm("another")])
def test_a_decided_vm_is_left_in_peace(protected: ProtectedItem, seen: SeenVm | None) -> None:
    """The outcome of the decision is what the sweep expects, also of a VM that is not the item's: else it would start a
    run each time.
    """
    decision = decide(VM_ID, facts(vm(guid=GUID), item=protected, seen=seen), request())
    assert decision.outcome is not None

    assert decision.outcome.state in expected(row(protected, seen=seen))


def test_a_vm_that_a_failover_made_needs_no_run() -> None:
    """It carries the tags of its source, and is no VM of its own."""
    assert finding_of(row(made_by=reason("MadeByFailover", source=VM_ID, vault="/v"))) is None


def test_an_item_that_never_replicated_is_made_anew_whatever_was_said() -> None:
    """Runs that fail again are put off by what they say; an item of others stays as it is."""
    assert expected(row(item("EnablingFailed"))) == ()
    assert expected(row(item("EnablingFailed", name="portal"))) == (State.FAILED,)


def test_nothing_ends_while_the_vm_runs_on_the_recovery_side() -> None:
    """Neither because its home is gone, which Site Recovery itself may remove, nor because nobody asks."""
    away = item(home_region="eastasia", source_region="southeastasia")

    assert not begins_to_end(row(away, machine=None, tagged=False, tag_seen=True))
    assert not begins_to_end(row(away, tagged=False, tag_seen=True))
    assert begins_to_end(row(item(), tagged=False, tag_seen=True))


def test_an_item_that_became_protected_is_looked_at() -> None:
    """The completing run starts, as the last outcome is still `enabling`."""
    assert State.ENABLING not in expected(row(item()))
    assert State.ENABLING in expected(row(item("InitialReplicationInProgress")))


@pytest.mark.parametrize(
    ("about", "drifts", "rests"),
    [
        (item(), (), True),
        (item("InitialReplicationInProgress"), (), True),
        (item("UnplannedFailoverCommitted"), (), True),
        (item("EnablingFailed"), (), False),
        (None, (), False),
        (item(), (Drift("testNetworkId", "/a", "none", DriftDecision.FIX),), False),
        (item(name="portal"), (Drift("testNetworkId", "/a", "none", DriftDecision.PROPOSE),), True),
        (item("InitialReplicationInProgress"), (Drift("recoveryName", "a", "b", DriftDecision.FIX),), True),
        (item(), (Drift("vault", "a", "b", DriftDecision.PROPOSE),), True),
    ],
)
def test_an_item_at_rest_needs_no_run_of_a_hub_that_knows_nothing(
    about: ProtectedItem | None, drifts: tuple[Drift, ...], rests: bool
) -> None:
    """Only what a run would complete is a reason."""
    assert is_at_rest(row(about, drifts=drifts)) is rests


@pytest.mark.parametrize(
    "changes",
    [
        {"tags": {"asr-protect": "gold"}},
        {"power_state": "deallocated"},
        {"size": "Standard_B1s"},
        {"guid": "guid-2"},
        {"disks": ()},
    ],
)
def test_what_could_make_a_refused_vm_possible_changes_the_fingerprint(changes: dict[str, Any]) -> None:
    """So that a run is not put off."""
    assert fingerprint(replace(MACHINE, **changes)) != fingerprint(MACHINE)
