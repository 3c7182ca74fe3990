"""The HTTP API of single runs: their status, in Durable's own shape and by function key."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote, urlsplit

import azure.functions as func
from durabletask.client import OrchestrationState

from asr.gateway.session import connect
from asr.model.run import KINDS
from asr.reporting.answers.runs import RunStatus, RuntimeStatus, SecondsLeft
from asr.reporting.outcome import output_shown
from triggers.asking import ENDED, find_waiting
from triggers.http.histories import kind_of, utc
from triggers.http.problems import answer, problem
from triggers.http.route import Call, Route
from triggers.http.run_times import time_left

_RUN_ID = re.compile(r"[A-Za-z0-9][\w.:-]{0,199}")
"""What the ids of runs look like; an entity's begins with @, and is none of a run."""


async def read_run_status(call: Call) -> func.HttpResponse:
    """Read one run: a VM's, a part of one, or the sweep. 202 while it is under way."""
    run_id = call.request.route_params["id"]
    named = is_run_id(run_id)
    state = await call.client.get_orchestration_state(run_id) if named else None
    waiting = await find_waiting(call.client, run_id) if named and state is None else None
    if waiting is not None:
        return answer(_pending(run_id, *waiting), status=202, headers=_again(call, run_id))
    if named and state is None:  # it may have begun between the two questions
        state = await call.client.get_orchestration_state(run_id)
    if state is None:
        detail = f"There is no run {run_id[:100]!r}: it never was, or its history was purged."
        return problem(404, "RunNotFound", "There is no such run", detail, runId=run_id[:100])
    over = state.runtime_status in ENDED
    shown = _shown(state, call.settings.tag_prefix, None if over else await _left(state))
    return answer(shown, status=200 if over else 202, headers={} if over else _again(call, run_id))


def is_run_id(text: str) -> bool:
    """Whether this can be the id of a run."""
    return _RUN_ID.fullmatch(text) is not None


def status_address(request: func.HttpRequest, run_id: str) -> str:
    """Where the run's status can be read: at the address by which the caller reaches the app, without any key."""
    here = urlsplit(request.url)
    return f"{here.scheme}://{here.netloc}/api/runs/{quote(run_id, safe='')}"


def addresses(call: Call, run_id: str) -> Mapping[str, Any]:
    """The id of a run and where to read its status; with ASR_MANAGEMENT_URLS all of Durable's own addresses, too.

    Those hold the key of the task hub, which may do anything to every run.
    """
    ours = {"id": run_id, "statusQueryGetUri": status_address(call.request, run_id)}
    if not call.settings.management_urls:
        return ours
    return {**call.client.create_http_management_payload(call.request, run_id), **ours}


def _again(call: Call, run_id: str) -> dict[str, str]:
    return {"Location": status_address(call.request, run_id), "Retry-After": "10"}


def _pending(run_id: str, kind: str, asked_at: str) -> RunStatus:
    """A command that waits for its turn has no instance yet."""
    at = _time(datetime.fromisoformat(asked_at))
    return RunStatus(
        name=KINDS[kind].orchestrator,
        instance_id=run_id,
        runtime_status=RuntimeStatus.PENDING,
        custom_status=None,
        output=None,
        created_time=at,
        last_updated_time=at,
    )


async def _left(state: OrchestrationState) -> SecondsLeft | None:
    kind = kind_of(state)
    return await time_left(await connect(), kind, utc(state.created_at).isoformat()) if kind else None


def _shown(state: OrchestrationState, tag_prefix: str, left: SecondsLeft | None) -> RunStatus:
    """The outcome of a run about a VM is told in words; whatever else an orchestrator answers, as it is."""
    output = state.get_output() if state.runtime_status in ENDED else None
    return RunStatus(
        name=state.name,
        instance_id=state.instance_id,
        runtime_status=RuntimeStatus[state.runtime_status.name],
        custom_status=state.get_custom_status(),
        output=output_shown(output, tag_prefix),
        created_time=_time(state.created_at),
        last_updated_time=_time(state.last_updated_at),
        seconds_left=left,
    )


def _time(time: datetime) -> str:
    return utc(time).astimezone(UTC).isoformat().replace("+00:00", "Z")


ROUTES = (
    Route(
        "GET",
        "runs/{id}",
        read_run_status,
        {200: (RunStatus,), 202: (RunStatus,)},
        problems={404: "There is no such run."},
    ),
)
