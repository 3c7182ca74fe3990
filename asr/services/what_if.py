"""Plans: what runs would do, found by the decisions and diffs that runs go by, without a single write."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from asr.errors import Rejected
from asr.gateway.session import Azure
from asr.model.change import Change, ChangeType
from asr.model.decision import Action, Decision
from asr.model.ending import EndOptions
from asr.model.item_change import CompletionPlan
from asr.model.resource_id import key
from asr.model.run import Choices
from asr.model.vm_facts import ProtectedItem
from asr.planning.completion_steps import steps_of
from asr.planning.plan import VmPlan, plan_hash
from asr.planning.plan_cost import Prices, estimate
from asr.planning.protection import undecided, unwatched
from asr.resources.azure_view import AzureView
from asr.resources.protected_items import NOUN
from asr.services.changes import changes_of
from asr.services.decide import Explained, explain_all, is_watched
from asr.services.unprotect import explain_end
from asr.settings import Settings


@dataclass(frozen=True, slots=True)
class Plans:
    """The plans of several VMs, in the order in which they were asked for."""

    vms: tuple[VmPlan, ...]

    @property
    def hash(self) -> str:
        """See `asr.planning.plan.plan_hash`."""
        return plan_hash(self.vms)

    @property
    def writes(self) -> int:
        """How many writes to Azure all of them take."""
        return sum(plan.writes for plan in self.vms)


async def plan_all(azure: Azure, settings: Settings, prices: Prices, vm_ids: Sequence[str], choices: Choices) -> Plans:
    """What protecting these VMs would take.

    Decisions are made about each VM as Azure is now, as runs that start together make them. What they stand on is
    compared one VM after the other, in the order of their ids, so what the first would create is there for the next.

    Raises:
        TransientFault: Azure did not tell now what a decision or a diff needs.
    """
    with azure.memory.gathering():
        explained = dict(zip(vm_ids, await explain_all(azure, settings, vm_ids, choices), strict=True))
        planner = Planner(AzureView(azure, 0), prices)
        planned = {vm_id: await planner.plan(vm_id, explained[vm_id]) for vm_id in sorted(explained, key=key)}
    return Plans(tuple(planned[vm_id] for vm_id in explained))


async def plan_ends(azure: Azure, vm_ids: Sequence[str], options: EndOptions) -> Plans:
    """What ending the protection of these VMs would take, one VM after the other.

    Raises:
        TransientFault: Azure did not tell now what a decision needs.
    """
    with azure.memory.gathering():
        return Plans(tuple([await _plan_end(azure, vm_id, options) for vm_id in vm_ids]))


async def _plan_end(azure: Azure, vm_id: str, options: EndOptions) -> VmPlan:
    if not is_watched(azure.settings, vm_id):
        return VmPlan(vm_id, unwatched(vm_id))
    try:
        decided, _ = await explain_end(azure, vm_id, options)
    except Rejected as refusal:
        return VmPlan(vm_id, undecided(vm_id, refusal.reason))
    item = next((change for change in decided.changes if change.kind == NOUN), None)
    return VmPlan(vm_id, decided.decision, tuple(one for one in decided.changes if one is not item), item)


class Planner:
    """Plans several VMs over one view, and remembers which of them creates what."""

    def __init__(self, view: AzureView, prices: Prices) -> None:
        self._view = view
        self._prices = prices
        self._creators: dict[str, str] = {}

    async def plan(self, vm_id: str, explained: Explained) -> VmPlan:
        """The plan of one VM."""
        decision, facts = explained.decision, explained.facts
        if decision.action is Action.COMPLETE and decision.completion is not None:
            return _completing(vm_id, decision, decision.completion, facts.item if facts else None)
        if decision.action is not Action.PROTECT or decision.plan is None or facts is None:
            item = facts.item if facts else None
            return VmPlan(vm_id, decision, item=_left(item) if item else None)
        try:
            found = await changes_of(self._view, decision.plan)
        except Rejected as refusal:
            return VmPlan(vm_id, undecided(vm_id, refusal.reason))
        return VmPlan(
            vm_id,
            decision,
            tuple(self._credited(change, vm_id) for change in found.changes),
            found.item,
            found.problems,
            estimate(self._prices, decision.plan, facts.vm),
        )

    def _credited(self, change: Change, vm_id: str) -> Change:
        """What an earlier plan creates, this one reuses; it is said whose plan that is. What somebody else is creating
        at this moment will be there for the run.
        """
        place = key(change.id)
        if change.change_type is ChangeType.CREATE:
            self._creators[place] = vm_id.rsplit("/", 1)[-1]
        elif place in self._creators and not change.writes:
            because = f"created by the plan of {self._creators[place]}"
            return replace(change, change_type=ChangeType.REUSE, because=because)
        elif change.change_type is ChangeType.WAIT:
            return replace(change, change_type=ChangeType.REUSE)
        return change


def _completing(vm_id: str, decision: Decision, completion: CompletionPlan, item: ProtectedItem | None) -> VmPlan:
    """The writes of the run, in its order; the first of the item itself stands for the item."""
    changes = [change for _, change in steps_of(completion)]
    about = next((one for one in changes if one.kind == NOUN), _left(item) if item else None)
    return VmPlan(vm_id, decision, tuple(one for one in changes if one is not about), about)


def _left(item: ProtectedItem) -> Change:
    values = {"disks": list(item.disk_ids)}
    return Change(ChangeType.NONE, item.id, f"it is {item.state}", values, kind=NOUN)
