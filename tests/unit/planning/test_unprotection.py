"""Whether a protection may end, what that changes, and what a failure of it means."""

from dataclasses import replace
from typing import Any

import pytest

from asr.model.change import ChangeType
from asr.model.decision import Action
from asr.model.ending import EndCause, Ending, EndOptions, EndStage, ItemEnds, RecoveryPlan
from asr.model.outcome import Reason
from asr.model.preflight_facts import Lock
from asr.planning.drift import vault_of
from asr.planning.end_changes import EndFacts
from asr.planning.unprotection import MOST_REMOVALS, after_failed_removal, decide_end
from tests.unit.planning.contoso import VM_ID, item, vm

GROUP = VM_ID.split("/providers/")[0]
REPLICA = f"{GROUP}-asr/providers/Microsoft.Compute/disks/web-0-os-ASRReplica"
WHOLE = EndFacts(VM_ID, vm(power_state="running"), ItemEnds(item(), (REPLICA,), ("DisableProtection",)))
AT = "2026-01-01T00:00:00+00:00"
ENDING = Ending(VM_ID, item().id, EndCause.ASKED, EndStage.ENDING, AT, AT, "ann", removals=1)


def codes(facts: EndFacts, **options: Any) -> list[str]:
    """Why it does not begin."""
    outcome = decide_end(facts, EndOptions(**options)).decision.outcome
    return [one.code for one in outcome.reasons] if outcome else []


@pytest.mark.parametrize(
    ("scope", "level", "options", "told"),
    [
        (VM_ID, "CanNotDelete", {}, True),
        (GROUP, "ReadOnly", {}, True),
        ("/".join(VM_ID.split("/")[:3]), "CanNotDelete", {}, True),
        (REPLICA, "CanNotDelete", {}, True),
        (f"{GROUP}-asr", "CanNotDelete", {}, True),
        (vault_of(item().id), "ReadOnly", {}, True),
        (vault_of(item().id), "CanNotDelete", {}, False),
        (vault_of(item().id), "CanNotDelete", {"force": True}, True),
        (f"{GROUP}-other", "CanNotDelete", {}, False),
        (f"{VM_ID}-1", "CanNotDelete", {}, False),
    ],
)
def test_a_lock_that_would_keep_the_clean_up_from_ending(
    scope: str, level: str, options: dict[str, Any], *, told: bool
) -> None:
    """On the VM, the replicas, the vault, or above them; once each."""
    locked = replace(WHOLE, locks=(Lock(scope, "keep", level),))

    assert codes(locked, **options) == (["LockKeepsCleanUp"] if told else [])


def test_the_ways_out_of_a_stopped_vm() -> None:
    """Told with the choices; each of them is a way."""
    stopped = replace(WHOLE, vm=vm(power_state="deallocated"))

    assert codes(stopped) == ["VmStoppedToDisable"]
    assert decide_end(stopped, EndOptions(force=True)).decision.action is Action.END
    started = decide_end(stopped, EndOptions(start_to_disable=True))
    assert [step for step in started.steps if step in ("start_vm", "disable_protection", "stop_vm")] == [
        "start_vm",
        "disable_protection",
        "stop_vm",
    ]


def test_what_is_refused() -> None:
    """A tag that asks, an item of others, a failover."""
    assert codes(replace(WHOLE, asks=True)) == ["TagStillAsks"]
    assert codes(replace(WHOLE, asks=True), replace=True) == []
    assert codes(replace(WHOLE, item=ItemEnds(item(name="portal")))) == ["ItemOfOthers"]
    failed_over = replace(WHOLE, item=ItemEnds(item("UnplannedFailoverCommitted")))
    assert codes(failed_over) == ["FailedOverToEnd"]
    assert codes(failed_over, force=True) == []


def test_the_changes_are_in_the_order_of_the_steps() -> None:
    """Whatever stands in the way first, the item, what goes along with it."""
    facts = replace(
        WHOLE,
        asks=True,
        item=replace(WHOLE.item, is_tested=True) if WHOLE.item else None,
        plans=(RecoveryPlan("/v/replicationRecoveryPlans/shop", "shop"),),
    )
    decided = decide_end(facts, EndOptions(untag=True))

    assert decided.steps == (
        "set_tag_to_false",
        "clean_up_test",
        "leave_recovery_plans",
        "disable_protection",
        "remove_leftovers",
        "finish_ending",
    )
    assert [one.change_type for one in decided.changes if one.writes] == [
        ChangeType.UPDATE,
        ChangeType.ACT,
        ChangeType.UPDATE,
        ChangeType.DELETE,
    ]
    assert REPLICA in [one.id for one in decided.changes if one.change_type is ChangeType.FOLLOW]


def test_a_vm_without_an_item_is_done() -> None:
    """And says so."""
    decided = decide_end(replace(WHOLE, item=None), EndOptions())

    assert (decided.decision.action, decided.steps) == (Action.LEAVE, ("finish_ending",))
    assert codes(replace(WHOLE, item=None)) == ["NothingToEnd"]


@pytest.mark.parametrize(
    ("code", "removals", "options", "vm_exists", "follows"),
    [
        ("150144", 1, {}, True, "wait"),
        ("150144", 1, {"force": True}, True, "purge"),
        ("28031", 1, {}, True, "again"),
        ("28031", MOST_REMOVALS, {}, True, "fail"),
        ("28031", MOST_REMOVALS, {"force": True}, True, "purge"),
        ("28031", MOST_REMOVALS, {}, False, "purge"),
        ("AnotherJobRuns", MOST_REMOVALS, {}, True, "again"),
    ],
)
def test_what_follows_from_a_failed_removal(
    code: str, removals: int, options: dict[str, Any], *, vm_exists: bool, follows: str
) -> None:
    """Again within bounds; then a person decides, has decided, or nobody needs to."""
    ending = replace(ENDING, removals=removals, options=EndOptions(**options))

    assert after_failed_removal(ending, Reason(code), vm_exists=vm_exists) == follows
