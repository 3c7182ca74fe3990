"""Virtual machines as Azure answers them in odd cases, and lists of more than one page."""

from typing import Any

from asr.gateway.machines import complete_disks, read_interfaces, read_virtual_machine
from asr.gateway.networks import read_networks
from asr.gateway.resources import list_resources
from asr.gateway.session import Azure
from asr.gateway.site_recovery import list_protected_items
from asr.model.vm_facts import ManagedDisk, NetworkInterface, VirtualMachine
from tests.gateway.sessions import SUBSCRIPTION, within
from tests.gateway.wire import AZURE, Reply, Wire

GROUP = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/g/providers"
VM = f"{GROUP}/Microsoft.Compute/virtualMachines/odd-0"
DISK = f"{GROUP}/Microsoft.Compute/disks/odd-0-data"


def read(properties: dict[str, Any], **top: Any) -> VirtualMachine:
    async def work(azure: Azure) -> VirtualMachine:
        vm = await read_virtual_machine(azure, VM)
        assert vm is not None
        return vm

    body = {"id": VM, "name": "odd-0", "location": "East Asia", "properties": properties, **top}
    with Wire({("GET", VM): Reply(200, body)}) as wire:
        return within(wire.url, work)


def test_the_barest_vm() -> None:
    """Whatever Azure leaves out reads as empty; a region's display name is its name."""
    vm = read({})

    assert (vm.location, vm.power_state, vm.agent_status, vm.tags, vm.zones) == ("eastasia", None, None, {}, ())
    assert (vm.managed_disks, vm.unmanaged_disks, vm.interface_ids) == ((), (), ())


def test_what_stands_against_protection() -> None:
    """Ephemeral OS disk, write accelerator, dedicated host, zone, encryption sets: all read from the one answer."""
    vm = read(
        {
            "host": {"id": "/host"},
            "storageProfile": {
                "osDisk": {
                    "osType": "Linux",
                    "diffDiskSettings": {"option": "Local"},
                    "managedDisk": {"id": "/os", "diskEncryptionSet": {"id": "/set"}},
                    "encryptionSettings": {"enabled": True},
                },
                "dataDisks": [{"lun": 3, "writeAcceleratorEnabled": True, "managedDisk": {"id": DISK}}],
            },
        },
        zones=["2"],
    )

    os_disk, data_disk = vm.managed_disks
    assert (vm.ephemeral_os_disk, vm.dedicated_host_id, vm.zones) == (True, "/host", ("2",))
    assert (os_disk.lun, os_disk.encryption_set_id, os_disk.guest_encrypted) == (None, "/set", True)
    assert (data_disk.lun, data_disk.write_accelerator, data_disk.sku) == (3, True, None)


def test_what_the_guest_and_the_hypervisor_tell() -> None:
    """System, generation, disk controller, encryption at host."""
    told = {
        "storageProfile": {"diskControllerType": "NVMe"},
        "securityProfile": {"encryptionAtHost": True},
        "instanceView": {"osName": "ubuntu", "osVersion": "22.04", "hyperVGeneration": "V2"},
    }
    vm, bare = read(told, extendedLocation={"type": "EdgeZone", "name": "losangeles"}), read({})

    assert (vm.os_name, vm.os_version, vm.generation) == ("ubuntu", "22.04", "V2")
    assert (vm.disk_controller, vm.encryption_at_host) == ("NVMe", True)
    assert (bare.os_name, bare.os_version, bare.generation, bare.disk_controller) == (None, None, None, None)
    assert (bare.encryption_at_host, bare.edge_zone, vm.edge_zone) == (False, None, "losangeles")


def test_an_unmanaged_disk_that_is_encrypted_in_the_guest() -> None:
    """It is the VM that tells, in its OS disk's settings."""
    disk = {"name": "os", "vhd": {"uri": "https://acc.blob.core.windows.net/vhds/os.vhd"}}
    encrypted = read({"storageProfile": {"osDisk": {**disk, "encryptionSettings": {"enabled": True}}}})
    plain = read({"storageProfile": {"osDisk": disk}})

    assert [one.guest_encrypted for one in (*encrypted.unmanaged_disks, *plain.unmanaged_disks)] == [True, False]


