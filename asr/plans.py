"""Plans: what runs would do, found by the judgements that runs go by, without a single write."""

from collections.abc import Awaitable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from asr.decisions import Explained, explain_all
from asr.errors import Rejected
from asr.foundation import enabling
from asr.foundation.kinds import KINDS
from asr.foundation.survey import Survey
from asr.foundation.verdict import Course, Verdict, refuse
from asr.gateway.concurrency import side_by_side
from asr.gateway.session import Azure
from asr.model.decision import Action, ProtectionPlan, Requirement, SettlePlan
from asr.model.facts import ProtectedItem
from asr.model.outcome import Reason
from asr.planning.foundation import requirements
from asr.planning.plan import Deed, PlannedResource, VmPlan, plan_hash
from asr.planning.plan_cost import Prices, estimate
from asr.resource_id import key
from asr.runs import Choices
from asr.settings import Settings

ITEM = "protected item"

_DEEDS: dict[Course, Deed] = {
    Course.CREATE: Deed.CREATE,
    Course.UPDATE: Deed.UPDATE,
    Course.REUSE: Deed.REUSE,
    Course.ADOPT: Deed.ADOPT,
    Course.WAIT: Deed.REUSE,
    Course.REFUSE: Deed.REFUSE,
}
"""What somebody else is creating at this moment will be there for the run."""


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
    draughtsman = Draughtsman(Survey(azure), prices)
    drawn = {vm_id: await draughtsman.draw(vm_id, explained[vm_id]) for vm_id in sorted(explained, key=key)}
    return Plans(tuple(drawn[vm_id] for vm_id in explained))


class Draughtsman:
    """Draws the plans of several VMs over one survey, and remembers which of them creates what."""

    def __init__(self, survey: Survey, prices: Prices) -> None:
        self._survey = survey
        self._prices = prices
        self._creators: dict[str, str] = {}

    async def draw(self, vm_id: str, explained: Explained) -> VmPlan:
        """The plan of one VM."""
        decision, facts = explained.decision, explained.facts
        if decision.action is Action.SETTLE and decision.settle is not None:
            return VmPlan(vm_id, decision, item=_settled(decision.settle))
        if decision.action is not Action.PROTECT or decision.plan is None or facts is None:
            item = facts.item if facts else None
            return VmPlan(vm_id, decision, item=_left(item) if item else None)
        resources, ids, problems = await self._foundation(decision.plan)
        verdict = None if problems else await self._item(decision.plan, ids)
        if verdict and verdict.problem:
            problems = (verdict.problem,)
        return VmPlan(
            vm_id,
            decision,
            tuple(resources),
            _planned(ITEM, verdict) if verdict else None,
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
            verdicts = await self._stage(plan, tuple(stage), ids)
            resources += [resource for resource, _ in verdicts]
            problems = tuple(verdict.problem for _, verdict in verdicts if verdict.problem)
            if problems:
                return resources, ids, problems
        return resources, ids, ()

    async def _stage(
        self, plan: ProtectionPlan, stage: Sequence[Requirement], ids: dict[str, str]
    ) -> list[tuple[PlannedResource, Verdict]]:
        kinds = [KINDS[requirement.activity] for requirement in stage]
        async with side_by_side() as group:
            tasks = [
                group.create_task(_told(kind.examine(self._survey, requirement.spec, _picked(ids, requirement.needs))))
                for kind, requirement in zip(kinds, stage, strict=True)
            ]
        judged: list[tuple[PlannedResource, Verdict]] = []
        for kind, requirement, task in zip(kinds, stage, tasks, strict=True):
            examined = task.result()
            if isinstance(examined, Reason):
                verdict = refuse(str(requirement.spec.get("id") or plan.vault.id), examined)
            else:
                verdict = examined.verdict
                if verdict.writes:
                    await kind.suppose(self._survey, examined)
            ids[requirement.key] = verdict.id
            judged.append((self._credited(_planned(kind.noun, verdict), plan.vm_id), verdict))
        return judged

    async def _item(self, plan: ProtectionPlan, ids: dict[str, str]) -> Verdict:
        spec = enabling.specify(plan, ids)
        examined = await _told(enabling.examine(self._survey, spec))
        return refuse(spec.item_id, examined) if isinstance(examined, Reason) else examined.verdict

    def _credited(self, resource: PlannedResource, vm_id: str) -> PlannedResource:
        """What an earlier plan creates, this one reuses; it is said whose plan that is."""
        place = key(resource.id)
        if resource.deed is Deed.CREATE:
            self._creators[place] = vm_id.rsplit("/", 1)[-1]
        elif place in self._creators and not resource.writes:
            because = f"created by the plan of {self._creators[place]}"
            return PlannedResource(resource.kind, Deed.REUSE, resource.id, because, resource.values)
        return resource


async def _told[T](examining: Awaitable[T]) -> T | Reason:
    """What was examined, or why Azure did not let the app see it: the run would end there."""
    try:
        return await examining
    except Rejected as refusal:
        return refusal.reason


def _picked(ids: Mapping[str, str], needs: Sequence[str]) -> dict[str, str]:
    return {need: ids[need] for need in needs if need in ids}


def _planned(kind: str, verdict: Verdict) -> PlannedResource:
    return PlannedResource(kind, _DEEDS[verdict.course], verdict.id, verdict.because, verdict.values)


def _settled(settle: SettlePlan) -> PlannedResource:
    values = {"testNetworkId": settle.test_network_id}
    return PlannedResource(ITEM, Deed.UPDATE, settle.item_id, "its test network is not the profile's", values)


def _left(item: ProtectedItem) -> PlannedResource:
    return PlannedResource(ITEM, Deed.NONE, item.id, f"it is {item.state}", {"disks": list(item.disk_ids)})
