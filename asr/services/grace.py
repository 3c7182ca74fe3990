"""Protections that nobody asks for any more: whether they are to end, when, and whether they still are."""

from asr.choices.request import ProtectionRequest
from asr.errors import Rejected
from asr.gateway.clock import now
from asr.gateway.endings import forget_ending, read_ending, write_ending
from asr.gateway.session import Azure
from asr.gateway.site_recovery import find_running_end
from asr.model.ending import EndCause, Ending, EndOptions, EndStage, ItemEnds
from asr.model.outcome import Outcome, Reason, State
from asr.model.request import RememberedRequest
from asr.model.resource_id import parse
from asr.model.vm_facts import VirtualMachine
from asr.planning.drift import vault_of
from asr.planning.fleet_state import is_another, is_ours, machine_of
from asr.planning.grace import (
    BEGINS_ANEW,
    REPLACED,
    begins_anew,
    cause_of,
    deadline_of,
    grace_reason,
    is_due,
    may_end_by_itself,
)
from asr.planning.states import Phase, item_facts, phase
from asr.reasons import reason
from asr.services.decide import Explained, find_machine
from asr.services.known import remembered_request, seen_of, snapshot_row
from asr.services.requested import request_of
from asr.services.unprotect import find_item_ends

SELF = "asr-autoprotect"
"""Who ends a protection that no person asked to end."""


async def weigh_ending(azure: Azure, vm_id: str, explained: Explained, *, by_name: bool) -> Outcome | None:
    """What is to be said instead of the decision, because the protection is to end, or ends already; None: nothing.

    A VM that asks again keeps its protection; one that stopped asking gets a grace period, and so does the item of a VM
    that is gone or is another one. `UNPROTECTED` is no outcome yet: it says that the time is over.
    """
    ending = await read_ending(azure, vm_id)
    vm = explained.facts.vm if explained.facts else None
    asks = by_name or (vm is not None and request_of(azure.settings, vm.tags).requested)
    at = (await now(azure.settings)).isoformat()
    if ending is not None:
        if ending.cause is EndCause.ENABLING_FAILED and await _is_off(azure, ending):
            await forget_ending(azure, vm_id)
            return None
        if asks and ending.cause in (EndCause.UNTAGGED, EndCause.ASKED) and await _can_be_kept(azure, ending):
            await forget_ending(azure, vm_id)
            return None
        if _is_no_orphan(ending, explained):
            await forget_ending(azure, vm_id)
            return None
        return _said(ending, at)
    if by_name and not any(one.code == BEGINS_ANEW for one in _reasons(explained)):
        return None
    begun = await _begun(azure, vm_id, explained, at)
    return _said(begun, at) if begun else await _kept(azure, vm_id, explained)


async def still_ends(azure: Azure, ending: Ending, at: str) -> Outcome | None:
    """Why what is remembered is not to be carried out now; None: it is."""
    if ending.stage is EndStage.ENDING:
        return None
    vm = await find_machine(azure, ending.vm_id)
    item = await find_item_ends(azure, ending.vm_id, before=ending)
    if _asks_again(azure, ending, vm):
        await forget_ending(azure, ending.vm_id)
        return _stands(item)
    if ending.cause is EndCause.ENABLING_FAILED:
        if item is None or begins_anew(item.item, ending.vm_id):
            return None
        await forget_ending(azure, ending.vm_id)
        return _stands(item)
    if vm is not None and item is not None and ending.cause in (EndCause.VM_GONE, EndCause.VM_REPLACED):
        row = await snapshot_row(azure, ending.vm_id)
        if not is_another(machine_of(vm), item.item, await seen_of(azure, vm, item.item, row)):
            await forget_ending(azure, ending.vm_id)
            return _stands(item)
    return None if is_due(ending, at) else Outcome(State.GRACE, (grace_reason(ending),), ending.item_id)


async def asked_again(azure: Azure, ending: Ending, item: ItemEnds) -> Outcome | None:
    """The outcome if the VM's tag asks again, and the protection is therefore not to be ended: the last look before the
    item is removed. A VM that was started for it has to be stopped again, so that is gone through with.
    """
    if ending.started or "DisableProtection" not in item.allowed:
        return None
    if not _asks_again(azure, ending, await find_machine(azure, ending.vm_id)):
        return None
    await forget_ending(azure, ending.vm_id)
    return _stands(item)


def _asks_again(azure: Azure, ending: Ending, vm: VirtualMachine | None) -> bool:
    """Whether the VM's tag asks, and the end was to come because it did not."""
    wished = ending.options.untag or ending.options.replace
    if vm is None or wished or ending.cause not in (EndCause.UNTAGGED, EndCause.ASKED):
        return False
    return request_of(azure.settings, vm.tags).requested


