"""The protected item of one VM, once its foundation is there."""

from dataclasses import dataclass, replace
from typing import Any

from pydantic.alias_generators import to_camel

from asr.codec import encode
from asr.gateway.session import Azure
from asr.gateway.site_recovery import Enable, begin_enable_protection, get_protected_item, item_id
from asr.model.change import Change, create, refuse, reuse
from asr.model.resource_id import same
from asr.model.specs import EnableSpec
from asr.model.step import Operation
from asr.model.vm_facts import ProtectedItem, VirtualNetwork
from asr.planning.reconcile import choose_subnet
from asr.planning.states import Phase, phase
from asr.reasons import reason
from asr.resources.azure_view import AzureView, Query
from asr.resources.kind import Ids
from asr.resources.queries import NETWORK

NOUN = "protected item"

ITEM = Query[ProtectedItem | None](get_protected_item, None)
"""A protected item; None if it does not exist."""


@dataclass(frozen=True, slots=True)
class ItemFound:
    """The item, and the recovery network."""

    item: ProtectedItem | None
    network: VirtualNetwork | None


@dataclass(frozen=True, slots=True)
class Enabling:
    """The change, and if it is to create what enabling takes."""

    change: Change
    enable: Enable | None = None


def id_of(spec: EnableSpec, ids: Ids) -> str:
    """The id of the item.

    Raises:
        KeyError: the foundation lacks the container.
    """
    return item_id(ids[spec.source_container_key], spec.item_name)


async def compare(view: AzureView, spec: EnableSpec, ids: Ids) -> Enabling:
    """Read and diff; the network of an item that exists is not asked for."""
    item = await view.see(ITEM, id_of(spec, ids))
    network = None if item else await view.see_made(NETWORK, ids[spec.network_key])
    enabling = diff(ItemFound(item, network), spec, ids)
    return replace(enabling, change=replace(enabling.change, kind=NOUN))


def diff(found: ItemFound, spec: EnableSpec, ids: Ids) -> Enabling:
    """The item has a name of its own for each VM, so one that exists is the VM's.

    One whose enabling or replication failed stays until a person disables it: Azure takes no second enabling.
    """
    if found.item is not None and phase(found.item.state) is Phase.FAILED:
        return Enabling(refuse(found.item.id, reason("ReplicationFailed", state=found.item.state)))
    if found.item is not None:
        return Enabling(reuse(found.item.id, "it exists"))
    id_, network = id_of(spec, ids), ids[spec.network_key]
    subnet = choose_subnet(spec.subnet, found.network.subnets) if found.network else None
    if subnet is None:
        return Enabling(refuse(id_, reason("NoSubnet", network=network)))
    enable = Enable(spec, ids, subnet)
    return Enabling(create(id_, _why(spec, network, subnet), **_values(enable)), enable)


def _why(spec: EnableSpec, network: str, subnet: str) -> str:
    """That another subnet is taken shows only here: which network the VM comes to may be up to the vault's mapping."""
    why = "the VM has no protected item"
    if same(subnet, spec.subnet):
        return why
    return f"{why}; the network {network} has no subnet {spec.subnet}; the VM comes up in {subnet}"


def _values(enable: Enable) -> dict[str, Any]:
    spec = enable.spec
    return {
        "vmId": spec.vm_id,
        "policyId": enable.id(spec.policy_key),
        "recoveryContainerId": enable.id(spec.recovery_container_key),
        "recoveryGroupId": enable.id(spec.group_key),
        "recoveryNetworkId": enable.id(spec.network_key),
        "recoverySubnet": enable.recovery_subnet,
        "cacheAccountId": enable.id(spec.cache_account_key),
        "disks": [_written(encode(disk)) for disk in spec.disks],
        "targetAccountId": enable.id(spec.target_account_key),
        "availabilitySetId": enable.id(spec.availability_set_key),
        "availabilityZone": spec.availability_zone,
        "consistencyGroup": spec.consistency_group,
        "placementGroupId": enable.id(spec.placement_group_key),
        "capacityGroupId": spec.capacity_group_id,
        "scaleSetId": spec.scale_set_id,
        "bootDiagnosticsAccountId": spec.boot_diagnostics_account_id,
    }


def _written(value: object) -> object:
    """A record by the names that people see: in camelCase, as everywhere in the API."""
    match value:
        case dict():
            return {to_camel(name): _written(part) for name, part in value.items()}
        case _:
            return value


async def apply(azure: Azure, enabling: Enabling) -> Operation | None:
    """Begin to protect the VM.

    Raises:
        ValueError: the change is not to create.
        Rejected: Azure refuses, also when an earlier try has begun it.
    """
    if enabling.enable is None:
        message = f"nothing is to be enabled: {enabling.change.because}"
        raise ValueError(message)
    return await begin_enable_protection(azure, enabling.enable)
