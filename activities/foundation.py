"""What a VM's protection stands on, one activity for each kind: look at what was begun, examine, apply."""

from collections.abc import Awaitable, Callable
from typing import Any, Literal

from azure.durable_functions import Blueprint

from activities.operation import UNSEEN, begun, later, unfinished, was_begun
from activities.step import as_step
from asr.foundation.kind import Kind
from asr.foundation.kinds import KINDS
from asr.foundation.survey import Survey
from asr.foundation.verdict import Course, Verdict
from asr.gateway.session import connect
from asr.model.step import Failed, Ready, Step

bp = Blueprint()

HOW: dict[Course, Literal["created", "reused", "adopted", "updated"]] = {
    Course.CREATE: "created",
    Course.UPDATE: "updated",
    Course.REUSE: "reused",
    Course.ADOPT: "adopted",
}
"""How a requirement that is true came to be so."""


def ensuring(name: str, kind: Kind[Any, Any]) -> Callable[[dict[str, Any]], Awaitable[Step]]:
    """The body of the activity of this name, which makes one requirement of this kind true."""

    async def ensure(request: dict) -> Step:
        azure = await connect()
        waiting = await unfinished(azure, request)
        if waiting is not None:
            return waiting
        examined = await kind.examine(Survey(azure), request, request.get("ids", {}))
        verdict = examined.verdict
        if verdict.problem is not None:
            return Failed(verdict.problem)
        if verdict.course is Course.WAIT:
            return later(azure, request, verdict.because)
        if verdict.course is Course.CREATE and was_begun(request):
            return later(azure, request, UNSEEN)
        operation = await kind.apply(azure, examined) if verdict.writes else None
        return begun(operation) if operation else _ready(verdict, request)

    ensure.__name__ = ensure.__qualname__ = name
    ensure.__doc__ = f"Ensure a {kind.noun}: see `asr.foundation`."
    return ensure


def _ready(verdict: Verdict, request: dict) -> Ready:
    """What an earlier call of the step began, this call finds there."""
    found = verdict.course in (Course.REUSE, Course.ADOPT)
    how = "created" if found and was_begun(request) else HOW[verdict.course]
    return Ready(verdict.id, how, verdict.name)


for _name, _kind in KINDS.items():
    bp.activity_trigger(input_name="request")(as_step(ensuring(_name, _kind)))
