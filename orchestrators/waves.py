"""A recovery plan's waves: one orchestration for a request, one run for each VM, one wave's state at a time.

Each VM's own run does the work, as the active run of its VM; here is only who begins when.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from durabletask.entities import EntityInstanceId
from durabletask.task import OrchestrationContext, Task, when_any

from asr.model.run import KNOWN_RECIPES, RECIPE_VERSION
from asr.planning.lifecycle import run_id
from asr.planning.naming import vm_key
from asr.planning.outcomes import version_unknown
from asr.planning.wave_outcomes import begun, expired, plan_result, wave_result
from asr.planning.waves import begin_next
from orchestrators.run import time_of
from orchestrators.steps import Call, Recipe, StepFailed, ensure_one

ENDED = "ended"
"""The event by which a VM's run tells its plan that it is over."""

LONGEST_SLEEP = timedelta(minutes=5)
"""A plan that nobody wakes asks by itself whether its runs are over."""

MOST_BEGUN = 40
"""VMs after which the orchestration begins anew with what it knows, so that its history does not grow."""


def resume_event(wave: int) -> str:
    """The event that ends the pause before this wave, counted from 0: told twice it does not end the next one."""
    return f"resume-{wave}"


def fail_over_waves(ctx: OrchestrationContext, request: dict) -> Recipe[dict[str, Any] | None]:
    """`{"waves": their number, "ask": RunRequest without its VM, "at_once", "pause_hours"?, "pacing"}`: wave by wave.

    The VMs of each wave are read from the store under the instance's id. A VM that failed lets its wave end, and keeps
    those after it from beginning, unless it is one that goes on. With `pause_hours` there is a pause before each
    further wave, which somebody resumes, or which ends the run. `request["state"]` is what generations before know.
    """
    version = request.get("version", RECIPE_VERSION)
    if version not in KNOWN_RECIPES:
        return plan_result("failed", [version_unknown(version)], [])
    state = request.get("state") or begun(0)
    try:
        result = yield from _gone_on(ctx, request, state)
    except StepFailed as failure:
        result = plan_result("failed", failure.reasons, state["done"], state["resumed"])
    if result is None:
        ctx.continue_as_new({**request, "state": state}, save_events=True)
        return None
    ctx.set_custom_status({"step": "done", "result": result["result"]})
    return result


def _gone_on(
    ctx: OrchestrationContext, request: dict[str, Any], state: dict[str, Any]
) -> Recipe[dict[str, Any] | None]:
    """Go on in one wave; the plan's result if it was the last, None to begin anew with what `state` is then."""
    if not (yield from _wave(ctx, request, state)):
        return None
    over = wave_result(state)
    state["done"].append(over)
    left = request["waves"] - state["wave"] - 1
    if not left or over["halts"]:
        return plan_result("stopped" if left else "done", (), state["done"], state["resumed"], waves_left=left)
    state.update(begun(state["wave"] + 1, state["done"], state["resumed"]))
    if "pause_hours" in request and not (yield from _resumed(ctx, request, state)):
        reasons = [expired(over["wave"], request["pause_hours"], left)]
        return plan_result("expired", reasons, state["done"], state["resumed"], waves_left=left)
    return None


def _wave(ctx: OrchestrationContext, request: dict[str, Any], state: dict[str, Any]) -> Recipe[bool]:
    """Begin the wave's VMs, so many at once, and wait for their ends; False once enough were begun for now."""
    event: Task[Any] | None = None
    begun_here = 0
    while True:
        begun_here += yield from _begin(ctx, request, state)
        _show(ctx, request, state)
        if not state["waiting"] and not state["queue"] and state["next"] is None:
            return True
        event = event or ctx.wait_for_external_event(ENDED)
        if not event.is_complete:
            yield when_any([event, ctx.create_timer(LONGEST_SLEEP)])
        if event.is_complete:
            told = event.get_result()
            event = None
            _ended(state, {told["run"]: told["ok"]})
            if begun_here >= MOST_BEGUN:
                return False
            continue
        about = {"plan": ctx.instance_id, "runs": sorted(state["waiting"])}
        over = yield from ensure_one(ctx, Call("find_ended_members", about), request["pacing"])
        _ended(state, over["runs"])


def _begin(ctx: OrchestrationContext, request: dict[str, Any], state: dict[str, Any]) -> Recipe[int]:
    """Ask as many VMs as may go side by side; how many that were."""
    count = 0
    while True:
        if not state["queue"] and state["next"] is not None:
            about = {"plan": ctx.instance_id, "wave": state["wave"], "start": state["next"]}
            page = yield from ensure_one(ctx, Call("read_wave", about), request["pacing"])
            state.update(queue=page["parts"], next=page["next"], number=page["number"])
        parts = state["queue"]
        fitting = begin_next(
            [[vm["vm_id"] for vm in part] for part in parts], len(state["waiting"]), request["at_once"]
        )
        if not fitting:
            return count
        state["queue"] = parts[fitting:]
        for part in parts[:fitting]:
            for vm in part:
                _ask(ctx, request, state, vm)
                count += 1


def _ask(ctx: OrchestrationContext, request: dict[str, Any], state: dict[str, Any], vm: Mapping[str, Any]) -> None:
    asked = {**request["ask"], "vm_id": vm["vm_id"], "at": time_of(ctx)}
    place = vm_key(vm["vm_id"])
    ctx.signal_entity(EntityInstanceId("VirtualMachine", place), "ask", {"request": asked})
    name = vm["vm_id"].rpartition("/")[2]
    state["waiting"][run_id(place, asked["request_id"])] = {"vm": name, "goes_on": vm["goes_on"]}
    state["vms"] += 1


def _ended(state: dict[str, Any], runs: Mapping[str, bool]) -> None:
    """Note how runs have ended; one that is told twice counts once."""
    for run, ok in runs.items():
        vm = state["waiting"].pop(run, None)
        if vm is not None and not ok:
            state["failed"].append(vm["vm"])
            state["halts"] = state["halts"] or not vm["goes_on"]


def _show(ctx: OrchestrationContext, request: dict[str, Any], state: dict[str, Any]) -> None:
    ctx.set_custom_status(
        {
            "step": "wave",
            "wave": state["number"],
            "place": state["wave"] + 1,
            "waves": request["waves"],
            "begun": state["vms"],
            "underWay": len(state["waiting"]),
            "failed": len(state["failed"]),
        }
    )


def _resumed(ctx: OrchestrationContext, request: dict[str, Any], state: dict[str, Any]) -> Recipe[bool]:
    """Wait until somebody resumes; False if nobody does in time."""
    hours = timedelta(hours=request["pause_hours"])
    until = (ctx.current_utc_datetime.replace(tzinfo=UTC) + hours).isoformat()
    paused = {"step": "paused", "place": state["wave"] + 1, "waves": request["waves"], "until": until}
    ctx.set_custom_status({**paused, "event": resume_event(state["wave"])})
    resume = ctx.wait_for_external_event(resume_event(state["wave"]))
    yield when_any([resume, ctx.create_timer(hours)])
    if not resume.is_complete:
        return False
    said = resume.get_result() or {}
    state["resumed"].append({**said, "beforePlace": state["wave"] + 1, "at": _time(ctx)})
    return True


def _time(ctx: OrchestrationContext) -> str:
    at: datetime = ctx.current_utc_datetime.replace(tzinfo=UTC)
    return at.isoformat()
