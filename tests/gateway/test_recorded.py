"""What we send and how we read, held against recorded traffic with the real Azure."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from asr.gateway import site_recovery as asr
from asr.gateway.machines import read_interfaces, read_virtual_machine
from asr.gateway.networks import read_network
from asr.gateway.session import Azure
from asr.gateway.site_recovery.mappings import list_region_pairs
from asr.gateway.storage import read_account
from asr.gateway.targets import put_network, put_vault
from asr.model.item_change import ItemChange
from asr.model.resource_id import same
from asr.model.specs import DiskSpec, EnableSpec
from asr.model.step import Operation
from asr.model.vault_facts import PolicyValues
from asr.model.vm_facts import Subnet
from tests.gateway.sessions import SUBSCRIPTION, within
from tests.gateway.wire import AZURE, Asked, Reply, Wire

type Recording = Callable[[str], dict[str, Any]]
type Write = Callable[[Azure], Awaitable[Operation | None]]

RECORDED_GROUP = f"/Subscriptions/{SUBSCRIPTION}/resourceGroups/cli.test.rg.SRVault"
VAULT = f"{RECORDED_GROUP}/providers/Microsoft.RecoveryServices/vaults/SRCliVault"
VM_GROUP = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/cli.test.rg.SRVM/providers"
NETWORK = f"{RECORDED_GROUP.replace('/S', '/s', 1)}/providers/Microsoft.Network/virtualNetworks/cli-test-vnet-A2A-2"
SOURCE, TARGET = (asr.fabric_id(VAULT, f"cli-test-fabric-A2A-{number}") for number in (1, 2))
SOURCE_CONTAINER = asr.container_id(SOURCE, "cli-test-container-A2A-1")
TARGET_CONTAINER = asr.container_id(TARGET, "cli-test-container-A2A-2")
POLICY = asr.policy_id(VAULT, "cli-test-vault-policy-A2A-1")
ITEM = asr.item_id(SOURCE_CONTAINER, "cli-test-protected-item-A2A-1")


def path_of(exchange: dict[str, Any]) -> str:
    uri: str = exchange["request"]["uri"]
    return uri.removeprefix(AZURE).partition("?")[0]


def replayed(exchange: dict[str, Any], work: Callable[[Azure], Awaitable[Any]]) -> tuple[Any, Asked]:
    """What `work` answers when Azure says what it said then, and the request as we send it today."""
    method, response = exchange["request"]["method"], exchange["response"]
    headers = {name: response["headers"][name] for name in ("azure-asyncoperation",) if name in response["headers"]}
    reply = Reply(response["status"], response["body"], headers)
    with Wire({(method, path_of(exchange)): reply}) as wire:
        answer = within(wire.url, work)
        return answer, wire.asked[0]


def missing(recorded: Any, sent: Any, at: str = "") -> list[str]:
    """Where the recorded request says something that ours does not say."""
    if isinstance(recorded, dict) and isinstance(sent, dict):
        return [gap for name, value in recorded.items() for gap in missing(value, sent.get(name), f"{at}.{name}")]
    if isinstance(recorded, list) and isinstance(sent, list) and len(recorded) == len(sent):
        return [gap for index, value in enumerate(recorded) for gap in missing(value, sent[index], f"{at}[{index}]")]
    return [] if recorded == sent else [f"{at}: {sent!r} instead of {recorded!r}"]


def disk_of(exchange: dict[str, Any]) -> str:
    disk: str = exchange["request"]["body"]["properties"]["providerSpecificDetails"]["vmManagedDisks"][0]["diskId"]
    return disk


def enable(exchange: dict[str, Any]) -> asr.Enable:
    wanted = exchange["request"]["body"]["properties"]["providerSpecificDetails"]
    ids = {
        "policy": POLICY,
        "source": SOURCE_CONTAINER,
        "target": TARGET_CONTAINER,
        "group": wanted["recoveryResourceGroupId"],
        "network": wanted["recoveryAzureNetworkId"],
        "cache": wanted["vmManagedDisks"][0]["primaryStagingAzureStorageAccountId"],
    }
    spec = EnableSpec(
        VAULT,
        wanted["fabricObjectId"],
        "cli-test-protected-item-A2A-1",
        wanted["recoverySubnetName"],
        *("policy", "source", "target", "group", "network", "cache"),
        disks=(DiskSpec(disk_of(exchange), None, "Premium_LRS", "Premium_LRS"),),
    )
    return asr.Enable(spec, ids, wanted["recoverySubnetName"])


WRITES: dict[str, Callable[[dict[str, Any]], Write]] = {
    "vault_put_201": lambda _: lambda azure: put_vault(azure, VAULT, "eastus"),
    "vnet_put_201": lambda _: (
        lambda azure: put_network(azure, NETWORK, "eastus", ["10.0.0.0/16"], [Subnet("MySubnet", ("10.0.0.0/24",))])
    ),
    "fabric_put_202": lambda _: lambda azure: asr.begin_create_fabric(azure, VAULT, "cli-test-fabric-A2A-1", "eastus2"),
    "container_put_202": lambda _: lambda azure: asr.begin_create_container(azure, SOURCE, "cli-test-container-A2A-1"),
    "policy_put_202": lambda _: (
        lambda azure: asr.begin_create_policy(
            azure, VAULT, "cli-test-vault-policy-A2A-1", PolicyValues(1440, 5, 60, multi_vm_sync=True)
        )
    ),
    "mapping_put_202": lambda _: (
        lambda azure: asr.begin_create_container_mapping(
            azure,
            SOURCE_CONTAINER,
            "cli-test-container-mapping-A2A-1",
            target_container_id=TARGET_CONTAINER,
            policy_id=POLICY,
        )
    ),
    "networkmapping_put_202": lambda _: (
        lambda azure: asr.begin_create_network_mapping(
            azure,
            SOURCE,
            "cli-test-network-mapping-A2A-1",
            primary_network_id=f"{VM_GROUP}/Microsoft.Network/virtualNetworks/SRsourcevmVNET",
            recovery_network_id=NETWORK,
            recovery_fabric_id=TARGET,
        )
    ),
    "protecteditem_put_202": lambda exchange: lambda azure: asr.begin_enable_protection(azure, enable(exchange)),
    "protecteditem_remove_202": lambda exchange: (
        lambda azure: asr.begin_disable_protection(azure, path_of(exchange).removesuffix("/remove"))
    ),
}

DECIDED_OTHERWISE = {
    "vnet_put_201": [
        ".properties.enableDdosProtection: None instead of False",
        ".properties.enableVmProtection: None instead of False",
    ],
}
"""What the recorded client said and we leave to Azure's default on purpose."""


