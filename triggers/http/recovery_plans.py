"""The HTTP API of recovery plans: those that tags make, Site Recovery's own, and the first written as the second."""

import azure.functions as func
from pydantic import Field

from asr.gateway.session import connect
from asr.model.azure_plan import AzurePlan
from asr.model.outcome import Reason
from asr.model.resource_id import key
from asr.planning.plan_export import ExportChange, exported, limits, would_change
from asr.planning.plan_members import PlannedVm
from asr.planning.waves import waves_of
from asr.reporting.answers import plans_of_tags as answers
from asr.reporting.outcome import reasons_shown
from asr.services.plan_export import export_changes, list_all_azure_plans, write_plan
from asr.services.recovery_plans import find_plans, with_items
from triggers.http.failover_machines import Refused, plan_of, refusal
from triggers.http.models import Strict
from triggers.http.plan_turns import last_request
from triggers.http.problems import answer, problem
from triggers.http.route import Call, Route


class ExportRequest(Strict):
    """The body of POST /api/failovers/plans/export."""

    plan: str = Field(min_length=1, max_length=256, description="The recovery plan that tags make.")
    replace: bool = Field(
        default=False, strict=True, description="Change a plan of this name that is there with other VMs or waves."
    )


async def list_recovery_plans(call: Call) -> func.HttpResponse:
    """List the recovery plans: those that tags make, with their waves, and Site Recovery's own."""
    prefix = call.settings.tag_prefix
    azure = await connect()
    found = await find_plans(azure)
    theirs, unread = await list_all_azure_plans(azure)
    plans = [
        _shown(name, await with_items(azure, vms), prefix, await last_request(call, azure, name))
        for name, vms in found.plans.items()
    ]
    return answer(
        answers.RecoveryPlans(
            plans=plans,
            total=len(plans),
            unclear=[
                answers.LeftOut(vm_id=vm_id, reasons=reasons_shown(why, prefix)) for vm_id, why in found.unclear.items()
            ],
            azure_plans=[answers.AzurePlan(id=one.id, name=one.name) for one in theirs],
            unread_vaults=list(unread),
            reasons=reasons_shown(found.notes, prefix),
        )
    )


async def export_recovery_plan(call: Call) -> func.HttpResponse:
    """Write a plan of tags as recovery plans of Site Recovery, one for each vault and pair of regions.

    What Site Recovery would refuse is refused before anything is written; what stands already is left as it is.
    """
    body = call.body(ExportRequest)
    azure = await connect()
    name = body.plan.strip().lower()
    vms = await with_items(azure, plan_of(await find_plans(azure), name))
    refused: list[Refused] = [(vm.vm_id, vm.item, vm.against) for vm in vms if vm.against]
    if refused:
        return refusal(call, refused)
    items = {key(vm.vm_id): vm.item for vm in vms if vm.item is not None}
    plans = exported(name, waves_of(vm.member for vm in vms), items)
    against = [why for plan in plans for why in limits(plan)]
    changes = [] if against else await export_changes(azure, plans)
    against += [change for change in changes if isinstance(change, Reason)]
    if not body.replace:
        pairs = zip(plans, changes, strict=False)
        against += [would_change(plan) for plan, one in pairs if one is ExportChange.UPDATE]
    if against:
        return _cannot(call, against)
    written = []
    for plan, change in zip(plans, changes, strict=True):
        if isinstance(change, ExportChange):
            written.append(_written(plan, change, stands=await write_plan(azure, plan, change)))
    return answer(answers.ExportedPlans(plan=name, written=written))


def _written(plan: AzurePlan, change: ExportChange, *, stands: bool) -> answers.ExportedPlan:
    return answers.ExportedPlan(
        id=plan.id,
        name=plan.name,
        change=change.value,
        stands=stands,
        groups=len(plan.groups),
        items=sum(map(len, plan.groups)),
    )


def _cannot(call: Call, against: list[Reason]) -> func.HttpResponse:
    told = reasons_shown(against, call.settings.tag_prefix)
    return problem(
        409,
        told[0].code,
        "The plan cannot be written so",
        f"{told[0].sentence} {told[0].fix} Nothing was written.",
        reasons=[one.model_dump(mode="json", by_alias=True) for one in told],
    )


def _shown(
    name: str, vms: tuple[PlannedVm, ...], prefix: str, last: answers.LastRequest | None
) -> answers.RecoveryPlan:
    waves = waves_of(vm.member for vm in vms)
    return answers.RecoveryPlan(
        name=name,
        vms=len(vms),
        protected=sum(vm.item is not None for vm in vms),
        unread=[vm.vm_id for vm in vms if vm.item is None and vm.unread is not None],
        waves=[
            answers.RecoveryWave(wave=wave.number, vm_ids=[one.vm_id for one in wave.members]) for wave in waves.waves
        ],
        reasons=reasons_shown((*waves.notes, *(why for vm in vms for why in _told(vm))), prefix),
        last_request=last,
    )


def _told(vm: PlannedVm) -> tuple[Reason, ...]:
    """What is wrong with its tags, and that it could not be read; how many have an item is told by number."""
    return vm.against if vm.unread is not None else vm.said.problems


ROUTES = (
    Route("GET", "failovers/plans", list_recovery_plans, {200: (answers.RecoveryPlans,)}),
    Route(
        "POST",
        "failovers/plans/export",
        export_recovery_plan,
        {200: (answers.ExportedPlans,)},
        body=ExportRequest,
        problems={
            404: "RecoveryPlanUnknown: no tags make this plan; NotReplicated: no vault has an item of its VMs.",
            409: "What Site Recovery would refuse, or a plan of this name that is another one; nothing was written.",
        },
    ),
)
