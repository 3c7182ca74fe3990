"""What a sweep expects of each VM: a run starts only where the last outcome is another one."""

import pytest

from asr.model.outcome import State
from asr.model.run import SweepFinding
from asr.model.vm_facts import ProtectedItem
from asr.planning.naming import vm_key
from asr.planning.protection import decide
from asr.planning.sweep import expectations
from tests.unit.planning.contoso import VM_ID, facts, item, request


def expected(value: str, *items: ProtectedItem) -> list[tuple[str, ...]]:
    """What is expected of the one VM, if it is asked about at all."""
    return [found.finding.expects for found in expectations({VM_ID: value}, items)]


@pytest.mark.parametrize("value", ["", "false", " FALSE "])
def test_a_vm_that_asks_for_nothing_is_not_looked_at(value: str) -> None:
    """Unless the product protected it."""
    assert expected(value) == []
    assert expected(value, item(name="portal")) == []


@pytest.mark.parametrize("state", ["Protected", "InitialReplicationInProgress", "EnablingFailed"])
def test_what_was_begun_by_name_is_told_to_those_who_asked_by_name(state: str) -> None:
    """No tag asks for it, and a run that found none has completed nothing."""
    (tagged,) = expectations({VM_ID: "true"}, [item(state)])
    (untagged,) = expectations({VM_ID: ""}, [item(state)])

    assert (tagged.finding.by_name, untagged.finding.by_name) == (False, True)
    assert untagged.finding.expects == tagged.finding.expects


def test_a_vm_without_an_item_is_always_looked_at() -> None:
    """What refused it may have been mended without an event."""
    (found,) = expectations({VM_ID: "true"}, [], {VM_ID: "f1"})

    assert (found.vm_id, found.vm_key, found.finding) == (VM_ID, vm_key(VM_ID), SweepFinding(fingerprint="f1"))


@pytest.mark.parametrize(
    "protected",
    [
        item(),
        item(name="portal"),
        item("InitialReplicationInProgress"),
        item("UnplannedFailoverCommitted"),
        item("EnablingFailed"),
    ],
)
def test_a_decided_vm_is_left_in_peace(protected: ProtectedItem) -> None:
    """The outcome of the decision is what the sweep expects: else it would start a run each time."""
    decision = decide(VM_ID, facts(item=protected), request())
    assert decision.outcome is not None

    assert decision.outcome.state in expected("true", protected)[0]


def test_a_vm_that_a_failover_made_stays_refused() -> None:
    """It carries the tags of its source."""
    other = item(vm_id=f"{VM_ID}-source", recovered_vm_ids=(VM_ID.upper(),))

    assert expected("true", other) == [(State.REFUSED,)]
    assert expected("", other) == []


def test_an_item_that_became_protected_is_looked_at() -> None:
    """The completing run starts, as the last outcome is still `enabling`."""
    assert State.ENABLING not in expected("true", item())[0]
    assert State.ENABLING in expected("true", item("InitialReplicationInProgress"))[0]
