"""The recovery network."""

from dataclasses import dataclass

from asr.gateway.session import Azure
from asr.gateway.targets import put_network
from asr.model.change import Change, adopt, create, refuse, reuse
from asr.model.resource_id import parse
from asr.model.specs import NetworkSpec
from asr.model.step import Operation
from asr.model.vault_facts import NetworkMapping
from asr.model.vm_facts import VirtualNetwork
from asr.planning.keys import fabric_key
from asr.planning.naming import Named
from asr.planning.network import choose_network
from asr.planning.suitability import network_problem
from asr.reasons import reason
from asr.resources.azure_view import AzureView
from asr.resources.kind import Compared, Ids, Kind
from asr.resources.provisioning import has_to_be_put, unrest
from asr.resources.queries import NETWORK, NETWORK_MAPPINGS
from asr.resources.second_names import At, see_at


@dataclass(frozen=True, slots=True)
class NetworkFound:
    """The vault's network mappings, and the network of the planned name."""

    mappings: tuple[NetworkMapping, ...]
    at: At[VirtualNetwork]


async def read(view: AzureView, spec: NetworkSpec, ids: Ids) -> NetworkFound:
    """A named network needs no mapping to be chosen."""
    vault_id = parse(ids[fabric_key(spec.location)]).parent
    mappings = () if spec.exists else await view.see(NETWORK_MAPPINGS, vault_id)
    at = await see_at(view, NETWORK, Named.VIRTUAL_NETWORK, spec.recovery_id, spec.location, named=spec.exists)
    return NetworkFound(mappings, at)


def diff(found: NetworkFound, spec: NetworkSpec, ids: Ids) -> Change:
    """See `asr.planning.network.choose_network`."""
    if mapping := choose_network(spec, found.mappings, ids[fabric_key(spec.location)]):
        return adopt(mapping.recovery_network_id, f"the vault's mapping {mapping.name} leads there")
    at, state = found.at, found.at.found.state if found.at.found else None
    if pending := unrest(at.id, state):
        return pending
    if at.found is not None and not has_to_be_put(state):
        problem = network_problem(at.found, spec)
        return refuse(at.id, problem) if problem else reuse(at.found.id, "it exists")
    if spec.exists:
        return refuse(at.id, reason("TargetNotFound", role="virtual network", id=at.id))
    subnets = {subnet.name: list(subnet.address_prefixes) for subnet in spec.subnets}
    return create(
        at.id,
        f"a copy of {spec.source_id.rsplit('/', 1)[-1]}, which is mapped to no network yet",
        location=spec.location,
        addressPrefixes=list(spec.address_prefixes),
        subnets=subnets,
    )


async def apply(azure: Azure, compared: Compared[NetworkSpec, NetworkFound]) -> Operation | None:
    """Create the network."""
    spec = compared.spec
    return await put_network(azure, compared.change.id, spec.location, spec.address_prefixes, spec.subnets)


async def assume(view: AzureView, compared: Compared[NetworkSpec, NetworkFound]) -> None:
    """The network is there."""
    spec, id_ = compared.spec, compared.change.id
    view.assume(NETWORK, id_, VirtualNetwork(id_, spec.location, spec.address_prefixes, spec.subnets, ours=True))


VIRTUAL_NETWORK = Kind("virtual network", NetworkSpec, read, diff, apply, assume)
