"""Which Event Grid events concern a VM. Pure.

An event never says what to do: it only names a VM. Whether that VM was created, changed or deleted is read
from Azure afterwards, so lost, doubled and late events do no harm.
Source: https://learn.microsoft.com/azure/event-grid/event-schema-subscriptions
"""

from collections.abc import Collection, Mapping
from typing import Any

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

VAULT_TYPE = "Microsoft.RecoveryServices/vaults"

ITEM_TYPE = f"{VAULT_TYPE}/replicationFabrics/replicationProtectionContainers/replicationProtectedItems"

_VAULT_OPERATIONS = (
    "vaults/write",
    "vaults/delete",
    "/replicationPolicies/",
    "/replicationProtectionContainerMappings/",
    "/replicationNetworkMappings/",
)
"""Parts of the operations after which the VMs of a vault may stand otherwise."""

_PRINCIPAL = "http://schemas.microsoft.com/identity/claims/objectidentifier"
"""The claim that names who did it, by the object id in the directory."""


def _filter(operator: str, key: str, values: list[str]) -> dict[str, Any]:
    return {"operatorType": operator, "key": key, "values": values}


EVENT_FILTER: Mapping[str, Any] = {
    "includedEventTypes": [
        "Microsoft.Resources.ResourceWriteSuccess",
        "Microsoft.Resources.ResourceDeleteSuccess",
        "Microsoft.Resources.ResourceActionSuccess",
    ],
    "advancedFilters": [
        _filter(
            "StringContains",
            "subject",
            [
                "/providers/Microsoft.Compute/virtualMachines/",
                "/providers/Microsoft.ClassicCompute/virtualMachines/",
                f"/providers/{VAULT_TYPE}/",
            ],
        ),
        _filter("StringNotContains", "subject", ["/extensions/"]),
        _filter(
            "StringContains",
            "data.operationName",
            [
                "virtualMachines/write",
                "virtualMachines/delete",
                "Microsoft.Resources/tags/",
                "/replicationProtectedItems/",
                *_VAULT_OPERATIONS,
            ],
        ),
    ],
}
"""The filter of the app's event subscription, as Event Grid takes it: 13 of its 25 values. It lets through what may
change a decision; the functions of this module are stricter. Written to infra/event-filter.json by `make docs`.
"""

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


def item_of_event(subject: str, data: Mapping[str, object], subscriptions: Collection[str]) -> str | None:
    """The id of the protected item that an event is about: it was written, deleted, or something was done to it."""
    if not str(data.get("operationName", "")).lower().startswith(f"{ITEM_TYPE}/".lower()):
        return None
    return _within(subject, ITEM_TYPE, subscriptions)


def vault_of_event(subject: str, data: Mapping[str, object], subscriptions: Collection[str]) -> str | None:
    """The id of the vault that an event is about, or about a policy or mapping of: many VMs may stand otherwise now."""
    operation = str(data.get("operationName", "")).lower()
    if not operation.startswith("microsoft.recoveryservices/") or not any(
        part.lower() in operation for part in _VAULT_OPERATIONS
    ):
        return None
    return _within(subject, VAULT_TYPE, subscriptions)


def principal_of_event(data: Mapping[str, object]) -> str | None:
    """The object id of who did what the event tells of."""
    claims = data.get("claims")
    found = claims.get(_PRINCIPAL) if isinstance(claims, dict) else None
    return found if isinstance(found, str) else None


def _within(subject: str, type_: str, subscriptions: Collection[str]) -> str | None:
    """The id of what has this type, if that is the subject or what the subject is below of."""
    segments = subject.split("/")
    count = 5 + 2 * (type_.count("/") + 1)
    try:
        found = resource_id.parse("/".join(segments[:count]))
    except ValueError:
        return None
    is_ours = found.is_type(type_) and found.subscription.lower() in subscriptions
    return str(found) if is_ours else None


def is_machine(vm: resource_id.ResourceId) -> bool:
    """Whether a person who gives this id means a VM of some kind, be it one that can only be refused."""
    return any(vm.is_type(type_) for type_ in (VM_TYPE, CLASSIC_TYPE, INSTANCE_TYPE))
