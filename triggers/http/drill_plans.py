"""Plans of drills over HTTP: what POST /api/drills would do with the same body. Nothing is kept."""

import azure.functions as func

from asr.gateway.session import connect
from asr.reporting.drill_plan import drill_plan, drill_plan_text
from triggers.http.drill_considering import consider, in_waves, refused_of
from triggers.http.drill_models import DrillBody
from triggers.http.ending_models import PlanRequest
from triggers.http.problems import answer
from triggers.http.route import Call

_NO_DRILL = "drill-planned"
"""The id that a planned drill bears; it is never kept."""


async def plan_drill(call: Call, body: PlanRequest) -> func.HttpResponse:
    """The networks, points, gates, probes and waves of a drill, and what stands against it."""
    azure = await connect()
    asked = {name: getattr(body, name) for name in body.model_fields_set & DrillBody.model_fields.keys()}
    considered = await consider(call, azure, DrillBody.model_construct(set(asked), **asked), _NO_DRILL)
    waves = await in_waves(azure, considered)
    refused = await refused_of(call, azure, considered, waves)
    told = drill_plan(
        body.plan,
        considered.request,
        list(zip(considered.homes, considered.explained, strict=True)),
        {vm_id: reasons for vm_id, _, reasons in refused},
        waves,
        call.settings.tag_prefix,
    )
    return func.HttpResponse(drill_plan_text(told), mimetype="text/plain") if call.wants_text else answer(told)
