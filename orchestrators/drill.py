"""Drills: one orchestration for a drill, wave by wave, and one run for each of its VMs.

A VM's run always ends with the clean-up, whatever came before; if it is lost, the sweep finds what it left.
"""

from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from durabletask.entities import EntityInstanceId
from durabletask.task import OrchestrationContext, Task, when_any

from asr.codec import encode
from asr.model.run import KNOWN_RECIPES, RECIPE_VERSION
from asr.planning.lifecycle import run_id
from asr.planning.outcomes import failed
from orchestrators.job_waiting import ensure_told
from orchestrators.run import reported, time_of
from orchestrators.steps import Call, Recipe, StepFailed, ensure_one, forget_documents

TOLD, RELEASE = "told", "release"
"""The events by which a VM's run tells its drill how far it is, and by which the drill lets it clean up."""

PROBED, OVER, OFF = "probed", "over", "off"
"""How far a VM's run is: its test VM was probed and stands, or its part is closed; or that the drill is called off."""

LONGEST_SLEEP = timedelta(minutes=5)
"""A drill that nobody wakes asks by itself whether its runs are over."""

LONGEST_HOLD = timedelta(hours=4)
"""How long a test VM stands for later waves at most, if its drill was lost."""

MOST_CLEAN_UPS = 3
"""How often a run tries to take its test VM down; then the sweep does."""

MOST_PROBINGS = 400
"""Rounds of probes; the time that probes have is far shorter."""


@dataclass(slots=True)
class _Progress:
    """How far the runs of a drill are: `testing` are begun and not probed, `standing` are probed and not closed.

    `event` and `timer` are those that are waited for: an event that nobody waits for any more would swallow what is
    told next, and one timer does for a whole drill.
    """

    testing: set[str] = field(default_factory=set)
    standing: set[str] = field(default_factory=set)
    goes_on: set[str] = field(default_factory=set)
    failed: bool = False
    off: bool = False
    event: Task[Any] | None = None
    timer: Task[Any] | None = None

    def told(self, run: str, stage: str, status: str) -> None:
        """Note how far a run is; what is told twice counts once."""
        if run not in self.testing | self.standing:
            return
        self.testing.discard(run)
        (self.standing.add if stage == PROBED else self.standing.discard)(run)
        self.failed = self.failed or (status != "passed" and run not in self.goes_on)


def drill(ctx: OrchestrationContext, request: dict) -> Recipe[dict[str, Any]]:
    """`{"drill", "vaults", "waves": [[{"vm_id", "vm_key", "goes_on"?}]], "ask": RunRequest without its VM, "at_once",
    "pacing"}`: the vaults check their items again, then wave after wave, so many VMs being tested at once. The test VMs
    of a wave stand until the last wave is probed.

    A wave in which a VM failed is the last, for what depends on it is not tried; unless it is one that goes on. A drill
    that is called off begins nothing more, and ends when what it has begun is cleaned up.
    """
    if request.get("version", RECIPE_VERSION) not in KNOWN_RECIPES:
        return {"state": "failed"}
    ctx.set_custom_status({"step": "vault health"})
    for vault in request["vaults"]:
        about = {"run": ctx.instance_id, "drill": request["drill"], "vault": vault}
        with suppress(StepFailed):
            yield from ensure_one(ctx, Call("refresh_health", about), request["pacing"])
    progress = _Progress()
    for number, wave in enumerate(request["waves"]):
        queue = list(wave)
        while (queue and not progress.off) or progress.testing:
            while queue and not progress.off and _has_room(request, progress):
                _ask(ctx, request, queue.pop(0), progress)
            _show(ctx, request, number, len(queue), progress)
            yield from _heard(ctx, request, progress)
        if progress.failed or progress.off:
            break
    for run in sorted(progress.standing) if len(request["waves"]) > 1 else ():
        ctx.send_event(run, RELEASE, data={})
    while progress.standing:
        yield from _heard(ctx, request, progress)
    kept = yield from ensure_one(ctx, Call("keep_evidence", {"drill": request["drill"]}), request["pacing"])
    ctx.set_custom_status({"step": "done", "state": kept["state"]})
    return {"state": kept["state"], "evidence": kept["evidence"]}


def _has_room(request: dict[str, Any], progress: _Progress) -> bool:
    """Whether one more may begin. In one wave, what is being taken down counts: it still has its cores."""
    busy = progress.testing | (progress.standing if len(request["waves"]) == 1 else set())
    most: int = request["at_once"]
    return len(busy) < most


def _ask(ctx: OrchestrationContext, request: dict[str, Any], vm: dict[str, Any], progress: _Progress) -> None:
    asked = {**request["ask"], "vm_id": vm["vm_id"], "at": time_of(ctx)}
    ctx.signal_entity(EntityInstanceId("VirtualMachine", vm["vm_key"]), "ask", {"request": asked})
    run = run_id(vm["vm_key"], asked["request_id"])
    progress.testing.add(run)
    progress.goes_on |= {run} if vm.get("goes_on") else set()


def _show(ctx: OrchestrationContext, request: dict[str, Any], number: int, left: int, progress: _Progress) -> None:
    about = {"wave": number, "waves": len(request["waves"]), "left": left}
    told = {**about, "testing": len(progress.testing), "standing": len(progress.standing)}
    ctx.set_custom_status({"step": "wave", **told})


def _heard(ctx: OrchestrationContext, request: dict[str, Any], progress: _Progress) -> Recipe[None]:
    """Wait until one run tells how far it is; where none does, ask about all of them."""
    progress.event = progress.event or ctx.wait_for_external_event(TOLD)
    progress.timer = progress.timer or ctx.create_timer(LONGEST_SLEEP)
    if not progress.event.is_complete:
        yield when_any([progress.event, progress.timer])
    if progress.event.is_complete:
        told = progress.event.get_result()
        progress.event = None
        progress.off = progress.off or told["stage"] == OFF
        progress.told(told["run"], told["stage"], told["status"])
        if told["stage"] != OFF:
            return
    else:
        progress.timer = None
    about = {"drill": request["drill"], "runs": sorted(progress.testing | progress.standing)}
    found = yield from ensure_one(ctx, Call("find_ended_parts", about), request["pacing"])
    for run in found["probed"]:
        progress.told(run, PROBED, "passed")
    progress.off = progress.off or found["off"]
    for run, status in found["ended"].items():
        progress.told(run, OVER, status)


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
    tested = yield from ensure_told(ctx, Call("carry_out_failover", order), pacing)
    point = tested["outcome"].get("facts", {}).get("failover", {}).get("point")
    ctx.set_custom_status({"step": "probe"})
    asked: dict[str, Any] = {"passed": False, "off": False}
    for _ in range(MOST_PROBINGS):
        asked = yield from ensure_one(ctx, Call("probe_drill", {**about, "point": point}), pacing)
        if not asked["open"]:
            break
        yield ctx.create_timer(timedelta(seconds=pacing["poll_seconds"]))
    _tell(ctx, about, PROBED, "passed" if asked["passed"] else "failed")
    if about["drill"].get("holds") and not asked["off"]:
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
                yield from ensure_told(ctx, Call("carry_out_failover", order), pacing)
            if decided["alone"] and attempt:  # it was gone when it was looked at before, too
                yield from ensure_one(ctx, Call("remove_test_machine", about), pacing)
                return
            if decided["plan"] is not None or not decided["left"]:
                return
        except StepFailed as failed_:
            failure = failed_
    if failure is not None:
        raise failure
