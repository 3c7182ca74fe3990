"""Find what no event told: VMs that ask for protection and have none, and items that became Protected."""

from typing import Any

from azure.durable_functions import Blueprint
from durabletask.entities import EntityInstanceId
from durabletask.task import OrchestrationContext

from asr.codec import decode, encode, encode_compact
from asr.model.run import CONVERGE, Cause, RequestedBy, RunRequest, SweepFinding
from orchestrators.run import time_of
from orchestrators.steps import Call, Recipe, StepFailed, ensure_one

bp = Blueprint()


def sweep(ctx: OrchestrationContext, request: dict) -> Recipe[dict[str, Any]]:
    """Compare the fleet with what its VMs ask for; the entities of VMs that may need a run are told.

    1. One activity reads tagged VMs and protected items: a few calls, however many VMs there are.
    2. Each VM's entity is signalled what Azure says; it starts a run only when it knows otherwise.
    """
    pacing = request["pacing"]
    try:
        answer = yield from ensure_one(ctx, Call("find_unsettled", {}), pacing)
    except StepFailed as failure:
        return {"looked_at": 0, "problems": [encode(reason) for reason in failure.reasons]}
    at = time_of(ctx)
    for look in answer["looks"]:
        asked = RunRequest(
            kind=CONVERGE,
            request_id=f"sweep {at}",
            vm_id=look["vm_id"],
            requested_by=decode(RequestedBy, request["requested_by"]),
            cause=Cause.SWEEP,
            at=at,
            pacing=pacing,
            finding=decode(SweepFinding, look.get("finding", {})),
        )
        vm = EntityInstanceId("VirtualMachine", look["vm_key"])
        ctx.signal_entity(vm, "ask", {"request": encode_compact(asked)})
    return {"looked_at": len(answer["looks"])}


bp.orchestration_trigger(context_name="context")(sweep)
