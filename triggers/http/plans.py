"""The HTTP API of what would be: plans, targets, and which VMs can be protected. Nothing here writes to Azure."""

import azure.functions as func

from asr.data.matrix import read_matrix
from asr.errors import BadRequest
from asr.gateway.session import connect
from asr.reporting.answers.drill_plans import DrillPlan
from asr.reporting.answers.failover_plans import FailoverPlans
from asr.reporting.answers.plans import Plans
from asr.reporting.answers.protectable import Protectable
from asr.reporting.answers.targets import Targets, targets
from asr.reporting.plan import plans
from asr.reporting.plan_text import plan_text
from asr.services.machines import Scope
from asr.services.protectable import list_protectable as listing
from asr.services.targets import find_targets
from triggers.http.choices import read_choices
from triggers.http.drill_plans import plan_drill
from triggers.http.ending_models import PlanRequest
from triggers.http.failover_plans import plan_failovers
from triggers.http.machines import one_machine, several_machines
from triggers.http.models import ProtectableQuery, TargetsQuery
from triggers.http.problems import answer
from triggers.http.route import Call, Route
from triggers.http.saved_plans import keep, plans_now
from triggers.http.vm_ids import require_subscription


async def plan_protections(call: Call) -> func.HttpResponse:
    """Plan what protecting these VMs, ending their protection, failing them over, or a drill of them would take: each
    resource, each name, each write and why. Changes nothing.

    With `Accept: text/plain` the answer is a text for people.
    """
    body = call.body(PlanRequest)
    if body.operation == "failover":
        return await plan_failovers(call, body)
    if body.operation == "drill":
        return await plan_drill(call, body)
    choices = read_choices(call.settings, body)
    ends = body.operation == "unprotect"
    wanted = await several_machines(call, body, may_be_gone=ends)
    planned = await plans_now(call.settings, wanted, body.options() if ends else choices)
    await keep(call.client, planned)
    told = plans(planned.vms, read_matrix(), call.settings.tag_prefix)
    return func.HttpResponse(plan_text(told), mimetype="text/plain") if call.wants_text else answer(told)


async def list_targets(call: Call) -> func.HttpResponse:
    """List what can be chosen for a VM's recovery side, best first, each with its score and why. Changes nothing."""
    query: TargetsQuery = call.query
    vm = await one_machine(call, query)
    found = await find_targets(await connect(), vm, query.kind)
    if found is None:
        field = "name" if query.vm_id is None else "vmId"
        raise BadRequest(field, f"there is no such VM: {vm}", status=404, code="VmNotFound")
    return answer(targets(vm, query.kind, found))


async def list_protectable(call: Call) -> func.HttpResponse:
    """List the VMs of a scope that can be protected, and for the others every reason why not. Changes nothing."""
    query: ProtectableQuery = call.query
    if query.subscription is not None:
        require_subscription(call.settings, query.subscription, "subscription")
    scope = Scope(query.subscription, query.resource_group, query.location)
    return answer(await listing(await connect(), scope, query.top, query.continuation))


ROUTES = (
    Route(
        "POST",
        "plans",
        plan_protections,
        {200: (Plans, FailoverPlans, DrillPlan)},
        body=PlanRequest,
        problems={404: "VmNotFound: there is no such VM."},
        text=True,
    ),
    Route(
        "GET",
        "targets",
        list_targets,
        {200: (Targets,)},
        query=TargetsQuery,
        problems={404: "VmNotFound: there is no such VM."},
    ),
    Route("GET", "protectable", list_protectable, {200: (Protectable,)}, query=ProtectableQuery),
)
