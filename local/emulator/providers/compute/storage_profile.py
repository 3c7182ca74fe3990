"""The disks of a machine: which are made with it, which are attached, and what the service fills in about them."""

from collections.abc import Iterator, Mapping

from local.emulator.arm.errors import ArmError, nested_not_found
from local.emulator.arm.ids import ResourceId
from local.emulator.arm.request import ArmRequest
from local.emulator.arm.schema import OBJECT, REFERENCE, Each, Kind, Schema
from local.emulator.arm.store import Resource
from local.emulator.arm.wire import JsonObject, fresh_guid
from local.emulator.providers.compute import disks

OS_DISK_SIZES_GB = {"Windows": 127, "Linux": 30}
MADE_WITH_THE_MACHINE = frozenset({"fromimage", "empty", "copy"})
_OPTIONS = {"fromimage": "FromImage", "empty": "Empty", "attach": "Attach", "copy": "Copy"}

_DISK: Mapping[str, Schema] = {
    "lun": Kind.WHOLE,
    "diskSizeGB": Kind.WHOLE,
    **dict.fromkeys(("name", "createOption", "caching", "osType", "deleteOption"), Kind.TEXT),
    **dict.fromkeys(("writeAcceleratorEnabled", "toBeDetached"), Kind.FLAG),
    **{key: {"uri": Kind.TEXT} for key in ("vhd", "image")},
    **dict.fromkeys(("diffDiskSettings", "encryptionSettings"), OBJECT),
    "managedDisk": {
        **REFERENCE,
        "storageAccountType": Kind.TEXT,
        "diskEncryptionSet": REFERENCE,
        "securityProfile": OBJECT,
    },
}
SCHEMA: Mapping[str, Schema] = {
    "imageReference": Each(Kind.TEXT),
    "osDisk": _DISK,
    "dataDisks": [_DISK],
    "diskControllerType": Kind.TEXT,
}
_CONTROLLERS = {"scsi": "SCSI", "nvme": "NVMe"}


def managed_disk_ids(vm: Resource) -> Iterator[str]:
    """Yield the ids of the machine's managed disks, the OS disk first."""
    profile = vm.properties["storageProfile"]
    for disk in (profile["osDisk"], *profile["dataDisks"]):
        if disk_id := (disk.get("managedDisk") or {}).get("id"):
            yield disk_id


type Making = dict[str, JsonObject]
"""Ids of managed disks that do not exist yet -> what they will be, once nothing is left that could be refused."""


def storage_profile(request: ArmRequest, present: Resource | None, making: Making) -> JsonObject:
    """Return the storage profile to keep; the managed disks that come with it go into `making`.

    Raises:
        ArmError: there is no OS disk, a disk to attach does not exist or is another machine's, two disks share a LUN
            or a name.
    """
    given = (request.body.get("properties") or {}).get("storageProfile") or {}
    before = present.properties["storageProfile"] if present else {}
    os_disk = given.get("osDisk") or before.get("osDisk") or {}
    image = given.get("imageReference") or before.get("imageReference")
    if not os_disk and not image:
        raise ArmError(400, "InvalidParameter", "Required parameter 'storageProfile' is missing (null).")
    data_disks = given.get("dataDisks", before.get("dataDisks", []))
    luns = [disk.get("lun") for disk in data_disks]
    if len(set(luns)) < len(luns) or None in luns:
        raise ArmError(
            400, "InvalidParameter", f"Every data disk needs a LUN of its own, not {luns}.", target="dataDisks.lun"
        )
    os_type = _os_type(request, os_disk, image)
    known = {disk["name"].lower(): disk for disk in (before.get("dataDisks") or [])}
    profile: JsonObject = {
        "osDisk": _disk(request, {**(before.get("osDisk") or {}), **os_disk}, os_type, "OsDisk_1", making),
        "dataDisks": [
            _disk(
                request,
                {**known.get(str(disk.get("name", "")).lower(), {}), **disk},
                "",
                f"lun_{disk['lun']}_2",
                making,
            )
            for disk in data_disks
            if not disk.get("toBeDetached")
        ],
    }
    if controller := given.get("diskControllerType") or before.get("diskControllerType"):
        profile["diskControllerType"] = _controller(str(controller))
    return ({"imageReference": {"version": "latest", "exactVersion": "1.0.0", **image}} if image else {}) | profile


def _controller(name: str) -> str:
    if name.lower() not in _CONTROLLERS:
        message = f"The value '{name}' of parameter 'storageProfile.diskControllerType' is invalid: SCSI or NVMe."
        raise ArmError(400, "InvalidParameter", message, target="storageProfile.diskControllerType")
    return _CONTROLLERS[name.lower()]