def _is_no_orphan(ending: Ending, explained: Explained) -> bool:
    """Whether the VM is the protected one after all: back after a fail-back, or only not found for a while."""
    codes = {one.code for one in _reasons(explained)}
    orphan = ending.cause in (EndCause.VM_GONE, EndCause.VM_REPLACED)
    here = explained.facts is not None and explained.facts.item is not None
    return orphan and ending.stage is not EndStage.ENDING and here and REPLACED not in codes


def _reasons(explained: Explained) -> tuple[Reason, ...]:
    return explained.decision.outcome.reasons if explained.decision.outcome else ()


async def _is_off(azure: Azure, ending: Ending) -> bool:
    """Whether the item that was to be made anew is whole by now, although nothing was done about it."""
    if ending.stage is EndStage.ENDING:
        return False
    item = await find_item_ends(azure, ending.vm_id, before=ending)
    return item is not None and not begins_anew(item.item, ending.vm_id)


def _stands(item: ItemEnds | None) -> Outcome:
    if item is None:
        return Outcome(State.NOT_REQUESTED)
    protected = phase(item.item.state) is Phase.PROTECTED
    state = State.PROTECTED if protected else State.ENABLING
    return Outcome(state, (), item.item.id, {"item": item_facts(item.item)})


def _said(ending: Ending, at: str) -> Outcome:
    if is_due(ending, at):
        return Outcome(State.UNPROTECTED, (), ending.item_id)
    state = State.REFUSED if ending.cause is EndCause.VM_REPLACED else State.GRACE
    return Outcome(state, (grace_reason(ending),), ending.item_id)


async def _can_be_kept(azure: Azure, ending: Ending) -> bool:
    """Whether nothing was done yet, or what was done has left the item whole and nothing works on its end."""
    if ending.stage is not EndStage.ENDING:
        return True
    item = await find_item_ends(azure, ending.vm_id, before=ending)
    if item is None or "DisableProtection" not in item.allowed:
        return False
    try:
        names = (parse(item.item.vm_id).name, item.item.name)
        return await find_running_end(azure, vault_of(item.item.id), *names) is None
    except Rejected:
        return False


async def _begun(azure: Azure, vm_id: str, explained: Explained, at: str) -> Ending | None:
    """The ending that begins now with its grace period, if one does."""
    record = await remembered_request(azure, vm_id)
    cause = cause_of(explained.decision, explained.facts, record, azure.settings.tag_prefix)
    if cause is None:
        return None
    if cause is EndCause.VM_GONE and record is None and await snapshot_row(azure, vm_id) is None:
        return None  # nobody has ever heard of it: its item is found by the sweep, if it has one
    item = await find_item_ends(azure, vm_id)
    if item is None or not is_ours(item.item, vm_id) or not may_end_by_itself(item.item, cause):
        return None
    if cause is EndCause.ENABLING_FAILED:
        return await write_ending(azure, _anew(item, vm_id, at))
    options = request_asked(azure, record).options
    if cause is EndCause.UNTAGGED and options.on_untag == "keep":
        return None
    ending = Ending(
        vm_id=vm_id,
        item_id=item.item.id,
        cause=cause,
        stage=EndStage.GRACE,
        since=at,
        deadline=deadline_of(at, options.grace_days),
        by=SELF,
        lifecycle_id=item.item.lifecycle_id,
    )
    return await write_ending(azure, ending)


def _anew(item: ItemEnds, vm_id: str, at: str) -> Ending:
    """At once, and the VM's tag goes on asking."""
    return Ending(
        vm_id=vm_id,
        item_id=item.item.id,
        cause=EndCause.ENABLING_FAILED,
        stage=EndStage.WAITING,
        since=at,
        deadline=at,
        by=SELF,
        options=EndOptions(replace=True),
        lifecycle_id=item.item.lifecycle_id,
    )


async def _kept(azure: Azure, vm_id: str, explained: Explained) -> Outcome | None:
    """What is said of an item that stays although no tag asks for it any more."""
    record = await remembered_request(azure, vm_id)
    cause = cause_of(explained.decision, explained.facts, record, azure.settings.tag_prefix)
    if cause is not EndCause.UNTAGGED or request_asked(azure, record).options.on_untag != "keep":
        return None
    item = await find_item_ends(azure, vm_id)
    if item is None or not is_ours(item.item, vm_id):
        return None
    return Outcome(State.NOT_REQUESTED, (reason("KeptWithoutTag"),), item.item.id, {"item": item_facts(item.item)})


def request_asked(azure: Azure, record: RememberedRequest | None) -> ProtectionRequest:
    """What was asked for by the VM's tags when they were seen last: they say how the protection ends, too."""
    tags = dict(record.by_tag.tags) if record and record.by_tag else {}
    asked = request_of(azure.settings, tags)
    if asked.requested:
        return asked
    return request_of(azure.settings, {f"{azure.settings.tag_prefix}protect": "true"})