@pytest.mark.parametrize("name", WRITES)
def test_our_writes_say_what_the_recorded_ones_said(recorded: Recording, name: str) -> None:
    """Every property of the recorded body is in ours, with the same value; the answer begins an operation."""
    exchange = recorded(name)

    operation, asked = replayed(exchange, WRITES[name](exchange))

    assert missing(exchange["request"]["body"], asked.body) == DECIDED_OTHERWISE.get(name, [])
    assert operation is not None
    assert operation.style == "status"
    if "/replicationOperationStatus/" in operation.url:
        assert operation.job is not None
        assert "/replicationJobs/" in operation.job


def test_auto_update_is_never_left_to_azures_default(recorded: Recording) -> None:
    """Azure's default way for the automation account to sign in is retired: the body always says another."""
    exchange = recorded("mapping_put_202")

    _, asked = replayed(exchange, WRITES["mapping_put_202"](exchange))

    updates = asked.body["properties"]["providerSpecificInput"]
    assert updates["automationAccountAuthenticationType"] == "SystemAssignedIdentity"
    assert "automationAccountArmId" not in updates


def test_a_policy_says_every_value(recorded: Recording) -> None:
    """A policy that leaves retention out keeps no recovery points."""
    exchange = recorded("policy_put_202")

    _, asked = replayed(exchange, WRITES["policy_put_202"](exchange))

    assert asked.body["properties"]["providerSpecificInput"] == {
        "instanceType": "A2A",
        "recoveryPointHistory": 1440,
        "crashConsistentFrequencyInMinutes": 5,
        "appConsistentFrequencyInMinutes": 60,
        "multiVmSyncStatus": "Enable",
    }


def test_fabrics(recorded: Recording) -> None:
    """A fabric is known by its region."""
    fabrics, _ = replayed(recorded("fabric_list"), lambda azure: asr.list_fabrics(azure, VAULT))

    assert {fabric.location for fabric in fabrics} <= {"eastus", "eastus2"}
    assert fabrics[0].id.startswith(f"{VAULT}/replicationFabrics/")


