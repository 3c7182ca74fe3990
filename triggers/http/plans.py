"""The HTTP API of what would be: plans, and which VMs can be protected. Nothing here writes to Azure."""

import azure.functions as func
from azure.durable_functions import Blueprint

from asr.data.matrix import read_matrix
from asr.gateway.session import connect
from asr.model.run import Choices
from asr.reporting.plan import plans
from asr.services.protectable import Scope
from asr.services.protectable import list_protectable as listing
from triggers.http.models import PlanRequest, ProtectableQuery
from triggers.http.problems import answer
from triggers.http.route import Call, Route, register
from triggers.http.saved_plans import draw_plans, keep
from triggers.http.vm_ids import require_subscription, vm_ids

bp = Blueprint()


async def plan_protections(call: Call) -> func.HttpResponse:
    """Plan what protecting these VMs would take: each resource, each name, each write and why. Changes nothing."""
    body = call.body(PlanRequest)
    wanted = vm_ids(call.settings, body.vm_ids)
    planned = await draw_plans(call.settings, wanted, Choices(body.profile, body.overrides))
    await keep(call.client, planned)
    return answer(plans(planned.vms, read_matrix(), call.settings.tag_prefix))


async def list_protectable(call: Call) -> func.HttpResponse:
    """List the VMs of a scope that can be protected, and for the others every reason why not. Changes nothing."""
    query: ProtectableQuery = call.query
    if query.subscription is not None:
        require_subscription(call.settings, query.subscription, "subscription")
    scope = Scope(query.subscription, query.resource_group, query.location)
    return answer(await listing(await connect(), scope, query.top, query.continuation))


ROUTES = (
    Route("POST", "plans", plan_protections, {200: "Plans"}, body=PlanRequest),
    Route("GET", "protectable", list_protectable, {200: "Protectable"}, query=ProtectableQuery),
)

register(bp, ROUTES)
