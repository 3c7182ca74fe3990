"""A vault's health, counted anew: Site Recovery checks by itself only every 12 hours."""

from asr.gateway.begun import Answer
from asr.gateway.session import Azure
from asr.model.resource_id import parse
from asr.model.step import Operation


async def begin_refresh(azure: Azure, vault_id: str) -> Operation | None:
    """Let the vault check its items again: their groups, networks, quotas and agents; nothing of them changes.

    Source: Replication Vault Health - Refresh.
    """
    at, answer = parse(vault_id), Answer()
    with azure.calling(f"POST {vault_id}/replicationVaultHealth/default/refresh"):
        await azure.site_recovery(at.subscription).replication_vault_health.begin_refresh(
            at.resource_group, at.name, polling=False, raw_response_hook=answer
        )
    return answer.operation(azure.settings.poll_seconds)
