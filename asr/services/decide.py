"""Gather, then decide: the one path behind a run, a status and a plan. It writes nothing."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial

from asr.choices.request import ProtectionRequest
from asr.choices.tags import Asked
from asr.data.matrix import read_matrix
from asr.errors import Rejected
from asr.gateway.answers import ids_understood
from asr.gateway.concurrency import side_by_side
from asr.gateway.facts import ask_eligibility, gather
from asr.gateway.machines import read_virtual_machine
from asr.gateway.preflight import preflight
from asr.gateway.session import Azure
from asr.gateway.urgency import Urgency, with_urgency
from asr.model.decision import Action, Decision, ProtectionPlan
from asr.model.preflight_facts import PreflightFacts, RecoveryNetwork
from asr.model.resource_id import key, parse, same
from asr.model.run import Choices
from asr.model.vm_facts import VirtualMachine, VmFacts
from asr.planning.events import VM_TYPE
from asr.planning.protection import decide, decide_early, undecided, unwatched
from asr.planning.targets import named_targets
from asr.resources.azure_view import AzureView
from asr.services.changes import ASKED, CONVERGE, PLAN, Freshness, changes_of
from asr.services.item_around import with_around
from asr.services.known import find_item_away, standing_choices, with_item_away, with_known_item
from asr.services.left_vms import copied_tags
from asr.services.requested import request_of
from asr.services.snapshot import find_maker
from asr.settings import Settings

EXPLAINED_AT_ONCE = 8
"""VMs that are read side by side; each takes a dozen requests, and Azure throttles a burst."""

HANDED_SECONDS, LENIENT_HANDED_SECONDS = 10.0, 120.0
"""How long a VM that was read because of an event counts for the decision that the event asks for.

