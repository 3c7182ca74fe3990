"""What of a machine cannot be changed, and what it keeps when a write does not mention it.

Source: the refusals `PropertyChangeNotAllowed` that users report. The OS disk can be swapped for another one, by id; a
machine that runs is restarted then (azure-powershell#4892), and `createOption` stays (azure-powershell#7621).
"""

from collections.abc import Mapping
from typing import Any

from local.emulator.arm.errors import ArmError
from local.emulator.arm.store import Resource
from local.emulator.arm.wire import JsonObject

_KEPT = ("osProfile", "networkProfile", "availabilitySet", "virtualMachineScaleSet", "diagnosticsProfile")
_FIXED: Mapping[str, tuple[str, ...]] = {
    "availabilitySet.id": ("availabilitySet", "id"),
    "osProfile.adminUsername": ("osProfile", "adminUsername"),
    "osProfile.computerName": ("osProfile", "computerName"),
    "osDisk.osType": ("storageProfile", "osDisk", "osType"),
    "osDisk.createOption": ("storageProfile", "osDisk", "createOption"),
    "imageReference.id": ("storageProfile", "imageReference", "id"),
    "imageReference.publisher": ("storageProfile", "imageReference", "publisher"),
    "imageReference.offer": ("storageProfile", "imageReference", "offer"),
    "imageReference.sku": ("storageProfile", "imageReference", "sku"),
}
_OS_DISK = ("storageProfile", "osDisk")


def with_kept(given: JsonObject, present: Resource | None) -> JsonObject:
    """Return the properties given, with those that stay when nothing is said about them."""
    before = present.properties if present else {}
    return {name: before[name] for name in _KEPT if name in before} | given


def check_unchanged(given: JsonObject, zones: list[str] | None, present: Resource) -> None:
    """Refuse a write that changes what was fixed when the machine was made.

    Raises:
        ArmError: 409 PropertyChangeNotAllowed.
    """
    for name, path in _FIXED.items():
        wanted, before = _at(given, path), _at(present.properties, path)
        if wanted is not None and str(wanted).lower() != str(before).lower():
            raise _refusal(name)
    name, disk = _at(given, (*_OS_DISK, "name")), _at(given, (*_OS_DISK, "managedDisk", "id"))
    swapped = disk and disk.lower() != str(_at(present.properties, (*_OS_DISK, "managedDisk", "id"))).lower()
    if name and not swapped and name.lower() != _at(present.properties, (*_OS_DISK, "name")).lower():
        raise _refusal("osDisk.name")
    if zones is not None and zones != present.body.get("zones", []):
        raise _refusal("zones")


def _at(properties: JsonObject, path: tuple[str, ...]) -> Any:
    value: Any = properties
    for name in path:
        value = (value or {}).get(name)
    return value


def _refusal(name: str) -> ArmError:
    return ArmError(409, "PropertyChangeNotAllowed", f"Changing property '{name}' is not allowed.", target=name)
