"""The end of a protection, one activity for each of its steps. Each reads what is remembered and what Azure shows, so
any of them may be called again, by the same run or by another one.
"""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

from activities.disable import disable_protection, item_of, running_end
from activities.operation import begun, failure_of, followed, later, was_begun
from activities.step import Answer, as_steps
from asr.choices.tags import PROTECT
from asr.errors import Rejected
from asr.gateway.endings import change_ending, read_ending
from asr.gateway.machines import read_virtual_machine
from asr.gateway.removal import begin_power, set_tag
from asr.gateway.session import Azure, connect
from asr.gateway.site_recovery import (
    begin_leave_plan,
    begin_test_cleanup,
    list_plans_of,
)
from asr.model.change import ChangeType
from asr.model.ending import Ending, EndStage
from asr.model.resource_id import same
from asr.model.step import Failed, Ready
from asr.planning.end_changes import is_stopped
from asr.planning.naming import digest
from asr.reasons import reason
from asr.services.remove_left import remove_leftovers as _remove_leftovers
from asr.services.remove_left import remove_targets as _remove_targets
from asr.services.requested import request_of

READY = "Ready"
"""The guest agent's status in which extensions can be worked on."""

PASSING = frozenset({0, 200, 409, 412})
"""Refusals that may be over at the next try: an address or an answer that is none of Azure's, a conflict."""

MOST_STUMBLES = 3
"""How often in a row one step is tried again for such a refusal."""

Body = Callable[[Azure, Ending, dict[str, Any]], Awaitable[Answer]]


async def _set_tag_to_false(azure: Azure, ending: Ending, _request: dict[str, Any]) -> Answer:
    """The VM's tag no longer asks: set, and read back."""
    vm = await read_virtual_machine(azure, ending.vm_id)
    if vm is None:
        return Ready(ending.vm_id, ChangeType.NONE)
    if not request_of(azure.settings, vm.tags).requested:
        return Ready(vm.id, ChangeType.REUSE)
    name = f"{azure.settings.tag_prefix}{PROTECT}"
    name = next((known for known in vm.tags if known.lower() == name.lower()), name)
    await set_tag(azure, vm.id, name, "false")
    again = await read_virtual_machine(azure, ending.vm_id)
    if again is not None and request_of(azure.settings, again.tags).requested:
        return Failed((reason("TagNotSet", value=again.tags.get(name, "")),))
    return Ready(vm.id, ChangeType.UPDATE)


async def _clean_up_test(azure: Azure, ending: Ending, request: dict[str, Any]) -> Answer:
    """The test failover is cleaned up, and its end waited for: a removal is refused while it runs."""
    item = await item_of(azure, ending)
    if item is None or not item.is_tested:
        return Ready(ending.item_id or ending.vm_id, ChangeType.DELETE)
    if failure := failure_of(request):
        return Failed((failure,))
    if was_begun(request):
        return later(azure, "the test failover is being cleaned up")
    await _go_on(azure, ending)
    if operation := await running_end(azure, item):
        return await begun(azure, request["run"], operation)
    operation = await begin_test_cleanup(azure, item.item.id)
    return await followed(azure, request["run"], operation, "the test failover is being cleaned up")


async def _leave_recovery_plans(azure: Azure, ending: Ending, request: dict[str, Any]) -> Answer:
    """No recovery plan holds the item any more; one plan after the other."""
    item = await item_of(azure, ending)
    plans = await list_plans_of(azure, item.item.id) if item else ()
    if item is None or not plans:
        return Ready(ending.item_id or ending.vm_id, ChangeType.UPDATE)
    if failure := failure_of(request):
        return Failed((failure,))
    await _go_on(azure, ending)
    operation = await begin_leave_plan(azure, plans[0].id, item.item.id)
    return await followed(azure, request["run"], operation, "the recovery plan is being changed")


