"""The end of a protection as a whole: what its run is to do, decided and recorded first; and that it is over."""

from dataclasses import replace
from typing import Any

from activities.disable import answered
from activities.step import Answer, as_steps
from asr.codec import decode
from asr.gateway.clock import now
from asr.gateway.endings import forget_ending, read_ending, write_ending
from asr.gateway.machines import read_virtual_machine
from asr.gateway.requests import forget_asking
from asr.gateway.session import connect
from asr.model.decision import Action
from asr.model.ending import EndCause, Ending, EndOptions, EndStage
from asr.model.outcome import Outcome, Reason, State
from asr.model.run import RequestedBy
from asr.planning.end_changes import SET_TAG
from asr.planning.grace import deadline_of, grace_reason
from asr.planning.outcomes import plain
from asr.services.grace import still_ends
from asr.services.requested import request_of
from asr.services.unprotect import explain_end


async def decide_ending(request: dict) -> Answer:
    """Of `{"vm_id", "ending", "requested_by", "at"}`: the steps of the run, or its outcome. It writes nothing to Azure.

    `ending` None: as the store remembers. What is going to be removed is recorded here, before anything is.
    """
    azure, vm_id = await connect(), request["vm_id"]
    before = await read_ending(azure, vm_id)
    asked = decode(EndOptions, request["ending"]) if request["ending"] is not None else None
    at = (await now(azure.settings)).isoformat()
    if asked is None:
        if before is None:
            return answered(Outcome(State.NOT_REQUESTED))
        kept = await still_ends(azure, before, at)
        if kept is not None:
            return answered(kept)
    by = decode(RequestedBy, request["requested_by"])
    ending = _ending(vm_id, before, asked, by, request["at"])
    decided, facts = await explain_end(azure, vm_id, ending.options)
    ending = replace(ending, artifacts=decided.artifacts)
    ending = replace(ending, trying=None, removals=0, missed=0, stumbles=0)  # each run has its own tries
    if facts.item is not None:
        ending = replace(ending, item_id=facts.item.item.id, lifecycle_id=facts.item.item.lifecycle_id)
    decision = decided.decision
    if decision.action is Action.REFUSE and decision.outcome is not None:
        if before is not None and asked is None:
            await write_ending(azure, replace(before, stage=EndStage.WAITING, reasons=decision.outcome.reasons))
        return answered(decision.outcome)
    if asked is not None and asked.grace_days and facts.item is not None:
        ending = replace(ending, stage=EndStage.GRACE, deadline=deadline_of(at, asked.grace_days))
        await write_ending(azure, replace(ending, options=replace(ending.options, grace_days=None)))
        steps = [step for step in decided.steps if step == SET_TAG]
        return {**answered(Outcome(State.GRACE, (grace_reason(ending),), ending.item_id)), "steps": steps}
    if decision.action is Action.LATER and decision.outcome is not None:
        await write_ending(azure, replace(ending, stage=EndStage.WAITING, reasons=decision.outcome.reasons))
        return answered(decision.outcome)
    await write_ending(azure, replace(ending, reasons=()))
    warnings = decision.outcome.reasons if decision.outcome else ()
    return {"status": "ready", "steps": list(decided.steps), **_told(warnings)}


async def finish_ending(request: dict) -> Answer:
    """The protection of `{"vm_id", "warnings"}` has ended: nobody is known to ask for it any more."""
    azure, vm_id = await connect(), request["vm_id"]
    ending = await read_ending(azure, vm_id)
    kept: tuple[Reason, ...] = ()
    if ending is not None:
        vm = await read_virtual_machine(azure, vm_id)
        asks = vm is not None and request_of(azure.settings, vm.tags).requested
        if ending.cause is not EndCause.ENABLING_FAILED:  # whoever asked still does
            await forget_asking(azure, vm_id, before=ending.since, still_tagged=asks)
        await forget_ending(azure, vm_id)
        kept = ending.kept
    warnings = decode(tuple[Reason, ...], request.get("warnings") or ())
    return answered(Outcome(State.UNPROTECTED, (*kept, *warnings)))


def _ending(vm_id: str, before: Ending | None, asked: EndOptions | None, by: RequestedBy, at: str) -> Ending:
    """What is going to be ended, on the ground of what was begun before."""
    if asked is None and before is not None:
        return before
    options = asked or EndOptions()
    if before is not None and before.stage is EndStage.ENDING:
        old = before.options
        options = replace(
            options,
            force=options.force or old.force,
            clean_up=options.clean_up or old.clean_up,
            start_to_disable=options.start_to_disable or old.start_to_disable,
            replace=options.replace or old.replace,
        )
        cause = EndCause.ASKED if before.cause is EndCause.ENABLING_FAILED else before.cause
        return replace(before, cause=cause, options=options, since=at, by=by.name)
    return Ending(
        vm_id=vm_id,
        item_id=before.item_id if before else None,
        cause=EndCause.ASKED,
        stage=EndStage.WAITING,
        since=at,
        deadline=at,
        by=by.name,
        options=options,
        artifacts=before.artifacts if before else None,
        started=before.started if before else False,
    )


def _told(warnings: tuple[Reason, ...]) -> dict[str, Any]:
    return {"warnings": plain(Outcome(State.UNPROTECTED, warnings))["reasons"]} if warnings else {}


ACTIVITIES = as_steps(decide_ending, finish_ending)
