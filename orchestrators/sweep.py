"""Find what no event told: VMs that ask for protection and have none, and items that became Protected."""

from contextlib import suppress
from typing import Any

from durabletask.task import OrchestrationContext

from asr.codec import encode
from asr.model.run import KNOWN_RECIPES, RECIPE_VERSION
from asr.planning.outcomes import version_unknown
from orchestrators.run import time_of
from orchestrators.steps import Call, Recipe, StepFailed, ensure_one

CALLS_A_GENERATION = 20
"""Steps after which the orchestration begins anew with what it knows, so that its history does not grow."""


def sweep(ctx: OrchestrationContext, request: dict) -> Recipe[dict[str, Any] | None]:
    """Read the fleet page by page, and ask for runs where they are needed; the result is the fleet's snapshot.

    1. What the VMs' entities know is read.
    2. Machines are read by pages, then the items of the vaults.
    3. Each page is compared: the entities of those VMs that need a run are asked for it, no other is touched.
    4. The reading becomes the snapshot.
    5. What others are to be told is sent; if that fails it waits for the next sweep, and this one is none the worse.

    `request["cursor"]` says how far the generations before have come: it never grows with the fleet.
    """
    version = request.get("version", RECIPE_VERSION)
    if version not in KNOWN_RECIPES:
        return {"problems": [encode(version_unknown(version))]}
    cursor = request.get("cursor") or _begun(ctx)
    for _ in range(CALLS_A_GENERATION):
        try:
            cursor = yield from _step(ctx, cursor, request)
        except StepFailed as failure:
            return {**_counted(cursor), "problems": [encode(reason) for reason in failure.reasons]}
        ctx.set_custom_status({"step": cursor["step"], **_counted(cursor)})
        if cursor["step"] == "done":
            return {**_counted(cursor), **cursor["result"]}
    ctx.continue_as_new({**request, "cursor": cursor})
    return None


def _begun(ctx: OrchestrationContext) -> dict[str, Any]:
    at = time_of(ctx)
    digits = "".join(sign for sign in at if sign.isdigit())[:14]
    reading = f"{digits}-{ctx.new_uuid().replace('-', '')[:8]}"
    return {"step": "states", "reading": reading, "at": at, "pages": 0, "steps": 0, "compared": 0, "asked": 0}


def _counted(cursor: dict[str, Any]) -> dict[str, Any]:
    return {"pages": cursor["pages"], "compared": cursor["compared"], "asked": cursor["asked"]}


def _step(ctx: OrchestrationContext, cursor: dict[str, Any], request: dict[str, Any]) -> Recipe[dict[str, Any]]:
    """One call; the cursor after it."""
    pacing, reading = request["pacing"], {"reading": cursor["reading"]}
    match cursor["step"]:
        case "states":
            yield from ensure_one(ctx, Call("keep_vm_states", reading), pacing)
            return {**cursor, "step": "machines"}
        case "machines":
            page = {**reading, "page": cursor["pages"]}
            answer = yield from ensure_one(ctx, Call("read_machine_page", page), pacing)
            return {**cursor, "pages": cursor["pages"] + 1, "step": "machines" if answer["more"] else "vaults"}
        case "vaults":
            step = {**reading, "pages": cursor["pages"], "step": cursor["steps"]}
            answer = yield from ensure_one(ctx, Call("read_vault_items", step), pacing)
            return {**cursor, "steps": cursor["steps"] + 1, "step": "vaults" if answer["more"] else "compare"}
        case "compare":
            page = {
                **reading,
                "steps": cursor["steps"],
                "page": cursor["compared"],
                "at": cursor["at"],
                "requested_by": request["requested_by"],
                "pacing": pacing,
            }
            answer = yield from ensure_one(ctx, Call("compare_page", page), pacing)
            compared = cursor["compared"] + 1
            following = "compare" if compared < cursor["pages"] else "finish"
            return {**cursor, "compared": compared, "asked": cursor["asked"] + answer["asked"], "step": following}
        case "publish":
            return {**cursor, "step": "publish" if (yield from _published(ctx, pacing)) else "done"}
        case _:
            whole = {
                **reading,
                "steps": cursor["steps"],
                "pages": cursor["pages"],
                "at": cursor["at"],
                "requested_by": request["requested_by"],
                "pacing": pacing,
            }
            answer = yield from ensure_one(ctx, Call("finish_sweep", whole), pacing)
            result = {name: answer[name] for name in ("machines", "fleet", "vaults", "problems")}
            following = "publish" if pacing.get("publishes") else "done"
            return {**cursor, "asked": cursor["asked"] + answer["asked"], "step": following, "result": result}


def _published(ctx: OrchestrationContext, pacing: dict[str, Any]) -> Recipe[bool]:
    """Whether there is more to send."""
    with suppress(StepFailed):
        answer = yield from ensure_one(ctx, Call("publish_kept", {}), pacing)
        return bool(answer["more"])
    return False
