"""The target side outside the vault: groups, availability sets, networks, storage accounts. Read, compare, put."""

from typing import Literal

from azure.durable_functions import Blueprint

from activities.existence import read_at_rest
from activities.operation import begun, unfinished, was_begun
from activities.step import as_step
from asr.codec import decode
from asr.gateway.machines import read_availability_set
from asr.gateway.networks import read_network
from asr.gateway.resources import patch, put_group, read_group_location
from asr.gateway.session import Azure, connect
from asr.gateway.site_recovery import list_network_mappings
from asr.gateway.storage import read_account
from asr.gateway.targets import put_availability_set, put_network, put_storage_account
from asr.model.decision import AvailabilitySetPlan, GroupPlan, NetworkPlan, StoragePlan
from asr.model.outcome import Reason
from asr.model.step import Failed, Ready, Step, Wait
from asr.planning.reasons import reason
from asr.planning.reconcile import Adopt, choose_network_mapping
from asr.planning.suitability import (
    account_drift,
    account_problems,
    availability_set_problem,
    group_problem,
    network_problem,
)

bp = Blueprint()


async def ensure_resource_group(request: dict) -> Step:
    """A resource group; one that exists is used wherever it lies, but for the region that it must outlive."""
    spec = _spec(request)
    barred = spec.pop("barred_region", None)
    wanted = decode(GroupPlan, spec)
    azure = await connect()
    location = await read_group_location(azure, wanted.id)
    if location is not None:
        problem = group_problem(wanted.id, location, barred) if barred else None
        return Failed(problem) if problem else Ready(wanted.id, "reused")
    await put_group(azure, wanted.id, wanted.location)
    return Ready(wanted.id, "created")


async def ensure_availability_set(request: dict) -> Step:
    """The recovery availability set; one that exists keeps its domains."""
    wanted = decode(AvailabilitySetPlan, _spec(request))
    azure = await connect()
    found = await read_availability_set(azure, wanted.id)
    if found is None and wanted.exists:
        return _vanished("availability set", wanted.id)
    if found is not None:
        problem = availability_set_problem(found, wanted)
        return Failed(problem) if problem else Ready(wanted.id, "reused")
    await put_availability_set(
        azure,
        wanted.id,
        wanted.location,
        fault_domains=wanted.fault_domains,
        update_domains=wanted.update_domains,
        sku=wanted.sku,
    )
    return Ready(wanted.id, "created")


async def ensure_storage_account(request: dict) -> Step:
    """A cache or target account; one of ours that has drifted from its safe settings is put right."""
    wanted = decode(StoragePlan, _spec(request))
    azure = await connect()
    waiting = await unfinished(azure, request)
    if waiting is not None:
        return waiting
    resting = await read_at_rest(azure, wanted.id)
    if isinstance(resting, Wait):
        return resting
    found = await read_account(azure, wanted.id) if resting is not None else None
    if found is None:
        return await _make_account(azure, wanted)
    drift = account_drift(found, wanted)
    if problems := account_problems(found, wanted):
        return Failed(_joined(problems))
    if drift:
        await patch(azure, wanted.id, {"properties": drift})
    how: Literal["created", "updated", "reused"] = "created" if was_begun(request) else "reused"
    return Ready(wanted.id, "updated" if drift else how)


async def _make_account(azure: Azure, wanted: StoragePlan) -> Step:
    if wanted.exists:
        return _vanished("storage account", wanted.id)
    operation = await put_storage_account(azure, wanted.id, wanted.location, kind=wanted.kind, sku=wanted.sku)
    return begun(operation) if operation else Ready(wanted.id, "created")


async def ensure_virtual_network(request: dict) -> Step:
    """The recovery network: a named one, else the one that the vault maps the source network to, else the planned."""
    wanted = decode(NetworkPlan, _spec(request))
    azure = await connect()
    waiting = await unfinished(azure, request)
    if waiting is not None:
        return waiting
    mapped = None if wanted.exists else await _mapped_network(azure, request, wanted)
    if mapped is not None:
        return Ready(mapped, "adopted")
    resting = await read_at_rest(azure, wanted.recovery_id)
    if isinstance(resting, Wait):
        return resting
    found = await read_network(azure, wanted.recovery_id) if resting is not None else None
    if found is not None:
        problem = network_problem(found, wanted)
        return Failed(problem) if problem else Ready(found.id, "created" if was_begun(request) else "reused")
    if wanted.exists:
        return _vanished("virtual network", wanted.recovery_id)
    operation = await put_network(azure, wanted.recovery_id, wanted.location, wanted.address_prefixes, wanted.subnets)
    return begun(operation) if operation else Ready(wanted.recovery_id, "created")


async def _mapped_network(azure: Azure, request: dict, wanted: NetworkPlan) -> str | None:
    recovery_fabric = request["ids"][request["recovery_fabric_key"]]
    mappings = await list_network_mappings(azure, request["vault_id"])
    match choose_network_mapping(mappings, wanted.source_id, recovery_fabric, name=""):
        case Adopt(found=mapping):
            return mapping.recovery_network_id
    return None


def _spec(request: dict) -> dict:
    """The requirement's own part of a request."""
    return {name: value for name, value in request.items() if name not in ("ids", "operation")}


def _vanished(role: str, id_: str) -> Failed:
    """What a person named is never made in their stead."""
    return Failed(reason("TargetNotFound", role=role, id=id_))


def _joined(problems: tuple[Reason, ...]) -> Reason:
    """Several problems of one account in one reason, under the code of the first."""
    first = problems[0]
    return Reason(
        first.code, " ".join(problem.sentence for problem in problems), " ".join(problem.fix for problem in problems)
    )


for _body in (ensure_resource_group, ensure_availability_set, ensure_storage_account, ensure_virtual_network):
    bp.activity_trigger(input_name="request")(as_step(_body))
