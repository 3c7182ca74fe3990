"""What a VM's protection stands on, one activity for each kind: look at what was begun, examine, apply."""

from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import Any, Literal

from azure.durable_functions import Blueprint

from activities.operation import UNSEEN, begun, later, unfinished, was_begun
from activities.step import as_step
from asr.errors import Rejected
from asr.foundation.kind import Examined, Kind
from asr.foundation.kinds import KINDS
from asr.foundation.survey import Survey
from asr.foundation.verdict import Course, Verdict
from asr.gateway.session import Azure, connect
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
        examined = await _examine(azure, kind, request)
        verdict = examined.verdict
        if verdict.problem is not None:
            return Failed(verdict.problem)
        if verdict.course is Course.WAIT:
            return later(azure, request, verdict.because)
        if verdict.course is Course.CREATE and was_begun(request):
            return later(azure, request, UNSEEN)
        try:
            operation = await kind.apply(azure, examined) if verdict.writes else None
        except Rejected as refusal:
            return await _after_refusal(azure, kind, request, refusal)
        return begun(operation) if operation else _ready(verdict, request)

    ensure.__name__ = ensure.__qualname__ = name
    ensure.__doc__ = f"Ensure a {kind.noun}: see `asr.foundation`."
    return ensure


async def _examine(azure: Azure, kind: Kind[Any, Any], request: dict) -> Examined[Any, Any]:
    return await kind.examine(Survey(azure), request, request.get("ids", {}))


async def _after_refusal(azure: Azure, kind: Kind[Any, Any], request: dict, refusal: Rejected) -> Step:
    """A conflict may mean that another app or a person made the same a moment before: theirs serves as well."""
    if refusal.status == HTTPStatus.CONFLICT:
        verdict = (await _examine(azure, kind, request)).verdict
        if verdict.course is Course.WAIT:
            return later(azure, request, verdict.because)
        if verdict.problem is None and not verdict.writes:
            return _ready(verdict, request)
    return Failed(refusal.reason)


def _ready(verdict: Verdict, request: dict) -> Ready:
    """What an earlier call of the step began, this call finds there."""
    found = verdict.course in (Course.REUSE, Course.ADOPT)
    how = "created" if found and was_begun(request) else HOW[verdict.course]
    return Ready(verdict.id, how, verdict.name)


for _name, _kind in KINDS.items():
    bp.activity_trigger(input_name="request")(as_step(ensuring(_name, _kind)))
