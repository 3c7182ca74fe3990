"""The decision about one VM."""

from dataclasses import replace

from asr.choices.request import ProtectionRequest
from asr.model.decision import Action, Decision
from asr.model.outcome import Outcome, Reason, State
from asr.model.resource_id import key, subscription_of
from asr.model.vm_facts import ProtectedItem, VmFacts
from asr.planning import states
from asr.planning.adoption import differences
from asr.planning.completion import Completion, completion
from asr.planning.eligibility import ineligibilities, will_pass
from asr.planning.fleet_state import is_another, is_ours, machine_of, side_reasons
from asr.planning.grace import BEGINS_ANEW, begins_anew
from asr.planning.homes import made_by_failover
from asr.planning.protection_plan import Planned, plan_protection
from asr.planning.states import Phase, verbatim
from asr.reasons import blocks, reason, same_reason

_UNSUPPORTED_TYPES = (
    ("/providers/microsoft.classiccompute/virtualmachines/", "ClassicVirtualMachine"),
    ("/virtualmachinescalesets/", "ScaleSetInstanceUnsupported"),
)
"""What the id alone tells, by a part of it in lower case."""


def decide(vm_id: str, facts: VmFacts | None, request: ProtectionRequest, *, forced: bool = False) -> Decision:
    """What to do about a VM, given what was read of it and what its tags ask for. `facts` None: the VM is gone.
    `forced`: a person asks that its item be put right as far as that needs no new beginning.

    A VM that has a protected item is never refused, unless the item is another VM's: what stands against enabling does
    not end a protection, and a protected VM may be stopped.
    """
    if unsupported := _unsupported_type(vm_id):
        return _refused(vm_id, request, (unsupported,), ())
    if facts is None:
        return _left(vm_id, request, Outcome(State.GONE))
    if not request.requested:
        return _left(vm_id, request, _not_requested(facts.item))
    planned = plan_protection(facts, request) if request.profile else Planned()
    if facts.item is not None:
        return _decide_present(facts, request, facts.item, planned, forced=forced)
    return _decide_anew(facts, request, planned, forced=forced)


def _decide_anew(facts: VmFacts, request: ProtectionRequest, planned: Planned, *, forced: bool) -> Decision:
    """Nothing protects the VM."""
    vm_id = facts.vm.id
    if facts.copied is not None:
        return _refused(vm_id, request, (*request.problems, facts.copied), request.warnings)
    unprotected = (reason("NothingProtected"),) if forced else ()
    problems = (*request.problems, *unprotected, *ineligibilities(facts, request), *planned.problems)
    warnings = (*request.warnings, *planned.warnings)
    if problems or planned.plan is None:
        return _refused_or_waited_for(facts, request, problems, warnings)
    return Decision(Action.PROTECT, vm_id, _profile(request), plan=planned.plan, warnings=warnings)


def decide_early(facts: VmFacts, request: ProtectionRequest) -> Decision | None:
    """What follows from the VM's own document and its tags alone; None when more has to be known.

    A VM that does not ask is left, and one that cannot be taken as it is is refused, or waited for. That nothing
    protects it already is for the caller to know.
    """
    if not request.requested or facts.copied is not None:
        return decide(facts.vm.id, facts, request)
    problems = (*request.problems, *ineligibilities(facts, request))
    return _refused_or_waited_for(facts, request, problems, request.warnings) if problems else None


def unwatched(vm_id: str) -> Decision:
    """The VM is in a subscription that the app does not watch, so nothing is read of it."""
    why = reason("SubscriptionNotAllowed", subscription=subscription_of(vm_id))
    return _refused(vm_id, ProtectionRequest(), (why,), ())


def undecided(vm_id: str, why: Reason) -> Decision:
    """Azure did not let the app know enough to decide: a run would fail so."""
    return Decision(Action.REFUSE, vm_id, outcome=Outcome(State.FAILED, (why,)))


