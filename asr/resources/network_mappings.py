"""Network mappings: which network the VMs of a network fail over to, one way each."""

from asr.gateway.session import Azure
from asr.gateway.site_recovery import begin_create_network_mapping, network_mapping_id
from asr.model.change import Change, adopt, create, refuse, wait
from asr.model.specs import NetworkMappingSpec
from asr.model.step import Operation
from asr.model.vault_facts import NetworkMapping
from asr.planning.reconcile import PAIRED, choose_network_mapping, mapping_failed
from asr.reasons import reason
from asr.resources.azure_view import AzureView
from asr.resources.kind import Compared, Ids, Kind
from asr.resources.queries import NETWORK_MAPPINGS

type Mappings = tuple[NetworkMapping, ...]


async def read(view: AzureView, spec: NetworkMappingSpec, _ids: Ids) -> Mappings:
    """The vault's network mappings."""
    return await view.see(NETWORK_MAPPINGS, spec.vault_id)


def diff(found: Mappings, spec: NetworkMappingSpec, ids: Ids) -> Change:
    """Azure maps a network once per pair of fabrics, so one that exists wins, once it is in force."""
    primary, recovery = _networks(spec, ids)
    match choose_network_mapping(found, primary, ids[spec.recovery_fabric_key], spec.name):
        case NetworkMapping() as mapping if mapping.state == PAIRED:
            return adopt(mapping.id, "it maps this network", recoveryNetworkId=mapping.recovery_network_id)
        case NetworkMapping() as mapping if mapping_failed(mapping.state):
            return refuse(mapping.id, reason("MappingFailed", mapping=mapping.id, state=mapping.state))
        case NetworkMapping() as mapping:
            return wait(mapping.id, f"{mapping.name} is {mapping.state}")
        case name:
            return create(
                network_mapping_id(ids[spec.primary_fabric_key], name),
                "this network is not mapped yet",
                primaryNetworkId=primary,
                recoveryNetworkId=recovery,
                recoveryFabricId=ids[spec.recovery_fabric_key],
            )


async def apply(azure: Azure, compared: Compared[NetworkMappingSpec, Mappings]) -> Operation | None:
    """Begin to create the mapping."""
    spec, ids = compared.spec, compared.ids
    primary, recovery = _networks(spec, ids)
    return await begin_create_network_mapping(
        azure,
        ids[spec.primary_fabric_key],
        compared.change.name,
        primary_network_id=primary,
        recovery_network_id=recovery,
        recovery_fabric_id=ids[spec.recovery_fabric_key],
    )


async def assume(view: AzureView, compared: Compared[NetworkMappingSpec, Mappings]) -> None:
    """The vault lists the mapping."""
    spec, change = compared.spec, compared.change
    listed = await view.see(NETWORK_MAPPINGS, spec.vault_id)
    primary, recovery = _networks(spec, compared.ids)
    fabric = compared.ids[spec.recovery_fabric_key]
    made = NetworkMapping(change.id, change.name, primary, recovery, fabric, PAIRED)
    view.assume(NETWORK_MAPPINGS, spec.vault_id, (*listed, made))


def _networks(spec: NetworkMappingSpec, ids: Ids) -> tuple[str, str]:
    networks = (spec.source_network_id, ids[spec.network_key])
    return networks if spec.direction == "forward" else networks[::-1]


NETWORK_MAPPING = Kind("network mapping", NetworkMappingSpec, read, diff, apply, assume)
