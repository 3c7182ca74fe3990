"""Mappings: of containers, under a policy, and of networks. Each is one-way; a pair of regions has both ways."""

from azure.mgmt.recoveryservicessiterecovery.models import (
    A2AContainerMappingInput,
    A2AProtectionContainerMappingDetails,
    A2AUpdateContainerMappingInput,
    AgentAutoUpdateStatus,
    AutomationAccountAuthenticationType,
    AzureToAzureCreateNetworkMappingInput,
    AzureToAzureNetworkMappingSettings,
    CreateNetworkMappingInput,
    CreateNetworkMappingInputProperties,
    CreateProtectionContainerMappingInput,
    CreateProtectionContainerMappingInputProperties,
    UpdateProtectionContainerMappingInput,
    UpdateProtectionContainerMappingInputProperties,
)

from asr.gateway.begun import Answer
from asr.gateway.fence import check_bounds
from asr.gateway.paging import entries
from asr.gateway.resources import region_name
from asr.gateway.session import Azure
from asr.gateway.site_recovery.ids import AZURE_NETWORK, container_mapping_id, network_mapping_id, place
from asr.model.resource_id import parse
from asr.model.step import Operation
from asr.model.vault_facts import AgentUpdates, ContainerMapping, NetworkMapping


async def list_container_mappings(azure: Azure, vault_id: str) -> tuple[ContainerMapping, ...]:
    """The vault's container mappings, all fabrics. Source: Replication Protection Container Mappings - List."""
    at = place(vault_id)
    what = f"GET {vault_id}/replicationProtectionContainerMappings"
    with azure.calling(what):
        client = azure.site_recovery(at.subscription).replication_protection_container_mappings
        return tuple(
            [
                ContainerMapping(
                    id=mapping.id,
                    name=mapping.name or "",
                    source_container_id=parse(mapping.id).parent,
                    target_container_id=mapping.properties.target_protection_container_id or "",
                    policy_id=mapping.properties.policy_id or "",
                    state=mapping.properties.state or "",
                )
                async for mapping in entries(what, client.list(at.group, at.vault))
                if mapping.id and mapping.properties
            ]
        )


async def list_region_pairs(azure: Azure, vault_id: str) -> tuple[tuple[str, str], ...]:
    """The (source, recovery) regions that the vault's container mappings pair, each pair once.

    The friendly name of an Azure fabric is its region's display name, so the fabrics need not be asked for.
    """
    at = place(vault_id)
    pairs: dict[tuple[str, str], None] = {}
    what = f"GET {vault_id}/replicationProtectionContainerMappings"
    with azure.calling(what):
        client = azure.site_recovery(at.subscription).replication_protection_container_mappings
        async for mapping in entries(what, client.list(at.group, at.vault)):
            about = mapping.properties
            if about and isinstance(about.provider_specific_details, A2AProtectionContainerMappingDetails):
                pair = region_name(about.source_fabric_friendly_name), region_name(about.target_fabric_friendly_name)
                pairs[pair] = None
    return tuple(pairs)


async def list_agent_updates(azure: Azure, vault_id: str) -> tuple[AgentUpdates, ...]:
    """How each of the vault's container mappings keeps agents up to date.

    Source: Replication Protection Container Mappings - List.
    """
    at = place(vault_id)
    found: list[AgentUpdates] = []
    what = f"GET {vault_id}/replicationProtectionContainerMappings"
    with azure.calling(what):
        client = azure.site_recovery(at.subscription).replication_protection_container_mappings
        async for mapping in entries(what, client.list(at.group, at.vault)):
            about = mapping.properties
            told = about.provider_specific_details if about else None
            if mapping.id and about and isinstance(told, A2AProtectionContainerMappingDetails):
                is_on = told.agent_auto_update_status == AgentAutoUpdateStatus.ENABLED
                account = told.automation_account_arm_id if is_on else None
                found.append(AgentUpdates(mapping.id, parse(mapping.id).parent, about.policy_id or "", account))
    return tuple(found)


