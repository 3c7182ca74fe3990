"""The HTTP API of pauses: a person lets a recovery plan go on to its next wave."""

import asyncio
import os
from typing import Any

import azure.functions as func
from durabletask.client import OrchestrationState, OrchestrationStatus

from asr.reporting.answers.plans_of_tags import ResumedRun
from triggers.http.callers import requested_by
from triggers.http.failover_models import ResumeRequest
from triggers.http.problems import answer, problem
from triggers.http.route import Call, Route
from triggers.http.runs import addresses, is_run_id

TELLING_SECONDS = 10.0
"""How long to wait until the run shows that it goes on: a second request then learns that there is no pause."""


async def resume_run(call: Call) -> func.HttpResponse:
    """Let a recovery plan that pauses go on to its next wave. A run that does not pause is a 409."""
    body = call.body(ResumeRequest)
    id_ = call.request.route_params["id"]
    state = await call.client.get_orchestration_state(id_) if is_run_id(id_) else None
    if state is None:
        detail = f"There is no run {id_[:100]!r}: it never was, or its history was purged."
        return problem(404, "RunNotFound", "There is no such run", detail, runId=id_[:100])
    paused = _pause_of(state)
    if paused is None:
        detail = "It waits for nobody: only a recovery plan between two waves does, while its status says `paused`."
        status = state.runtime_status.name.capitalize()
        return problem(409, "RunNotPaused", "The run does not pause", detail, runId=id_, runtimeStatus=status)
    by = requested_by(call.request, body.requested_by, os.environ)
    said = {"by": by.name, "verified": by.verified, **({"note": body.note} if body.note else {})}
    await call.client.raise_orchestration_event(id_, paused["event"], data=said)
    await _gone_on(call, id_, paused)
    resumed = ResumedRun.model_validate({**addresses(call, id_), "place": paused["place"]})
    return answer(resumed, status=202, headers={"Location": resumed.status_query_get_uri})


def _pause_of(state: OrchestrationState) -> dict[str, Any] | None:
    """The pause that the run is in; None if it is in none. A suspended run is waited for by its own means."""
    shown = state.get_custom_status()
    if state.runtime_status is not OrchestrationStatus.RUNNING or not isinstance(shown, dict):
        return None
    return shown if shown.get("step") == "paused" else None


async def _gone_on(call: Call, id_: str, paused: dict[str, Any]) -> None:
    deadline = asyncio.get_running_loop().time() + TELLING_SECONDS
    while asyncio.get_running_loop().time() < deadline:
        state = await call.client.get_orchestration_state(id_)
        if state is None or _pause_of(state) != paused:
            return
        await asyncio.sleep(0.1)


ROUTES = (
    Route(
        "POST",
        "runs/{id}/resume",
        resume_run,
        {202: (ResumedRun,)},
        body=ResumeRequest,
        problems={404: "RunNotFound: there is no such run.", 409: "RunNotPaused: it waits for nobody."},
    ),
)
