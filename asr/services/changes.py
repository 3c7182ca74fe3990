"""What protecting a VM takes, resource by resource: compared with Azure as the steps of a run compare it, unwritten."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from itertools import groupby
from typing import Any

from asr.gateway.clock import epoch
from asr.gateway.concurrency import side_by_side
from asr.gateway.shared import find_shared, share
from asr.model.change import Change
from asr.model.decision import ProtectionPlan, Requirement
from asr.model.outcome import Reason
from asr.model.vm_facts import ProtectedItem, VirtualNetwork
from asr.planning.foundation import enable_spec, requirements
from asr.planning.states import Phase, phase
from asr.resources import protected_items
from asr.resources.azure_view import AzureView
from asr.resources.kind import Compared
from asr.resources.queries import NETWORK
from asr.resources.table import KINDS


@dataclass(frozen=True, slots=True)
class Freshness:
    """How old what is known of the recovery side may be, in seconds.

    What was read for others counts for `view`; 0: it is read now, or was by one of the same burst. Something that was
    found to serve is taken to serve the next VM as well for `trust`, so a further VM costs little. What does not serve
    is read each time: its owner may have put it right.
    """

    view: float
    trust: float


CONVERGE = Freshness(view=5, trust=900)
"""For events, sweeps and statuses."""

ASKED = Freshness(view=0, trust=900)
"""For what a person asks for: whoever was told of a problem removes it and tries again."""

PLAN = Freshness(view=0, trust=0)
"""For plans, and for runs that keep one."""


@dataclass(frozen=True, slots=True)
class Changes:
    """The changes in the order of the requirements, and the item's last: None if a run would not get that far.

    `network` is the recovery network as it is, or as it will be. `failed_item` is one that an enabling left behind.
    """

    changes: tuple[Change, ...]
    item: Change | None = None
    network: VirtualNetwork | None = None
    failed_item: ProtectedItem | None = None

    @property
    def problems(self) -> tuple[Reason, ...]:
        """Why the plan cannot be carried out."""
        everything = (*self.changes, self.item) if self.item else self.changes
        return tuple(problem for change in everything for problem in change.problems)


async def changes_of(view: AzureView, plan: ProtectionPlan, trust: float = 0, *, has_item: bool = True) -> Changes:
    """Compare stage by stage, as a run builds it; a stage in which something cannot serve is the last.

    What would be written is assumed in the view, so that later stages find it. Without `has_item` the vault is known to
    have no item of the VM, and is not asked.

    Raises:
        Rejected, TransientFault: Azure did not tell what one of the diffs needs.
    """
    found: list[Change] = []
    ids: dict[str, str] = {}
    for _, stage in groupby(requirements(plan), key=lambda requirement: requirement.stage):
        changes = await _stage(view, plan, tuple(stage), ids, trust)
        found += changes
        if any(change.problems for change in changes):
            return Changes(tuple(found))
    spec = enable_spec(plan)
    if not has_item:
        view.assume(protected_items.ITEM, protected_items.id_of(spec, ids), None)
    enabling = await protected_items.compare(view, spec, ids)
    item = await view.see(protected_items.ITEM, protected_items.id_of(spec, ids))
    failed = item if item is not None and phase(item.state) is Phase.FAILED else None
    return Changes(tuple(found), enabling.change, await view.see(NETWORK, ids[spec.network_key]), failed)


async def _stage(
    view: AzureView, plan: ProtectionPlan, stage: Sequence[Requirement], ids: dict[str, str], trust: float
) -> list[Change]:
    async with side_by_side() as group:
        tasks = [group.create_task(_compared(view, plan, one, ids, trust)) for one in stage]
    changes: list[Change] = []
    for requirement, task in zip(stage, tasks, strict=True):
        compared = task.result()
        if compared.change.writes:
            await KINDS[requirement.activity].assume(view, compared)
        ids[requirement.key] = compared.change.id
        changes.append(compared.change)
    return changes


async def _compared(
    view: AzureView, plan: ProtectionPlan, requirement: Requirement, ids: dict[str, str], trust: float
) -> Compared[Any, Any]:
    known = {need: ids[need] for need in requirement.needs if need in ids}
    read = partial(KINDS[requirement.activity].compare, view, requirement.spec, known)
    if trust <= 0:
        return await read()
    azure, place = view.azure, ("serves", plan.foundation_key, requirement.key)
    question = (*place, repr(requirement.spec), repr(known))

    async def shared() -> Compared[Any, Any]:
        """What serves is told to the other workers; nothing else of it is looked at again."""
        at, compared = epoch(azure.settings), await read()
        if compared.change.serves:
            await share(azure, question, Change, compared.change, at, place=place)
        return compared

    def known_to_serve(change: Change) -> Compared[Any, Any]:
        return Compared(requirement.spec, known, None, change)

    if not azure.memory.has(question, trust):
        await find_shared(azure, question, Change, place=place, as_answer=known_to_serve)
    compared: Compared[Any, Any] = await azure.memory.recall(question, trust, shared)
    if not compared.change.serves:
        azure.memory.forget(question)
    return compared
