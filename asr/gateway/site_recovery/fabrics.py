"""Fabrics and their protection containers: a region as a vault sees it, and the one container it has for Azure VMs."""

from azure.mgmt.recoveryservicessiterecovery.models import (
    A2AContainerCreationInput,
    AzureFabricCreationInput,
    AzureFabricSpecificDetails,
    CreateProtectionContainerInput,
    CreateProtectionContainerInputProperties,
    FabricCreationInput,
    FabricCreationInputProperties,
)

from asr.gateway.begun import Answer
from asr.gateway.paging import entries
from asr.gateway.resources import region_name
from asr.gateway.session import Azure
from asr.gateway.site_recovery.ids import container_id, fabric_id, place
from asr.model.resource_id import parse
from asr.model.step import Operation
from asr.model.vault_facts import Container, Fabric


async def list_fabrics(azure: Azure, vault_id: str) -> tuple[Fabric, ...]:
    """The vault's Azure fabrics; those of other kinds are left out. Source: Replication Fabrics - List."""
    at = place(vault_id)
    fabrics = []
    what = f"GET {vault_id}/replicationFabrics"
    with azure.calling(what):
        client = azure.site_recovery(at.subscription).replication_fabrics
        async for fabric in entries(what, client.list(at.group, at.vault)):
            details = fabric.properties.custom_details if fabric.properties else None
            if isinstance(details, AzureFabricSpecificDetails):
                fabrics.append(Fabric(fabric.id or "", fabric.name or "", region_name(details.location)))
    return tuple(fabrics)


async def begin_create_fabric(azure: Azure, vault_id: str, name: str, region: str) -> Operation | None:
    """Begin to create an Azure region's fabric: about a minute. Source: Replication Fabrics - Create."""
    at, answer = place(vault_id), Answer()
    body = FabricCreationInput(
        properties=FabricCreationInputProperties(custom_details=AzureFabricCreationInput(location=region))
    )
    with azure.calling(f"PUT {fabric_id(vault_id, name)}"):
        await azure.site_recovery(at.subscription).replication_fabrics.begin_create(
            at.group, at.vault, name, body, polling=False, raw_response_hook=answer
        )
    return answer.operation(azure.settings.poll_seconds)


async def list_containers(azure: Azure, vault_id: str) -> tuple[Container, ...]:
    """The containers of all fabrics of the vault. Source: Replication Protection Containers - List."""
    at = place(vault_id)
    what = f"GET {vault_id}/replicationProtectionContainers"
    with azure.calling(what):
        client = azure.site_recovery(at.subscription).replication_protection_containers
        return tuple(
            [
                Container(container.id, container.name or "", parse(container.id).parent)
                async for container in entries(what, client.list(at.group, at.vault))
                if container.id
            ]
        )


async def begin_create_container(azure: Azure, fabric: str, name: str) -> Operation | None:
    """Begin to create a container in the fabric given by its id. Source: Replication Protection Containers - Create."""
    at, answer = place(fabric), Answer()
    body = CreateProtectionContainerInput(
        properties=CreateProtectionContainerInputProperties(provider_specific_input=[A2AContainerCreationInput()])
    )
    with azure.calling(f"PUT {container_id(fabric, name)}"):
        await azure.site_recovery(at.subscription).replication_protection_containers.begin_create(
            at.group, at.vault, at.fabric, name, body, polling=False, raw_response_hook=answer
        )
    return answer.operation(azure.settings.poll_seconds)
