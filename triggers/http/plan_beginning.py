"""How a decided request of a recovery plan begins: its turn, its record, its orchestration. Each may be done twice.

The record is in the store before anything begins, with all that is asked of the VMs. So a request whose process died on
the way begins when it is asked again, as it was decided; `begun` tells it from one whose history is gone.
"""

import azure.functions as func

from asr.codec import encode_compact
from asr.gateway.recovery_runs import keep_recovery_run, note_begun, read_recovery_run
from asr.gateway.session import Azure
from asr.model.failover import FailoverAction
from asr.model.recovery_run import RecoveryRun
from asr.model.run import RECIPE_VERSION
from asr.planning.failover import LEAVING
from triggers.asking import pacing_of
from triggers.calling_off import make_way
from triggers.http.plan_turns import claim_turn
from triggers.http.problems import problem
from triggers.http.route import Call


async def begin(call: Call, azure: Azure, run: RecoveryRun) -> RecoveryRun | func.HttpResponse:
    """Let the waves begin unless they have begun: the request as it is known then; a 409 if another has the turn."""
    if run.begun:
        return run
    if not await _is_scheduled(call, run):
        taken = await claim_turn(call, azure, run)
        if taken:
            return taken
        await _make_way(call, azure, run)
        await keep_recovery_run(azure, run)
        run = await read_recovery_run(azure, run.id) or run
        await _schedule(call, run)
        await _make_way(call, azure, run)  # of a drill that was asked for in the same instant, too
    await note_begun(azure, run)
    return run


def used_otherwise(run: RecoveryRun) -> func.HttpResponse:
    """The 409 for a request whose `requestId` was sent with something else before, which it would be taken for."""
    return problem(
        409,
        "RequestIdUsed",
        "The requestId is another request's",
        f"requestId: {run.request_id[:100]!r} was sent for {run.action} of the plan {run.plan!r} at {run.asked_at}, "
        "by which a request is known when it is sent again. Nothing was started. Leave it out, or send another one.",
        plan=run.plan,
        runId=run.id,
    )


async def _make_way(call: Call, azure: Azure, run: RecoveryRun) -> None:
    if FailoverAction(run.action) in LEAVING:
        vms = [vm.vm_id for wave in run.waves for part in wave.parts for vm in part]
        await make_way(call.client, azure, vms, run.ask.requested_by)


async def _is_scheduled(call: Call, run: RecoveryRun) -> bool:
    return await call.client.get_orchestration_state(run.id, fetch_payloads=False) is not None


async def _schedule(call: Call, run: RecoveryRun) -> None:
    settings = call.settings
    order = {
        "version": RECIPE_VERSION,
        "waves": len(run.waves),
        "ask": encode_compact(run.ask),
        "at_once": settings.failovers_at_once,
        "pacing": pacing_of(settings),
        **({} if run.pause_hours is None else {"pause_hours": run.pause_hours}),
    }
    if await _is_scheduled(call, run):
        return
    try:
        await call.client.schedule_new_orchestration("fail_over_waves", input=order, instance_id=run.id)
    except Exception:
        if not await _is_scheduled(call, run):
            raise
        # the same request, sent twice at once: the other one has begun it
