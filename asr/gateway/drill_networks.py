"""A test network, read for what it reaches beyond itself."""

from functools import partial

from asr.errors import Rejected
from asr.gateway.document import Json, flag, sections, text, texts
from asr.gateway.graph import query
from asr.gateway.resources import read, region_name
from asr.gateway.rights import first_missing
from asr.gateway.session import Azure
from asr.model.drill import DrillNetwork, ZoneLink
from asr.model.resource_id import NotAnId, key, parse, same, subscription_of

GATEWAYS = frozenset({"gatewaysubnet", "azurefirewallsubnet", "routeserversubnet"})
"""Subnets, in lower case, that only a gateway, a firewall or a route server is put into."""

NETWORK_SECONDS = 20.0
"""How long a test network counts: each VM of a drill asks about the same one."""

ZONE_LINKS = "Microsoft.Network/privateDnsZones/virtualNetworkLinks/read"
"""Without it Resource Graph shows no link, which looks like a network that has none."""

LINKS = """
resources
| where type =~ 'microsoft.network/privatednszones/virtualnetworklinks'
| where {condition}
| project id, network = tostring(properties.virtualNetwork.id), registers = tobool(properties.registrationEnabled)
| order by id asc
"""


async def recall_drill_network(azure: Azure, network_id: str) -> DrillNetwork | None:
    """The network's peerings, gateways and all else that it reaches others by; None if it does not exist.

    Source: Virtual Networks - Get; Resource Graph for the private DNS zones that are linked to it.

    Raises:
        Rejected, TransientFault: the network may not, or could not be read.
    """
    question = ("drill network", key(network_id))
    found: DrillNetwork | None = await azure.memory.recall(question, NETWORK_SECONDS, partial(_read, azure, network_id))
    return found


async def _read(azure: Azure, network_id: str) -> DrillNetwork | None:
    body = await read(azure, network_id)
    if body is None:
        return None
    subnets = sections(body, "properties", "subnets")
    lacking = await first_missing(azure, ZONE_LINKS, _scopes(azure, network_id))
    return DrillNetwork(
        id=network_id,
        location=region_name(text(body, "location")),
        peerings=tuple(text(one, "name") for one in sections(body, "properties", "virtualNetworkPeerings")),
        gateways=tuple(
            text(one, "name")
            for one in subnets
            if text(one, "name").lower() in GATEWAYS and sections(one, "properties", "ipConfigurations")
        ),
        private_endpoints=tuple(
            text(endpoint, "id") for one in subnets for endpoint in sections(one, "properties", "privateEndpoints")
        ),
        route_tables=tuple(table for one in subnets if (table := text(one, "properties", "routeTable", "id"))),
        nat_gateways=tuple(nat for one in subnets if (nat := text(one, "properties", "natGateway", "id"))),
        dns_servers=texts(body, "properties", "dhcpOptions", "dnsServers"),
        zones=None if lacking else await _zones(azure, network_id),
        missing=lacking,
    )


async def _zones(azure: Azure, network_id: str) -> tuple[ZoneLink, ...] | None:
    """The zones that are linked to the network, each with its other networks: one query, and one more if there are any.

    Resource Graph tells what the app may read, seconds to minutes late. None: it may not be asked.
    """
    if not _is_quotable(network_id):
        return None
    try:
        own = await _links(azure, network_id, f"tostring(properties.virtualNetwork.id) =~ '{network_id}'")
        zones = {key(zone): zone for row in own if (zone := _zone_of(row)) is not None}
        if not zones:
            return ()
        named = " or ".join(f"id startswith '{zone}/'" for zone in zones.values() if _is_quotable(zone))
        linked = await _links(azure, network_id, named or "false")
    except Rejected:
        return None
    return tuple(
        ZoneLink(
            zone,
            registers=any(flag(row, "registers") for row in own if _is_of(row, place)),
            others=tuple(
                text(row, "network")
                for row in linked
                if _is_of(row, place) and not same(text(row, "network"), network_id)
            ),
        )
        for place, zone in zones.items()
    )


async def _links(azure: Azure, network_id: str, condition: str) -> list[Json]:
    rows, _ = await query(azure, _scopes(azure, network_id), LINKS.format(condition=condition))
    return rows


def _scopes(azure: Azure, network_id: str) -> list[str]:
    """The subscriptions in which zones are looked for."""
    scopes = {subscription_of(network_id), *azure.settings.subscriptions}
    return sorted(scopes | {subscription_of(target) for target in azure.settings.targets})


def _zone_of(row: Json) -> str | None:
    try:
        return parse(text(row, "id")).parent
    except NotAnId:
        return None


def _is_of(row: Json, zone: str) -> bool:
    found = _zone_of(row)
    return found is not None and key(found) == zone


def _is_quotable(id_: str) -> bool:
    return "'" not in id_ and "\\" not in id_
