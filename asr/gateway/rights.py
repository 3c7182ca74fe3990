"""What the app's own identity may do at a scope."""

from collections.abc import Iterable
from functools import partial

from asr.errors import Rejected
from asr.gateway.document import texts
from asr.gateway.resources import list_path
from asr.gateway.session import Azure
from asr.gateway.versions import api_version
from asr.model.resource_id import key, subscription_of
from asr.planning.rights import Permission, missing

PERMISSIONS = "Microsoft.Authorization/permissions"

RIGHTS_SECONDS = 300.0
"""How long permissions count: Azure itself takes minutes to make a new role assignment count."""


async def recall_permissions(azure: Azure, scope: str, seconds: float = RIGHTS_SECONDS) -> tuple[Permission, ...]:
    """What the roles of the app's identity allow at a scope and above it, as it was at most so many seconds ago.

    Source: Permissions - List For Resource Group; a subscription answers the same.

    Raises:
        Rejected: the identity may not read its own permissions; TransientFault.
    """
    found: tuple[Permission, ...] = await azure.memory.recall(
        ("permissions", key(scope)), seconds, partial(_read, azure, scope)
    )
    return found


async def first_missing(azure: Azure, action: str, subscriptions: Iterable[str]) -> str | None:
    """`<action> on <scope>` for the first of these subscriptions in which the identity lacks the action; None: it has
    it in all, as far as it may know.

    For what Azure does not refuse but leaves out, as Resource Graph does.

    Raises:
        TransientFault: Azure did not tell.
    """
    for one in subscriptions:
        scope = f"/subscriptions/{one}"
        try:
            permissions = await recall_permissions(azure, scope)
        except Rejected:
            continue
        if missing((action,), permissions):
            return f"{action} on {scope}"
    return None


async def _read(azure: Azure, scope: str) -> tuple[Permission, ...]:
    path = f"{scope}/providers/{PERMISSIONS}"
    listed = await list_path(azure, subscription_of(scope), path, api_version(PERMISSIONS))
    return tuple(Permission(texts(one, "actions"), texts(one, "notActions")) for one in listed)
