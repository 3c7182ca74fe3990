"""What a region cannot give: sizes it does not have, sizes closed to the subscription, quotas.

Set through `POST /_emulator/compute/capacity`, or by a world:

    {"southeastasia": {"without": ["Standard_D2s_v5"], "restricted": ["Standard_E4s_v5"], "quotas": {"cores": 8}}}
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from local.emulator.arm.cloud import Cloud
from local.emulator.arm.errors import ArmError
from local.emulator.arm.ids import ResourceId
from local.emulator.arm.regions import region_name, regions
from local.emulator.arm.schema import Each, Kind, Schema, deserialized_strictly
from local.emulator.arm.wire import JsonObject
from local.emulator.providers.compute.network_profile import interface_count
from local.emulator.providers.compute.sizes import Size, sizes

TYPE = "Emulator.Compute/capacities"
MACHINES = "Microsoft.Compute/virtualMachines"
DEFAULT_CORES = 25_000
"""The regional quota of vCPUs, and of each family, when nothing else was set: out of the way."""

_LISTS = ("without", "restricted")
_SCHEMA: Mapping[str, Schema] = {**{name: [Kind.TEXT] for name in _LISTS}, "quotas": Each(Kind.WHOLE)}


@dataclass(frozen=True, slots=True)
class Capacity:
    """What is special about one region.

    Attributes:
        without: lower-cased names of sizes that the region does not have.
        restricted: lower-cased names of sizes that the subscription may not use there.
        quotas: quota name (`cores` or a family) -> vCPUs.
    """

    without: frozenset[str] = frozenset()
    restricted: frozenset[str] = frozenset()
    quotas: Mapping[str, int] = field(default_factory=dict)

    @classmethod
    def of(cls, cloud: Cloud, region: str) -> "Capacity":
        """Return what was set for a region."""
        kept = cloud.store.find(_own(region))
        if kept is None:
            return cls()
        names = {key: frozenset(name.lower() for name in kept.properties.get(key, [])) for key in _LISTS}
        return cls(quotas=kept.properties.get("quotas", {}), **names)

    def limit(self, quota: str) -> int:
        """Return how many vCPUs a quota allows."""
        return self.quotas.get(quota, DEFAULT_CORES)


def check_room(size: str, machine: str, given: JsonObject) -> None:
    """Refuse more data disks or interfaces than a size takes; of a size that is not known nothing is checked.

    Raises:
        ArmError: 409 OperationNotAllowed, 400 NetworkInterfaceCountExceeded.
    """
    known = sizes().get(size.lower())
    if known is None:
        return
    disks = len((given.get("storageProfile") or {}).get("dataDisks") or [])
    if disks > known.data_disks:
        message = f"The maximum number of data disks allowed to be attached to a VM of this size is {known.data_disks}."
        raise ArmError(409, "OperationNotAllowed", message, target="dataDisks")
    nics = interface_count(given.get("networkProfile") or {})
    if nics > known.nics:
        message = (
            f"The number of network interfaces for virtual machine {machine} exceeds the maximum allowed for the "
            f"virtual machine size {known.name}. The number of network interfaces is {nics} and the maximum allowed "
            f"is {known.nics}."
        )
        raise ArmError(400, "NetworkInterfaceCountExceeded", message)


def _own(region: str) -> ResourceId:
    return ResourceId.parse(f"/providers/{TYPE}/{region}")


def show(cloud: Cloud, _: JsonObject) -> object:
    """Answer with what was set, by region."""
    return {kept.id.name: kept.properties for kept in cloud.store.of_type(TYPE)}


def change(cloud: Cloud, body: JsonObject) -> object:
    """Set what is special about each region that is named; an empty object makes it ordinary again.

    Raises:
        ValueError: a region, a field or a size is unknown; the text says so.
    """
    changes: dict[str, JsonObject] = {}
    for region, given in body.items():
        if region_name(region) not in regions():
            raise ValueError(f"{region}: not a region; write a name such as southeastasia")
        wanted = deserialized_strictly(given, _SCHEMA, region)
        for size in (*wanted.get("without", []), *wanted.get("restricted", [])):
            if size.lower() not in sizes():
                raise ValueError(f"{region}: {size!r} is not one of the known sizes: {', '.join(sizes())}")
        for quota, limit in wanted.get("quotas", {}).items():
            if limit is None or limit < 0:
                raise ValueError(f"{region}.quotas.{quota}: {limit}; write a whole number of vCPUs, 0 or more")
        changes[region_name(region)] = wanted
    for region, wanted in changes.items():
        cloud.write(_own(region), {"properties": wanted})
    return show(cloud, body)


def cores_used(cloud: Cloud, subscription: ResourceId, region: str) -> dict[str, int]:
    """Return how many vCPUs the running and stopped machines hold, by quota. Deallocated ones hold none."""
    used = {"cores": 0, "virtualMachines": 0}
    for vm in cloud.store.of_type(MACHINES, subscription):
        if vm.location != region:
            continue
        used["virtualMachines"] += 1
        size = sizes().get(str(vm.properties["hardwareProfile"]["vmSize"]).lower())
        if size and vm.private.get("power") != "deallocated":
            used["cores"] += size.cores
            used[size.family] = used.get(size.family, 0) + size.cores
    return used


def check_size(cloud: Cloud, subscription: ResourceId, region: str, name: str) -> None:
    """Refuse a new machine of a size that is not to be had in the region, or that breaks a quota.

    Raises:
        ArmError: 409 SkuNotAvailable or OperationNotAllowed.
    """
    size = sizes().get(name.lower())
    if size is None:
        return
    capacity = Capacity.of(cloud, region)
    if size.name.lower() in capacity.without | capacity.restricted:
        message = (
            f"The requested VM size for resource 'Following SKUs have failed for Capacity Restrictions: {size.name}' "
            f"is currently not available in location '{region}'. Please try another size or deploy to a different "
            "location or different zone. See https://aka.ms/azureskunotavailable for details."
        )
        raise ArmError(409, "SkuNotAvailable", message)
    if capacity.quotas:
        _check_quotas(cores_used(cloud, subscription, region), capacity, size, region)


def _check_quotas(used: Mapping[str, int], capacity: Capacity, size: Size, region: str) -> None:
    for quota, text in (("cores", "Total Regional Cores"), (size.family, f"{size.family} Cores")):
        limit, present = capacity.limit(quota), used.get(quota, 0)
        if present + size.cores > limit:
            message = (
                f"Operation could not be completed as it results in exceeding approved {text} quota. Additional "
                f"details - Deployment Model: Resource Manager, Location: {region}, Current Limit: {limit}, Current "
                f"Usage: {present}, Additional Required: {size.cores}, (Minimum) New Limit Required: "
                f"{present + size.cores}."
            )
            raise ArmError(409, "OperationNotAllowed", message)
