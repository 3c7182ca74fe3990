"""The HTTP API of the end of a protection."""

import os
import uuid

import azure.functions as func

from asr.errors import Rejected, TransientFault
from asr.gateway.session import connect
from asr.model.run import UNPROTECT, Cause
from asr.reasons import reason
from asr.reasons.render import render
from asr.reporting.answers.protections import StartedProtections
from asr.services.decide import find_machine
from asr.services.requested import request_of
from triggers.asking import new_request
from triggers.http.callers import requested_by
from triggers.http.commands import command
from triggers.http.ending_models import EndQuery
from triggers.http.machines import one_machine
from triggers.http.problems import problem
from triggers.http.route import Call, Route
from triggers.http.saved_plans import moved_plan


async def end_protection(call: Call) -> func.HttpResponse:
    """Ask for the end of a VM's protection: a command, which waits for its turn behind the VM's active run.

    At once, unless `graceDays` is given. All recovery points are deleted with the protected item; its links, extension
    and replica disks are put away. A VM whose tag still asks is refused, unless `untag` has the tag set to `false`.
    """
    query: EndQuery = call.query
    vm = await one_machine(call, query)
    options = query.options(query.grace_days)
    if not options.untag and await _asks(vm):
        told = render(reason("TagStillAsks"), call.settings.tag_prefix)
        return problem(
            409, "TagStillAsks", "The VM's tag still asks for protection", f"{told['sentence']} {told['fix']}"
        )
    if query.plan_hash:
        moved = await moved_plan(call.client, call.settings, [vm], options, query.plan_hash)
        if moved:
            return moved
    by = requested_by(call.request, query.requested_by, os.environ)
    request = await new_request(
        call.settings,
        UNPROTECT,
        query.request_id or uuid.uuid4().hex,
        vm,
        by,
        Cause.HTTP,
        plan_hash=query.plan_hash,
        ending=options,
    )
    return await command(call, [request])


async def _asks(vm_id: str) -> bool:
    """Whether the VM's tag asks now; what Azure does not tell now, the run will find out."""
    azure = await connect()
    try:
        vm = await find_machine(azure, vm_id)
    except (Rejected, TransientFault):
        return False
    return vm is not None and request_of(azure.settings, vm.tags).requested


ROUTES = (
    Route(
        "DELETE",
        "protections",
        end_protection,
        {202: (StartedProtections,)},
        query=EndQuery,
        problems={
            404: "VmNotFound: no VM has this name.",
            409: "TagStillAsks, PlanHasMoved with a diff, PlanUnknown, or QueueFull: too many commands wait.",
        },
    ),
)