def _decide_present(
    facts: VmFacts, request: ProtectionRequest, item: ProtectedItem, planned: Planned, *, forced: bool
) -> Decision:
    vm_id = facts.vm.id
    made_by = made_by_failover(item, vm_id)
    if made_by is not None:
        return _refused(vm_id, request, (*request.problems, made_by), request.warnings)
    noticed = (*side_reasons(item), *request.problems, *request.warnings)
    protecting = states.phase(item.state) in (Phase.PROTECTED, Phase.ENABLING)
    if protecting and is_another(machine_of(facts.vm), item, facts.seen):
        return _refused(
            vm_id, request, (*request.problems, reason("ProtectedVmReplaced", item=item.id)), request.warnings
        )
    match states.phase(item.state):
        case Phase.PROTECTED if not item.is_home:
            state = State.PROTECTED if is_ours(item, vm_id) else State.ALREADY_PROTECTED
        case Phase.PROTECTED:
            found = (*noticed, *differences(facts, request, item, planned.plan))
            return _decide_protected(facts, request, item, found, forced=forced)
        case Phase.FAILED_OVER:
            state, noticed = State.ALREADY_PROTECTED, (reason("FailedOver", state=item.state), *noticed)
        case Phase.FAILED:
            anew = (reason(BEGINS_ANEW),) if begins_anew(item, vm_id) else ()
            causes = (reason("ReplicationFailed", state=item.state), *map(verbatim, item.health_errors), *anew)
            state, noticed = State.FAILED, (*causes, *noticed)
        case Phase.ENABLING:
            state = State.ENABLING
    return _left(vm_id, request, _standing(state, item, noticed))


def _decide_protected(
    facts: VmFacts, request: ProtectionRequest, item: ProtectedItem, noticed: tuple[Reason, ...], *, forced: bool
) -> Decision:
    """What differs is written where that is wanted; an item that others made is left as they made it."""
    vm_id, ours = facts.vm.id, is_ours(item, facts.vm.id)
    found = Completion() if request.problems else completion(facts, request, item, forced=forced)
    if found.plan is not None:
        return Decision(Action.COMPLETE, vm_id, _profile(request), completion=found.plan, warnings=noticed)
    noticed = (*noticed, *found.problems)
    if any(map(blocks, found.problems)):
        return _left(vm_id, request, _standing(State.FAILED, item, noticed))
    if ours and item.rpo_seconds is None and item.rpo_at is None:
        return _left(vm_id, request, _standing(State.ENABLING, item, (reason("FirstPointAwaited"), *noticed)))
    state = State.PROTECTED if ours else State.ALREADY_PROTECTED
    return _left(vm_id, request, _standing(state, item, noticed))


def _unsupported_type(vm_id: str) -> Reason | None:
    lowered = f"/{key(vm_id)}"
    return next((reason(code) for part, code in _UNSUPPORTED_TYPES if part in lowered), None)


def _not_requested(item: ProtectedItem | None) -> Outcome:
    return _standing(State.NOT_REQUESTED, item, ()) if item else Outcome(State.NOT_REQUESTED)


def _standing(state: State, item: ProtectedItem, noticed: tuple[Reason, ...]) -> Outcome:
    return Outcome(state, noticed, item.id, {"item": states.item_facts(item)})


def _refused(
    vm_id: str, request: ProtectionRequest, problems: tuple[Reason, ...], warnings: tuple[Reason, ...]
) -> Decision:
    distinct: list[Reason] = []
    for problem in problems:
        if not any(same_reason(problem, one) for one in distinct):
            distinct.append(problem)
    outcome = Outcome(State.REFUSED, (*distinct, *warnings))
    return Decision(Action.REFUSE, vm_id, _profile(request), outcome=outcome, warnings=warnings)


def _refused_or_waited_for(
    facts: VmFacts, request: ProtectionRequest, problems: tuple[Reason, ...], warnings: tuple[Reason, ...]
) -> Decision:
    refused = _refused(facts.vm.id, request, problems, warnings)
    return replace(refused, action=Action.WAIT) if will_pass(facts, problems) else refused


def _left(vm_id: str, request: ProtectionRequest, outcome: Outcome) -> Decision:
    """What was noticed stands in the outcome's reasons; what of it does not block, in the warnings too."""
    warnings = tuple(noticed for noticed in outcome.reasons if not blocks(noticed))
    return Decision(Action.LEAVE, vm_id, _profile(request), outcome=outcome, warnings=warnings)


def _profile(request: ProtectionRequest) -> str | None:
    return request.profile.name if request.profile else None
