"""Availability sets: synchronous, with the ids of the machines in them."""

from local.emulator.arm.cloud import Cloud
from local.emulator.arm.errors import ArmError, conflict
from local.emulator.arm.ids import ResourceId
from local.emulator.arm.names import COMPUTE as COMPUTE_NAMES
from local.emulator.arm.request import ArmRequest
from local.emulator.arm.schema import REFERENCE, Kind
from local.emulator.arm.store import Resource
from local.emulator.arm.tracked import TrackedType
from local.emulator.arm.wire import JsonObject

TYPE = "Microsoft.Compute/availabilitySets"
MACHINES = "Microsoft.Compute/virtualMachines"
DEFAULT_FAULT_DOMAINS = 1
DEFAULT_UPDATE_DOMAINS = 5
MOST_FAULT_DOMAINS = 3
MOST_UPDATE_DOMAINS = 20
SKUS = {"classic": "Classic", "aligned": "Aligned"}


def upper_cased(resource_id: ResourceId) -> str:
    """Return the id as Compute writes it in cross references: group and name in capitals."""
    group = f"{resource_id.subscription_id}/resourceGroups/{resource_id.group.upper()}"
    return f"{group}/providers/{resource_id.type}/{resource_id.name.upper()}"


def render(request: ArmRequest, present: Resource | None) -> JsonObject:
    """Check the domain counts, which cannot change afterwards, and fill in the defaults."""
    given = request.body.get("properties") or {}
    sku = SKUS.get(str((request.body.get("sku") or {}).get("name", "Classic")).lower())
    if sku is None:
        raise ArmError(400, "InvalidParameter", "The value of parameter sku.name is invalid.", target="sku.name")
    counts = {}
    for name, default, most in (
        ("platformUpdateDomainCount", DEFAULT_UPDATE_DOMAINS, MOST_UPDATE_DOMAINS),
        ("platformFaultDomainCount", DEFAULT_FAULT_DOMAINS, MOST_FAULT_DOMAINS),
    ):
        before = present.properties[name] if present else default
        count = given.get(name) or before
        if not (isinstance(count, int) and 1 <= count <= most):
            message = f"The value {count} of parameter '{name}' is invalid. It must be between 1 and {most}."
            raise ArmError(400, "InvalidParameter", message, target=name)
        if present and count != before:
            message = f"Changing property '{name}' is not allowed."
            raise ArmError(409, "PropertyChangeNotAllowed", message, target=name)
        counts[name] = count
    properties: JsonObject = counts
    if given.get("proximityPlacementGroup"):
        properties["proximityPlacementGroup"] = given["proximityPlacementGroup"]
    return {"properties": properties, "sku": {"name": sku}}


def show(request: ArmRequest, resource: Resource) -> JsonObject:
    """Show the set with its machines. It has no provisioningState on the wire."""
    machines = [{"id": upper_cased(vm.id)} for vm in members(request.cloud, resource.id)]
    properties = {key: value for key, value in resource.properties.items() if key != "provisioningState"}
    return {**resource.body, "properties": {**properties, "virtualMachines": machines}}


def members(cloud: Cloud, availability_set: ResourceId) -> list[Resource]:
    """Return the machines that are in the set."""
    return [
        vm
        for vm in cloud.store.referring_to(availability_set, MACHINES)
        if str((vm.properties.get("availabilitySet") or {}).get("id", "")).lower() == availability_set.key
    ]


def check_fits(cloud: Cloud, reference: JsonObject | None, machine: str, *, is_managed: bool) -> None:
    """Refuse a machine whose kind of disks the set is not for. `reference` is the machine's `availabilitySet`.

    Raises:
        ArmError: 409 OperationNotAllowed, in Azure's words (terraform-provider-azurestack#100).
    """
    found = cloud.store.find(str((reference or {}).get("id") or ""))
    if found is not None and (found.body["sku"]["name"] == "Aligned") != is_managed:
        message = (
            "Addition of a VM with managed disks to non-managed Availability Set or addition of a VM with blob based "
            "disks to managed Availability Set is not supported. Please create an Availability Set with 'Aligned' SKU "
            "in order to add a VM with managed disks to it."
        )
        raise ArmError(409, "OperationNotAllowed", message, target=machine)


def refuse_while_in_use(cloud: Cloud, resource: Resource) -> None:
    """Keep a set that still has machines, unless they go with it."""
    if left := [vm for vm in members(cloud, resource.id) if not cloud.is_leaving(vm.id)]:
        message = (
            f"Availability Set '{resource.id.name}' cannot be deleted. Before deleting an Availability Set please "
            f"ensure that it does not contain any VM. It contains '{left[0].id.name}'."
        )
        raise conflict(message, code="OperationNotAllowed")


AVAILABILITY_SETS = TrackedType(
    type=TYPE,
    naming=COMPUTE_NAMES,
    schema={
        **dict.fromkeys(("platformFaultDomainCount", "platformUpdateDomainCount"), Kind.WHOLE),
        "proximityPlacementGroup": REFERENCE,
    },
    render=render,
    present=show,
    created_status=200,
)
