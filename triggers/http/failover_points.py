"""The HTTP API of recovery points: which there are."""

from datetime import datetime

import azure.functions as func

from asr.gateway.clock import now
from asr.gateway.session import connect
from asr.gateway.site_recovery.points import list_recovery_points
from asr.planning.unfound import unfound
from asr.reporting.answers.failover_plans import KnownPoint, KnownPoints
from asr.services.failover import find_failover_item
from triggers.http.failover_machines import refusal
from triggers.http.machines import one_machine
from triggers.http.models import MachineQuery
from triggers.http.problems import answer
from triggers.http.route import Call, Route


async def read_recovery_points(call: Call) -> func.HttpResponse:
    """List the recovery points that one VM can be started from, newest first."""
    query: MachineQuery = call.query
    wanted = await one_machine(call, query)
    azure = await connect()
    item = await find_failover_item(azure, wanted)
    if item is None:
        return refusal(call, [(wanted, None, unfound(wanted, None).reasons)])
    points = await list_recovery_points(azure, item.id)
    at = await now(call.settings)
    shown = [
        KnownPoint(
            id=point.id,
            at=point.at,
            app_consistent=point.is_app_consistent,
            age_seconds=max(0, round((at - datetime.fromisoformat(point.at)).total_seconds())),
            disks=len(point.disks),
            multi_vm=point.is_multi_vm,
        )
        for point in points
    ]
    return answer(KnownPoints(vm_id=wanted, item_id=item.id, total=len(shown), points=shown))


ROUTES = (
    Route(
        "GET",
        "failovers/points",
        read_recovery_points,
        {200: (KnownPoints,)},
        query=MachineQuery,
        problems={404: "NotReplicated: no vault has an item of the VM; VmNotFound: no VM has this name."},
    ),
)
