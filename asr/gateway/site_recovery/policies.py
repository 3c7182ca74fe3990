"""Replication policies of Azure-to-Azure replication."""

from azure.mgmt.recoveryservicessiterecovery.models import (
    A2APolicyCreationInput,
    A2APolicyDetails,
    CreatePolicyInput,
    CreatePolicyInputProperties,
    SetMultiVmSyncStatus,
    UpdatePolicyInput,
    UpdatePolicyInputProperties,
)

from asr.gateway.begun import Answer
from asr.gateway.paging import entries
from asr.gateway.session import Azure
from asr.gateway.site_recovery.ids import place, policy_id
from asr.model.resource_id import parse
from asr.model.step import Operation
from asr.model.vault_facts import Policy, PolicyValues


async def list_policies(azure: Azure, vault_id: str) -> tuple[Policy, ...]:
    """The vault's Azure-to-Azure policies. Source: Replication Policies - List."""
    at = place(vault_id)
    policies = []
    what = f"GET {vault_id}/replicationPolicies"
    with azure.calling(what):
        client = azure.site_recovery(at.subscription).replication_policies
        async for policy in entries(what, client.list(at.group, at.vault)):
            details = policy.properties.provider_specific_details if policy.properties else None
            if isinstance(details, A2APolicyDetails):
                policies.append(Policy(policy.id or "", policy.name or "", _values(details)))
    return tuple(policies)


async def begin_create_policy(azure: Azure, vault_id: str, name: str, values: PolicyValues) -> Operation | None:
    """Begin to create a policy; every value is said, for Azure's defaults keep no recovery points at all.

    Source: Replication Policies - Create.
    """
    at, answer = place(vault_id), Answer()
    body = CreatePolicyInput(properties=CreatePolicyInputProperties(provider_specific_input=_input(values)))
    with azure.calling(f"PUT {policy_id(vault_id, name)}"):
        await azure.site_recovery(at.subscription).replication_policies.begin_create(
            at.group, at.vault, name, body, polling=False, raw_response_hook=answer
        )
    return answer.operation(azure.settings.poll_seconds)


async def begin_change_policy(azure: Azure, id_: str, values: PolicyValues) -> Operation | None:
    """Begin to change what a policy says, for all VMs that replicate by it; all of it is said.

    Source: Replication Policies - Update.

    Raises:
        Rejected: Azure refuses it.
    """
    at, answer = place(id_), Answer()
    body = UpdatePolicyInput(properties=UpdatePolicyInputProperties(replication_provider_settings=_input(values)))
    with azure.calling(f"PATCH {id_}"):
        await azure.site_recovery(at.subscription).replication_policies.begin_update(
            at.group, at.vault, parse(id_).name, body, polling=False, raw_response_hook=answer
        )
    return answer.operation(azure.settings.poll_seconds)


def _input(values: PolicyValues) -> A2APolicyCreationInput:
    return A2APolicyCreationInput(
        recovery_point_history=values.recovery_point_minutes,
        crash_consistent_frequency_in_minutes=values.crash_consistent_minutes,
        app_consistent_frequency_in_minutes=values.app_consistent_minutes,
        multi_vm_sync_status=SetMultiVmSyncStatus.ENABLE if values.multi_vm_sync else SetMultiVmSyncStatus.DISABLE,
    )


def _values(details: A2APolicyDetails) -> PolicyValues:
    """Azure takes `Enable` and answers `Enabled`."""
    return PolicyValues(
        recovery_point_minutes=details.recovery_point_history or 0,
        crash_consistent_minutes=details.crash_consistent_frequency_in_minutes or 0,
        app_consistent_minutes=details.app_consistent_frequency_in_minutes or 0,
        multi_vm_sync=details.multi_vm_sync_status == "Enabled",
    )
