"""Which of the rights that the app needs its identity lacks, scope by scope, and who has to do what about it."""

import asyncio
from dataclasses import dataclass

from asr.data.rights import read_rights
from asr.errors import Rejected, TransientFault
from asr.gateway.rights import recall_permissions
from asr.gateway.session import Azure
from asr.planning.rights import missing

SECONDS = 5.0
"""How long the answer is waited for; who asks for health is a probe that gives up soon."""

MOST_NAMED = 12
"""Actions that are named at one scope; a role that was never assigned lacks all of them."""

GIVE = (
    "An owner of the scope assigns the role of infra/role.json to the app's identity, or brings the role up to date; "
    "docs/rights.md has the commands and says what each action is for."
)


@dataclass(frozen=True, slots=True)
class RightsAt:
    """What the app's identity lacks at a scope: `needed` stops protection, `useful` makes the app do less and say so.

    `unknown` is why that cannot be told.
    """

    scope: str
    needed: tuple[str, ...] = ()
    useful: tuple[str, ...] = ()
    unknown: str | None = None


async def rights_at(azure: Azure, scope: str) -> RightsAt:
    """What is missing at a scope now. Where Azure does not answer nothing is known to be missing."""
    try:
        async with asyncio.timeout(SECONDS):
            permissions = await recall_permissions(azure, scope, 0)
    except Rejected as refusal:
        return RightsAt(scope, unknown=refusal.reason.code)
    except (TransientFault, TimeoutError):
        return RightsAt(scope)
    rights = read_rights()
    return RightsAt(
        scope,
        missing((one.action for one in rights if not one.optional), permissions),
        missing((one.action for one in rights if one.optional), permissions),
    )


def lacking_sentence(rights: RightsAt) -> str:
    """What is missing at the scope, in words; empty if nothing is."""
    if rights.unknown is not None:
        return (
            f"Whether rights are missing at {rights.scope} is unknown: the app's identity may not perform "
            f"Microsoft.Authorization/permissions/read there ({rights.unknown}). "
        )
    told = (
        f"At {rights.scope} the app's identity lacks what it needs: {_named(rights.needed)}. " if rights.needed else ""
    )
    if rights.useful:
        told += f"At {rights.scope} it does without: {_named(rights.useful)}. "
    return told


def _named(actions: tuple[str, ...]) -> str:
    more = f" and {len(actions) - MOST_NAMED} more" if len(actions) > MOST_NAMED else ""
    return ", ".join(actions[:MOST_NAMED]) + more
