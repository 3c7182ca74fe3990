"""The protected item of one VM, once its foundation is there."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

from pydantic.alias_generators import to_camel

from asr.codec import decode, encode
from asr.gateway.session import Azure
from asr.gateway.site_recovery import Enable, begin_enable_protection, get_protected_item, item_id
from asr.model.change import Change, create, refuse, reuse
from asr.model.decision import ProtectionPlan
from asr.model.resource_id import same
from asr.model.step import Operation
from asr.model.vm_facts import ProtectedItem, VirtualNetwork
from asr.planning.foundation import enable_spec
from asr.planning.reconcile import choose_subnet
from asr.planning.states import Phase, phase
from asr.reasons import reason
from asr.resources.azure_view import AzureView, Query
from asr.resources.queries import NETWORK

ITEM = Query[ProtectedItem | None](get_protected_item, None)
"""A protected item; None if it does not exist."""


@dataclass(frozen=True, slots=True)
class EnableSpec:
    """Where the item goes, and what enabling takes but for the subnet."""

    vault_id: str
    container_id: str
    item_name: str
    source_subnet: str
    enable: Mapping[str, Any]

    @property
    def item_id(self) -> str:
        """The id of the item."""
        return item_id(self.container_id, self.item_name)

    @property
    def vm_id(self) -> str:
        """The VM."""
        return cast(str, self.enable["vm_id"])

    @property
    def network_id(self) -> str:
        """The recovery network."""
        return cast(str, self.enable["recovery_network_id"])


@dataclass(frozen=True, slots=True)
class ItemFound:
    """The item, and the recovery network."""

    item: ProtectedItem | None
    network: VirtualNetwork | None


@dataclass(frozen=True, slots=True)
class Enabling:
    """The change, and if it is to create what enabling takes."""

    spec: EnableSpec
    change: Change
    enable: Enable | None = None


def specify(plan: ProtectionPlan, ids: Mapping[str, str]) -> EnableSpec:
    """The plan's names with the ids that its foundation has, or will have.

    Raises:
        KeyError: the foundation lacks something that the plan requires.
    """
    values: dict[str, Any] = dict(enable_spec(plan, ids))
    named = {field: values.pop(field) for field in ("vault_id", "item_name", "source_subnet")}
    return EnableSpec(container_id=values.pop("source_container_id"), enable=values, **named)


async def compare(view: AzureView, spec: EnableSpec) -> Enabling:
    """Read and diff; the network of an item that exists is not asked for."""
    item = await view.see(ITEM, spec.item_id)
    network = None if item else await view.see(NETWORK, spec.network_id)
    return diff(ItemFound(item, network), spec)


def diff(found: ItemFound, spec: EnableSpec) -> Enabling:
    """The item has a name of its own for each VM, so one that exists is the VM's.

    One whose enabling or replication failed stays until a person disables it: Azure takes no second enabling.
    """
    if found.item is not None and phase(found.item.state) is Phase.FAILED:
        return Enabling(spec, refuse(found.item.id, reason("ReplicationFailed", state=found.item.state)))
    if found.item is not None:
        return Enabling(spec, reuse(found.item.id, "it exists"))
    subnet = choose_subnet(spec.source_subnet, found.network.subnets) if found.network else None
    if subnet is None:
        return Enabling(spec, refuse(spec.item_id, reason("NoSubnet", network=spec.network_id)))
    enable = decode(Enable, {**spec.enable, "recovery_subnet": subnet})
    values = as_written(encode(enable))
    return Enabling(spec, create(spec.item_id, _why(spec, subnet), **values), enable)


def _why(spec: EnableSpec, subnet: str) -> str:
    """That another subnet is taken shows only here: which network the VM comes to may be up to the vault's mapping."""
    why = "the VM has no protected item"
    if same(subnet, spec.source_subnet):
        return why
    return f"{why}; the network {spec.network_id} has no subnet {spec.source_subnet}; the VM comes up in {subnet}"


def as_written(values: Mapping[str, Any]) -> dict[str, Any]:
    """A record's fields by the names that people see: in camelCase, as everywhere in the API."""
    return {to_camel(name): _written(value) for name, value in values.items()}


def _written(value: object) -> object:
    match value:
        case dict():
            return as_written(value)
        case list():
            return [_written(entry) for entry in value]
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
    return await begin_enable_protection(azure, enabling.spec.container_id, enabling.spec.item_name, enabling.enable)
