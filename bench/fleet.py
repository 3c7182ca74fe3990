"""Worlds of many machines: one network or several, nothing tagged, or everything protected already."""

from typing import Any, cast

type Json = dict[str, object]

SUBSCRIPTION = "5f0c3a5e-7d53-4d6e-9a51-2f4f6f3b8c10"
GROUP = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/fleet"
SOURCE, RECOVERY = "eastasia", "southeastasia"
_ON_A_NETWORK = 4000
"""Addresses of a network's subnet."""

_OF_A_FLEET = 500
"""Machines on each network of a fleet that is protected already."""


def machine_id(number: int) -> str:
    """The ARM id of one of the machines."""
    return f"{GROUP}/providers/Microsoft.Compute/virtualMachines/vm-{number}"


def world(machines: int, networks: int = 1, *, tagged: int = 0) -> Json:
    """So many Linux VMs, each with an OS disk and a data disk, dealt out to so many networks; the first ones tagged."""
    networks = max(networks, -(-machines // _ON_A_NETWORK))
    resources: list[Json] = [{"id": "fleet", "body": {"location": SOURCE}}]
    resources += [_network(number) for number in range(networks)]
    for number in range(machines):
        resources += _machine(number, number % networks, tagged=number < tagged)
    return {"subscription": SUBSCRIPTION, "name": "fleet", "resources": resources}


def protected_world(machines: int, protected: int, a_vault: int = 1000) -> Json:
    """So many VMs, of which the first ones are tagged and protected already, in vaults of so many items each."""
    resources = list(cast("list[Json]", world(machines, -(-machines // _OF_A_FLEET), tagged=protected)["resources"]))
    subnets = [{"name": "app", "properties": {"addressPrefix": "10.0.0.0/17"}}]
    network = {"addressSpace": {"addressPrefixes": ["10.0.0.0/16"]}, "subnets": subnets}
    resources += [
        {"id": "fleet-dr", "body": {"location": RECOVERY}},
        {
            "id": "fleet-dr/Microsoft.Network/virtualNetworks/dr-vnet",
            "body": {"location": RECOVERY, "properties": network},
        },
    ]
    for vault in range(-(-protected // a_vault)):
        resources += _vault(vault, range(vault * a_vault, min(protected, (vault + 1) * a_vault)))
    return {"subscription": SUBSCRIPTION, "name": "fleet", "resources": resources}


def _network(number: int) -> Json:
    space = {"addressSpace": {"addressPrefixes": [f"10.{number}.0.0/16"]}}
    subnets = [{"name": "app", "properties": {"addressPrefix": f"10.{number}.0.0/20"}}]
    return _resource(f"Microsoft.Network/virtualNetworks/fleet-vnet-{number}", {**space, "subnets": subnets})


def _resource(path: str, properties: Json, tags: Json | None = None) -> Json:
    body: Json = {"location": SOURCE, "properties": properties}
    return {"id": f"fleet/{path}", "body": body | ({"tags": tags} if tags else {})}


def _machine(number: int, network: int, *, tagged: bool) -> list[Json]:
    nic = f"Microsoft.Network/networkInterfaces/vm-{number}-nic"
    subnet = {"id": f"@fleet/Microsoft.Network/virtualNetworks/fleet-vnet-{network}/subnets/app"}
    address = {"privateIPAllocationMethod": "Dynamic", "subnet": subnet}
    disk = {"managedDisk": {"storageAccountType": "Premium_LRS"}, "diskSizeGB": 64}
    image = {"publisher": "Canonical", "offer": "ubuntu-24_04-lts", "sku": "server", "version": "latest"}
    properties: Json = {
        "hardwareProfile": {"vmSize": "Standard_D2s_v5"},
        "storageProfile": {
            "imageReference": image,
            "osDisk": {"name": f"vm-{number}-os", "osType": "Linux", "createOption": "FromImage", **disk},
            "dataDisks": [{"lun": 0, "name": f"vm-{number}-data", "createOption": "Empty", **disk}],
        },
        "osProfile": {"computerName": f"vm-{number}", "adminUsername": "contoso"},
        "networkProfile": {"networkInterfaces": [{"id": f"@fleet/{nic}", "properties": {"primary": True}}]},
    }
    return [
        _resource(nic, {"ipConfigurations": [{"name": "ipconfig1", "properties": address}]}),
        _resource(
            f"Microsoft.Compute/virtualMachines/vm-{number}", properties, {"asr-protect": "true"} if tagged else None
        ),
    ]


def _vault(number: int, members: range) -> list[Json]:
    group = f"dr-{number}"
    vault = f"{group}/Microsoft.RecoveryServices/vaults/vault-{number}"
    cache = f"fleet/Microsoft.Storage/storageAccounts/cache{number}"
    primary, secondary = f"{vault}/replicationFabrics/primary", f"{vault}/replicationFabrics/secondary"
    containers = {
        fabric: f"{fabric}/replicationProtectionContainers/{fabric.rsplit('/', 1)[-1]}-vms"
        for fabric in (primary, secondary)
    }
    day = {
        "instanceType": "A2A",
        "recoveryPointHistory": 1440,
        "crashConsistentFrequencyInMinutes": 5,
        "appConsistentFrequencyInMinutes": 60,
        "multiVmSyncStatus": "Enable",
    }
    policy = f"{vault}/replicationPolicies/a-day"
    made: list[tuple[str, Any]] = [
        (group, {"location": RECOVERY}),
        (vault, {"location": RECOVERY, "sku": {"name": "Standard"}, "properties": {}}),
        (cache, {"location": SOURCE, "kind": "StorageV2", "sku": {"name": "Standard_LRS"}, "properties": {}}),
        *(
            (fabric, {"properties": {"customDetails": {"instanceType": "Azure", "location": region}}})
            for fabric, region in ((primary, SOURCE), (secondary, RECOVERY))
        ),
        *((one, {"properties": {"providerSpecificInput": [{"instanceType": "A2A"}]}}) for one in containers.values()),
        (policy, {"properties": {"providerSpecificInput": day}}),
    ]
    for here, there in ((primary, secondary), (secondary, primary)):
        mapping = {
            "targetProtectionContainerId": f"@{containers[there]}",
            "policyId": f"@{policy}",
            "providerSpecificInput": {"instanceType": "A2A"},
        }
        made.append((f"{containers[here]}/replicationProtectionContainerMappings/there", {"properties": mapping}))
    for member in members:
        name = f"{containers[primary]}/replicationProtectedItems/vm-{member}"
        made.append((name, _item(member, policy, cache, containers[secondary])))
    return [{"id": id_, "body": body} for id_, body in made]


def _item(number: int, policy: str, cache: str, container: str) -> Json:
    disk = {
        "primaryStagingAzureStorageAccountId": f"@{cache}",
        "recoveryResourceGroupId": "@fleet-dr",
        "recoveryReplicaDiskAccountType": "Premium_LRS",
        "recoveryTargetDiskAccountType": "Premium_LRS",
    }
    names = (f"vm-{number}-os", f"vm-{number}-data")
    details = {
        "instanceType": "A2A",
        "fabricObjectId": f"@fleet/Microsoft.Compute/virtualMachines/vm-{number}",
        "recoveryContainerId": f"@{container}",
        "recoveryResourceGroupId": "@fleet-dr",
        "recoveryAzureNetworkId": "@fleet-dr/Microsoft.Network/virtualNetworks/dr-vnet",
        "vmManagedDisks": [{"diskId": f"@fleet/Microsoft.Compute/disks/{name}", **disk} for name in names],
    }
    return {"properties": {"policyId": f"@{policy}", "protectableItemId": "", "providerSpecificDetails": details}}