def test_containers(recorded: Recording) -> None:
    """The recorded list is of one fabric's containers; the vault's list is of the same shape."""
    exchange = recorded("container_list")
    exchange["request"]["uri"] = f"{AZURE}{VAULT}/replicationProtectionContainers"

    containers, _ = replayed(exchange, lambda azure: asr.list_containers(azure, VAULT))

    assert same(containers[0].id, SOURCE_CONTAINER)
    assert same(containers[0].fabric_id, SOURCE)


def test_policies(recorded: Recording) -> None:
    """Azure answers `Enabled` where it took `Enable`; policies of other kinds of replication are left out."""
    exchange = recorded("policy_list_200")
    exchange["response"]["body"]["value"].append(recorded("policy_get_200")["response"]["body"])
    vault_id = path_of(exchange).removesuffix("/replicationPolicies")

    policies, _ = replayed(exchange, lambda azure: asr.list_policies(azure, vault_id))

    assert len(policies) == 1
    assert policies[0].values == PolicyValues(0, 5, 0, multi_vm_sync=True)


def test_container_mappings(recorded: Recording) -> None:
    """A mapping tells both containers, its policy, and the two regions by the fabrics' friendly names."""
    exchange = recorded("mapping_list")
    exchange["request"]["uri"] = f"{AZURE}{VAULT}/replicationProtectionContainerMappings"

    mappings, _ = replayed(exchange, lambda azure: asr.list_container_mappings(azure, VAULT))
    pairs, _ = replayed(exchange, lambda azure: list_region_pairs(azure, VAULT))

    assert same(mappings[0].source_container_id, SOURCE_CONTAINER)
    assert mappings[0].target_container_id == TARGET_CONTAINER
    assert (mappings[0].policy_id, mappings[0].state) == (POLICY, "Paired")
    assert set(pairs) == {("eastus2", "eastus"), ("eastus", "eastus2")}


def test_network_mappings(recorded: Recording) -> None:
    """Azure answers the ids of networks in lower case."""
    exchange = recorded("networkmapping_list")
    exchange["request"]["uri"] = f"{AZURE}{VAULT}/replicationNetworkMappings"

    mappings, _ = replayed(exchange, lambda azure: asr.list_network_mappings(azure, VAULT))

    assert mappings[0].recovery_network_id == NETWORK.lower()
    assert (mappings[0].recovery_fabric_id, mappings[0].state) == (TARGET, "Paired")


def test_a_protected_item(recorded: Recording) -> None:
    """All that a decision needs of an item is read from the recorded one."""
    item, _ = replayed(recorded("protecteditem_get_protected"), lambda azure: asr.get_protected_item(azure, ITEM))

    assert item.is_protected
    assert item.vm_id.endswith("/virtualmachines/srsourcevm")
    assert (item.health, item.rpo_seconds, item.percent, item.recovery_region) == ("Normal", 95, None, "eastus")
    assert item.recovery_network_id == NETWORK
    assert item.test_network_id is None
    assert len(item.disk_ids) == 1
    interface = item.interfaces[0]
    assert (interface.recovery_network_id, interface.recovery_subnet) == (NETWORK, "MySubnet")
    assert (interface.test_network_id, interface.test_subnet) == (None, None)


@pytest.mark.parametrize(
    ("name", "state"),
    [
        ("protecteditem_get_initialreplication_fresh", "InitialReplicationInProgress"),
        ("protecteditem_get_ir_progress", "InitialReplicationInProgress"),
        ("protecteditem_get_rcp", "InitialReplicationRecoveryCompletionPending"),
    ],
)
def test_an_item_on_its_way(recorded: Recording, name: str, state: str) -> None:
    """Until it is protected an item has no interfaces and no recovery point, and is read all the same."""
    exchange = recorded(name)
    item_id = path_of(exchange)

    item, _ = replayed(exchange, lambda azure: asr.get_protected_item(azure, item_id))

    assert (item.state, item.is_protected, item.interfaces, item.rpo_seconds) == (state, False, (), None)


