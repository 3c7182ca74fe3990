"""The VM of the stories and what stands around it, as facts; each test changes what it is about."""

from dataclasses import replace
from typing import Any

from asr.choices.profiles import Profile
from asr.choices.request import ProtectionRequest
from asr.choices.tags import read_request
from asr.data.matrix import read_matrix
from asr.model.vm_facts import (
    AvailabilitySet,
    IpConfiguration,
    ItemInterface,
    ManagedDisk,
    NamedTarget,
    NetworkInterface,
    ProtectedItem,
    Region,
    StorageAccount,
    Subnet,
    UnmanagedDisk,
    Vault,
    VirtualMachine,
    VirtualNetwork,
    VmFacts,
)
from asr.planning.naming import item_name

SUBSCRIPTION = "/subscriptions/6f2bd0f8-0000-4000-8000-000000000001"
GROUP = f"{SUBSCRIPTION}/resourceGroups/contoso-app"
VM_ID = f"{GROUP}/providers/Microsoft.Compute/virtualMachines/web-0"
NETWORK_ID = f"{GROUP}/providers/Microsoft.Network/virtualNetworks/contoso-vnet"
SET_ID = f"{GROUP}/providers/Microsoft.Compute/availabilitySets/web-set"
VAULTS = "providers/Microsoft.RecoveryServices/vaults"
ACCOUNTS = "providers/Microsoft.Storage/storageAccounts"
TEST_NETWORK_ID = f"{SUBSCRIPTION}/resourceGroups/drills/providers/Microsoft.Network/virtualNetworks/drill-vnet"
ITEM_ID = (
    f"{SUBSCRIPTION}/resourceGroups/vaults/{VAULTS}/v1/replicationFabrics/f/replicationProtectionContainers/c"
    f"/replicationProtectedItems/{item_name(VM_ID)}"
)

REGIONS = (
    Region("eastasia", "East Asia", "Asia Pacific", "Asia Pacific", "southeastasia", ("1", "2", "3")),
    Region("southeastasia", "Southeast Asia", "Asia Pacific", "Asia Pacific", "eastasia", ("1", "2", "3")),
    Region("westeurope", "West Europe", "Europe", "Europe", "northeurope", ("1", "2", "3")),
    Region("northeurope", "North Europe", "Europe", "Europe", "westeurope"),
    Region("polandcentral", "Poland Central", "Poland", "Europe", None),
    Region("francecentral", "France Central", "France", "Europe", "francesouth"),
    Region("francesouth", "France South", "France", "Europe", "francecentral"),
    Region("brazilsouth", "Brazil South", "Brazil", "South America", "southcentralus"),
    Region("brazilsoutheast", "Brazil Southeast", "Brazil", "South America", "brazilsouth"),
    Region("southcentralus", "South Central US", "United States", "US", "northcentralus"),
    Region("northcentralus", "North Central US", "United States", "US", "southcentralus"),
    Region("westus3", "West US 3", "United States", "US", "eastus"),
    Region("eastus", "East US", "United States", "US", "westus"),
    Region("westus", "West US", "United States", "US", "eastus"),
    Region("newzealandnorth", "New Zealand North", "New Zealand", "Asia Pacific", None),
    Region("usgovvirginia", "USGov Virginia", "USGov", "US", "usgovtexas"),
    Region("usgovtexas", "USGov Texas", "USGov", "US", "usgovvirginia"),
)

PROFILE = Profile("default")
MATRIX = read_matrix()


def disk(name: str, lun: int | None, sku: str | None = "Premium_LRS", **changes: Any) -> ManagedDisk:
    """A managed disk of 64 GiB."""
    id_ = f"{GROUP}/providers/Microsoft.Compute/disks/{name}"
    return replace(ManagedDisk(id_, name, lun, sku, 64), **changes)


def blob(name: str, lun: int | None, account: str) -> UnmanagedDisk:
    """An unmanaged disk of 64 GiB in an account."""
    return UnmanagedDisk(f"https://{account}.blob.core.windows.net/vhds/{name}.vhd", name, lun, account, 64)