In a burst a decision waits for its turn; what the VM's tags ask for by then is told by an event of its own.
"""


@dataclass(frozen=True, slots=True)
class Explained:
    """A decision with the facts it was made from; no facts when the VM is gone."""

    decision: Decision
    facts: VmFacts | None


async def find_machine(azure: Azure, vm_id: str) -> VirtualMachine | None:
    """The VM; None if there is none, and of kinds that are refused by their id alone, which nobody needs to read."""
    return await read_virtual_machine(azure, vm_id) if parse(vm_id).is_type(VM_TYPE) else None


async def hand_machine(azure: Azure, vm_id: str) -> VirtualMachine | None:
    """The VM as it is now, kept for the decision that follows; see `take_machine`."""
    azure.memory.forget(_machine(vm_id))
    return await azure.memory.recall(_machine(vm_id), 0, partial(find_machine, azure, vm_id))


def drop_machine(azure: Azure, vm_id: str) -> None:
    """Something happened to the VM: what was handed over counts no more."""
    azure.memory.forget(_machine(vm_id))


async def take_machine(azure: Azure, vm_id: str, seconds: float) -> VirtualMachine | None:
    """The VM as it was handed over at most so many seconds ago, else as it is now. One decision takes what was handed.

    What changes in between has an event of its own, and that another look.
    """
    try:
        reading, lenient = partial(find_machine, azure, vm_id), LENIENT_HANDED_SECONDS if seconds else 0
        return await azure.memory.recall(_machine(vm_id), seconds, reading, lenient=lenient)
    finally:
        azure.memory.forget(_machine(vm_id))


def _machine(vm_id: str) -> tuple[str, str]:
    return "machine", key(vm_id)


async def explain(
    azure: Azure,
    settings: Settings,
    vm_id: str,
    choices: Choices | None = None,
    *,
    by_name: bool = True,
    trusting: bool = True,
    forced: bool = False,
) -> Explained:
    """What a run is to do about a VM, and why: it waits for its turn, and keeps what it has read until it is decided.

    `choices` are an operator's own for this VM: they win over its tags, and asking by name is asking. If this is not
    `by_name`, they are of an earlier request that is still to be completed: they count only where no tag asks.
    A run by plan is not `trusting`: it reads everything anew, as the plan did. All else is decided leniently, and once
    more without leniency if anything else than to protect the VM comes of that.
    `forced`: a person asks that an item be put right as far as that needs no new beginning.

    Raises:
        Rejected, TransientFault: Azure did not tell what the decision needs; Throttled also when it is not its turn.
    """
    is_command = by_name and choices is not None
    freshness = PLAN if not trusting else ASKED if is_command or forced else CONVERGE

    async def explained_once() -> Explained:
        async with azure.turns.turn(key(vm_id)):
            return await _explain(azure, settings, vm_id, choices, freshness, by_name=by_name, forced=forced)

    with with_urgency(Urgency.COMMAND if is_command else Urgency.DECISION), ids_understood(f"GET {vm_id}"):
        with azure.memory.gathering(key(vm_id), lenient=trusting) as gathering:
            explained = await explained_once()
        if not gathering.leaned or explained.decision.action is Action.PROTECT:
            return explained
        with azure.memory.gathering(f"{key(vm_id)} anew"):
            return await explained_once()


async def _explain(
    azure: Azure,
    settings: Settings,
    vm_id: str,
    choices: Choices | None,
    freshness: Freshness,
    *,
    by_name: bool,
    forced: bool = False,
) -> Explained:
    """A VM that asks for nothing, or that its own document speaks against, costs one request."""
    if not is_watched(settings, vm_id):
        return Explained(unwatched(vm_id), None)
    vm = await take_machine(azure, vm_id, HANDED_SECONDS if freshness is CONVERGE else 0)
    if vm is None:
        return Explained(decide(vm_id, None, ProtectionRequest()), None)
    request = request_of(settings, vm.tags)
    if choices is None and not request.requested:
        choices = await standing_choices(azure, vm_id, fulfilled=forced)
    if choices is not None and (by_name or not request.requested):
        request = request_of(settings, vm.tags, Asked(choices.profile, choices.overrides))
    copied = await copied_tags(azure, vm) if request.requested and choices is None else None
    alone = VmFacts(vm, matrix=read_matrix(), copied=copied)
    early = decide_early(alone, request)
    if early is not None and request.requested and (away := await find_item_away(azure, vm_id)) is not None:
        facts = replace(alone, item=away)
        return Explained(decide(vm.id, facts, request, forced=forced), facts)
    if early is not None and not (request.requested and vm.mobility_service):
        return Explained(early, alone)
    facts = replace(await gather(azure, vm, named=named_targets(vm, request)), copied=copied)
    facts = await with_around(azure, await with_known_item(azure, facts), request, 0 if freshness is PLAN else None)
    if forced:
        return Explained(decide(vm.id, facts, request, forced=True), facts)
    return Explained(*await weigh(azure, facts, request, freshness))


async def weigh(
    azure: Azure, facts: VmFacts, request: ProtectionRequest, freshness: Freshness = CONVERGE
) -> tuple[Decision, VmFacts]:
    """The decision on these facts, and all it was made from.

    More is asked about a VM that they would let be protected, and of no other: first what it shares with others, then
    whether all that it would stand on can serve, and last Site Recovery's own word on it.

    Raises:
        TransientFault: what stands in the way of the plan could not be read now.
    """
    decision = decide(facts.vm.id, facts, request)
    if decision.plan is None:
        return decision, facts
    facts = await with_item_away(azure, await preflight(azure, facts, decision.plan))
    if facts.preflight_facts and facts.preflight_facts.unread and (made_by := await find_maker(azure, facts.vm.id)):
        # The vault that would say so may be what could not be read: a copy is not protected for want of that.
        facts = replace(facts, copied=made_by)
    decision = decide(facts.vm.id, facts, request)
    if decision.plan is None:
        return decision, facts
    facts = await _with_changes(azure, facts, decision.plan, freshness)
    decision = decide(facts.vm.id, facts, request)
    if decision.plan is None:
        return decision, facts
    facts = await ask_eligibility(azure, facts)
    return decide(facts.vm.id, facts, request), facts


async def _with_changes(azure: Azure, facts: VmFacts, plan: ProtectionPlan, freshness: Freshness) -> VmFacts:
    """The facts with what the steps of a run would find: why something cannot serve, and the recovery network."""
    known = facts.preflight_facts or PreflightFacts()
    has_item = any(same(item.vm_id, plan.vm_id) for item in known.items)
    found = await changes_of(AzureView(azure, freshness.view), plan, freshness.trust, has_item=has_item)
    if found.failed_item is not None:  # a failed enabling may leave it without a link on the VM
        return replace(facts, item=found.failed_item)
    network = found.network
    known = replace(
        known,
        refusals=found.problems,
        writes=tuple(change.id for change in found.changes if change.writes),
        recovery_network=RecoveryNetwork(network.id, tuple(one.name for one in network.subnets)) if network else None,
    )
    return replace(facts, preflight_facts=known)


def is_watched(settings: Settings, vm_id: str) -> bool:
    """Whether the VM is in a subscription whose VMs the app keeps protected."""
    return key(parse(vm_id).subscription) in settings.subscriptions


async def explain_all(
    azure: Azure, settings: Settings, vm_ids: Sequence[str], choices: Choices, freshness: Freshness = PLAN
) -> tuple[Explained, ...]:
    """The same for several VMs that are asked for by name, a few at a time, in the order given.

    What Azure does not let the app know about one VM fails that VM's run, not those of the others.

    Raises:
        TransientFault: as `explain`.
    """
    few = asyncio.Semaphore(EXPLAINED_AT_ONCE)

    async def one(vm_id: str) -> Explained:
        async with few:
            try:
                with ids_understood(f"GET {vm_id}"):
                    return await _explain(azure, settings, vm_id, choices, freshness, by_name=True)
            except Rejected as refusal:
                return Explained(undecided(vm_id, refusal.reason), None)

    with azure.memory.gathering(), with_urgency(Urgency.PLAN):
        async with side_by_side() as group:
            tasks = [group.create_task(one(vm_id)) for vm_id in vm_ids]
    return tuple(task.result() for task in tasks)