def test_a_change_sends_the_whole_item_back(recorded: Recording) -> None:
    """What an update leaves out would be lost; the subnet of another test network is the recovery subnet's namesake."""
    exchange = recorded("protecteditem_get_protected")
    network = f"{NETWORK}-test"
    with Wire(
        {
            ("GET", ITEM): Reply(200, exchange["response"]["body"]),
            ("PATCH", ITEM): Reply(202, None, {"Azure-AsyncOperation": f"{AZURE}/status"}),
        }
    ) as wire:

        async def change(azure: Azure) -> None:
            found = await asr.read_item(azure, ITEM)
            assert found is not None
            wanted = ItemChange(vm_name="web-0", test_network_id=network)
            assert set(asr.lacking(found, wanted)) == {
                "recoveryAzureVMName",
                "selectedTfoAzureNetworkId",
                "tfoSubnetName",
            }
            await asr.begin_change_item(azure, found, wanted)

        within(wire.url, change)
        sent = wire.asked[-1].body["properties"]

    was = exchange["response"]["body"]["properties"]["providerSpecificDetails"]
    assert (sent["recoveryAzureVMName"], sent["selectedTfoAzureNetworkId"]) == ("web-0", network)
    assert sent["recoveryAzureVMSize"] == was["recoveryAzureVMSize"]
    assert sent["selectedRecoveryAzureNetworkId"] == was["selectedRecoveryAzureNetworkId"]
    specific = sent["providerSpecificDetails"]
    assert specific["recoveryResourceGroupId"] == was["recoveryAzureResourceGroupId"]
    assert [one["diskId"] for one in specific["managedDiskUpdateDetails"]] == [
        one["diskId"] for one in was["protectedManagedDisks"]
    ]
    nic, before = sent["vmNics"][0], was["vmNics"][0]
    assert nic["nicId"] == before["nicId"]
    assert nic["selectionType"] == before["selectionType"]
    assert nic["ipConfigs"][0]["ipConfigName"] == before["ipConfigs"][0]["name"]
    assert nic["ipConfigs"][0]["recoverySubnetName"] == nic["ipConfigs"][0]["tfoSubnetName"] == "MySubnet"


def test_eligibility(recorded: Recording) -> None:
    """No error means that the VM may be protected."""
    exchange = recorded("eligibility_get_200")
    vm_id = path_of(exchange).partition("/providers/Microsoft.RecoveryServices")[0]

    errors, _ = replayed(exchange, lambda azure: asr.eligibility(azure, vm_id))

    assert errors == ()


def test_a_virtual_machine(recorded: Recording) -> None:
    """The VM's power state, disks and interfaces are read from one answer."""
    exchange = recorded("vm_get_instanceview")

    vm, asked = replayed(exchange, lambda azure: read_virtual_machine(azure, path_of(exchange)))

    assert asked.query["$expand"] == ["instanceView"]
    assert (vm.name, vm.location, vm.os_type, vm.size) == ("SRsourcevm", "eastus2", "Windows", "Standard_DS1_v2")
    assert (vm.provisioning_state, vm.power_state, vm.agent_status) == ("Succeeded", "running", "Not Ready")
    disk = vm.managed_disks[0]
    assert (disk.lun, disk.sku, disk.size_gib) == (None, "Premium_LRS", 127)
    assert vm.unmanaged_disks == ()
    assert [id_.rpartition("/")[2] for id_ in vm.interface_ids] == ["SRsourcevmVMNic"]


def test_an_interface(recorded: Recording) -> None:
    """The only interface of a VM is its primary one."""
    exchange, machine = recorded("nic_get"), recorded("vm_get_instanceview")
    vm, _ = replayed(machine, lambda azure: read_virtual_machine(azure, path_of(machine)))

    interfaces, _ = replayed(exchange, lambda azure: read_interfaces(azure, vm))

    configuration = interfaces[0].ip_configurations[0]
    assert interfaces[0].primary
    assert (configuration.primary, configuration.address, configuration.static) == (True, "10.0.0.4", False)
    assert configuration.subnet_id.endswith("/subnets/SRsourcevmSubnet")


def test_a_network_and_an_account(recorded: Recording) -> None:
    """Address space and subnets; kind, SKU and what matters for a cache."""
    network, _ = replayed(recorded("vnet_get_200"), lambda azure: read_network(azure, NETWORK))
    exchange = recorded("storage_get_200")
    account, _ = replayed(exchange, lambda azure: read_account(azure, path_of(exchange)))

    assert (network.address_prefixes, network.subnets) == (("10.0.0.0/16",), (Subnet("MySubnet", ("10.0.0.0/24",)),))
    assert (account.kind, account.sku, account.location) == ("StorageV2", "Standard_LRS", "eastus2")
    assert (account.minimum_tls, account.public_blobs, account.https_only) == ("TLS1_0", True, True)
    assert account.keys_allowed
