"""Target compute sizes: in which sizes an item's machine could be recovered, and why not in the others.

The table holds common sizes with the limits that Compute documents for them; it is not the whole catalogue of a region.
"""

from dataclasses import dataclass

from local.emulator.arm.exchange import ArmRequest, ArmResponse
from local.emulator.arm.ids import ResourceId
from local.emulator.arm.router import Route
from local.emulator.arm.wire import JsonObject
from local.emulator.providers.site_recovery import items, names, vaults
from local.emulator.providers.site_recovery.machine import Machine
from local.emulator.providers.site_recovery.replication import disks_of
from local.emulator.providers.site_recovery.vaults import BASE, ITEM, Vault


@dataclass(frozen=True, slots=True)
class Size:
    """One size: its name, cores, memory in GiB, and how many data disks and NICs it takes at most."""

    name: str
    cores: int
    memory: float
    data_disks: int
    nics: int


SIZES = (
    Size("Standard_B2s", 2, 4, 4, 3),
    Size("Standard_B2ms", 2, 8, 4, 3),
    Size("Standard_B4ms", 4, 16, 8, 4),
    Size("Standard_DS1_v2", 1, 3.5, 4, 2),
    Size("Standard_DS2_v2", 2, 7, 8, 2),
    Size("Standard_DS3_v2", 4, 14, 16, 4),
    Size("Standard_DS4_v2", 8, 28, 32, 8),
    Size("Standard_D2s_v3", 2, 8, 4, 2),
    Size("Standard_D4s_v3", 4, 16, 8, 2),
    Size("Standard_D8s_v3", 8, 32, 16, 4),
    Size("Standard_D2s_v5", 2, 8, 4, 2),
    Size("Standard_D4s_v5", 4, 16, 8, 2),
    Size("Standard_D8s_v5", 8, 32, 16, 4),
    Size("Standard_D16s_v5", 16, 64, 32, 8),
    Size("Standard_E2s_v5", 2, 16, 4, 2),
    Size("Standard_E4s_v5", 4, 32, 8, 2),
    Size("Standard_E8s_v5", 8, 64, 16, 4),
    Size("Standard_F2s_v2", 2, 4, 4, 2),
    Size("Standard_F4s_v2", 4, 8, 8, 2),
    Size("Standard_F8s_v2", 8, 16, 16, 4),
)


def _reasons(size: Size, *, data_disks: int, nics: int) -> list[JsonObject]:
    limits = (("data disks", data_disks, size.data_disks), ("network interfaces", nics, size.nics))
    return [
        {"message": f"The machine has {wanted} {what}; size '{size.name}' takes {most}.", "severity": "Error"}
        for what, wanted, most in limits
        if wanted > most
    ]


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
            "memoryInGB": size.memory,
            "maxDataDiskCount": size.data_disks,
            "maxNicsCount": size.nics,
            "errors": reasons or None,
            "highIopsSupported": "Supported",
            "hyperVGenerations": ["V1", "V2"],
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
    bodies = [_body(item.id, size, _reasons(size, data_disks=data_disks, nics=nics)) for size in SIZES]
    return vaults.listed(request, bodies)


ROUTES = (Route("GET", f"{BASE}{ITEM}/targetComputeSizes", get_list),)