async def _start_vm(azure: Azure, ending: Ending, request: dict[str, Any]) -> Answer:
    """The VM runs and its agent is ready. That it was stopped before is remembered first."""
    vm = await read_virtual_machine(azure, ending.vm_id)
    if vm is None:
        return Ready(ending.vm_id, ChangeType.NONE)
    if is_stopped(vm):
        if failure := failure_of(request):
            return Failed((failure,))
        if was_begun(request):
            return later(azure, "the VM is starting")
        await change_ending(azure, ending, lambda one: replace(one, started=True, stage=EndStage.ENDING))
        operation = await begin_power(azure, vm.id, "start")
        return await followed(azure, request["run"], operation, "the VM is starting")
    if vm.agent_status is not None and not same(vm.agent_status, READY):
        return later(azure, f"the VM's agent is {vm.agent_status}")
    return Ready(vm.id, ChangeType.ACT)


async def _remove_left(azure: Azure, ending: Ending, request: dict[str, Any]) -> Answer:
    """Links, extensions and replica disks that are still there, by the ids that were recorded."""
    return await _remove_leftovers(azure, request["run"], ending, failure_of(request))


async def _remove_target_side(azure: Azure, ending: Ending, request: dict[str, Any]) -> Answer:
    """What the app made on the recovery side and nobody uses; the foundation forgets it."""
    step = await _remove_targets(azure, request["run"], ending, failure_of(request))
    if not isinstance(step, Ready):
        return step
    vault = ending.artifacts.vault_id if ending.artifacts else None
    foundation = digest(vault.lower(), 24) if vault else None
    return {"status": "ready", "foundation": foundation}


async def _stop_vm(azure: Azure, ending: Ending, request: dict[str, Any]) -> Answer:
    """A VM that was started for it is stopped again."""
    vm = await read_virtual_machine(azure, ending.vm_id) if ending.started else None
    if vm is None or is_stopped(vm):
        return Ready(ending.vm_id, ChangeType.ACT)
    if failure := failure_of(request):
        return Failed((failure,))
    if was_begun(request):
        return later(azure, "the VM is stopping")
    operation = await begin_power(azure, vm.id, "deallocate")
    return await followed(azure, request["run"], operation, "the VM is stopping")


async def _go_on(azure: Azure, ending: Ending) -> None:
    """From here on it is gone through with."""
    await change_ending(azure, ending, lambda one: replace(one, stage=EndStage.ENDING))


async def _stumbled(azure: Azure, ending: Ending, step: str, refusal: Rejected) -> Answer:
    """The step is tried again where that may help: something else works on the resource, or the answer was odd."""
    stumbles = ending.stumbles + 1 if ending.stumbled == step else 1
    if refusal.status not in PASSING or stumbles > MOST_STUMBLES:
        raise refusal
    await change_ending(azure, ending, lambda one: replace(one, stumbled=step, stumbles=stumbles))
    return later(azure, f"{refusal.reason.code}: it is tried again")


def _step(name: str, body: Body) -> Callable[[dict[str, Any]], Awaitable[Answer]]:
    async def step(request: dict) -> Answer:
        azure = await connect()
        ending = await read_ending(azure, request["vm_id"])
        if ending is None:
            return Ready(request["vm_id"], ChangeType.NONE)
        try:
            return await body(azure, ending, request)
        except Rejected as refusal:
            return await _stumbled(azure, ending, name, refusal)

    step.__name__ = step.__qualname__ = name
    step.__doc__ = body.__doc__
    return step


STEPS: dict[str, Body] = {
    "set_tag_to_false": _set_tag_to_false,
    "clean_up_test": _clean_up_test,
    "leave_recovery_plans": _leave_recovery_plans,
    "start_vm": _start_vm,
    "disable_protection": disable_protection,
    "remove_leftovers": _remove_left,
    "remove_targets": _remove_target_side,
    "stop_vm": _stop_vm,
}
"""The steps that need what is remembered of the ending, by the names that `asr.planning.unprotection` gives them."""

ACTIVITIES = as_steps(*(_step(name, one) for name, one in STEPS.items()))
