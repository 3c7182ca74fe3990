"""The end of a VM's protection: whether it may begin, what it changes in which order, what a failure means. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass

from asr.model.change import Change
from asr.model.decision import Action, Decision
from asr.model.ending import Artifacts, Ending, EndOptions
from asr.model.outcome import Outcome, Reason, State
from asr.model.resource_id import key
from asr.planning.drift import vault_of
from asr.planning.end_changes import FINISH, EndFacts, EndStep, artifacts_of, can_start, changes_of_end, is_stopped
from asr.planning.fleet_state import is_ours
from asr.planning.states import Phase, phase
from asr.reasons import reason

READ_ONLY = "ReadOnly"

MOST_REMOVALS = 3
"""How often the removal of an item is sent before it counts as failed."""

NOT_RUNNING = "150144"
"""Site Recovery's code for a VM that is stopped: disabling works inside of it."""

BUSY = frozenset({"anotherjobruns", "150083", "pendingjobs"})
"""Codes, in lower case, of a removal that failed because another job works on the item."""


@dataclass(frozen=True, slots=True)
class EndDecision:
    """What is to be done: the `steps` of the run in their order and the changes that they make; or an outcome."""

    decision: Decision
    changes: tuple[Change, ...] = ()
    steps: tuple[EndStep, ...] = ()
    artifacts: Artifacts | None = None


def decide_end(facts: EndFacts, options: EndOptions) -> EndDecision:
    """What ending the protection takes now, or why it cannot begin.

    What stands against it is told before anything is touched, and all of it at once.
    """
    problems = tuple(_problems(facts, options))
    if problems:
        return _not_now(facts, Action.REFUSE, Outcome(State.REFUSED, problems, _item_id(facts)))
    waiting = tuple(_waited_for(facts, options))
    if waiting:
        return _not_now(facts, Action.LATER, Outcome(State.WAITING, waiting, _item_id(facts)))
    artifacts = artifacts_of(facts)
    changes, steps = changes_of_end(facts, options, artifacts)
    if not changes:
        nothing = (reason("NothingToEnd"),) if facts.before is None else ()
        outcome = Outcome(State.UNPROTECTED, nothing)
        return EndDecision(Decision(Action.LEAVE, facts.vm_id, outcome=outcome), steps=(FINISH,), artifacts=artifacts)
    warnings = (reason("RecoveryPointsLost"),) if facts.item else ()
    return EndDecision(Decision(Action.END, facts.vm_id, warnings=warnings), changes, steps, artifacts)


def after_failed_removal(ending: Ending, failure: Reason, *, vm_exists: bool) -> str:
    """What to do after the item could not be removed: `again`, `wait` (for a person), `purge`, or `fail`."""
    if failure.code.lower() in BUSY:
        return "again"
    by_force = ending.options.force or not vm_exists
    if failure.code == NOT_RUNNING:
        return "purge" if by_force else "wait"
    if ending.removals < MOST_REMOVALS:
        return "again"
    return "purge" if by_force and not ending.purging else "fail"


def _problems(facts: EndFacts, options: EndOptions) -> Iterator[Reason]:
    if facts.asks and not (options.untag or options.replace):
        yield reason("TagStillAsks")
    ends = facts.item
    if ends is None:
        return
    if not is_ours(ends.item, facts.vm_id):
        yield reason("ItemOfOthers", item=ends.item.id)
    if phase(ends.item.state) is Phase.FAILED_OVER and not options.force:
        yield reason("FailedOverToEnd", state=ends.item.state)


def _waited_for(facts: EndFacts, options: EndOptions) -> Iterator[Reason]:
    if facts.item is None:
        return
    told = set[tuple[str, str]]()
    for id_, levels in _locked_places(facts, options):
        for lock in facts.locks:
            holds = f"{key(id_)}/".startswith(f"{key(lock.scope)}/") and lock.level.lower() in levels
            if holds and (lock.scope, lock.name) not in told:
                told.add((lock.scope, lock.name))
                yield reason("LockKeepsCleanUp", lock=lock.name, level=lock.level, scope=lock.scope, id=id_)
    if facts.vm is not None and is_stopped(facts.vm) and not options.force and not can_start(facts, options):
        yield reason("VmStoppedToDisable", state=facts.vm.power_state)


def _locked_places(facts: EndFacts, options: EndOptions) -> Iterator[tuple[str, frozenset[str]]]:
    """What has to be written or deleted, and the levels of locks that forbid it."""
    any_level = frozenset({"readonly", "cannotdelete"})
    ends = facts.item
    if ends is None:
        return
    if facts.vm is not None:
        yield facts.vm.id, any_level
    yield from ((id_, any_level) for id_ in ends.replica_ids)
    yield vault_of(ends.item.id), any_level if options.force else frozenset({READ_ONLY.lower()})
    for change in facts.targets:
        if change.writes:
            yield change.id, any_level


def _item_id(facts: EndFacts) -> str | None:
    return facts.item.item.id if facts.item else None


def _not_now(facts: EndFacts, action: Action, outcome: Outcome) -> EndDecision:
    return EndDecision(Decision(action, facts.vm_id, outcome=outcome))
