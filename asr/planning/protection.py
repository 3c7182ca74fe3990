"""The decision about one VM."""

from dataclasses import replace

from asr.model.decision import Action, Decision, SettlePlan
from asr.model.facts import HealthError, ProtectedItem, VmFacts
from asr.model.outcome import Outcome, Reason, State
from asr.planning import states
from asr.planning.adoption import differences
from asr.planning.draft import Draft, draft
from asr.planning.eligibility import ineligibilities, will_pass
from asr.planning.naming import item_name
from asr.planning.reasons import blocks, reason, with_prefix
from asr.planning.regions import region_name
from asr.planning.states import Phase
from asr.planning.targets import target_location, target_problem
from asr.planning.wish import Wish
from asr.resource_id import key, same

_UNSUPPORTED_TYPES = (
    ("/providers/microsoft.classiccompute/virtualmachines/", "ClassicVirtualMachine"),
    ("/virtualmachinescalesets/", "ScaleSetInstanceUnsupported"),
)
"""What the id alone tells, by a part of it in lower case."""


def decide(vm_id: str, facts: VmFacts | None, wish: Wish) -> Decision:
    """What to do about a VM, given what was read of it and what its tags ask for. `facts` None: the VM is gone.

    A VM that has a protected item is never refused: what stands against enabling does not end a protection, and a
    protected VM may be stopped.
    """
    return _worded(_decide(vm_id, facts, wish), wish.prefix)


def undecided(vm_id: str, why: Reason) -> Decision:
    """Azure did not let the app know enough to decide: a run would fail so."""
    return Decision(Action.REFUSE, vm_id, outcome=Outcome(State.FAILED, why.sentence, (why,)))


def _decide(vm_id: str, facts: VmFacts | None, wish: Wish) -> Decision:
    if unsupported := _unsupported_type(vm_id):
        return _refused(vm_id, wish, (unsupported,), ())
    if facts is None:
        return _left(vm_id, wish, Outcome(State.GONE, "The VM does not exist."))
    if not wish.requested:
        return _left(vm_id, wish, _not_requested(facts.item))
    sketch = draft(facts, wish) if wish.profile else Draft()
    if facts.item is not None:
        return _decide_present(facts, wish, facts.item, sketch)
    problems = (*wish.problems, *ineligibilities(facts, wish), *sketch.problems)
    warnings = (*wish.warnings, *sketch.warnings)
    if problems or sketch.plan is None:
        refused = _refused(vm_id, wish, problems, warnings)
        return replace(refused, action=Action.WAIT) if will_pass(facts, problems) else refused
    return Decision(Action.PROTECT, vm_id, _profile(wish), plan=sketch.plan, warnings=warnings)


def _decide_present(facts: VmFacts, wish: Wish, item: ProtectedItem, sketch: Draft) -> Decision:
    vm_id = facts.vm.id
    noticed = (*wish.problems, *wish.warnings)
    match states.phase(item.state):
        case Phase.PROTECTED:
            return _decide_protected(facts, wish, item, (*noticed, *differences(facts, wish, item, sketch.plan)))
        case Phase.FAILED_OVER:
            state, noticed = State.ALREADY_PROTECTED, (reason("FailedOver", state=item.state), *noticed)
        case Phase.FAILED:
            causes = (reason("ReplicationFailed", state=item.state), *map(_verbatim, item.health_errors))
            state, noticed = State.FAILED, (*causes, *noticed)
        case Phase.ENABLING:
            state = State.ENABLING
    return _left(vm_id, wish, Outcome(state, states.progress(item), noticed, item.id))


def _decide_protected(facts: VmFacts, wish: Wish, item: ProtectedItem, noticed: tuple[Reason, ...]) -> Decision:
    """Only an item of our own is settled; one that others made is left as they made it."""
    vm_id = facts.vm.id
    ours = same(item.name, item_name(vm_id))
    test_network = wish.chosen.test_network_id
    if ours and test_network and not wish.problems and not _settled(item, test_network):
        source = region_name(facts.vm.location)
        recovery = region_name(item.recovery_region or target_location(facts, "test_network", test_network) or "")
        problem = target_problem(facts, "test_network", test_network, source, recovery)
        if problem is None:
            settle = SettlePlan(item.id, vm_id, test_network)
            return Decision(Action.SETTLE, vm_id, _profile(wish), settle=settle, warnings=noticed)
        noticed = (*noticed, problem)
    state = State.PROTECTED if ours else State.ALREADY_PROTECTED
    return _left(vm_id, wish, Outcome(state, states.progress(item), noticed, item.id))


def _unsupported_type(vm_id: str) -> Reason | None:
    lowered = f"/{key(vm_id)}"
    return next((reason(code) for part, code in _UNSUPPORTED_TYPES if part in lowered), None)


def _not_requested(item: ProtectedItem | None) -> Outcome:
    if item is None:
        return Outcome(State.NOT_REQUESTED, "No tag asks for protection.")
    sentence = f"No tag asks for protection; the VM is left as it is: {states.progress(item)}"
    return Outcome(State.NOT_REQUESTED, sentence, item_id=item.id)


def _settled(item: ProtectedItem, test_network: str) -> bool:
    return same(item.test_network_id, test_network) and all(
        same(interface.test_network_id, test_network) for interface in item.interfaces
    )


def _refused(vm_id: str, wish: Wish, problems: tuple[Reason, ...], warnings: tuple[Reason, ...]) -> Decision:
    distinct = tuple({(problem.code, problem.sentence): problem for problem in problems}.values())
    sentence = " ".join(problem.sentence for problem in distinct)
    outcome = Outcome(State.REFUSED, sentence, (*distinct, *warnings))
    return Decision(Action.REFUSE, vm_id, _profile(wish), outcome=outcome, warnings=warnings)


def _left(vm_id: str, wish: Wish, outcome: Outcome) -> Decision:
    """What was noticed stands in the outcome's reasons; what of it does not block, in the warnings too."""
    warnings = tuple(noticed for noticed in outcome.reasons if not blocks(noticed))
    return Decision(Action.LEAVE, vm_id, _profile(wish), outcome=outcome, warnings=warnings)


def _worded(decision: Decision, prefix: str) -> Decision:
    """The same decision, its reasons speaking of tags by the names that they have here."""
    warnings = tuple(with_prefix(one, prefix) for one in decision.warnings)
    if decision.outcome is None:
        return replace(decision, warnings=warnings)
    reasons = tuple(with_prefix(one, prefix) for one in decision.outcome.reasons)
    sentence = decision.outcome.sentence
    if decision.action in (Action.REFUSE, Action.WAIT):
        sentence = " ".join(one.sentence for one in reasons[: len(reasons) - len(warnings)])
    return replace(decision, warnings=warnings, outcome=replace(decision.outcome, sentence=sentence, reasons=reasons))


def _profile(wish: Wish) -> str | None:
    return wish.profile.name if wish.profile else None


def _verbatim(error: HealthError) -> Reason:
    words = {
        "code": error.code,
        "message": error.message,
        "level": error.level,
        "recommendedAction": error.recommended_action,
    }
    return Reason(error.code, error.message, error.recommended_action, words)
