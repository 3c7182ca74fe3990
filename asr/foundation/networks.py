"""The recovery network."""

from dataclasses import dataclass

from asr.foundation.existence import PROVISIONING, has_to_be_put, unrest
from asr.foundation.kind import Examined, Ids, Kind
from asr.foundation.shelves import NETWORK, NETWORK_MAPPINGS
from asr.foundation.survey import Survey
from asr.foundation.verdict import Verdict, adopt, create, refuse, reuse
from asr.gateway.session import Azure
from asr.gateway.targets import put_network
from asr.model.decision import NetworkPlan
from asr.model.facts import Subnet, VirtualNetwork
from asr.model.inventory import NetworkMapping
from asr.model.step import Operation
from asr.planning.reasons import reason
from asr.planning.reconcile import Adopt, choose_network_mapping
from asr.planning.suitability import network_problem


@dataclass(frozen=True, slots=True)
class NetworkSpec:
    """The planned network, and the vault and recovery fabric whose mapping may say otherwise."""

    source_id: str
    recovery_id: str
    location: str
    address_prefixes: tuple[str, ...]
    subnets: tuple[Subnet, ...]
    vault_id: str
    recovery_fabric_key: str
    exists: bool = False


@dataclass(frozen=True, slots=True)
class Surroundings:
    """The vault's network mappings, and the network of the planned name with its provisioning state."""

    mappings: tuple[NetworkMapping, ...]
    state: str | None
    network: VirtualNetwork | None


async def read(survey: Survey, spec: NetworkSpec, _ids: Ids) -> Surroundings:
    """A named network needs no mapping to be chosen; an absent one is asked for once."""
    mappings = () if spec.exists else await survey.see(NETWORK_MAPPINGS, spec.vault_id)
    state = await survey.see(PROVISIONING, spec.recovery_id)
    network = None if state is None else await survey.see(NETWORK, spec.recovery_id)
    return Surroundings(mappings, state, network)


def judge(found: Surroundings, spec: NetworkSpec, ids: Ids) -> Verdict:
    """A named network, else the one that the vault maps the source network to, else the planned one."""
    fabric = ids[spec.recovery_fabric_key]
    match choose_network_mapping(found.mappings, spec.source_id, fabric, name=""):
        case Adopt(found=mapping):
            return adopt(mapping.recovery_network_id, f"the vault's mapping {mapping.name} leads there")
    if pending := unrest(spec.recovery_id, found.state):
        return pending
    if found.network is not None and not has_to_be_put(found.state):
        plan = NetworkPlan(spec.source_id, spec.recovery_id, spec.location, spec.address_prefixes, spec.subnets)
        problem = network_problem(found.network, plan)
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


async def apply(azure: Azure, examined: Examined[NetworkSpec, Surroundings]) -> Operation | None:
    """Create the network."""
    spec = examined.spec
    return await put_network(azure, spec.recovery_id, spec.location, spec.address_prefixes, spec.subnets)


async def suppose(survey: Survey, examined: Examined[NetworkSpec, Surroundings]) -> None:
    """The network is there."""
    spec = examined.spec
    survey.suppose(PROVISIONING, spec.recovery_id, "Succeeded")
    made = VirtualNetwork(spec.recovery_id, spec.location, spec.address_prefixes, spec.subnets)
    survey.suppose(NETWORK, spec.recovery_id, made)


VIRTUAL_NETWORK = Kind("virtual network", NetworkSpec, read, judge, apply, suppose)
