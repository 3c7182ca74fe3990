"""Managed disks: created by themselves, or by the machine that is created with them."""

from local.emulator.arm.cloud import Cloud
from local.emulator.arm.errors import ArmError, conflict
from local.emulator.arm.ids import ResourceId
from local.emulator.arm.names import COMPUTE as COMPUTE_NAMES
from local.emulator.arm.request import ArmRequest
from local.emulator.arm.schema import OBJECT, Kind
from local.emulator.arm.store import Resource
from local.emulator.arm.styles import DISKS
from local.emulator.arm.tracked import TrackedType
from local.emulator.arm.wire import JsonObject, fresh_guid, offset_timestamp

TYPE = "Microsoft.Compute/disks"
GIB = 1024**3
DEFAULT_SKU = "Standard_LRS"
DEFAULT_SIZE_GB = 127
LARGEST_GB = 65_536
TIERS = {
    "standard_lrs": ("Standard_LRS", "Standard"),
    "standardssd_lrs": ("StandardSSD_LRS", "Standard"),
    "standardssd_zrs": ("StandardSSD_ZRS", "Standard"),
    "premium_lrs": ("Premium_LRS", "Premium"),
    "premium_zrs": ("Premium_ZRS", "Premium"),
    "premiumv2_lrs": ("PremiumV2_LRS", "Premium"),
    "ultrassd_lrs": ("UltraSSD_LRS", "Ultra"),
}
_NEEDS_SOURCE = frozenset({"copy", "restore", "copystart"})


def sku_name(name: str) -> str:
    """Return a disk SKU in Azure's casing.

    Raises:
        ArmError: 400, there is no such SKU.
    """
    if name.lower() not in TIERS:
        known = ", ".join(sku for sku, _ in TIERS.values())
        raise ArmError(
            400, "InvalidParameter", f"The disk SKU '{name}' is unknown; there are {known}.", target="sku.name"
        )
    return TIERS[name.lower()][0]


def checked_size(size_gb: int) -> int:
    """Return a size in GiB that a managed disk can have.

    Raises:
        ArmError: 400, it cannot.
    """
    if not 1 <= size_gb <= LARGEST_GB:
        message = f"The value '{size_gb}' of parameter 'disk.diskSizeGB' is out of range: 1 to {LARGEST_GB}."
        raise ArmError(400, "InvalidParameter", message, target="disk.diskSizeGB")
    return size_gb


def new_properties(cloud: Cloud, *, size_gb: int, create_option: str, os_type: str = "") -> JsonObject:
    """Return the properties of a disk that has just been made."""
    properties: JsonObject = {
        "creationData": {"createOption": create_option},
        "diskSizeGB": size_gb,
        "diskIOPSReadWrite": 500,
        "diskMBpsReadWrite": 60,
        "encryption": {"type": "EncryptionAtRestWithPlatformKey"},
        "networkAccessPolicy": "AllowAll",
        "publicNetworkAccess": "Enabled",
        "timeCreated": offset_timestamp(cloud.clock.now()),
        "provisioningState": "Succeeded",
        "diskState": "Unattached",
        "diskSizeBytes": size_gb * GIB,
        "uniqueId": fresh_guid(),
    }
    return ({"osType": os_type, "hyperVGeneration": "V1"} if os_type else {}) | properties


def render(request: ArmRequest, present: Resource | None) -> JsonObject:
    """Check what was asked for; a disk may grow but not shrink."""
    given = request.body.get("properties") or {}
    sku = sku_name(str((request.body.get("sku") or {}).get("name", DEFAULT_SKU)))
    creation = given.get("creationData") or (present.properties["creationData"] if present else {})
    option = creation.get("createOption")
    if not option:
        raise ArmError(400, "InvalidParameter", "Required parameter 'creationData.createOption' is missing (null).")
    if option.lower() in _NEEDS_SOURCE:
        _check_source(request.cloud, str(creation.get("sourceResourceId") or ""))
    before = present.properties["diskSizeGB"] if present else 0
    size = given.get("diskSizeGB") or before or (None if option.lower() == "empty" else DEFAULT_SIZE_GB)
    if size is None:
        raise ArmError(400, "InvalidParameter", "Required parameter 'disk.diskSizeGB' is missing (null).")
    if checked_size(size) < before:
        raise conflict("Disk size can only be increased.", code="OperationNotAllowed")
    fresh = new_properties(request.cloud, size_gb=size, create_option=option, os_type=str(given.get("osType") or ""))
    kept = present.properties if present else fresh
    sized = {"diskSizeGB": size, "diskSizeBytes": size * GIB, "creationData": creation}
    body: JsonObject = {"sku": {"name": sku, "tier": TIERS[sku.lower()][1]}, "properties": {**kept, **given, **sized}}
    for key in ("zones", "managedBy"):
        if value := request.body.get(key) or (present.body.get(key) if present else None):
            body[key] = value
    return body


def _check_source(cloud: Cloud, source: str) -> None:
    if not source or cloud.store.find(source) is None:
        raise ArmError(404, "NotFound", f"Resource {source or '(none)'} is not found.")


def attach(cloud: Cloud, disk_id: str, vm: ResourceId, *, powered: bool) -> None:
    """Note which machine a disk belongs to and whether that machine holds it."""
    if disk := cloud.store.find(disk_id):
        disk.body["managedBy"] = vm.text
        disk.properties["diskState"] = "Attached" if powered else "Reserved"


def detach(cloud: Cloud, disk_id: str) -> None:
    """Note that a disk belongs to no machine any more."""
    if disk := cloud.store.find(disk_id):
        disk.body.pop("managedBy", None)
        disk.properties["diskState"] = "Unattached"


def refuse_while_attached(cloud: Cloud, resource: Resource) -> None:
    """Keep a disk that a machine still has, unless that machine goes with it."""
    owner = ResourceId.parse(str(resource.body.get("managedBy") or "/"))
    if not cloud.is_leaving(owner):
        raise conflict(f"Disk {resource.id.name} is attached to VM {owner.text}.", code="OperationNotAllowed")


DISKS_TYPE = TrackedType(
    type=TYPE,
    naming=COMPUTE_NAMES,
    schema={
        "creationData": {"createOption": Kind.TEXT, "sourceResourceId": Kind.TEXT, "imageReference": OBJECT},
        "diskSizeGB": Kind.WHOLE,
        "osType": Kind.TEXT,
        "encryption": {"type": Kind.TEXT, "diskEncryptionSetId": Kind.TEXT},
        "encryptionSettingsCollection": OBJECT,
        "maxShares": Kind.WHOLE,
    },
    render=render,
    style=DISKS,
    asynchronous=frozenset({"create", "update", "patch", "delete"}),
    updating={"create": "Updating", "update": "Updating"},
)