def account(name: str, kind: str = "StorageV2", sku: str = "Standard_LRS") -> StorageAccount:
    """A storage account next to the VM."""
    return StorageAccount(f"{GROUP}/{ACCOUNTS}/{name}", name, "eastasia", kind, sku, {})


def vault(name: str, location: str, group: str = "vaults", **changes: Any) -> Vault:
    """A vault; its group is where it is itself."""
    id_ = f"{SUBSCRIPTION}/resourceGroups/{group}/{VAULTS}/{name}"
    return replace(Vault(id_, name, location, location), **changes)


def vm(**changes: Any) -> VirtualMachine:
    """A running Windows VM in an availability set, with an OS disk and two data disks of different SKUs."""
    web = VirtualMachine(
        id=VM_ID,
        name="web-0",
        location="eastasia",
        tags={"asr-protect": "true"},
        size="Standard_D2s_v5",
        os_type="Windows",
        provisioning_state="Succeeded",
        power_state="running",
        managed_disks=(disk("os", None), disk("data0", 0, "StandardSSD_LRS"), disk("data1", 1, "Standard_LRS")),
        unmanaged_disks=(),
        interface_ids=(f"{GROUP}/providers/Microsoft.Network/networkInterfaces/nic",),
        availability_set_id=SET_ID,
    )
    return replace(web, **changes)


def facts(machine: VirtualMachine | None = None, **changes: Any) -> VmFacts:
    """The facts about a VM in an empty subscription."""
    subnets = (Subnet("web", ("10.1.0.0/24",)), Subnet("db", ("10.1.1.0/24",)))
    known = VmFacts(
        vm=machine or vm(),
        interfaces=(interface("web"),),
        networks=(VirtualNetwork(NETWORK_ID, "eastasia", ("10.1.0.0/16",), subnets),),
        availability_set=AvailabilitySet(SET_ID, "eastasia", 3, 5, "Aligned"),
        regions=REGIONS,
        matrix=MATRIX,
    )
    return replace(known, **changes)


def interface(subnet: str, *, primary: bool = True, network: str = NETWORK_ID) -> NetworkInterface:
    """A network interface with one address."""
    configuration = IpConfiguration("ipconfig1", primary, f"{network}/subnets/{subnet}", "10.1.0.4", static=False)
    return NetworkInterface(
        f"{GROUP}/providers/Microsoft.Network/networkInterfaces/{subnet}", primary, (configuration,)
    )


def request(profile: Profile = PROFILE, /, **tags: str) -> ProtectionRequest:
    """What the tags ask for; `recovery_region="x"` stands for the tag `asr-recovery-region`."""
    written = {f"asr-{name.replace('_', '-')}": value for name, value in {"protect": "true", **tags}.items()}
    return read_request(written, "asr-", {profile.name: profile}, profile.name)


def named(role: str, id_: str, location: str | None) -> NamedTarget:
    """What was read of a named resource."""
    return NamedTarget(role, id_, location)


def item(state: str = "Protected", **changes: Any) -> ProtectedItem:
    """Our protected item of the VM, every disk replicated."""
    group = f"{SUBSCRIPTION}/resourceGroups/contoso-app-asr"
    protected = ProtectedItem(
        id=ITEM_ID,
        name=item_name(VM_ID),
        vm_id=VM_ID.lower(),
        state=state,
        state_description=state,
        health="Normal",
        percent=None,
        rpo_seconds=95,
        recovery_region="southeastasia",
        recovery_group_id=group,
        recovery_availability_set_id=f"{group}/providers/Microsoft.Compute/availabilitySets/web-set-asr",
        recovery_network_id=f"{group}/providers/Microsoft.Network/virtualNetworks/contoso-vnet-asr",
        test_network_id=None,
        interfaces=(ItemInterface("n", "nic", None, "web", None, None, "ipconfig1"),),
        disk_ids=tuple(one.id.lower() for one in vm().managed_disks),
    )
    return replace(protected, **changes)
