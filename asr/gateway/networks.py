"""Virtual networks."""

from collections.abc import Iterable
from functools import partial
from http import HTTPStatus

from asr.errors import Rejected
from asr.gateway.concurrency import side_by_side
from asr.gateway.document import Json, flag, sections, text, text_or_none, texts
from asr.gateway.resources import is_ours, read, read_path, region_name
from asr.gateway.session import Azure
from asr.gateway.shared import recall_shared, shared_reading
from asr.gateway.versions import api_version
from asr.model.preflight_facts import Unread
from asr.model.resource_id import key, parse
from asr.model.vm_facts import NetworkInterface, Subnet, VirtualNetwork

NETWORK_SECONDS, LENIENT_SECONDS = 10.0, 300.0
"""How long a network counts; it tells of all its addresses, so a large one is a large answer."""

CONTRADICTED_SECONDS = 1.0
"""A network that was read so short a time ago is as it was read, whatever else says that it has another subnet."""


async def read_network(azure: Azure, network_id: str) -> VirtualNetwork | None:
    """The virtual network with its subnets; None if it does not exist. Source: Virtual Networks - Get."""
    body = await read(azure, network_id)
    if body is None:
        return None
    return VirtualNetwork(
        id=text(body, "id"),
        location=region_name(text(body, "location")),
        address_prefixes=texts(body, "properties", "addressSpace", "addressPrefixes"),
        subnets=tuple(_subnet(subnet) for subnet in sections(body, "properties", "subnets")),
        security_groups=tuple(
            (text(subnet, "name"), group)
            for subnet in sections(body, "properties", "subnets")
            if (group := text(subnet, "properties", "networkSecurityGroup", "id"))
        ),
        ours=is_ours(body),
        state=text(body, "properties", "provisioningState"),
    )


async def recall_network(azure: Azure, network_id: str) -> VirtualNetwork | None:
    """The same, as it was seconds ago: a network is asked about by each of its VMs."""
    question = ("network", key(network_id))
    reading = partial(read_network, azure, network_id)
    return await recall_shared(azure, question, VirtualNetwork, NETWORK_SECONDS, reading, lenient=LENIENT_SECONDS)


async def free_addresses(
    azure: Azure, network_id: str, addresses: Iterable[str]
) -> tuple[frozenset[str], tuple[Unread, ...]]:
    """Those of the addresses that nothing has in the network, and what may not be asked.

    What the network does not take for one of its addresses, or may not be asked about, counts as taken.
    Source: Virtual Networks - Check IP Address Availability.
    """
    parsed, unread = parse(network_id), list[Unread]()
    version, free = api_version(parsed.type), set[str]()
    for address in addresses:
        try:
            told = await read_path(
                azure,
                parsed.subscription,
                f"{parsed}/CheckIPAddressAvailability",
                version,
                query={"ipAddress": address},
            )
        except Rejected as refusal:
            if refusal.status == HTTPStatus.FORBIDDEN:
                unread.append(Unread(refusal.request, refusal.reason))
            continue
        if flag(told, "available") is True:
            free.add(address)
    return frozenset(free), tuple(unread)


async def read_networks(azure: Azure, interfaces: Iterable[NetworkInterface]) -> tuple[VirtualNetwork, ...]:
    """The networks that the interfaces are in, in the order of the interfaces, each once.

    One that is remembered without the subnet of an interface is read again.
    """
    wanted: dict[str, str] = {}
    subnets: dict[str, set[str]] = {}
    for interface in interfaces:
        for configuration in sorted(interface.ip_configurations, key=lambda configuration: not configuration.primary):
            if configuration.subnet_id is not None:
                network_id = parse(configuration.subnet_id).parent
                wanted.setdefault(key(network_id), network_id)
                subnets.setdefault(key(network_id), set()).add(key(configuration.subnet_id))

    async def current(id_: str) -> VirtualNetwork | None:
        found = await recall_network(azure, id_)
        if found is None or subnets[key(id_)] <= {key(f"{id_}/subnets/{subnet.name}") for subnet in found.subnets}:
            return found
        question = "network", key(id_)
        latest = azure.memory.latest(question)
        if latest is None or latest[1] < CONTRADICTED_SECONDS:
            return found
        reading = shared_reading(azure, question, VirtualNetwork, partial(read_network, azure, id_))
        return await azure.memory.reread(question, reading)

    async with side_by_side() as group:
        networks = [group.create_task(current(id_)) for id_ in wanted.values()]
    return tuple(network for task in networks if (network := task.result()) is not None)


def _subnet(body: Json) -> Subnet:
    """A subnet has `addressPrefix`, or `addressPrefixes` when it has several; newer answers may hold both."""
    several = texts(body, "properties", "addressPrefixes")
    single = text_or_none(body, "properties", "addressPrefix")
    return Subnet(text(body, "name"), several or ((single,) if single else ()))
