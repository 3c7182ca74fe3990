"""Target compute sizes: in which sizes an item's machine could be recovered, and why not in the others.

They are the sizes that the emulated Compute knows, where the recovery region has them.
"""

from local.emulator.arm.ids import ResourceId
from local.emulator.arm.request import ArmRequest
from local.emulator.arm.response import ArmResponse
from local.emulator.arm.router import Route
from local.emulator.arm.wire import JsonObject
from local.emulator.providers.compute.capacity import Capacity
from local.emulator.providers.compute.sizes import Size, sizes
from local.emulator.providers.site_recovery import items, names, vaults
from local.emulator.providers.site_recovery.machine import Machine
from local.emulator.providers.site_recovery.replication import disks_of
from local.emulator.providers.site_recovery.vaults import BASE, ITEM, Vault


def _reasons(size: Size, capacity: Capacity, *, data_disks: int, nics: int) -> list[JsonObject]:
    limits = (("data disks", data_disks, size.data_disks), ("network interfaces", nics, size.nics))
    texts = [
        f"The machine has {wanted} {what}; size '{size.name}' takes {most}."
        for what, wanted, most in limits
        if wanted > most
    ]
    if size.name.lower() in capacity.restricted:
        texts.append(f"Size '{size.name}' is not available to the subscription in the recovery region.")
    return [{"message": text, "severity": "Error"} for text in texts]


def _body(item: ResourceId, size: Size, reasons: list[JsonObject]) -> JsonObject:
    return {
        "id": item.child("targetComputeSizes", size.name).text,
        "name": size.name,
        "type": names.TARGET_COMPUTE_SIZES,
        "properties": {
            "name": size.name,
            "friendlyName": size.name,
            "cpuCoresCount": size.cores,
            "vCPUsAvailable": size.cores,
            "memoryInGB": size.memory_gb,
            "maxDataDiskCount": size.data_disks,
            "maxNicsCount": size.nics,
            "errors": reasons or None,
            "highIopsSupported": "Supported" if size.premium else "NotSupported",
            "hyperVGenerations": size.generations.split(","),
        },
    }


def get_list(request: ArmRequest) -> ArmResponse:
    """GET the sizes, each with the reasons that speak against it.

    Raises:
        ArmError: 404, there is no such item.
    """
    vault = Vault(request)
    item = items.find(vault)
    machine = Machine.find(vault.cloud, item.properties["providerSpecificDetails"]["fabricObjectId"])
    data_disks = sum(disk["diskType"] == "Data" for disk in disks_of(item))
    nics = len(machine.nics()) if machine else 0
    capacity = Capacity.of(vault.cloud, item.properties["providerSpecificDetails"]["recoveryFabricLocation"])
    bodies = [
        _body(item.id, size, _reasons(size, capacity, data_disks=data_disks, nics=nics))
        for key, size in sizes().items()
        if key not in capacity.without
    ]
    return vaults.listed(request, bodies)


ROUTES = (Route("GET", f"{BASE}{ITEM}/targetComputeSizes", get_list),)
