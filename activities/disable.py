"""Removing a protected item: sent again within bounds, purged where that was asked for, and followed to its end."""

from dataclasses import replace
from typing import Any

from activities.operation import begun, failure_of, followed, later, was_begun
from activities.step import Answer
from asr.errors import Rejected
from asr.gateway.endings import change_ending, read_ending
from asr.gateway.machines import read_virtual_machine
from asr.gateway.session import Azure
from asr.gateway.site_recovery import begin_disable_protection, begin_purge_protection, find_running_end
from asr.model.change import ChangeType
from asr.model.ending import Ending, EndStage, ItemEnds
from asr.model.outcome import Outcome, Reason, State
from asr.model.resource_id import parse, same
from asr.model.step import Failed, Operation, Ready
from asr.planning.drift import vault_of
from asr.planning.outcomes import bounded, plain
from asr.planning.unprotection import MOST_REMOVALS, after_failed_removal
from asr.reasons import reason
from asr.services.grace import asked_again
from asr.services.unprotect import find_item_ends

CONFIRMED = 2
"""How often an item that nobody has removed as far as is known has to be missed again before it counts as gone."""


async def disable_protection(azure: Azure, ending: Ending, request: dict[str, Any]) -> Answer:
    """The item is gone: removed in good order, sent again within bounds, purged where that was asked for."""
    item, failure = await item_of(azure, ending), failure_of(request)
    ended_well = was_begun(request) and failure is None
    if item is None:
        return await _missed(azure, ending, ended_well=ended_well)
    attempt = f"removal {ending.removals}"
    answer = await _after_failure(azure, ending, failure) if failure and ending.trying == attempt else None
    if answer is not None:
        return answer
    ending = await read_ending(azure, ending.vm_id) or ending
    if operation := await running_end(azure, item):
        return await begun(azure, request["run"], operation)
    if ending.removals == 0 and (outcome := await asked_again(azure, ending, item)):
        return answered(outcome)
    is_shown_late = ended_well and ending.trying == attempt and not ending.purging
    if is_shown_late and "DisableProtection" not in item.allowed:
        return later(azure, "Azure removes the item and still shows it")
    return await _send(azure, request["run"], ending, item)


async def _missed(azure: Azure, ending: Ending, *, ended_well: bool) -> Answer:
    """There is no item: somebody else has removed it, if no removal of ours has. That is looked at again."""
    if not ended_well and ending.missed < CONFIRMED:
        await change_ending(azure, ending, lambda one: replace(one, missed=one.missed + 1))
        return later(azure, "the item is not found, and the app has not removed it: it is looked for again")
    return Ready(ending.item_id or ending.vm_id, ChangeType.DELETE)


async def _send(azure: Azure, run: str, ending: Ending, item: ItemEnds) -> Answer:
    """Send the removal, or the purge; that it was is remembered first."""
    if ending.removals > MOST_REMOVALS + 1:
        return Failed((reason("RemovalFailed", times=ending.removals),))
    sent = ending.removals + 1

    def sending(one: Ending) -> Ending:
        return replace(one, stage=EndStage.ENDING, removals=sent, trying=f"removal {sent}", missed=0, reasons=())

    ending = await change_ending(azure, ending, sending)
    begin = begin_purge_protection if ending.purging else begin_disable_protection
    try:
        operation = await begin(azure, item.item.id)
    except Rejected as refusal:
        return await _after_failure(azure, ending, refusal.reason) or later(azure, "the removal is sent again")
    return await followed(azure, run, operation, "the item is being removed")


async def _after_failure(azure: Azure, ending: Ending, failure: Reason) -> Answer | None:
    """What follows from a removal that failed; None: it is sent again."""
    vm = await read_virtual_machine(azure, ending.vm_id)
    match after_failed_removal(ending, failure, vm_exists=vm is not None):
        case "again":
            await change_ending(azure, ending, lambda one: replace(one, trying=None))
            return later(azure, f"the removal failed with {failure.code} and is sent again")
        case "purge":
            await change_ending(azure, ending, lambda one: replace(one, purging=True, removals=0, trying=None))
            return None
        case "wait":
            stopped = reason("VmStoppedToDisable", state=vm.power_state if vm else None)
            told = (stopped, failure)
            await change_ending(
                azure,
                ending,
                lambda one: replace(one, stage=EndStage.WAITING, removals=0, trying=None, reasons=told),
            )
            return answered(Outcome(State.WAITING, told, ending.item_id))
    await change_ending(azure, ending, lambda one: replace(one, removals=0, trying=None))
    return Failed((failure, reason("RemovalFailed", times=ending.removals)))


async def item_of(azure: Azure, ending: Ending) -> ItemEnds | None:
    """The item that is to end, wherever it is by now; never another one of the VM."""
    if ending.item_id is None:
        return None
    found = await find_item_ends(azure, ending.vm_id, before=ending)
    return found if found is not None and same(found.item.name, parse(ending.item_id).name) else None


async def running_end(azure: Azure, item: ItemEnds) -> Operation | None:
    """What works on the end of the item already: another try's, or another tool's."""
    names = (parse(item.item.vm_id).name, item.item.name)
    return await find_running_end(azure, vault_of(item.item.id), *names)


def answered(outcome: Outcome) -> dict[str, Any]:
    """The answer of a step that ends the run."""
    return {"status": "ready", "outcome": plain(bounded(outcome))}
