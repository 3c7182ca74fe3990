"""A run's document in the store: what a step of the run is to make true, and the end of it."""

from typing import Any

from activities.step import as_steps
from asr.errors import Rejected
from asr.gateway.session import Azure, connect
from asr.model.item_change import CompletionPlan
from asr.reasons import reason
from asr.services.run_plans import RunPlan, delete_run_plans, read_run_plan


async def run_plan(azure: Azure, request: dict[str, Any]) -> RunPlan:
    """The plan of `{"run", "plan"}`.

    Raises:
        Rejected: it is lost; the step fails, and the next run decides anew.
        TransientFault: the store does not tell now.
    """
    return await _read(azure, request, RunPlan)


async def completion_plan(azure: Azure, request: dict[str, Any]) -> CompletionPlan:
    """The same for what is to be made of a Protected item.

    Raises:
        Rejected, TransientFault: as `run_plan`.
    """
    return await _read(azure, request, CompletionPlan)


async def _read[Plan: (RunPlan, CompletionPlan)](azure: Azure, request: dict[str, Any], type_: type[Plan]) -> Plan:
    plan = await read_run_plan(azure, request["run"], request["plan"], type_)
    if plan is None:
        raise Rejected(f"GET the plan of {request['run']}", 404, reason("RunPlanLost", run=request["run"]))
    return plan


async def forget_run_plan(request: dict) -> dict:
    """The run `request["run"]` is over."""
    await delete_run_plans(await connect(), request["run"])
    return {"status": "ready"}


ACTIVITIES = as_steps(forget_run_plan)
