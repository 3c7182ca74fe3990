"""The vault, and what it holds once per region pair: fabrics, containers, the policy. Adopted, or created."""

from azure.durable_functions import Blueprint

from activities.existence import read_at_rest
from activities.operation import begun, unfinished, was_begun
from activities.step import as_step
from asr.codec import decode
from asr.gateway.session import connect
from asr.gateway.site_recovery import (
    begin_create_container,
    begin_create_fabric,
    begin_create_policy,
    container_id,
    fabric_id,
    list_containers,
    list_fabrics,
    list_policies,
    policy_id,
)
from asr.gateway.targets import put_vault
from asr.model.decision import PolicyPlan
from asr.model.inventory import Fabric, PolicyValues
from asr.model.step import Ready, Step, Wait
from asr.planning.reconcile import Adopt, Create, choose_container, choose_fabric, choose_policy

bp = Blueprint()


async def ensure_vault(request: dict) -> Step:
    """The Recovery Services vault."""
    azure = await connect()
    waiting = await unfinished(azure, request)
    if waiting is not None:
        return waiting
    resting = await read_at_rest(azure, request["id"])
    if isinstance(resting, Wait):
        return resting
    if resting is not None:
        return Ready(request["id"], "created" if was_begun(request) else "reused")
    operation = await put_vault(azure, request["id"], request["location"])
    return begun(operation) if operation else Ready(request["id"], "created")


async def ensure_fabric(request: dict) -> Step:
    """The vault's fabric for a region. Azure allows one per region, so whichever exists is the one."""
    azure = await connect()
    waiting = await unfinished(azure, request)
    if waiting is not None:
        return waiting
    match choose_fabric(await list_fabrics(azure, request["vault_id"]), request["region"], request["name"]):
        case Adopt(found=fabric):
            return Ready(fabric.id, "created" if was_begun(request) else "adopted", fabric.name)
        case Create(name=name):
            operation = await begin_create_fabric(azure, request["vault_id"], name, request["region"])
            return begun(operation) if operation else Ready(fabric_id(request["vault_id"], name), "created", name)


async def ensure_container(request: dict) -> Step:
    """The protection container of a fabric."""
    azure = await connect()
    waiting = await unfinished(azure, request)
    if waiting is not None:
        return waiting
    fabric = request["ids"][request["fabric_key"]]
    standing = Fabric(fabric, fabric.rsplit("/", 1)[-1], request["region"])
    match choose_container(await list_containers(azure, request["vault_id"]), standing, request["name"]):
        case Adopt(found=container):
            return Ready(container.id, "created" if was_begun(request) else "adopted", container.name)
        case Create(name=name):
            operation = await begin_create_container(azure, fabric, name)
            return begun(operation) if operation else Ready(container_id(fabric, name), "created", name)


async def ensure_policy(request: dict) -> Step:
    """The replication policy: any with the wanted values; a taken name with other values is left alone."""
    azure = await connect()
    waiting = await unfinished(azure, request)
    if waiting is not None:
        return waiting
    wanted = decode(PolicyPlan, request)
    match choose_policy(await list_policies(azure, request["vault_id"]), wanted):
        case Adopt(found=policy):
            return Ready(policy.id, "created" if was_begun(request) else "adopted", policy.name)
        case Create(name=name):
            values = PolicyValues(
                wanted.recovery_point_minutes,
                wanted.crash_consistent_minutes,
                wanted.app_consistent_minutes,
                wanted.multi_vm_sync,
            )
            operation = await begin_create_policy(azure, request["vault_id"], name, values)
            return begun(operation) if operation else Ready(policy_id(request["vault_id"], name), "created", name)


for _body in (ensure_vault, ensure_fabric, ensure_container, ensure_policy):
    bp.activity_trigger(input_name="request")(as_step(_body))
