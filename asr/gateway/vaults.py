"""Recovery Services vaults."""

from asr.gateway.concurrency import side_by_side
from asr.gateway.memory import recent
from asr.gateway.resources import list_group_locations, list_resources
from asr.gateway.session import Azure
from asr.gateway.site_recovery.mappings import list_region_pairs
from asr.model.resource_id import key, parse
from asr.model.vm_facts import Vault

VAULT = "Microsoft.RecoveryServices/vaults"


PAIRS_SECONDS = 60.0
"""How long a vault's pairs of regions count: they grow when a foundation is built, and nobody asks for them by name."""


async def list_vaults(azure: Azure, subscription: str) -> tuple[Vault, ...]:
    """The subscription's vaults, the regions of their groups, and the pairs of regions that each protects between.

    One request if there is no vault, else two, and once in a while one more for each vault.
    Source: Resources - List; Resource Groups - List; Replication Protection Container Mappings - List.
    """
    listed = await list_resources(azure, subscription, VAULT)
    if not listed:
        return ()
    async with side_by_side() as group:
        locations = group.create_task(list_group_locations(azure, subscription))
        pairs = [group.create_task(_pairs(azure, vault.id)) for vault in listed]
    return tuple(
        Vault(
            id=vault.id,
            name=vault.name,
            location=vault.location,
            group_location=locations.result().get(parse(vault.id).resource_group.lower()),
            pairs=paired.result(),
        )
        for vault, paired in zip(listed, pairs, strict=True)
    )


async def _pairs(azure: Azure, vault_id: str) -> tuple[tuple[str, str], ...]:
    async def ask() -> tuple[tuple[str, str], ...]:
        return await list_region_pairs(azure, vault_id)

    return await recent(azure, ("pairs", key(vault_id)), PAIRS_SECONDS, ask)
