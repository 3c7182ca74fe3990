"""What a removed item leaves, taken away one after the other: by recorded id, after a look, and looked at again."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from asr.errors import OutOfBounds, Rejected
from asr.gateway.clock import now
from asr.gateway.document import Json, text_or_none
from asr.gateway.endings import change_ending
from asr.gateway.removal import begin_delete, held_by_others, read_any
from asr.gateway.session import Azure
from asr.model.change import ChangeType
from asr.model.ending import Ending, EndStage
from asr.model.outcome import Reason
from asr.model.resource_id import same
from asr.model.step import Ready, Step, Wait
from asr.planning.end_changes import LEFTOVERS, TARGETS
from asr.planning.unread import refusal_told
from asr.reasons import reason
from asr.services.operations import keep_operation
from asr.services.targets_left import target_changes
from asr.services.unprotect import find_linked_item, item_is_gone

STILL_THERE = "Azure removes it and still shows it"

PASSING = frozenset({404, 409, 412})
"""Refusals that may be over at the next try: something else works on it, or Azure denies what it has just shown."""

MOST_TRIES = 3
"""How often one thing is asked to be deleted."""

LOST_AFTER = timedelta(minutes=5)
"""What was asked for that long ago, has no operation and still stands, is asked for again."""

type Guard = Callable[[str, Json], Awaitable[str | None]]
"""Why something that is there must stay; None: it may go."""


async def remove_leftovers(azure: Azure, run: str, ending: Ending, failure: Reason | None) -> Step:
    """Links whose item is gone, the extension where nothing else needs it, replica disks that nobody took over."""
    known = ending.artifacts
    if known is None:
        return Ready(ending.vm_id, ChangeType.NONE)
    items = {link.id: link.item_id for link in known.links}

    async def guard(id_: str, document: Json) -> str | None:
        target = items.get(id_)
        if target is not None:
            return None if await item_is_gone(azure, target) else "the protected item that it points to is there"
        if id_ in known.extension_ids:
            other = await find_linked_item(azure, ending.vm_id)
            return "another protected item of the VM needs it" if other else None
        owner = text_or_none(document, "managedBy")
        if owner is not None:
            return f"it is attached to {owner.rsplit('/', 1)[-1]}"
        other = await find_linked_item(azure, ending.vm_id)
        taken = other is not None and any(same(id_, one) for one in other.replica_ids)
        return "another protected item of the VM uses it" if taken else None

    async def found() -> tuple[Sequence[str], Sequence[Reason]]:
        return (*(link.id for link in known.links), *known.extension_ids, *known.replica_ids), ()

    return await _remove_each(azure, run, ending, failure, LEFTOVERS, found, guard)


async def remove_targets(azure: Azure, run: str, ending: Ending, failure: Reason | None) -> Step:
    """What the app made on the recovery side and nobody uses; what of it stays is told."""
    known = ending.artifacts
    if known is None:
        return Ready(ending.vm_id, ChangeType.NONE)

    async def guard(id_: str, document: Json) -> str | None:
        return await held_by_others(azure, id_, document)

    async def found() -> tuple[Sequence[str], Sequence[Reason]]:
        changes = await target_changes(azure, known, ending.item_id)
        kept = [
            reason("TargetKept", id=change.id, because=change.because)
            for change in changes
            if not change.writes and change.values.get("ours")
        ]
        return [change.id for change in changes if change.writes], kept

    return await _remove_each(azure, run, ending, failure, TARGETS, found, guard)


async def _remove_each(
    azure: Azure,
    run: str,
    ending: Ending,
    failure: Reason | None,
    step: str,
    found: Callable[[], Awaitable[tuple[Sequence[str], Sequence[Reason]]]],
    guard: Guard,
) -> Step:
    """One removal at a time. `failure` is that of the operation that an earlier call began."""
    if ending.pending_of != step:
        ids, kept = await found()

        def begin(one: Ending) -> Ending:
            return replace(
                one,
                stage=EndStage.ENDING,
                pending=tuple(ids),
                pending_of=step,
                trying=None,
                kept=_distinct((*one.kept, *kept)),
            )

        ending = await change_ending(azure, ending, begin)
    while ending.pending:
        id_ = ending.pending[0]
        document = await read_any(azure, id_)
        if document is None and ending.purging and ending.trying != id_:
            document = await read_any(azure, id_)  # a purge leaves all of it, so that it is not there may be no truth
        because = None
        if document is not None:
            if failure is None and await _is_under_way(azure, ending, id_):
                return Wait(azure.settings.poll_seconds, STILL_THERE)
            because = _words(failure) if failure and _is_last(ending, id_) else await guard(id_, document)
            failure = None
            if because is None:
                ending, sent = await _sent(azure, run, ending, id_)
                if isinstance(sent, Wait):
                    return sent
                if sent is None:
                    continue  # Azure says that it is done: looked at again
                because = sent
        ending = await change_ending(azure, ending, _without(id_, because))
    await change_ending(azure, ending, lambda one: replace(one, pending=(), pending_of=f"after {step}", trying=None))
    return Ready(ending.vm_id, ChangeType.DELETE)


async def _sent(azure: Azure, run: str, ending: Ending, id_: str) -> tuple[Ending, Wait | str | None]:
    """Ask Azure to delete it: how to wait for that, None if it is done, or in words why it stays."""
    ending = await change_ending(azure, ending, _trying(id_))
    try:
        operation = await begin_delete(azure, id_)
    except OutOfBounds:
        operation, told = None, False  # Azure took it and named an address that is not followed
    except Rejected as refusal:
        if refusal.status in PASSING and not _is_last(ending, id_):
            return ending, Wait(azure.settings.poll_seconds, f"{_words(refusal.reason)}: it is asked for again")
        return ending, _words(refusal.reason)
    else:
        told = operation is None
    at = (await now(azure.settings)).isoformat()
    ending = await change_ending(azure, ending, lambda one: replace(one, tried_at=at))
    if operation is not None:
        return ending, Wait(operation.after_seconds, operation=await keep_operation(azure, run, operation))
    return ending, None if told else Wait(azure.settings.poll_seconds, STILL_THERE)


async def _is_under_way(azure: Azure, ending: Ending, id_: str) -> bool:
    """Whether Azure was asked to delete it, and took it: not so long ago that the operation must be lost."""
    if ending.trying != id_ or ending.tried_at is None:
        return False
    return await now(azure.settings) - datetime.fromisoformat(ending.tried_at) < LOST_AFTER


def _is_last(ending: Ending, id_: str) -> bool:
    """Whether it was asked for often enough."""
    return ending.trying == id_ and ending.tries >= MOST_TRIES


def _trying(id_: str) -> Callable[[Ending], Ending]:
    """It is going to be asked for; a worker that dies then asks again, which does no harm."""

    def change(one: Ending) -> Ending:
        return replace(one, trying=id_, tries=one.tries + 1 if one.trying == id_ else 1, tried_at=None)

    return change


def _without(id_: str, because: str | None) -> Callable[[Ending], Ending]:
    """It is gone; or it stays, and that is told."""

    def change(one: Ending) -> Ending:
        left = (reason("LeftBehind", id=id_, because=because),) if because else ()
        pending = tuple(other for other in one.pending if other != id_)
        return replace(one, pending=pending, trying=None, kept=_distinct((*one.kept, *left)))

    return change


def _distinct(reasons: Sequence[Reason]) -> tuple[Reason, ...]:
    found: list[Reason] = []
    for one in reasons:
        if one not in found:
            found.append(one)
    return tuple(found)


def _words(failure: Reason) -> str:
    if "action" in failure.facts:
        return refusal_told(failure)
    message = (failure.azure or {}).get("message", "")
    return f"{failure.code}: {message}"[:300] if message else failure.code
