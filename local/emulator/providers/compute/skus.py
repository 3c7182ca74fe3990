"""Compute's SKUs and usages: what could be made in a region, and how much of the quota is left.

Source: `ResourceSkus_List` (2021-07-01) and `Usage_List`.
"""

from collections.abc import Iterator

from local.emulator.arm.odata import matches, parsed_filter
from local.emulator.arm.paging import page
from local.emulator.arm.regions import Region, region_name, regions
from local.emulator.arm.request import ArmRequest
from local.emulator.arm.response import ArmResponse
from local.emulator.arm.router import Route
from local.emulator.arm.usages import Usage, counted, listed
from local.emulator.arm.wire import JsonObject
from local.emulator.providers.compute.capacity import Capacity, cores_used
from local.emulator.providers.compute.sizes import Size, family_text, sizes

ZONES = ("1", "2", "3")
MOST_FAULT_DOMAINS = 3
_SUBSCRIPTION = "/subscriptions/{subscription}/providers/Microsoft.Compute"
_COUNTS = (
    ("Microsoft.Compute/availabilitySets", "availabilitySets", "Availability Sets", 2500),
    ("Microsoft.Compute/disks", "ManagedDiskCount", "Managed Disks", 50000),
)


def list_skus(request: ArmRequest) -> ArmResponse:
    """List machine sizes and kinds of availability set by region; `$filter=location eq '...'` is the only filter."""
    wanted = parsed_filter(request.query.get("$filter", ""))
    found: list[JsonObject] = []
    for region in regions().values():
        if not matches(wanted, {"location": region.name}, {}):
            continue
        capacity = Capacity.of(request.cloud, region.name)
        found += [_availability(name, region) for name in ("Classic", "Aligned")]
        found += [_size(size, region, capacity) for key, size in sizes().items() if key not in capacity.without]
    return page(request, found)


def _availability(name: str, region: Region) -> JsonObject:
    capabilities = [{"name": "MaximumPlatformFaultDomainCount", "value": str(MOST_FAULT_DOMAINS)}]
    own: JsonObject = {"resourceType": "availabilitySets", "name": name, "locations": [region.name]}
    where = [{"location": region.name, "zones": [], "zoneDetails": []}]
    return own | {"locationInfo": where, "capabilities": capabilities, "restrictions": []}


def _size(size: Size, region: Region, capacity: Capacity) -> JsonObject:
    zones = list(ZONES) if region.zones else []
    capabilities = {
        "vCPUs": f"{size.cores}",
        "HyperVGenerations": size.generations,
        "MemoryGB": f"{size.memory_gb:g}",
        "MaxDataDiskCount": f"{size.data_disks}",
        "CpuArchitectureType": "x64",
        "PremiumIO": f"{size.premium}",
        "VMDeploymentTypes": "IaaS",
        "vCPUsAvailable": f"{size.cores}",
        "AcceleratedNetworkingEnabled": f"{size.accelerated}",
        "MaxNetworkInterfaces": f"{size.nics}",
    }
    restriction: JsonObject = {
        "type": "Location",
        "values": [region.name],
        "restrictionInfo": {"locations": [region.name]},
        "reasonCode": "NotAvailableForSubscription",
    }
    return {
        "resourceType": "virtualMachines",
        "name": size.name,
        "tier": "Standard",
        "size": size.name.removeprefix("Standard_"),
        "family": size.family,
        "locations": [region.name],
        "locationInfo": [{"location": region.name, "zones": zones, "zoneDetails": []}],
        "capabilities": [{"name": name, "value": value} for name, value in capabilities.items()],
        "restrictions": [restriction] if size.name.lower() in capacity.restricted else [],
    }


def _usages(request: ArmRequest, region: str) -> Iterator[Usage]:
    used = cores_used(request.cloud, request.id.subscription_id, region)
    capacity = Capacity.of(request.cloud, region)
    for kind, name, text, limit in _COUNTS:
        yield Usage(name, text, counted(request, kind, region), limit)
    yield Usage("cores", "Total Regional vCPUs", used["cores"], capacity.limit("cores"))
    yield Usage("virtualMachines", "Virtual Machines", used["virtualMachines"], capacity.limit("virtualMachines"))
    for family in dict.fromkeys(size.family for size in sizes().values()):
        yield Usage(family, family_text(family), used.get(family, 0), capacity.limit(family))


def list_sizes(request: ArmRequest) -> ArmResponse:
    """List the machine sizes of a region in the older, shorter form (`VirtualMachineSizes_List`)."""
    without = Capacity.of(request.cloud, region_name(request.params["location"])).without
    found = [
        {
            "name": size.name,
            "numberOfCores": size.cores,
            "osDiskSizeInMB": 1047552,
            "resourceDiskSizeInMB": 0,
            "memoryInMB": int(size.memory_gb * 1024),
            "maxDataDiskCount": size.data_disks,
        }
        for key, size in sizes().items()
        if key not in without
    ]
    return ArmResponse(body={"value": found})


ROUTES = (
    Route("GET", _SUBSCRIPTION + "/skus", list_skus),
    Route("GET", _SUBSCRIPTION + "/locations/{location}/usages", listed(_usages)),
    Route("GET", _SUBSCRIPTION + "/locations/{location}/vmSizes", list_sizes),
)
