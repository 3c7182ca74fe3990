"""Site Recovery's own recovery plans."""

from azure.mgmt.recoveryservicessiterecovery.models import (
    CreateRecoveryPlanInput,
    CreateRecoveryPlanInputProperties,
    RecoveryPlanGroup,
    RecoveryPlanProtectedItem,
    UpdateRecoveryPlanInput,
    UpdateRecoveryPlanInputProperties,
)

from asr.errors import Rejected
from asr.gateway.begun import Answer
from asr.gateway.document import Json, section, sections, text
from asr.gateway.resources import list_path, read_path
from asr.gateway.session import Azure
from asr.gateway.site_recovery.absence import is_absent
from asr.gateway.versions import SITE_RECOVERY_VERSION
from asr.model.azure_plan import AzurePlan
from asr.model.resource_id import parse
from asr.model.step import Operation

_BOOT = "boot"


async def list_azure_plans(azure: Azure, vault_id: str) -> tuple[AzurePlan, ...]:
    """The vault's recovery plans, without their groups: the list tells none.

    Source: Replication Recovery Plans - List.
    """
    path = f"{vault_id}/replicationRecoveryPlans"
    listed = await list_path(azure, parse(vault_id).subscription, path, SITE_RECOVERY_VERSION)
    return tuple(map(_plan, listed))


async def read_azure_plan(azure: Azure, plan_id: str) -> AzurePlan | None:
    """The plan; None if it does not exist. Source: Replication Recovery Plans - Get."""
    try:
        return _plan(await read_path(azure, parse(plan_id).subscription, plan_id, SITE_RECOVERY_VERSION))
    except Rejected as error:
        if is_absent(error):
            return None
        raise


async def begin_create_plan(azure: Azure, plan: AzurePlan) -> Operation | None:
    """Begin to create it. Source: Replication Recovery Plans - Create."""
    at, answer = parse(plan.id), Answer()
    body = CreateRecoveryPlanInput(
        properties=CreateRecoveryPlanInputProperties(
            primary_fabric_id=plan.primary_fabric_id,
            recovery_fabric_id=plan.recovery_fabric_id,
            failover_deployment_model="ResourceManager",
            groups=[_group(items) for items in plan.groups],
        )
    )
    with azure.calling(f"PUT {plan.id}"):
        await azure.site_recovery(at.subscription).replication_recovery_plans.begin_create(
            at.resource_group, at.names[0], at.name, body, polling=False, raw_response_hook=answer
        )
    return answer.operation(azure.settings.poll_seconds)


async def begin_change_plan(azure: Azure, plan: AzurePlan) -> Operation | None:
    """Begin to put these items into its boot groups. Actions that people have given to groups stay where they are, and
    so do the groups that stop and start things before.

    Source: Replication Recovery Plans - Update.
    """
    at, answer = parse(plan.id), Answer()
    client = azure.site_recovery(at.subscription).replication_recovery_plans
    with azure.calling(f"GET {plan.id}"):
        present = await client.get(at.resource_group, at.names[0], at.name)
    known = list((present.properties.groups if present.properties else None) or [])
    before = [one for one in known if not _boots(one)]
    boots = [one for one in known if _boots(one)]
    groups = [_group(items) for items in plan.groups]
    for group, old in zip(groups, boots, strict=False):
        group.start_group_actions, group.end_group_actions = old.start_group_actions, old.end_group_actions
    body = UpdateRecoveryPlanInput(properties=UpdateRecoveryPlanInputProperties(groups=[*before, *groups]))
    with azure.calling(f"PATCH {plan.id}"):
        await client.begin_update(
            at.resource_group, at.names[0], at.name, body, polling=False, raw_response_hook=answer
        )
    return answer.operation(azure.settings.poll_seconds)


def _boots(group: RecoveryPlanGroup) -> bool:
    word = group.group_type
    return str(getattr(word, "value", word)).lower() == _BOOT


def _group(items: tuple[str, ...]) -> RecoveryPlanGroup:
    held = [RecoveryPlanProtectedItem(id=one) for one in items]
    return RecoveryPlanGroup(group_type="Boot", replication_protected_items=held)


def _plan(document: Json) -> AzurePlan:
    about = section(document, "properties")
    groups = [one for one in sections(about, "groups") if text(one, "groupType").lower() == _BOOT]
    return AzurePlan(
        id=text(document, "id"),
        name=text(document, "name"),
        primary_fabric_id=text(about, "primaryFabricId"),
        recovery_fabric_id=text(about, "recoveryFabricId"),
        groups=tuple(tuple(text(item, "id") for item in sections(one, "replicationProtectedItems")) for one in groups),
    )
