"""A test network, read for what it reaches beyond itself."""

from asr.gateway.document import sections, text
from asr.gateway.resources import read, region_name
from asr.gateway.session import Azure
from asr.model.drill import DrillNetwork

GATEWAYS = frozenset({"gatewaysubnet", "azurefirewallsubnet", "routeserversubnet"})
"""Subnets, in lower case, that only a gateway, a firewall or a route server is put into."""


async def read_drill_network(azure: Azure, network_id: str) -> DrillNetwork | None:
    """The network's peerings, gateways and route tables; None if it does not exist. Source: Virtual Networks - Get."""
    body = await read(azure, network_id)
    if body is None:
        return None
    subnets = sections(body, "properties", "subnets")
    return DrillNetwork(
        id=text(body, "id"),
        location=region_name(text(body, "location")),
        peerings=tuple(text(one, "name") for one in sections(body, "properties", "virtualNetworkPeerings")),
        gateways=tuple(
            text(one, "name")
            for one in subnets
            if text(one, "name").lower() in GATEWAYS and sections(one, "properties", "ipConfigurations")
        ),
        route_tables=tuple(table for one in subnets if (table := text(one, "properties", "routeTable", "id"))),
    )
