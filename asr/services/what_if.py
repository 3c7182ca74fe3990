"""Plans: what runs would do, found by the judgements that runs go by, without a single write."""

from collections.abc import Awaitable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from asr.errors import Rejected
from asr.gateway.concurrency import side_by_side
from asr.gateway.session import Azure
from asr.model.change import Change, ChangeType, refuse
from asr.model.decision import Action, CompletionPlan, ProtectionPlan, Requirement
from asr.model.outcome import Reason
from asr.model.resource_id import key
from asr.model.run import Choices
from asr.model.vm_facts import ProtectedItem
from asr.planning.foundation import enable_spec, requirements
from asr.planning.plan import PlannedResource, VmPlan, plan_hash
from asr.planning.plan_cost import Prices, estimate
from asr.resources import protected_items as enabling
from asr.resources.azure_view import AzureView
from asr.resources.table import KINDS
from asr.services.decide import Explained, explain_all
from asr.settings import Settings

ITEM = "protected item"


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
    judged one VM after the other, in the order of their ids, so what the first would create is there for the next.

    Raises:
        TransientFault: Azure did not tell now what a decision or a judgement needs.
    """
    explained = dict(zip(vm_ids, await explain_all(azure, settings, vm_ids, choices), strict=True))
    planner = Planner(AzureView(azure), prices)
    planned = {vm_id: await planner.plan(vm_id, explained[vm_id]) for vm_id in sorted(explained, key=key)}
    return Plans(tuple(planned[vm_id] for vm_id in explained))


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
            return VmPlan(vm_id, decision, item=_completed(decision.completion))
        if decision.action is not Action.PROTECT or decision.plan is None or facts is None:
            item = facts.item if facts else None
            return VmPlan(vm_id, decision, item=_left(item) if item else None)
        resources, ids, problems = await self._foundation(decision.plan)
        change = None if problems else await self._item(decision.plan, ids)
        problems = (*problems, *change.problems) if change else problems
        return VmPlan(
            vm_id,
            decision,
            tuple(resources),
            _planned(ITEM, change) if change else None,
            problems,
            estimate(self._prices, decision.plan, facts.vm),
        )

    async def _foundation(
        self, plan: ProtectionPlan
    ) -> tuple[list[PlannedResource], dict[str, str], tuple[Reason, ...]]:
        """Stage by stage, as a run builds it; a stage in which something cannot serve is the last."""
        resources: list[PlannedResource] = []
        ids: dict[str, str] = {}
        for _, stage in groupby(requirements(plan), key=lambda requirement: requirement.stage):
            changes = await self._stage(plan, tuple(stage), ids)
            resources += [resource for resource, _ in changes]
            problems = tuple(problem for _, change in changes for problem in change.problems)
            if problems:
                return resources, ids, problems
        return resources, ids, ()

    async def _stage(
        self, plan: ProtectionPlan, stage: Sequence[Requirement], ids: dict[str, str]
    ) -> list[tuple[PlannedResource, Change]]:
        kinds = [KINDS[requirement.activity] for requirement in stage]
        async with side_by_side() as group:
            tasks = [
                group.create_task(_told(kind.compare(self._view, requirement.spec, _picked(ids, requirement.needs))))
                for kind, requirement in zip(kinds, stage, strict=True)
            ]
        judged: list[tuple[PlannedResource, Change]] = []
        for kind, requirement, task in zip(kinds, stage, tasks, strict=True):
            compared = task.result()
            if isinstance(compared, Reason):
                change = refuse(getattr(requirement.spec, "id", plan.vault.id), compared)
            else:
                change = compared.change
                if change.writes:
                    await kind.assume(self._view, compared)
            ids[requirement.key] = change.id
            judged.append((self._credited(_planned(kind.noun, change), plan.vm_id), change))
        return judged

    async def _item(self, plan: ProtectionPlan, ids: dict[str, str]) -> Change:
        spec = enable_spec(plan)
        compared = await _told(enabling.compare(self._view, spec, ids))
        return refuse(enabling.id_of(spec, ids), compared) if isinstance(compared, Reason) else compared.change

    def _credited(self, resource: PlannedResource, vm_id: str) -> PlannedResource:
        """What an earlier plan creates, this one reuses; it is said whose plan that is."""
        place = key(resource.id)
        if resource.change_type is ChangeType.CREATE:
            self._creators[place] = vm_id.rsplit("/", 1)[-1]
        elif place in self._creators and not resource.writes:
            because = f"created by the plan of {self._creators[place]}"
            return PlannedResource(resource.kind, ChangeType.REUSE, resource.id, because, resource.values)
        return resource


async def _told[T](examining: Awaitable[T]) -> T | Reason:
    """What was compared, or why Azure did not let the app see it: the run would end there."""
    try:
        return await examining
    except Rejected as refusal:
        return refusal.reason


def _picked(ids: Mapping[str, str], needs: Sequence[str]) -> dict[str, str]:
    return {need: ids[need] for need in needs if need in ids}


def _planned_type(change_type: ChangeType) -> ChangeType:
    """What somebody else is creating at this moment will be there for the run."""
    return ChangeType.REUSE if change_type is ChangeType.WAIT else change_type


def _planned(kind: str, change: Change) -> PlannedResource:
    return PlannedResource(
        kind, _planned_type(change.change_type), change.id, change.because, change.values, change.problems
    )


def _completed(completion: CompletionPlan) -> PlannedResource:
    values = {"testNetworkId": completion.test_network_id}
    return PlannedResource(ITEM, ChangeType.UPDATE, completion.item_id, "its test network is not the profile's", values)


def _left(item: ProtectedItem) -> PlannedResource:
    return PlannedResource(ITEM, ChangeType.NONE, item.id, f"it is {item.state}", {"disks": list(item.disk_ids)})
