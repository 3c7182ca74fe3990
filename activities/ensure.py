"""What a VM's protection stands on, one activity for each kind: compare, apply, and compare again when it is done."""

from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import Any

from activities.operation import UNSEEN, begun, failure_of, later, was_begun
from activities.run_plan import run_plan
from activities.step import as_steps
from asr.codec import decode
from asr.errors import Rejected
from asr.gateway.clock import now
from asr.gateway.marks import made_for
from asr.gateway.session import Azure, connect
from asr.model.change import Change, ChangeType
from asr.model.resource_id import same
from asr.model.step import Failed, Ready, Step
from asr.resources.azure_view import AzureView
from asr.resources.kind import Compared, Kind
from asr.resources.table import KINDS


def ensuring(name: str, kind: Kind[Any, Any]) -> Callable[[dict[str, Any]], Awaitable[Step]]:
    """The body of the activity of this name, which makes the requirement `{"run", "plan", "key", "ids"}` true."""

    async def ensure(request: dict) -> Step:
        azure = await connect()
        plan = await run_plan(azure, request)
        spec = decode(kind.spec, plan.specs[request["key"]])
        ids = plan.ids_of(request["key"], request["ids"])
        compared = await kind.compare(AzureView(azure, joint=True), spec, ids)
        change = compared.change
        if change.problems:
            return Failed(change.problems)
        failure = failure_of(request)
        if failure is not None:
            return _ready(change, request) if change.serves else Failed((failure,))
        if change.change_type is ChangeType.WAIT:
            return later(azure, change.because)
        if change.change_type is ChangeType.CREATE and was_begun(request):
            return later(azure, UNSEEN)
        at = await now(azure.settings)
        try:
            with made_for(plan.enable.vm_id, at):
                operation = await kind.apply(azure, compared) if change.writes else None
        except Rejected as refusal:
            return await _after_refusal(azure, kind, compared, request, refusal)
        made = _ready(change, request)
        return await begun(azure, request["run"], operation, made) if operation else made

    ensure.__name__ = ensure.__qualname__ = name
    ensure.__doc__ = f"Ensure a {kind.noun}: see `asr.resources`."
    return ensure


async def _after_refusal(
    azure: Azure, kind: Kind[Any, Any], compared: Compared[Any, Any], request: dict, refusal: Rejected
) -> Step:
    """A conflict may mean that another app or a person made the same a moment before: theirs serves as well."""
    if refusal.status == HTTPStatus.CONFLICT:
        now = await kind.compare(AzureView(azure), compared.spec, compared.ids)
        if now.change.change_type is ChangeType.WAIT:
            return later(azure, now.change.because)
        if now.change.serves:
            return _ready(now.change, request)
        if now.change.writes and not same(now.change.id, compared.change.id):
            return later(azure, "its name was given to one in another region meanwhile")
    return Failed((refusal.reason,))


def _ready(change: Change, request: dict) -> Ready:
    """What an earlier call of the step began, this call finds there."""
    made = change.serves and was_begun(request)
    return Ready(change.id, ChangeType.CREATE if made else change.change_type)


ACTIVITIES = as_steps(*(ensuring(name, kind) for name, kind in KINDS.items()))
