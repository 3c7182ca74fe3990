"""Virtual machines: what a PUT is turned into, and what else changes when a machine comes or goes."""

from collections.abc import Mapping

from local.emulator.arm.cloud import Cloud
from local.emulator.arm.errors import ArmError, invalid_resource_reference, nested_not_found
from local.emulator.arm.identity import identified
from local.emulator.arm.ids import ResourceId
from local.emulator.arm.names import COMPUTE as COMPUTE_NAMES
from local.emulator.arm.request import ArmRequest
from local.emulator.arm.response import ArmResponse
from local.emulator.arm.router import Route
from local.emulator.arm.schema import OBJECT, REFERENCE, Kind, Schema
from local.emulator.arm.store import Resource
from local.emulator.arm.styles import COMPUTE
from local.emulator.arm.tracked import TrackedType
from local.emulator.arm.wire import JsonObject, fresh_guid, offset_timestamp
from local.emulator.providers.compute import disks
from local.emulator.providers.compute.availability_sets import check_fits, upper_cased
from local.emulator.providers.compute.capacity import check_room, check_size
from local.emulator.providers.compute.changes import check_unchanged, with_kept
from local.emulator.providers.compute.instance_view import RUNNING, instance_view
from local.emulator.providers.compute.network_profile import SCHEMA as NETWORK_PROFILE
from local.emulator.providers.compute.network_profile import network_profile
from local.emulator.providers.compute.storage_profile import SCHEMA as STORAGE_PROFILE
from local.emulator.providers.compute.storage_profile import Making, managed_disk_ids, storage_profile

TYPE = "Microsoft.Compute/virtualMachines"
EXTENSIONS = "Microsoft.Compute/virtualMachines/extensions"
INTERFACES = "Microsoft.Network/networkInterfaces"
DEFAULT_SIZE = "Standard_D1_v2"
LONGEST_COMPUTER_NAME = {"Windows": 15, "Linux": 64}
TIME_CREATED_SINCE = "2021-11-01"
_CLAIMED = "claimed"
"""What a machine keeps to itself about the disks and interfaces that are its own."""
_TOP_LEVEL = ("zones", "plan", "extendedLocation")
_REFERENCES = ("availabilitySet", "proximityPlacementGroup", "virtualMachineScaleSet", "host", "hostGroup")
SCHEMA: Mapping[str, Schema] = {
    "hardwareProfile": {"vmSize": Kind.TEXT},
    "storageProfile": STORAGE_PROFILE,
    "networkProfile": NETWORK_PROFILE,
    "osProfile": {
        **dict.fromkeys(("computerName", "adminUsername", "adminPassword", "customData"), Kind.TEXT),
        **dict.fromkeys(("windowsConfiguration", "linuxConfiguration"), OBJECT),
    },
    **dict.fromkeys(("diagnosticsProfile", "securityProfile", "capacityReservation", "additionalCapabilities"), OBJECT),
    **dict.fromkeys(("licenseType", "priority", "evictionPolicy", "userData"), Kind.TEXT),
    **dict.fromkeys(_REFERENCES, REFERENCE),
}


def render(request: ArmRequest, present: Resource | None) -> JsonObject:
    """Check every reference, make the disks that come with the machine and fill in what the service fills in."""
    cloud, given = request.cloud, with_kept(request.body.get("properties") or {}, present)
    if present:
        check_unchanged(given, request.body.get("zones"), present)
    _check_references(request, given)
    hardware = {"vmSize": DEFAULT_SIZE, **(given.get("hardwareProfile") or {})}
    if present is None or present.properties["hardwareProfile"]["vmSize"] != hardware["vmSize"]:
        check_size(cloud, request.id.subscription_id, request.body["location"], str(hardware["vmSize"]))
    check_room(str(hardware["vmSize"]), request.id.name, given)
    making: Making = {}
    profile = storage_profile(request, present, making)
    if present is None:
        check_fits(cloud, given.get("availabilitySet"), request.id.name, is_managed="vhd" not in profile["osDisk"])
    properties: JsonObject = {
        "vmId": present.properties["vmId"] if present else fresh_guid(),
        "hardwareProfile": hardware,
        "timeCreated": present.properties["timeCreated"] if present else offset_timestamp(cloud.clock.now()),
        **{key: value for key, value in given.items() if key not in _SET_HERE},
        "storageProfile": profile,
        "networkProfile": {},
    }
    if given.get("osProfile"):
        properties["osProfile"] = _os_profile(request, given["osProfile"], profile["osDisk"]["osType"])
    properties["networkProfile"] = network_profile(request, given.get("networkProfile") or {}, present)
    for disk, body in making.items():
        cloud.write(ResourceId.parse(disk), body)
    kept = {key: request.body[key] for key in _TOP_LEVEL if request.body.get(key)}
    return {"properties": properties, **kept, **identified(request)}


