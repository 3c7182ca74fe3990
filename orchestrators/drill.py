"""Drills: one orchestration for a drill, wave by wave, and one run for each of its VMs.

A VM's run always ends with the clean-up, whatever came before; if it is lost, the sweep finds what it left.
"""

from collections.abc import Iterable
from contextlib import suppress
from datetime import timedelta
from typing import Any

from durabletask.entities import EntityInstanceId
from durabletask.task import OrchestrationContext, when_any

from asr.codec import encode
from asr.model.run import KNOWN_RECIPES, RECIPE_VERSION
from asr.planning.lifecycle import run_id
from asr.planning.outcomes import failed
from orchestrators.run import reported, time_of
from orchestrators.steps import Call, Recipe, StepFailed, ensure_one, forget_documents

TOLD, RELEASE = "told", "release"
"""The events by which a VM's run tells its drill how far it is, and by which the drill lets it clean up."""

PROBED, OVER = "probed", "over"
"""How far a VM's run is: its test VM was probed and stands, or its part is closed."""

LONGEST_SLEEP = timedelta(minutes=5)
"""A drill that nobody wakes asks by itself whether its runs are over."""

LONGEST_HOLD = timedelta(hours=4)
"""How long a test VM stands for later waves at most, if its drill was lost."""

MOST_CLEAN_UPS = 3
"""How often a run tries to take its test VM down; then the sweep does."""

MOST_PROBINGS = 400
"""Rounds of probes; the time that probes have is far shorter."""


def drill(ctx: OrchestrationContext, request: dict) -> Recipe[dict[str, Any]]:
    """`{"drill", "vaults", "waves": [[{"vm_id", "vm_key"}]], "ask": RunRequest without its VM, "pacing"}`: the vaults
    check their items again, then wave after wave. The test VMs of a wave stand until the last wave is probed.

    A wave in which a VM failed is the last: what depends on it is not tried.
    """
    if request.get("version", RECIPE_VERSION) not in KNOWN_RECIPES:
        return {"state": "failed"}
    ctx.set_custom_status({"step": "vault health"})
    for vault in request["vaults"]:
        about = {"run": ctx.instance_id, "drill": request["drill"], "vault": vault}
        with suppress(StepFailed):
            yield from ensure_one(ctx, Call("refresh_health", about), request["pacing"])
    held, inbox = set[str](), dict[str, Any]()
    for number, wave in enumerate(request["waves"]):
        ctx.set_custom_status({"step": "wave", "wave": number, "waves": len(request["waves"])})
        runs = _asked(ctx, request, wave)
        stages = {PROBED, OVER} if len(request["waves"]) > 1 else {OVER}
        failed, stand = yield from _until(ctx, request, runs, stages, inbox)
        held |= stand
        if failed:
            break
    for run in sorted(held):
        ctx.send_event(run, RELEASE, data={})
    yield from _until(ctx, request, held, {OVER}, inbox)
    kept = yield from ensure_one(ctx, Call("keep_evidence", {"drill": request["drill"]}), request["pacing"])
    ctx.set_custom_status({"step": "done", "state": kept["state"]})
    return {"state": kept["state"], "evidence": kept["evidence"]}


def _asked(ctx: OrchestrationContext, request: dict[str, Any], wave: Iterable[dict[str, str]]) -> set[str]:
    """Ask every VM of the wave; the runs that will be."""
    runs = set()
    for vm in wave:
        asked = {**request["ask"], "vm_id": vm["vm_id"], "at": time_of(ctx)}
        ctx.signal_entity(EntityInstanceId("VirtualMachine", vm["vm_key"]), "ask", {"request": asked})
        runs.add(run_id(vm["vm_key"], asked["request_id"]))
    return runs


