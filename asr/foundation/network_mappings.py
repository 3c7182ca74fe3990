"""Network mappings: which network the VMs of a network fail over to, one way each."""

from dataclasses import dataclass
from typing import Literal

from asr.foundation.kind import Examined, Ids, Kind
from asr.foundation.shelves import NETWORK_MAPPINGS
from asr.foundation.survey import Survey
from asr.foundation.verdict import Verdict, adopt, create, wait
from asr.gateway.session import Azure
from asr.gateway.site_recovery import begin_create_network_mapping, network_mapping_id
from asr.model.inventory import NetworkMapping
from asr.model.step import Operation
from asr.planning.reconcile import PAIRED, Adopt, Create, choose_network_mapping

type Mappings = tuple[NetworkMapping, ...]


@dataclass(frozen=True, slots=True)
class NetworkMappingSpec:
    """`direction` is `forward` from the source network, or `reverse`; the name is for a new mapping."""

    vault_id: str
    direction: Literal["forward", "reverse"]
    source_network_id: str
    name: str
    primary_fabric_key: str
    recovery_fabric_key: str
    network_key: str


async def read(survey: Survey, spec: NetworkMappingSpec, _ids: Ids) -> Mappings:
    """The vault's network mappings."""
    return await survey.see(NETWORK_MAPPINGS, spec.vault_id)


def judge(found: Mappings, spec: NetworkMappingSpec, ids: Ids) -> Verdict:
    """Azure maps a network once per pair of fabrics, so one that exists wins, once it is in force."""
    primary, recovery = _networks(spec, ids)
    match choose_network_mapping(found, primary, ids[spec.recovery_fabric_key], spec.name):
        case Adopt(found=mapping) if mapping.state == PAIRED:
            return adopt(mapping.id, "it maps this network", recoveryNetworkId=mapping.recovery_network_id)
        case Adopt(found=mapping):
            return wait(mapping.id, f"{mapping.name} is {mapping.state}")
        case Create(name=name):
            return create(
                network_mapping_id(ids[spec.primary_fabric_key], name),
                "this network is not mapped yet",
                primaryNetworkId=primary,
                recoveryNetworkId=recovery,
                recoveryFabricId=ids[spec.recovery_fabric_key],
            )


async def apply(azure: Azure, examined: Examined[NetworkMappingSpec, Mappings]) -> Operation | None:
    """Begin to create the mapping."""
    spec, ids = examined.spec, examined.ids
    primary, recovery = _networks(spec, ids)
    return await begin_create_network_mapping(
        azure,
        ids[spec.primary_fabric_key],
        examined.verdict.name,
        primary_network_id=primary,
        recovery_network_id=recovery,
        recovery_fabric_id=ids[spec.recovery_fabric_key],
    )


async def suppose(survey: Survey, examined: Examined[NetworkMappingSpec, Mappings]) -> None:
    """The vault lists the mapping."""
    spec, verdict = examined.spec, examined.verdict
    listed = await survey.see(NETWORK_MAPPINGS, spec.vault_id)
    primary, recovery = _networks(spec, examined.ids)
    fabric = examined.ids[spec.recovery_fabric_key]
    made = NetworkMapping(verdict.id, verdict.name, primary, recovery, fabric, PAIRED)
    survey.suppose(NETWORK_MAPPINGS, spec.vault_id, (*listed, made))


def _networks(spec: NetworkMappingSpec, ids: Ids) -> tuple[str, str]:
    networks = (spec.source_network_id, ids[spec.network_key])
    return networks if spec.direction == "forward" else networks[::-1]


NETWORK_MAPPING = Kind("network mapping", NetworkMappingSpec, read, judge, apply, suppose)