def test_a_disk_is_read_only_if_the_vm_does_not_tell() -> None:
    """A deallocated VM tells no SKUs: then the disk is asked, and tells more besides."""
    known, unknown = ManagedDisk("/known", "k", None, "Premium_LRS"), ManagedDisk(DISK, "u", 0, None)
    disk = {
        "sku": {"name": "UltraSSD_LRS"},
        "properties": {
            "diskSizeGB": 64,
            "maxShares": 2,
            "encryption": {"diskEncryptionSetId": "/set"},
            "encryptionSettingsCollection": {"enabled": True},
        },
    }

    async def work(azure: Azure) -> tuple[ManagedDisk, ...]:
        vm = VirtualMachine(VM, "odd-0", "eastasia", {}, "", "", "", None, (known, unknown), (), ())
        return await complete_disks(azure, vm)

    with Wire({("GET", DISK): Reply(200, disk)}) as wire:
        assert within(wire.url, work) == (
            known,
            ManagedDisk(DISK, "u", 0, "UltraSSD_LRS", 64, False, 2, "/set", True),
        )


def test_the_primary_interface_comes_first_and_networks_follow_it() -> None:
    """Of several interfaces the primary one decides; each network is read once, in whatever casing it is named."""
    networks = [f"{GROUP}/Microsoft.Network/virtualNetworks/{name}" for name in ("a", "b")]
    nics = [f"{GROUP}/Microsoft.Network/networkInterfaces/{name}" for name in ("second", "first", "third")]

    def nic(id_: str, network: str, *, primary: bool) -> Reply:
        configuration = {"properties": {"primary": True, "subnet": {"id": f"{network}/subnets/s"}}}
        return Reply(200, {"id": id_, "properties": {"primary": primary, "ipConfigurations": [configuration]}})

    async def work(azure: Azure) -> tuple[tuple[NetworkInterface, ...], list[str]]:
        vm = VirtualMachine(VM, "odd-0", "eastasia", {}, "", "", "", None, (), (), tuple(nics))
        interfaces = await read_interfaces(azure, vm)
        return interfaces, [network.id for network in await read_networks(azure, interfaces)]

    with Wire(
        {
            ("GET", nics[0]): nic(nics[0], networks[0], primary=False),
            ("GET", nics[1]): nic(nics[1], networks[1], primary=True),
            ("GET", nics[2]): nic(nics[2], networks[0].upper(), primary=False),
            **{("GET", network): Reply(200, {"id": network, "location": "eastasia"}) for network in networks},
        }
    ) as wire:
        interfaces, read_ids = within(wire.url, work)
        assert len(wire.asked) == 5

    assert [interface.id for interface in interfaces] == [nics[1], nics[0], nics[2]]
    assert read_ids == [networks[1], networks[0]]


def test_lists_are_read_to_the_end() -> None:
    """The next page's address is followed, its skip token unchanged."""
    path = f"/subscriptions/{SUBSCRIPTION}/resources"
    next_page = f"{AZURE}{path}?api-version=2021-04-01&$skiptoken=a%2Bb"
    pages = [
        Reply(200, {"value": [{"id": "/1", "name": "one", "location": "eastasia"}], "nextLink": "PAGE"}),
        Reply(200, {"value": [{"id": "/2", "name": "two", "tags": {"a": "b"}}]}),
    ]

    async def work(azure: Azure) -> list[str]:
        return [found.name for found in await list_resources(azure, SUBSCRIPTION, "Microsoft.Compute/virtualMachines")]

    with Wire({("GET", path): pages}) as wire:
        assert isinstance(pages[0].body, dict)
        pages[0].body["nextLink"] = next_page.replace(AZURE, wire.url)
        assert within(wire.url, work) == ["one", "two"]
        assert wire.asked[0].query["$filter"] == ["resourceType eq 'Microsoft.Compute/virtualMachines'"]
        assert wire.asked[1].query["$skiptoken"] == ["a+b"]


def test_items_of_other_kinds_of_replication_are_left_out() -> None:
    """A vault may hold items of VMware or Hyper-V machines, and its list may have pages."""
    vault = f"{GROUP}/Microsoft.RecoveryServices/vaults/v"
    path = f"{vault}/replicationProtectedItems"

    def items(*kinds: str) -> list[dict[str, object]]:
        return [{"id": kind, "properties": {"providerSpecificDetails": {"instanceType": kind}}} for kind in kinds]

    first: dict[str, object] = {"value": items("InMageRcm", "A2A")}

    async def work(azure: Azure) -> list[str]:
        return [item.id for item in await list_protected_items(azure, vault)]

    with Wire({("GET", path): [Reply(200, first), Reply(200, {"value": items("A2A"), "nextLink": None})]}) as wire:
        first["nextLink"] = f"{wire.url}{path}?skipToken=x&api-version=2025-08-01"
        assert within(wire.url, work) == ["A2A", "A2A"]
        assert len(wire.asked) == 2
