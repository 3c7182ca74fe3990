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
from asr.planning.reconcile import choose_network_mapping
from asr.planning.suitability import network_problem
from asr.reasons import reason
from asr.resources.azure_view import AzureView
from asr.resources.kind import Compared, Ids, Kind
from asr.resources.provisioning import PROVISIONING, has_to_be_put, unrest
from asr.resources.queries import NETWORK, NETWORK_MAPPINGS


@dataclass(frozen=True, slots=True)
class Surroundings:
    """The vault's network mappings, and the network of the planned name with its provisioning state."""

    mappings: tuple[NetworkMapping, ...]
    state: str | None
    network: VirtualNetwork | None


async def read(view: AzureView, spec: NetworkSpec, ids: Ids) -> Surroundings:
    """A named network needs no mapping to be chosen; an absent one is asked for once."""
    vault_id = parse(ids[fabric_key(spec.location)]).parent
    mappings = () if spec.exists else await view.see(NETWORK_MAPPINGS, vault_id)
    state = await view.see(PROVISIONING, spec.recovery_id)
    network = None if state is None else await view.see(NETWORK, spec.recovery_id)
    return Surroundings(mappings, state, network)


def diff(found: Surroundings, spec: NetworkSpec, ids: Ids) -> Change:
    """A named network, else the one that the vault maps the source network to, else the planned one."""
    fabric = ids[fabric_key(spec.location)]
    match choose_network_mapping(found.mappings, spec.source_id, fabric, name=""):
        case NetworkMapping() as mapping:
            return adopt(mapping.recovery_network_id, f"the vault's mapping {mapping.name} leads there")
    if pending := unrest(spec.recovery_id, found.state):
        return pending
    if found.network is not None and not has_to_be_put(found.state):
        problem = network_problem(found.network, spec)
        return refuse(spec.recovery_id, problem) if problem else reuse(found.network.id, "it exists")
    if spec.exists:
        return refuse(spec.recovery_id, reason("TargetNotFound", role="virtual network", id=spec.recovery_id))
    subnets = {subnet.name: list(subnet.address_prefixes) for subnet in spec.subnets}
    return create(
        spec.recovery_id,
        f"a copy of {spec.source_id.rsplit('/', 1)[-1]}, which is mapped to no network yet",
        location=spec.location,
        addressPrefixes=list(spec.address_prefixes),
        subnets=subnets,
    )


async def apply(azure: Azure, compared: Compared[NetworkSpec, Surroundings]) -> Operation | None:
    """Create the network."""
    spec = compared.spec
    return await put_network(azure, spec.recovery_id, spec.location, spec.address_prefixes, spec.subnets)


async def assume(view: AzureView, compared: Compared[NetworkSpec, Surroundings]) -> None:
    """The network is there."""
    spec = compared.spec
    view.assume(PROVISIONING, spec.recovery_id, "Succeeded")
    made = VirtualNetwork(spec.recovery_id, spec.location, spec.address_prefixes, spec.subnets)
    view.assume(NETWORK, spec.recovery_id, made)


VIRTUAL_NETWORK = Kind("virtual network", NetworkSpec, read, diff, apply, assume)
