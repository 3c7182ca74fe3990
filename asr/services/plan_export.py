"""Plans of tags are written as Site Recovery's own, so that the portal shows them too; and those are listed."""

import asyncio

from asr.errors import Rejected, TransientFault
from asr.gateway.session import Azure
from asr.gateway.site_recovery.recovery_plans import (
    begin_change_plan,
    begin_create_plan,
    list_azure_plans,
    read_azure_plan,
)
from asr.model.azure_plan import AzurePlan
from asr.model.outcome import Reason
from asr.planning.plan_export import ExportChange, change_of
from asr.services.recovery_plans import list_vault_ids

WRITING_SECONDS = 20.0
"""How long to wait until a plan stands as it was written; Site Recovery takes about a second."""


async def export_changes(azure: Azure, plans: tuple[AzurePlan, ...]) -> list[ExportChange | Reason]:
    """What each takes, in their order; a reason if it cannot be written."""
    present = [await read_azure_plan(azure, plan.id) for plan in plans]
    return [change_of(plan, one) for plan, one in zip(plans, present, strict=True)]


async def write_plan(azure: Azure, plan: AzurePlan, change: ExportChange) -> bool:
    """Write it; whether it stands as written by now.

    Raises:
        Rejected, TransientFault: Azure refused it, or did not answer.
    """
    if change is ExportChange.CREATE:
        await begin_create_plan(azure, plan)
    elif change is ExportChange.UPDATE:
        await begin_change_plan(azure, plan)
    deadline = asyncio.get_running_loop().time() + WRITING_SECONDS
    while change_of(plan, await read_azure_plan(azure, plan.id)) is not ExportChange.NONE:
        if asyncio.get_running_loop().time() > deadline:
            return False
        await asyncio.sleep(azure.settings.poll_seconds / 10)
    return True


async def list_all_azure_plans(azure: Azure) -> tuple[tuple[AzurePlan, ...], tuple[str, ...]]:
    """Site Recovery's plans of every vault, and the vaults that could not be read."""
    found: list[AzurePlan] = []
    unread: list[str] = []
    for vault in await list_vault_ids(azure):
        try:
            found += await list_azure_plans(azure, vault)
        except (Rejected, TransientFault):
            unread.append(vault)
    return tuple(found), tuple(unread)
