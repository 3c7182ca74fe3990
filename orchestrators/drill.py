"""Drills: one orchestration for a drill, wave by wave, and one run for each of its VMs.

A VM's run always ends with the clean-up, whatever came before; if it is lost, the sweep finds what it left.
"""

from collections.abc import Iterable
from datetime import UTC, timedelta
from typing import Any

from durabletask.entities import EntityInstanceId
from durabletask.task import OrchestrationContext, when_any

from asr.codec import encode
from asr.model.failover import FailoverAction
from asr.model.run import KNOWN_RECIPES, RECIPE_VERSION
from asr.planning.lifecycle import run_id
from orchestrators.run import reported
from orchestrators.steps import Call, Recipe, StepFailed, ensure_one, forget_documents

ENDED = "ended"
"""The event by which a VM's run tells its drill that it is over."""

LONGEST_SLEEP = timedelta(minutes=5)
"""A drill that nobody wakes asks by itself whether its runs are over."""

MOST_PROBINGS = 400
"""Rounds of probes; the time that probes have is far shorter."""


def drill(ctx: OrchestrationContext, request: dict) -> Recipe[dict[str, Any]]:
    """`{"drill", "waves": [[{"vm_id", "vm_key"}]], "ask": RunRequest without its VM, "pacing"}`: wave after wave.

    A wave in which a VM failed is the last: what depends on it is not tried.
    """
    if request.get("version", RECIPE_VERSION) not in KNOWN_RECIPES:
        return {"state": "failed"}
    for number, wave in enumerate(request["waves"]):
        ctx.set_custom_status({"step": "wave", "wave": number, "waves": len(request["waves"])})
        failed = yield from _wave(ctx, request, wave)
        if failed:
            break
    kept = yield from ensure_one(ctx, Call("keep_evidence", {"drill": request["drill"]}), request["pacing"])
    ctx.set_custom_status({"step": "done", "state": kept["state"]})
    return {"state": kept["state"], "evidence": kept["evidence"]}


def _wave(ctx: OrchestrationContext, request: dict[str, Any], wave: Iterable[dict[str, str]]) -> Recipe[bool]:
    """Ask every VM of the wave, and wait until the run of each is over; whether one of them failed."""
    waiting = set()
    for vm in wave:
        asked = {**request["ask"], "vm_id": vm["vm_id"], "at": ctx.current_utc_datetime.replace(tzinfo=UTC).isoformat()}
        ctx.signal_entity(EntityInstanceId("VirtualMachine", vm["vm_key"]), "ask", {"request": asked})
        waiting.add(run_id(vm["vm_key"], asked["request_id"]))
    failed = False
    event = None
    while waiting:
        event = event or ctx.wait_for_external_event(ENDED)
        if not event.is_complete:
            yield when_any([event, ctx.create_timer(LONGEST_SLEEP)])
        if event.is_complete:
            told = event.get_result()
            event = None
            failed = failed or (told["run"] in waiting and told["status"] != "passed")
            waiting.discard(told["run"])
            continue
        about = {"drill": request["drill"], "runs": sorted(waiting)}
        over = yield from ensure_one(ctx, Call("find_ended_parts", about), request["pacing"])
        failed = failed or bool(over["runs"])
        waiting -= set(over["runs"])
    return failed


def drill_vm(ctx: OrchestrationContext, request: dict) -> Recipe[dict[str, Any]]:
    """Run `<vm key>-<request>` of one VM's part of a drill. See `orchestrators.run` for how it begins and ends."""
    return (yield from reported(ctx, request, _part))


def _part(ctx: OrchestrationContext, request: dict[str, Any]) -> Recipe[dict[str, Any]]:
    about = {"run": ctx.instance_id, "vm_id": request["vm_id"], "drill": request["drill"]}
    outcome = yield from _drilled(ctx, about, request["pacing"])
    yield from forget_documents(ctx, request["pacing"])
    status = outcome.get("facts", {}).get("drill", {}).get("status", "failed")
    ctx.send_event(request["drill"]["drill"], ENDED, data={"run": ctx.instance_id, "status": status})
    return outcome


def _drilled(ctx: OrchestrationContext, about: dict[str, Any], pacing: dict[str, float]) -> Recipe[dict[str, Any]]:
    ctx.set_custom_status({"step": "gates"})
    decided = yield from ensure_one(ctx, Call("decide_drill", about), pacing)
    if decided["plan"] is None:
        return dict(decided["outcome"])
    reasons: list[dict[str, Any]] = []
    try:
        yield from _tested(ctx, about, decided, pacing)
    except StepFailed as failure:
        reasons += [encode(one) for one in failure.reasons]
    ctx.set_custom_status({"step": "clean up"})
    try:
        yield from _cleaned_up(ctx, about, pacing)
    except StepFailed as failure:
        reasons += [encode(one) for one in failure.reasons]
    closed = yield from ensure_one(ctx, Call("close_drill", {**about, "reasons": reasons}), pacing)
    return dict(closed["outcome"])


def _tested(
    ctx: OrchestrationContext, about: dict[str, Any], decided: dict[str, Any], pacing: dict[str, float]
) -> Recipe[None]:
    ctx.set_custom_status({"step": "test failover"})
    whose = {"run": ctx.instance_id, "vm_id": about["vm_id"], "drill": about["drill"]["drill"]}
    order = {**whose, "plan": decided["plan"], "at": decided["at"]}
    tested = yield from ensure_one(ctx, Call("carry_out_failover", order), pacing)
    point = tested["outcome"].get("facts", {}).get("failover", {}).get("point")
    ctx.set_custom_status({"step": "probe"})
    for _ in range(MOST_PROBINGS):
        asked = yield from ensure_one(ctx, Call("probe_drill", {**about, "point": point}), pacing)
        if not asked["open"]:
            return
        yield ctx.create_timer(timedelta(seconds=pacing["poll_seconds"]))


def _cleaned_up(ctx: OrchestrationContext, about: dict[str, Any], pacing: dict[str, float]) -> Recipe[None]:
    """Take the test VM down, if there is one; a test that failed half way may have left one."""
    question = {"vm_id": about["vm_id"], "action": FailoverAction.CLEAN_UP.value, "failover": None}
    decided = yield from ensure_one(ctx, Call("decide_failover", question), pacing)
    if decided["plan"] is not None:
        order = {"run": ctx.instance_id, "plan": decided["plan"], "at": decided["at"]}
        yield from ensure_one(ctx, Call("carry_out_failover", order), pacing)