_SET_HERE = frozenset(
    {"vmId", "timeCreated", "provisioningState", "instanceView", "storageProfile", "networkProfile", "osProfile"}
) | {"hardwareProfile"}


def _os_profile(request: ArmRequest, given: JsonObject, os_type: str) -> JsonObject:
    name = str(given.get("computerName") or request.id.name)
    if len(name) > LONGEST_COMPUTER_NAME[os_type]:
        message = f"{os_type} computer name cannot be more than {LONGEST_COMPUTER_NAME[os_type]} characters long."
        raise ArmError(400, "InvalidParameter", message, target="computerName")
    windows = {"provisionVMAgent": True, "enableAutomaticUpdates": True}
    configuration: JsonObject = (
        {"windowsConfiguration": {**windows, **(given.get("windowsConfiguration") or {})}}
        if os_type == "Windows"
        else {
            "linuxConfiguration": {
                "disablePasswordAuthentication": False,
                "provisionVMAgent": True,
                **(given.get("linuxConfiguration") or {}),
            }
        }
    )
    shown = {key: value for key, value in given.items() if key not in {"adminPassword", "customData"}}
    own = {"computerName": name, "secrets": [], "allowExtensionOperations": True, "requireGuestProvisionSignal": True}
    return {**own, **shown, "computerName": name, **configuration}


def _check_references(request: ArmRequest, given: JsonObject) -> None:
    """Refuse interfaces and sets that are not there or elsewhere, and interfaces that another machine has."""
    cloud, vm, region = request.cloud, request.id, request.body["location"]
    availability_set = (given.get("availabilitySet") or {}).get("id")
    found = cloud.store.find(availability_set) if availability_set else None
    if availability_set and (found is None or found.deleting or found.location != region):
        raise nested_not_found(ResourceId.parse(availability_set))
    for interface in (given.get("networkProfile") or {}).get("networkInterfaces") or []:
        nic = cloud.store.find(str(interface.get("id", "")))
        if nic is None or nic.deleting:
            raise nested_not_found(ResourceId.parse(str(interface.get("id", ""))))
        if nic.location != region:
            raise invalid_resource_reference(nic.id.text, vm)
        owner = _owner(nic)
        if owner and owner.lower() != vm.key and cloud.store.find(owner):
            message = f"Network Interface {nic.id.text} is used by existing resource {owner}."
            raise ArmError(400, "NicInUse", message)


def _owner(nic: Resource) -> str:
    """Return the id of the machine that has an interface, or ""."""
    return str((nic.properties.get("virtualMachine") or {}).get("id") or "")


def machine_made(cloud: Cloud, vm: Resource) -> None:
    """A new machine is running, with its disks and interfaces."""
    vm.private.setdefault("power", RUNNING)
    vm.private.setdefault("provisioned", offset_timestamp(cloud.clock.now()))
    attach_parts(cloud, vm)


