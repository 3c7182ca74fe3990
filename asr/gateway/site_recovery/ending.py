"""What comes before and after the removal of a protected item: its test failover, its recovery plans, its purge."""

from azure.mgmt.recoveryservicessiterecovery.models import (
    RecoveryPlan as WirePlan,
)
from azure.mgmt.recoveryservicessiterecovery.models import (
    RecoveryPlanGroup,
    TestFailoverCleanupInput,
    TestFailoverCleanupInputProperties,
    UpdateRecoveryPlanInput,
    UpdateRecoveryPlanInputProperties,
)

from asr.errors import Rejected
from asr.gateway.begun import Answer
from asr.gateway.document import Json, section, sections, text, text_or_none, texts
from asr.gateway.paging import entries
from asr.gateway.resources import read_path
from asr.gateway.session import Azure
from asr.gateway.site_recovery.absence import is_absent
from asr.gateway.site_recovery.ids import place
from asr.gateway.site_recovery.item_documents import item_of
from asr.gateway.versions import SITE_RECOVERY_VERSION
from asr.model.ending import ItemEnds, RecoveryPlan
from asr.model.resource_id import parse, same
from asr.model.step import Operation

_NO_TEST = frozenset({"", "none", "markedfordeletion"})
"""Words of `testFailoverState` by which no test runs, unless the item may be cleaned up: the words are documented
nowhere. Seen in recordings and in what published scripts wait for.
"""


async def read_item_ends(azure: Azure, item_id: str) -> ItemEnds | None:
    """The item with what only its end asks for; None if it does not exist.

    Source: Replication Protected Items - Get.
    """
    try:
        document = await read_path(azure, place(item_id).subscription, item_id, SITE_RECOVERY_VERSION)
    except Rejected as error:
        if is_absent(error):
            return None
        raise
    item = item_of(document)
    if item is None:
        return None
    about, details = section(document, "properties"), section(document, "properties", "providerSpecificDetails")
    allowed = texts(about, "allowedOperations")
    return ItemEnds(
        item=item,
        replica_ids=_replicas(details),
        allowed=allowed,
        is_tested=text(about, "testFailoverState").lower() not in _NO_TEST or "TestFailoverCleanup" in allowed,
        test_vm_id=text_or_none(details, "testFailoverRecoveryFabricObjectId"),
    )


def _replicas(details: Json) -> tuple[str, ...]:
    found = (text(disk, "recoveryReplicaDiskId") for disk in sections(details, "protectedManagedDisks"))
    return tuple(dict.fromkeys(id_ for id_ in found if id_))


async def begin_test_cleanup(azure: Azure, item: str) -> Operation | None:
    """Begin to remove the VM of a test failover. Source: Replication Protected Items - Test Failover Cleanup."""
    at, answer = place(item), Answer()
    body = TestFailoverCleanupInput(
        properties=TestFailoverCleanupInputProperties(comments="Cleaned up before the protection is ended.")
    )
    with azure.calling(f"POST {item}/testFailoverCleanup"):
        await azure.site_recovery(at.subscription).replication_protected_items.begin_test_failover_cleanup(
            at.group, at.vault, at.fabric, at.container, at.name, body, polling=False, raw_response_hook=answer
        )
    return answer.operation(azure.settings.poll_seconds)


async def begin_purge_protection(azure: Azure, item: str) -> Operation | None:
    """Begin to make the vault forget the item. Link, agent and replica disks stay: they are for the caller to remove.

    Source: Replication Protected Items - Purge.
    """
    at, answer = place(item), Answer()
    with azure.calling(f"DELETE {item}"):
        await azure.site_recovery(at.subscription).replication_protected_items.begin_purge(
            at.group, at.vault, at.fabric, at.container, at.name, polling=False, raw_response_hook=answer
        )
    return answer.operation(azure.settings.poll_seconds)


async def list_plans_of(azure: Azure, item_id: str) -> tuple[RecoveryPlan, ...]:
    """The recovery plans of the item's vault that hold it. The list tells no groups, so each plan is read.

    Source: Replication Recovery Plans - List; - Get.
    """
    at = parse(item_id)
    client = azure.site_recovery(at.subscription).replication_recovery_plans
    vault = (at.resource_group, at.names[0])
    what = f"GET {at.group_id}/.../{vault[1]}/replicationRecoveryPlans"
    with azure.calling(what):
        names = [(plan.name or "", plan.id or "") async for plan in entries(what, client.list(*vault))]
    found: list[RecoveryPlan] = []
    for name, id_ in names:
        with azure.calling(f"GET {id_}"):
            plan = await client.get(*vault, name)
        if any(_holds(group, item_id) for group in _groups(plan)):
            found.append(RecoveryPlan(id_, name))
    return tuple(found)


async def begin_leave_plan(azure: Azure, plan_id: str, item_id: str) -> Operation | None:
    """Begin to take the item out of a recovery plan; everything else in the plan is sent back as it is.

    Nothing is written where the plan does not show the item: then it has left, or the answer is not the whole plan.

    Source: Replication Recovery Plans - Update.
    """
    at, answer = parse(plan_id), Answer()
    client = azure.site_recovery(at.subscription).replication_recovery_plans
    with azure.calling(f"GET {plan_id}"):
        plan = await client.get(at.resource_group, at.names[0], at.name)
    groups = _groups(plan)
    if not any(_holds(group, item_id) for group in groups):
        return None
    for group in groups:
        kept = [one for one in group.replication_protected_items or [] if not same(one.id, item_id)]
        group.replication_protected_items = kept
    body = UpdateRecoveryPlanInput(properties=UpdateRecoveryPlanInputProperties(groups=groups))
    with azure.calling(f"PATCH {plan_id}"):
        await client.begin_update(
            at.resource_group, at.names[0], at.name, body, polling=False, raw_response_hook=answer
        )
    return answer.operation(azure.settings.poll_seconds)


def _groups(plan: WirePlan) -> list[RecoveryPlanGroup]:
    return list((plan.properties.groups if plan.properties else None) or [])


def _holds(group: RecoveryPlanGroup, item_id: str) -> bool:
    return any(same(one.id, item_id) for one in group.replication_protected_items or [])
