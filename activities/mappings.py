"""The pairs inside a vault: container mappings and network mappings, each in both directions."""

from azure.durable_functions import Blueprint

from activities.operation import begun, unfinished, was_begun
from activities.step import as_step
from asr.gateway.session import Azure, connect
from asr.gateway.site_recovery import (
    begin_create_container_mapping,
    begin_create_network_mapping,
    container_mapping_id,
    list_container_mappings,
    list_network_mappings,
    network_mapping_id,
)
from asr.model.inventory import ContainerMapping, NetworkMapping
from asr.model.step import Ready, Step, Wait
from asr.planning.reconcile import PAIRED, Adopt, Create, choose_container_mapping, choose_network_mapping

bp = Blueprint()


async def ensure_container_mapping(request: dict) -> Step:
    """The mapping of a source container to a target container under the policy."""
    azure = await connect()
    waiting = await unfinished(azure, request)
    if waiting is not None:
        return waiting
    ids = request["ids"]
    source, target = ids[request["source_container_key"]], ids[request["target_container_key"]]
    policy = ids[request["policy_key"]]
    existing = await list_container_mappings(azure, request["vault_id"])
    match choose_container_mapping(existing, source, target, policy, request["name"]):
        case Adopt(found=mapping):
            return _paired(azure, request, mapping)
        case Create(name=name):
            operation = await begin_create_container_mapping(
                azure, source, name, target_container_id=target, policy_id=policy
            )
            return begun(operation) if operation else Ready(container_mapping_id(source, name), "created", name)


async def ensure_network_mapping(request: dict) -> Step:
    """The mapping of a network to its counterpart; `direction` is `forward` from the source network, or `reverse`."""
    azure = await connect()
    waiting = await unfinished(azure, request)
    if waiting is not None:
        return waiting
    ids = request["ids"]
    primary_fabric, recovery_fabric = ids[request["primary_fabric_key"]], ids[request["recovery_fabric_key"]]
    networks = (request["source_network_id"], ids[request["network_key"]])
    primary, recovery = networks if request["direction"] == "forward" else networks[::-1]
    existing = await list_network_mappings(azure, request["vault_id"])
    match choose_network_mapping(existing, primary, recovery_fabric, request["name"]):
        case Adopt(found=mapping):
            return _paired(azure, request, mapping)
        case Create(name=name):
            operation = await begin_create_network_mapping(
                azure,
                primary_fabric,
                name,
                primary_network_id=primary,
                recovery_network_id=recovery,
                recovery_fabric_id=recovery_fabric,
            )
            return begun(operation) if operation else Ready(network_mapping_id(primary_fabric, name), "created", name)


def _paired(azure: Azure, request: dict, mapping: ContainerMapping | NetworkMapping) -> Step:
    if mapping.state != PAIRED:
        return Wait(azure.settings.poll_seconds, f"{mapping.name} is {mapping.state}")
    return Ready(mapping.id, "created" if was_begun(request) else "adopted", mapping.name)


for _body in (ensure_container_mapping, ensure_network_mapping):
    bp.activity_trigger(input_name="request")(as_step(_body))