def _until(
    ctx: OrchestrationContext, request: dict[str, Any], runs: set[str], stages: set[str], inbox: dict[str, Any]
) -> Recipe[tuple[bool, set[str]]]:
    """Wait until each run is as far as one of the stages: whether one failed, and those whose test VMs stand.

    `inbox` keeps the event that is waited for: one that nobody waits for any more would swallow what is told next.
    """
    waiting, stand, failed = set(runs), set[str](), False
    while waiting:
        if "event" not in inbox:
            inbox["event"] = ctx.wait_for_external_event(TOLD)
        event = inbox["event"]
        if not event.is_complete:
            yield when_any([event, ctx.create_timer(LONGEST_SLEEP)])
        if event.is_complete:
            told = inbox.pop("event").get_result()
            if told["run"] in waiting and told["stage"] in stages:
                waiting.discard(told["run"])
                failed = failed or told["status"] != "passed"
                stand |= {told["run"]} if told["stage"] == PROBED else set()
            continue
        about = {"drill": request["drill"], "runs": sorted(waiting)}
        found = yield from ensure_one(ctx, Call("find_ended_parts", about), request["pacing"])
        probed = set(found["probed"]) if PROBED in stages else set()
        failed = failed or bool(found["runs"])
        stand |= probed
        waiting -= probed | set(found["runs"])
    return failed, stand


def drill_vm(ctx: OrchestrationContext, request: dict) -> Recipe[dict[str, Any]]:
    """Run `<vm key>-<request>` of one VM's part of a drill. See `orchestrators.run` for how it begins and ends."""
    return (yield from reported(ctx, request, _part))


def _part(ctx: OrchestrationContext, request: dict[str, Any]) -> Recipe[dict[str, Any]]:
    about = {"run": ctx.instance_id, "vm_id": request["vm_id"], "drill": request["drill"]}
    try:
        outcome = yield from _drilled(ctx, about, request["pacing"])
    except StepFailed as failure:  # the store takes nothing: the drill does not wait for it, and the sweep closes it
        outcome = failed(failure.step, failure.reasons)
    yield from forget_documents(ctx, request["pacing"])
    _tell(ctx, about, OVER, outcome.get("facts", {}).get("drill", {}).get("status", "failed"))
    return outcome


def _tell(ctx: OrchestrationContext, about: dict[str, Any], stage: str, status: str) -> None:
    ctx.send_event(about["drill"]["drill"], TOLD, data={"run": ctx.instance_id, "stage": stage, "status": status})


def _drilled(ctx: OrchestrationContext, about: dict[str, Any], pacing: dict[str, float]) -> Recipe[dict[str, Any]]:
    """What fails before anything was begun is the end of the part, too: it is closed, with the reason."""
    reasons: list[dict[str, Any]] = []
    ctx.set_custom_status({"step": "gates"})
    try:
        decided = yield from ensure_one(ctx, Call("decide_drill", about), pacing)
        if decided["plan"] is None:
            return dict(decided["outcome"])
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
    asked: dict[str, Any] = {"passed": False}
    for _ in range(MOST_PROBINGS):
        asked = yield from ensure_one(ctx, Call("probe_drill", {**about, "point": point}), pacing)
        if not asked["open"]:
            break
        yield ctx.create_timer(timedelta(seconds=pacing["poll_seconds"]))
    if about["drill"].get("holds"):
        _tell(ctx, about, PROBED, "passed" if asked["passed"] else "failed")
        ctx.set_custom_status({"step": "hold"})
        yield when_any([ctx.wait_for_external_event(RELEASE), ctx.create_timer(LONGEST_HOLD)])


def _cleaned_up(ctx: OrchestrationContext, about: dict[str, Any], pacing: dict[str, float]) -> Recipe[None]:
    """Take the test VM down, if there is one; a test that failed half way may have left one, or be about to make one.

    What refuses once may be over a moment later, so it is tried again before the sweep has to do it.
    """
    failure: StepFailed | None = None
    for attempt in range(MOST_CLEAN_UPS):
        if attempt:
            yield ctx.create_timer(timedelta(seconds=pacing["poll_seconds"]))
        try:
            decided = yield from ensure_one(ctx, Call("decide_clean_up", about), pacing)
            if decided["plan"] is not None:
                order = {"run": ctx.instance_id, "plan": decided["plan"], "at": decided["at"]}
                yield from ensure_one(ctx, Call("carry_out_failover", order), pacing)
            if decided["plan"] is not None or not decided["left"]:
                return
        except StepFailed as failed_:
            failure = failed_
    if failure is not None:
        raise failure
