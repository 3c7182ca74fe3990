"""Recovery Services vaults."""

from asr.gateway.concurrency import side_by_side
from asr.gateway.document import text
from asr.gateway.resources import list_group_locations, list_resources, read, read_group_location, region_name
from asr.gateway.session import Azure
from asr.model.facts import Vault
from asr.resource_id import parse

VAULT = "Microsoft.RecoveryServices/vaults"


async def read_vault(azure: Azure, vault_id: str) -> Vault | None:
    """The vault with the region of its group; None if it does not exist. Source: Vaults - Get."""
    async with side_by_side() as group:
        vault = group.create_task(read(azure, vault_id))
        group_location = group.create_task(read_group_location(azure, parse(vault_id).group_id))
    body = vault.result()
    if body is None:
        return None
    return Vault(text(body, "id"), text(body, "name"), region_name(text(body, "location")), group_location.result())


async def list_vaults(azure: Azure, subscription: str) -> tuple[Vault, ...]:
    """The subscription's vaults with the regions of their groups: two requests, or one if there is no vault.

    Source: Resources - List; Resource Groups - List.
    """
    listed = await list_resources(azure, subscription, VAULT)
    if not listed:
        return ()
    locations = await list_group_locations(azure, subscription)
    return tuple(
        Vault(vault.id, vault.name, vault.location, locations.get(parse(vault.id).resource_group.lower()))
        for vault in listed
    )
