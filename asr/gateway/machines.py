"""Virtual machines and what belongs to them: disks and network interfaces."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from functools import partial
from urllib.parse import urlsplit

from asr.gateway.answers import not_understood
from asr.gateway.concurrency import side_by_side
from asr.gateway.document import Json, flag, number, section, sections, text, text_or_none, texts
from asr.gateway.graph_resources import find_attached
from asr.gateway.resources import read, region_name
from asr.gateway.session import Azure
from asr.model.resource_id import key
from asr.model.vm_facts import (
    Image,
    IpConfiguration,
    ManagedDisk,
    NetworkInterface,
    UnmanagedDisk,
    VirtualMachine,
)

_POWER = "PowerState/"
_SITE_RECOVERY = "microsoft.azure.recoveryservices.siterecovery"
_FAILED = "provisioningstate/failed"

DISK_SECONDS = 10.0
"""How long a disk counts."""


async def read_virtual_machine(azure: Azure, vm_id: str) -> VirtualMachine | None:
    """The VM with its power state; None if it is gone. One request.

    Azure leaves the SKU and size of disks out while a VM is deallocated: see `complete_disks`.
    Source: Virtual Machines - Get, `$expand=instanceView`.

    Raises:
        NotUnderstood: the answer describes no VM.
    """
    body = await read(azure, vm_id, expand="instanceView")
    if body is None:
        return None
    if not (text(body, "id") and text(body, "location") and isinstance(body.get("properties"), Mapping)):
        raise not_understood(f"GET {vm_id}", "it does not describe a virtual machine")
    return _machine(body)


async def complete_disks(azure: Azure, vm: VirtualMachine) -> tuple[ManagedDisk, ...]:
    """The VM's managed disks, read from Azure where the VM itself did not tell the SKU. Source: Disks - Get."""

    async def complete(disk: ManagedDisk) -> ManagedDisk:
        body = await _recalled(azure, disk.id, DISK_SECONDS) if disk.sku is None else None
        return disk if body is None else completed(disk, body)

    async with side_by_side() as group:
        disks = [group.create_task(complete(disk)) for disk in vm.managed_disks]
    return tuple(task.result() for task in disks)


def completed(disk: ManagedDisk, body: Json) -> ManagedDisk:
    """A VM's disk with what only the disk itself tells: whether it is shared, or encrypted in the guest."""
    about = section(body, "properties")
    return replace(
        disk,
        sku=text_or_none(body, "sku", "name") or disk.sku,
        size_gib=number(about, "diskSizeGB") or disk.size_gib,
        max_shares=number(about, "maxShares") or disk.max_shares,
        encryption_set_id=text_or_none(about, "encryption", "diskEncryptionSetId") or disk.encryption_set_id,
        guest_encrypted=flag(about, "encryptionSettingsCollection", "enabled") is True or disk.guest_encrypted,
    )


async def read_interfaces(azure: Azure, vm: VirtualMachine) -> tuple[NetworkInterface, ...]:
    """The VM's network interfaces, the primary one first; of a VM with one interface that one is primary.

    A lenient gathering takes what Resource Graph knows to be the VM's: an interface never leaves its network.
    Source: Network Interfaces - Get.
    """
    attached = await find_attached(azure, vm)

    async def interface(id_: str) -> Json | None:
        body = attached.own.get(key(id_)) if attached else None
        return body if body and sections(body, "properties", "ipConfigurations") else await _recalled(azure, id_, 0)

    async with side_by_side() as group:
        bodies = [group.create_task(interface(id_)) for id_ in vm.interface_ids]
    found = [body for task in bodies if (body := task.result()) is not None]
    interfaces = [_interface(body, only=len(found) == 1) for body in found]
    return tuple(sorted(interfaces, key=lambda interface: not interface.primary))


async def _recalled(azure: Azure, id_: str, seconds: float) -> Json | None:
    return await azure.memory.recall(("resource", key(id_)), seconds, partial(read, azure, id_))


def _machine(body: Json) -> VirtualMachine:
    storage = section(body, "properties", "storageProfile")
    view = section(body, "properties", "instanceView")
    disks = ((None, section(storage, "osDisk")), *((_lun(disk), disk) for disk in sections(storage, "dataDisks")))
    return VirtualMachine(
        id=text(body, "id"),
        name=text(body, "name"),
        location=region_name(text(body, "location")),
        tags={name: value for name, value in section(body, "tags").items() if isinstance(value, str)},
        size=text(body, "properties", "hardwareProfile", "vmSize"),
        os_type=text(storage, "osDisk", "osType"),
        provisioning_state=text(body, "properties", "provisioningState"),
        power_state=_power_state(body),
        managed_disks=tuple(_managed(disk, lun) for lun, disk in disks if section(disk, "managedDisk")),
        unmanaged_disks=tuple(_unmanaged(disk, lun) for lun, disk in disks if text(disk, "vhd", "uri")),
        interface_ids=_interface_ids(body),
        availability_set_id=text_or_none(body, "properties", "availabilitySet", "id"),
        zones=texts(body, "zones"),
        ephemeral_os_disk=bool(section(storage, "osDisk", "diffDiskSettings")),
        dedicated_host_id=text_or_none(body, "properties", "host", "id"),
        agent_status=_agent_status(body),
        extensions=tuple(text(extension, "name") for extension in sections(view, "extensions")),
        failed_extensions=_failed_extensions(body),
        security_type=text_or_none(body, "properties", "securityProfile", "securityType"),
        placement_group_id=text_or_none(body, "properties", "proximityPlacementGroup", "id"),
        capacity_group_id=text_or_none(body, "properties", "capacityReservation", "capacityReservationGroup", "id"),
        scale_set_id=text_or_none(body, "properties", "virtualMachineScaleSet", "id"),
        os_name=text_or_none(view, "osName"),
        os_version=text_or_none(view, "osVersion"),
        generation=text_or_none(view, "hyperVGeneration"),
        disk_controller=text_or_none(storage, "diskControllerType"),
        encryption_at_host=flag(body, "properties", "securityProfile", "encryptionAtHost") is True,
        edge_zone=text_or_none(body, "extendedLocation", "name"),
        guid=text_or_none(body, "properties", "vmId"),
        mobility_service=bool(mobility := _mobility_services(body)),
        mobility_services=mobility,
        image=_image(section(storage, "imageReference")),
        plan_publisher=text_or_none(body, "plan", "publisher"),
        identity=text_or_none(body, "identity", "type"),
        created=_created(text(body, "properties", "timeCreated")),
    )


