"""What stands around a Protected item is made as it is wanted: policy, updates of agents, warnings."""

from typing import Any

from activities.completion import completed_item, item_to_complete
from activities.operation import UNSEEN, begun, failure_of, followed, was_begun
from activities.run_plan import completion_plan
from activities.step import Answer, as_steps
from asr.gateway.session import connect
from asr.gateway.site_recovery import (
    begin_change_policy,
    begin_dismiss_errors,
    begin_update_agents,
    list_agent_updates,
    list_policies,
)
from asr.model.resource_id import same
from asr.model.step import Failed
from asr.planning.drift import vault_of
from asr.reasons import reason


async def change_policy(request: dict) -> Answer:
    """The policy of `{"run", "plan"}` says what is wanted. All VMs that replicate by it ask for that."""
    azure = await connect()
    plan = await completion_plan(azure, request)
    wanted, found = plan.policy, await item_to_complete(azure, plan)
    policies = await list_policies(azure, vault_of(plan.item_id))
    present = next((one for one in policies if wanted is not None and same(one.id, wanted.policy_id)), None)
    if wanted is None or present is None or present.values == wanted.values:
        return await completed_item(azure, plan, found)
    if step := _in_vain(request, plan.item_id, "policy"):
        return step
    operation = await begin_change_policy(azure, wanted.policy_id, wanted.values)
    return await followed(azure, request["run"], operation, UNSEEN)


async def update_agents(request: dict) -> Answer:
    """The container mapping of `{"run", "plan"}` keeps agents up to date by the account that is wanted."""
    azure = await connect()
    plan = await completion_plan(azure, request)
    wanted, found = plan.updates, await item_to_complete(azure, plan)
    mappings = await list_agent_updates(azure, vault_of(plan.item_id))
    present = next((one for one in mappings if wanted is not None and same(one.mapping_id, wanted.mapping_id)), None)
    if wanted is None or present is None or same(present.automation_account_id, wanted.automation_account_id):
        return await completed_item(azure, plan, found)
    if step := _in_vain(request, plan.item_id, "automationAccount"):
        return step
    operation = await begin_update_agents(azure, plan.vm_id, wanted.mapping_id, wanted.automation_account_id)
    return await followed(azure, request["run"], operation, UNSEEN)


async def dismiss_warning(request: dict) -> Answer:
    """The warnings of `{"run", "plan"}` are dismissed. One that Site Recovery goes on to show is left to the sweep."""
    azure = await connect()
    plan = await completion_plan(azure, request)
    found = await item_to_complete(azure, plan)
    shown = [one.id for one in found.item.health_errors if one.id in plan.dismissed and one.id]
    if shown and (failure := failure_of(request)):
        return Failed((failure,))
    if shown and not was_begun(request):
        operation = await begin_dismiss_errors(azure, found.item, shown)
        if operation is not None:
            return await begun(azure, request["run"], operation)
    return await completed_item(azure, plan, found)


def _in_vain(request: dict[str, Any], item_id: str, what: str) -> Failed | None:
    """What is still not as it is wanted although an earlier call's operation has ended: it failed, or did nothing."""
    if failure := failure_of(request):
        return Failed((failure,))
    return Failed((reason("ChangeNotTaken", item=item_id, what=[what]),)) if was_begun(request) else None


ACTIVITIES = as_steps(change_policy, update_agents, dismiss_warning)
