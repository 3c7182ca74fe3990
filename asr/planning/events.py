"""Which Event Grid events concern a VM. Pure.

An event never says what to do: it only names a VM. Whether that VM was created, changed or deleted is read
from Azure afterwards, so lost, doubled and late events do no harm.
Source: https://learn.microsoft.com/azure/event-grid/event-schema-subscriptions
"""

from collections.abc import Collection

from asr.model import resource_id

VM_TYPE = "Microsoft.Compute/virtualMachines"

CLASSIC_TYPE = "Microsoft.ClassicCompute/virtualMachines"
"""VMs of the retired deployment model: a run refuses them with the reason."""

INSTANCE_TYPE = "Microsoft.Compute/virtualMachineScaleSets/virtualMachines"
"""Instances of uniform scale sets, which Site Recovery does not take."""

OPERATIONS = frozenset(
    {
        "microsoft.compute/virtualmachines/write",
        "microsoft.compute/virtualmachines/delete",
        "microsoft.classiccompute/virtualmachines/write",
        "microsoft.resources/tags/write",
        "microsoft.resources/tags/delete",
    }
)
"""Operations after which a VM is read, in lower case. Tag changes by the tags API name the VM as the subject."""

_TAGS_SUFFIX = "/providers/microsoft.resources/tags/default"


def vm_of_event(subject: str, data: dict[str, object], subscriptions: Collection[str]) -> str | None:
    """The id of the VM that an event is about; None when it is about anything else or about another subscription.

    Resources below a VM (extensions, run commands) have the VM's id as a prefix and are not the VM.
    """
    if str(data.get("operationName", "")).lower() not in OPERATIONS:
        return None
    text = subject[: -len(_TAGS_SUFFIX)] if subject.lower().endswith(_TAGS_SUFFIX) else subject
    try:
        vm = resource_id.parse(text)
    except ValueError:
        return None
    if not (vm.is_type(VM_TYPE) or vm.is_type(CLASSIC_TYPE)) or vm.subscription.lower() not in subscriptions:
        return None
    return str(vm)


def is_machine(vm: resource_id.ResourceId) -> bool:
    """Whether a person who gives this id means a VM of some kind, be it one that can only be refused."""
    return any(vm.is_type(type_) for type_ in (VM_TYPE, CLASSIC_TYPE, INSTANCE_TYPE))
