"""The emulated virtual machine, as Site Recovery looks at it."""

from collections.abc import Iterator
from dataclasses import dataclass

from local.emulator.arm.cloud import Cloud
from local.emulator.arm.ids import ResourceId
from local.emulator.arm.regions import region_name
from local.emulator.arm.store import Resource
from local.emulator.arm.wire import JsonObject
from local.emulator.providers.site_recovery import names

RUNNING = "running"
MACHINE_GUID = "machineGuid"
"""The private fact of an item: the `vmId` of its machine, which tells it from another one of the same name."""


@dataclass(frozen=True, slots=True)
class AttachedDisk:
    """One disk of a machine.

    Attributes:
        key: the managed disk's id or the blob's URI, in lower case.
        is_managed: which of the two it is.
        is_os_disk: whether the machine boots from it.
        size_gib: its size as the machine knows it; 0 when it does not say.
        lun: where a data disk is attached; 0 for the disk it boots from.
    """

    key: str
    is_managed: bool
    is_os_disk: bool
    size_gib: int
    lun: int = 0


@dataclass(frozen=True, slots=True)
class Machine:
    """One virtual machine."""

    cloud: Cloud
    resource: Resource

    @classmethod
    def find(cls, cloud: Cloud, vm_id: str) -> "Machine | None":
        """Return the machine with this id, or None."""
        found = cloud.store.find(vm_id)
        is_machine = found is not None and found.id.type.lower() == names.MACHINES.lower()
        return cls(cloud, found) if found is not None and is_machine else None

    @classmethod
    def of_item(cls, cloud: Cloud, item: Resource) -> "Machine | None":
        """Return the machine that an item protects, or None when it is gone, also when another one has its name."""
        found = cls.find(cloud, item.properties["providerSpecificDetails"]["fabricObjectId"])
        known = item.private.get(MACHINE_GUID)
        return found if found is not None and known in {None, found.guid} else None

    @property
    def guid(self) -> str:
        """The GUID that no other machine ever has."""
        return str(self.resource.properties.get("vmId"))

    @property
    def id(self) -> ResourceId:
        """Its id."""
        return self.resource.id

    @property
    def location(self) -> str:
        """The name of its region."""
        return region_name(self.resource.location)

    @property
    def provisioning_state(self) -> str:
        """`Succeeded`, `Updating`, `Failed` ..."""
        return str(self.resource.properties.get("provisioningState") or "Succeeded")

    @property
    def power_state(self) -> str:
        """`running`, `deallocated`, `stopped` ..."""
        return str(self.resource.private.get("power") or RUNNING).removeprefix("PowerState/")

    @property
    def zone(self) -> str:
        """Its availability zone, or ""."""
        return str(next(iter(self.resource.body.get("zones") or ()), ""))

    @property
    def is_windows(self) -> bool:
        """Whether its operating system is Windows."""
        return str(self._storage["osDisk"].get("osType")).lower() == "windows"

    @property
    def _storage(self) -> JsonObject:
        storage: JsonObject = self.resource.properties.get("storageProfile") or {"osDisk": {}, "dataDisks": []}
        return storage

    @property
    def is_nvme(self) -> bool:
        """Whether its disks are behind an NVMe controller."""
        return str(self._storage.get("diskControllerType")).lower() == "nvme"

    @property
    def system(self) -> str:
        """The image that its operating system came from: publisher, offer and SKU; "" when it does not say."""
        image = self._storage.get("imageReference") or {}
        return " ".join(str(image.get(key) or "") for key in ("publisher", "offer", "sku")).strip()

    def disks(self) -> Iterator[AttachedDisk]:
        """Yield its disks, the one it boots from first."""
        os_disk = self._storage.get("osDisk") or {}
        for disk in (os_disk, *(self._storage.get("dataDisks") or ())):
            managed = (disk.get("managedDisk") or {}).get("id")
            key = managed or (disk.get("vhd") or {}).get("uri")
            if key:
                size, lun = int(disk.get("diskSizeGB") or 0), int(disk.get("lun") or 0)
                yield AttachedDisk(key.lower(), bool(managed), disk is os_disk, size, lun)

    def nics(self) -> list[Resource]:
        """Return its network interfaces that exist."""
        profile = self.resource.properties.get("networkProfile") or {}
        found = (self.cloud.store.find(given["id"]) for given in profile.get("networkInterfaces") or ())
        return [nic for nic in found if nic is not None]

    @property
    def generation(self) -> str:
        """The Hyper-V generation of the disk it boots from."""
        boot = next((disk for disk in self.disks() if disk.is_managed and disk.is_os_disk), None)
        resource = self.cloud.store.find(boot.key) if boot else None
        return str(resource.properties.get("hyperVGeneration") or "V1") if resource else "V1"

    def facts(self) -> dict[str, str]:
        """Return what the texts of failures may want to know about it."""
        data = next((disk for disk in self.disks() if not disk.is_os_disk), None)
        return {
            "vm": self.id.name,
            "state": self.provisioning_state,
            "region": self.location,
            "size": str(self.resource.properties["hardwareProfile"]["vmSize"]),
            "disk": data.key if data else "",
            "lun": str(data.lun if data else 0),
        }