def _created(at: str) -> float | None:
    try:
        return datetime.fromisoformat(at).timestamp()
    except (ValueError, OverflowError):
        return None


def _image(reference: Json) -> Image | None:
    publisher = text(reference, "publisher")
    return Image(publisher, text(reference, "offer"), text(reference, "sku")) if publisher else None


def _lun(disk: Json) -> int:
    return number(disk, "lun") or 0


def _power_state(body: Json) -> str | None:
    codes = [text(status, "code") for status in sections(body, "properties", "instanceView", "statuses")]
    return next((code.removeprefix(_POWER) for code in codes if code.startswith(_POWER)), None)


def _agent_status(body: Json) -> str | None:
    statuses = sections(body, "properties", "instanceView", "vmAgent", "statuses")
    return next((text_or_none(status, "displayStatus") for status in statuses), None)


def _failed_extensions(body: Json) -> tuple[str, ...]:
    return tuple(
        text(extension, "name")
        for extension in sections(body, "properties", "instanceView", "extensions")
        if any(text(status, "code").lower().startswith(_FAILED) for status in sections(extension, "statuses"))
    )


def _mobility_services(body: Json) -> tuple[str, ...]:
    """The names of the extensions that are Site Recovery's: by the publisher, or by the name that it gives them."""
    extensions = (*sections(body, "resources"), *sections(body, "properties", "instanceView", "extensions"))
    found = (
        text(one, "name").rsplit("/", 1)[-1]
        for one in extensions
        if text(one, "properties", "publisher").lower().startswith(_SITE_RECOVERY)
        or text(one, "name").lower().startswith("siterecovery-")
    )
    return tuple(dict.fromkeys(found))


def _managed(disk: Json, lun: int | None) -> ManagedDisk:
    return ManagedDisk(
        id=text(disk, "managedDisk", "id"),
        name=text(disk, "name"),
        lun=lun,
        sku=text_or_none(disk, "managedDisk", "storageAccountType"),
        size_gib=number(disk, "diskSizeGB"),
        write_accelerator=flag(disk, "writeAcceleratorEnabled") is True,
        encryption_set_id=text_or_none(disk, "managedDisk", "diskEncryptionSet", "id"),
        guest_encrypted=flag(disk, "encryptionSettings", "enabled") is True,
    )


def _unmanaged(disk: Json, lun: int | None) -> UnmanagedDisk:
    uri = text(disk, "vhd", "uri")
    return UnmanagedDisk(
        uri=uri,
        name=text(disk, "name"),
        lun=lun,
        account_name=(urlsplit(uri).hostname or "").partition(".")[0],
        size_gib=number(disk, "diskSizeGB"),
        guest_encrypted=flag(disk, "encryptionSettings", "enabled") is True,
    )


def _interface_ids(body: Json) -> tuple[str, ...]:
    return tuple(
        text(interface, "id") for interface in sections(body, "properties", "networkProfile", "networkInterfaces")
    )


def _interface(body: Json, *, only: bool) -> NetworkInterface:
    return NetworkInterface(
        id=text(body, "id"),
        primary=only or flag(body, "properties", "primary") is True,
        ip_configurations=tuple(
            _ip_configuration(configuration) for configuration in sections(body, "properties", "ipConfigurations")
        ),
        security_group_id=text_or_none(body, "properties", "networkSecurityGroup", "id"),
        accelerated=flag(body, "properties", "enableAcceleratedNetworking") is True,
    )


def _ip_configuration(body: Json) -> IpConfiguration:
    return IpConfiguration(
        name=text(body, "name"),
        primary=flag(body, "properties", "primary") is True,
        subnet_id=text_or_none(body, "properties", "subnet", "id"),
        address=text_or_none(body, "properties", "privateIPAddress"),
        static=text(body, "properties", "privateIPAllocationMethod").lower() == "static",
        public_address_id=text_or_none(body, "properties", "publicIPAddress", "id"),
        pool_ids=tuple(text(pool, "id") for pool in sections(body, "properties", "loadBalancerBackendAddressPools")),
    )