def _os_type(request: ArmRequest, os_disk: JsonObject, image: JsonObject | None) -> str:
    if os_disk.get("osType"):
        return "Windows" if str(os_disk["osType"]).lower() == "windows" else "Linux"
    properties = request.body.get("properties") or {}
    named = " ".join(str(value) for value in (image or {}).values()).lower()
    windows = "windowsConfiguration" in (properties.get("osProfile") or {}) or "windows" in named
    return "Windows" if windows else "Linux"


def _disk(request: ArmRequest, given: JsonObject, os_type: str, suffix: str, making: Making) -> JsonObject:
    """Return one disk of the profile; `os_type` is "" for a data disk."""
    option = _OPTIONS.get(str(given.get("createOption", "FromImage" if os_type else "Empty")).lower())
    if option is None:
        raise ArmError(400, "InvalidParameter", f"The createOption '{given.get('createOption')}' is unknown.")
    disk: JsonObject = {"lun": given["lun"]} if not os_type else {"osType": os_type}
    named = request.cloud.store.find(str((given.get("managedDisk") or {}).get("id") or ""))
    generated = f"{request.id.name}_{suffix}_{fresh_guid().replace('-', '')}"
    disk["name"] = named.id.name if named else given.get("name") or generated
    disk |= {"createOption": option, "caching": given.get("caching") or ("ReadWrite" if os_type else "None")}
    extra = ("image", "writeAcceleratorEnabled", "diffDiskSettings", "encryptionSettings", "toBeDetached")
    disk |= {key: given[key] for key in extra if key in given}
    if given.get("vhd"):
        disk["vhd"] = given["vhd"]
        disk["diskSizeGB"] = given.get("diskSizeGB") or OS_DISK_SIZES_GB.get(os_type, 1023)
        return disk
    disk["managedDisk"], disk["diskSizeGB"] = _managed(request, given, disk["name"], option, os_type, making)
    disk["deleteOption"] = given.get("deleteOption") or "Detach"
    return disk


def _managed(
    request: ArmRequest, given: JsonObject, name: str, option: str, os_type: str, making: Making
) -> tuple[JsonObject, int]:
    """Return the `managedDisk` part and the size, of a disk that exists or is to be made."""
    cloud, parameters = request.cloud, given.get("managedDisk") or {}
    disk_id = ResourceId.parse(
        parameters.get("id") or f"{request.id.group_id}/providers/{disks.TYPE}/{name}",
    )
    present = cloud.store.find(disk_id)
    if present is None and option.lower() not in MADE_WITH_THE_MACHINE:
        raise nested_not_found(disk_id)
    if present and present.deleting:
        message = f"Disk '{disk_id.text}' cannot be attached as it is being deleted."
        raise ArmError(409, "OperationNotAllowed", message, target="dataDisk.managedDisk.id")
    owner = str(present.body.get("managedBy") or "") if present else ""
    if owner and owner.lower() != request.id.key:
        message = f"Disk '{disk_id.text}' cannot be attached as the disk is already owned by VM '{owner}'."
        raise ArmError(409, "ConflictingUserInput", message, target="dataDisk.managedDisk.id")
    if disk_id.text in making:
        raise ArmError(400, "InvalidParameter", f"The disk '{disk_id.text}' is named twice.", target="dataDisks.name")
    if present is None:
        size = disks.checked_size(given.get("diskSizeGB") or OS_DISK_SIZES_GB.get(os_type, 1023))
        wanted = parameters.get("storageAccountType") or disks.DEFAULT_SKU
        body = making[disk_id.text] = _new(request, wanted, size, option, os_type)
        if key := (parameters.get("diskEncryptionSet") or {}).get("id"):
            own_key = {"type": "EncryptionAtRestWithCustomerKey", "diskEncryptionSetId": key}
            body["properties"]["encryption"] = own_key
    else:
        body = present.body
    own: JsonObject = {
        "storageAccountType": body["sku"]["name"],
        "id": present.id.text if present else disk_id.text,
    }
    kept = {key: parameters[key] for key in ("diskEncryptionSet", "securityProfile") if parameters.get(key)}
    return own | kept, body["properties"]["diskSizeGB"]


def _new(request: ArmRequest, sku: str, size: int, option: str, os_type: str) -> JsonObject:
    name = disks.sku_name(sku)
    body: JsonObject = {
        "location": request.body["location"],
        "sku": {"name": name, "tier": disks.TIERS[name.lower()][1]},
        "properties": disks.new_properties(request.cloud, size_gb=size, create_option=option, os_type=os_type),
    }
    if zones := request.body.get("zones"):
        body["zones"] = zones
    return body