async def begin_update_agents(
    azure: Azure, vm_id: str, mapping_id: str, automation_account_id: str
) -> Operation | None:
    """Begin to let this account keep the agents of a container mapping's VMs up to date, the VM's among them.

    Source: Replication Protection Container Mappings - Update, `A2AUpdateContainerMappingInput`.

    Raises:
        OutOfBounds: the VM is not watched, or the account is where nobody allowed it.
        Rejected: Azure refuses it.
    """
    check_bounds(azure.settings, vm_id, automation_account_id)
    at, answer = place(mapping_id), Answer()
    body = UpdateProtectionContainerMappingInput(
        properties=UpdateProtectionContainerMappingInputProperties(
            provider_specific_input=A2AUpdateContainerMappingInput(
                agent_auto_update_status=AgentAutoUpdateStatus.ENABLED,
                automation_account_arm_id=automation_account_id,
                automation_account_authentication_type=AutomationAccountAuthenticationType.SYSTEM_ASSIGNED_IDENTITY,
            )
        )
    )
    with azure.calling(f"PATCH {mapping_id}"):
        await azure.site_recovery(at.subscription).replication_protection_container_mappings.begin_update(
            at.group, at.vault, at.fabric, at.container, at.name, body, polling=False, raw_response_hook=answer
        )
    return answer.operation(azure.settings.poll_seconds)


async def begin_create_container_mapping(
    azure: Azure,
    source_container_id: str,
    name: str,
    *,
    target_container_id: str,
    policy_id: str,
    automation_account_id: str | None = None,
) -> Operation | None:
    """Begin to pair two containers under a policy: Azure's slowest step here, up to three minutes.

    The agents of the VMs are kept up to date when an automation account is given. How that account signs in is always
    said: Azure's default is a kind of account that is retired.
    Source: Replication Protection Container Mappings - Create.
    """
    at, answer = place(source_container_id), Answer()
    updates = A2AContainerMappingInput(
        agent_auto_update_status=(
            AgentAutoUpdateStatus.ENABLED if automation_account_id else AgentAutoUpdateStatus.DISABLED
        ),
        automation_account_arm_id=automation_account_id,
        automation_account_authentication_type=AutomationAccountAuthenticationType.SYSTEM_ASSIGNED_IDENTITY,
    )
    body = CreateProtectionContainerMappingInput(
        properties=CreateProtectionContainerMappingInputProperties(
            target_protection_container_id=target_container_id, policy_id=policy_id, provider_specific_input=updates
        )
    )
    with azure.calling(f"PUT {container_mapping_id(source_container_id, name)}"):
        await azure.site_recovery(at.subscription).replication_protection_container_mappings.begin_create(
            at.group, at.vault, at.fabric, at.container, name, body, polling=False, raw_response_hook=answer
        )
    return answer.operation(azure.settings.poll_seconds)


async def list_network_mappings(azure: Azure, vault_id: str) -> tuple[NetworkMapping, ...]:
    """The vault's mappings between Azure networks, all fabrics. Source: Replication Network Mappings - List."""
    at = place(vault_id)
    what = f"GET {vault_id}/replicationNetworkMappings"
    with azure.calling(what):
        client = azure.site_recovery(at.subscription).replication_network_mappings
        return tuple(
            [
                NetworkMapping(
                    id=mapping.id or "",
                    name=mapping.name or "",
                    primary_network_id=mapping.properties.primary_network_id or "",
                    recovery_network_id=mapping.properties.recovery_network_id or "",
                    recovery_fabric_id=mapping.properties.recovery_fabric_arm_id,
                    state=mapping.properties.state or "",
                )
                async for mapping in entries(what, client.list(at.group, at.vault))
                if mapping.properties
                and isinstance(mapping.properties.fabric_specific_settings, AzureToAzureNetworkMappingSettings)
            ]
        )


async def mapped_networks(azure: Azure, vault_id: str) -> tuple[tuple[str, str], ...]:
    """The pairs of networks that the vault maps, each from the first to the second."""
    found = await list_network_mappings(azure, vault_id)
    return tuple((one.primary_network_id, one.recovery_network_id) for one in found)


async def begin_create_network_mapping(
    azure: Azure,
    primary_fabric_id: str,
    name: str,
    *,
    primary_network_id: str,
    recovery_network_id: str,
    recovery_fabric_id: str,
) -> Operation | None:
    """Begin to map a network of the primary fabric to one of the recovery fabric.

    Source: Replication Network Mappings - Create.
    """
    at, answer = place(primary_fabric_id), Answer()
    body = CreateNetworkMappingInput(
        properties=CreateNetworkMappingInputProperties(
            recovery_fabric_name=place(recovery_fabric_id).fabric,
            recovery_network_id=recovery_network_id,
            fabric_specific_details=AzureToAzureCreateNetworkMappingInput(primary_network_id=primary_network_id),
        )
    )
    with azure.calling(f"PUT {network_mapping_id(primary_fabric_id, name)}"):
        await azure.site_recovery(at.subscription).replication_network_mappings.begin_create(
            at.group, at.vault, at.fabric, AZURE_NETWORK, name, body, polling=False, raw_response_hook=answer
        )
    return answer.operation(azure.settings.poll_seconds)
