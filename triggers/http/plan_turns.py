"""One request of a recovery plan at a time: a second one is told who asked for the first, and what that does."""

from datetime import datetime, timedelta

import azure.functions as func

from activities.ended_runs import ENDED
from asr.gateway.clock import now
from asr.gateway.recovery_runs import read_recovery_run, read_turn, take_turn
from asr.gateway.session import Azure
from asr.model.recovery_run import PlanTurn, RecoveryRun
from asr.reporting.answers.plans_of_tags import LastRequest
from asr.reporting.answers.protections import RequestedBy
from triggers.http.problems import problem
from triggers.http.route import Call
from triggers.http.runs import status_address

LONGEST_START = timedelta(minutes=2)
"""How long a request that has its turn may take until its run is there; one that died before that holds up nobody."""

MOST_TRIES = 5


async def other_turn(call: Call, azure: Azure, plan: str, run: str) -> func.HttpResponse | None:
    """A 409 if another request than `run` is under way with the plan."""
    before = await read_turn(azure, plan)
    if before is None or before.record.run == run or not await _is_under_way(call, azure, before.record):
        return None
    return await _taken(call, azure, plan, before.record)


async def claim_turn(call: Call, azure: Azure, run: RecoveryRun) -> func.HttpResponse | None:
    """Make this request the one of its plan, before anything is begun; a 409 if another one is under way.

    Of two at once one has the turn: the store takes only one of their writes.
    """
    at = (await now(azure.settings)).isoformat()
    for _ in range(MOST_TRIES):
        before = await read_turn(azure, run.plan)
        if before is not None and before.record.run != run.id and await _is_under_way(call, azure, before.record):
            return await _taken(call, azure, run.plan, before.record)
        if await take_turn(azure, run.plan, PlanTurn(run.id, at), before.etag if before else None):
            return None
    return problem(
        409, "PlanUnderWay", "The plan is under way", f"Others ask for the plan {run.plan!r} again and again."
    )


async def last_request(call: Call, azure: Azure, plan: str) -> LastRequest | None:
    """What was asked of the plan last; None if nothing is known of it."""
    turn = await read_turn(azure, plan)
    known = await read_recovery_run(azure, turn.record.run) if turn else None
    if turn is None or known is None:
        return None
    return LastRequest(
        id=known.id,
        status_query_get_uri=status_address(call.request, known.id),
        action=known.action,
        requested_by=RequestedBy(name=known.requested_by, verified=known.verified),
        asked_at=known.asked_at,
        under_way=await _is_under_way(call, azure, turn.record),
    )


async def _is_under_way(call: Call, azure: Azure, turn: PlanTurn) -> bool:
    state = await call.client.get_orchestration_state(turn.run, fetch_payloads=False)
    if state is not None:
        return state.runtime_status not in ENDED
    return await now(azure.settings) - datetime.fromisoformat(turn.at) < LONGEST_START


async def _taken(call: Call, azure: Azure, plan: str, turn: PlanTurn) -> func.HttpResponse:
    known = await read_recovery_run(azure, turn.run)
    what = f"{known.action} of it, which {known.requested_by} asked for at {known.asked_at}," if known else "A request"
    return problem(
        409,
        "PlanUnderWay",
        "The plan is under way",
        f"{what} is under way as {turn.run}. Nothing was started. Wait until it has ended, or terminate it: "
        "the VMs that are under way then come to their end, and no others begin.",
        plan=plan,
        runId=turn.run,
        statusQueryGetUri=status_address(call.request, turn.run),
        requestedBy=known.requested_by if known else None,
    )
