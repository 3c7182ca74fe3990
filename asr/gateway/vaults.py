"""Recovery Services vaults."""

from functools import partial

from asr.gateway.concurrency import side_by_side
from asr.gateway.resources import ListedResource, list_group_locations, list_resources
from asr.gateway.session import Azure
from asr.gateway.shared import recall_shared
from asr.gateway.site_recovery.mappings import list_region_pairs
from asr.model.resource_id import key, parse
from asr.model.vm_facts import Vault

VAULT = "Microsoft.RecoveryServices/vaults"

VAULTS_SECONDS = 1.0
"""How long the vaults and groups of a subscription count: short, because people make a vault and tag in one breath."""

PAIRS_SECONDS, LENIENT_PAIRS_SECONDS = 60.0, 300.0
"""How long a vault's pairs of regions count: they grow when a foundation is built, and nobody asks for them by name."""


async def list_vaults(azure: Azure, subscription: str) -> tuple[Vault, ...]:
    """The subscription's vaults, the regions of their groups, and the pairs of regions that each protects between.

    Source: Resources - List; Resource Groups - List; Replication Protection Container Mappings - List.
    """
    listed = await recall_vaults(azure, subscription, VAULTS_SECONDS)
    if not listed:
        return ()
    recall, place = azure.memory.recall, key(subscription)
    async with side_by_side() as group:
        groups = partial(list_group_locations, azure, subscription)
        locations = group.create_task(recall(("groups", place), VAULTS_SECONDS, groups))
        pairs = [group.create_task(_pairs(azure, one.id)) for one in listed]
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
    """A vault that pairs none yet may do so in a moment: that is remembered like an absence."""

    async def read() -> tuple[tuple[str, str], ...] | None:
        return await list_region_pairs(azure, vault_id) or None

    question, type_ = ("pairs", key(vault_id)), tuple[tuple[str, str], ...]
    return await recall_shared(azure, question, type_, PAIRS_SECONDS, read, lenient=LENIENT_PAIRS_SECONDS) or ()


async def recall_vaults(azure: Azure, subscription: str, seconds: float) -> tuple[ListedResource, ...]:
    """The subscription's vaults as they were at most so many seconds ago."""
    listing = partial(list_resources, azure, subscription, VAULT)
    return await azure.memory.recall(("vaults", key(subscription)), seconds, listing)