def attach_parts(cloud: Cloud, vm: Resource) -> None:
    """Tell disks and interfaces whose they are now, so that nobody else takes or deletes them."""
    attached = {disk_id.lower(): disk_id for disk_id in managed_disk_ids(vm)}
    interfaces = vm.properties["networkProfile"]["networkInterfaces"]
    kept = {interface["id"].lower() for interface in interfaces}
    for left in sorted({*vm.private.get(_CLAIMED, ())} - attached.keys() - kept):
        _release(cloud, vm, left)
    vm.private[_CLAIMED] = sorted({*attached, *kept})
    for disk_id in attached.values():
        disks.attach(cloud, disk_id, vm.id, powered=vm.private.get("power") != "deallocated")
    for index, interface in enumerate(interfaces):
        if nic := cloud.store.find(interface["id"]):
            declared = (interface.get("properties") or {}).get("primary")
            nic.properties["virtualMachine"] = {"id": vm.id.text}
            nic.properties["primary"] = index == 0 if declared is None else declared
            nic.properties.setdefault("macAddress", _mac_address(vm, index))


def _release(cloud: Cloud, vm: Resource, key: str) -> None:
    """Let go of a disk or an interface, if the machine still has it."""
    left = cloud.store.find(key)
    if left and str(left.body.get("managedBy") or "").lower() == vm.id.key:
        disks.detach(cloud, left.id.text)
    elif left and _owner(left).lower() == vm.id.key:
        del left.properties["virtualMachine"]


def _mac_address(vm: Resource, index: int) -> str:
    digits = vm.properties["vmId"].replace("-", "")[:5].upper() + f"{index:X}"
    return "-".join(("60", "45", "BD", digits[:2], digits[2:4], digits[4:6]))


def release_parts(cloud: Cloud, vm: Resource) -> None:
    """After a machine is gone: delete what it should take along (`deleteOption`), release the rest."""
    profile = vm.properties["storageProfile"]
    for disk in (profile["osDisk"], *profile["dataDisks"]):
        disk_id = (disk.get("managedDisk") or {}).get("id")
        if disk_id and disk.get("deleteOption") == "Delete":
            cloud.delete(ResourceId.parse(disk_id))
        elif disk_id:
            disks.detach(cloud, disk_id)
    for interface in vm.properties["networkProfile"].get("networkInterfaces") or []:
        nic = cloud.store.find(interface["id"])
        if nic and (interface.get("properties") or {}).get("deleteOption") == "Delete":
            cloud.delete(nic.id)
        elif nic:
            nic.properties.pop("virtualMachine", None)


def show(request: ArmRequest, vm: Resource) -> JsonObject:
    """Show a machine: the instance view only when asked for, references in Compute's casing, extensions included."""
    expand = request.query.get("$expand", "").lower()
    properties = {key: value for key, value in vm.properties.items() if key != "userData" or "userdata" in expand}
    if reference := (properties.get("availabilitySet") or {}).get("id"):
        properties["availabilitySet"] = {"id": upper_cased(ResourceId.parse(reference))}
    if request.api_version < TIME_CREATED_SINCE:
        properties.pop("timeCreated")
    if "instanceview" in expand or request.query.get("statusonly", "").lower() == "true":
        properties["instanceView"] = instance_view(request.cloud, vm)
    body = {**vm.body, "properties": properties}
    if extensions := request.cloud.store.of_type(EXTENSIONS, vm.id):
        body["resources"] = [extension.body for extension in extensions]
    return body


def get_instance_view(request: ArmRequest) -> ArmResponse:
    """Return the instance view alone (`GET .../instanceView`)."""
    return ArmResponse(body=instance_view(request.cloud, request.cloud.resource(request.id.without_action)))


VIRTUAL_MACHINES = TrackedType(
    type=TYPE,
    naming=COMPUTE_NAMES,
    schema=SCHEMA,
    render=render,
    present=show,
    accepted=attach_parts,
    written=machine_made,
    style=COMPUTE,
    asynchronous=frozenset({"create", "update", "patch", "delete"}),
)
_ONE = "/subscriptions/{subscription}/resourceGroups/{group}/providers/Microsoft.Compute/virtualMachines/{name}"
ROUTES = (Route("GET", _ONE + "/instanceView", get_instance_view),)
