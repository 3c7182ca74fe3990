"""Whether Azure answers, and lets the app read: the cheapest request for each subscription."""

from asr.gateway.session import Azure


async def read_one_group(azure: Azure, subscription: str) -> None:
    """Ask for one resource group; there need not be any. Source: Resource Groups - List.

    Raises:
        Rejected, TransientFault: Azure refuses, or cannot be reached.
    """
    with azure.calling(f"GET /subscriptions/{subscription}/resourcegroups"):
        async for _ in azure.resources(subscription).resource_groups.list(top=1):
            break
