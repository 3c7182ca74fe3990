"""What protection is made of when nobody chooses anything, read back through plain ARM."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.e2e.stack import Stack, stack

MACHINES = ("web-0", "web-1", "db-0", "legacy-0")
COMPUTE, NETWORK, STORAGE, SITE_RECOVERY = "2024-07-01", "2024-05-01", "2024-01-01", "2025-08-01"


@pytest.fixture(scope="module")
def up() -> Iterator[Stack]:
    """A stack, reached over TLS, whose four machines are protected because their tags ask for it."""
    with stack("east-asia", "instant", "--tls") as running:
        assert running.arm.startswith("https://")
        for name in MACHINES:
            running.tag(running.vm(name), asr_protect="true")
        for name in MACHINES:
            running.outcome(running.vm(name), "protected", seconds=120)
        yield running


def _details(up: Stack, name: str) -> dict[str, Any]:
    items = [item["properties"] for item in up.site_recovery("replicationProtectedItems")]
    (mine,) = [item for item in items if item["friendlyName"] == name]
    assert (mine["protectionState"], mine["replicationHealth"]) == ("Protected", "Normal")
    details: dict[str, Any] = mine["providerSpecificDetails"]
    assert details["fabricObjectId"].lower() == up.vm(name).lower()
    assert details["recoveryFabricLocation"] == "southeastasia"
    assert _same(details["recoveryAzureResourceGroupId"], up.group("contoso-app-asr"))
    return details


def _same(one: str | None, other: str | None) -> bool:
    return (one or "").lower() == (other or "").lower()


def _beside(up: Stack, type_: str, name: str, api: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """The source's resource and the one that was made after it in the recovery region."""
    source = up.get(f"{up.group()}/providers/{type_}/{name}", api)
    made = up.get(f"{up.group('contoso-app-asr')}/providers/{type_}/{name}-asr", api)
    assert made["location"] == "southeastasia"
    return source["properties"], made["properties"]


def test_one_vault_stands_in_a_group_of_the_recovery_region(up: Stack) -> None:
    """Neither it nor its resource group may be lost with the source region."""
    (vault,) = up.vaults()

    assert (vault["name"], vault["location"]) == ("Site-Recovery-Vault", "southeastasia")
    assert up.get(vault["id"].split("/providers/")[0], "2025-04-01")["location"] == "southeastasia"
    assert up.get(up.group("contoso-app-asr"), "2025-04-01")["location"] == "southeastasia"


def test_the_regions_are_paired_both_ways_under_one_policy(up: Stack) -> None:
    """A fabric and a container of each region, mapped to the other, with the portal's policy."""
    fabrics = up.site_recovery("replicationFabrics")
    containers = up.site_recovery("replicationProtectionContainers")
    mappings = [one["properties"] for one in up.site_recovery("replicationProtectionContainerMappings")]
    (policy,) = up.site_recovery("replicationPolicies")
    values = policy["properties"]["providerSpecificDetails"]

    regions = {fabric["properties"]["customDetails"]["location"] for fabric in fabrics}
    assert regions == {"eastasia", "southeastasia"}
    assert len(fabrics) == len(containers) == 2
    assert {one["targetProtectionContainerId"].lower() for one in mappings} == {one["id"].lower() for one in containers}
    assert all(_same(one["policyId"], policy["id"]) for one in mappings)
    assert policy["name"] == "24-hour-retention-policy"
    assert (values["recoveryPointHistory"], values["appConsistentFrequencyInMinutes"]) == (1440, 60)


def test_the_network_is_copied_and_mapped_both_ways(up: Stack) -> None:
    """The address space and the subnets of the source."""
    source, made = _beside(up, "Microsoft.Network/virtualNetworks", "contoso-vnet", NETWORK)
    mappings = [one["properties"] for one in up.site_recovery("replicationNetworkMappings")]
    pairs = {tuple(one[f"{side}NetworkId"].rsplit("/", 1)[-1] for side in ("primary", "recovery")) for one in mappings}

    assert made["addressSpace"]["addressPrefixes"] == source["addressSpace"]["addressPrefixes"]
    assert _subnets(made) == _subnets(source)
    assert pairs == {("contoso-vnet", "contoso-vnet-asr"), ("contoso-vnet-asr", "contoso-vnet")}


def _subnets(network: dict[str, Any]) -> dict[str, list[str]]:
    found = {one["name"]: one["properties"] for one in network["subnets"]}
    return {name: one.get("addressPrefixes") or [one["addressPrefix"]] for name, one in found.items()}


@pytest.mark.parametrize("name", MACHINES)
def test_each_machine_comes_up_in_the_subnet_of_the_same_name(up: Stack, name: str) -> None:
    """Of the copied network."""
    machine = up.get(up.vm(name), COMPUTE)["properties"]
    card = up.get(machine["networkProfile"]["networkInterfaces"][0]["id"], NETWORK)["properties"]
    subnet = card["ipConfigurations"][0]["properties"]["subnet"]["id"].rsplit("/", 1)[-1]
    (replicated,) = _details(up, name)["vmNics"]

    assert replicated["recoveryVMNetworkId"].rsplit("/", 1)[-1] == "contoso-vnet-asr"
    assert [one["recoverySubnetName"] for one in replicated["ipConfigs"]] == [subnet]


def test_only_machines_of_a_set_come_up_in_one(up: Stack) -> None:
    """Made with the fault and update domains of the source's."""
    source, made = _beside(up, "Microsoft.Compute/availabilitySets", "web-set", COMPUTE)
    sets = {name: (_details(up, name)["recoveryAvailabilitySet"] or "").rsplit("/", 1)[-1] for name in MACHINES}

    for domains in ("platformFaultDomainCount", "platformUpdateDomainCount"):
        assert made[domains] == source[domains]
    assert sets == {"web-0": "web-set-asr", "web-1": "web-set-asr", "db-0": "", "legacy-0": ""}


@pytest.mark.parametrize("name", ["web-0", "db-0"])
def test_every_managed_disk_is_replicated_with_its_sku(up: Stack, name: str) -> None:
    """Through a cache account of the source region."""
    profile = up.get(up.vm(name), COMPUTE)["properties"]["storageProfile"]
    ids = [disk["managedDisk"]["id"] for disk in (profile["osDisk"], *profile["dataDisks"])]
    skus = {id_.lower(): up.get(id_, "2024-03-02")["sku"]["name"] for id_ in ids}
    replicated = _details(up, name)["protectedManagedDisks"]

    assert {one["diskId"].lower(): one["recoveryReplicaDiskAccountType"] for one in replicated} == skus
    assert {one["diskId"].lower(): one["recoveryTargetDiskAccountType"] for one in replicated} == skus
    _check_cache(up, {one["primaryStagingAzureStorageAccountId"] for one in replicated})


def test_unmanaged_disks_of_several_accounts_go_to_one(up: Stack) -> None:
    """Which mimics kind and SKU of the OS disk's."""
    profile = up.get(up.vm("legacy-0"), COMPUTE)["properties"]["storageProfile"]
    blobs = [disk["vhd"]["uri"] for disk in (profile["osDisk"], *profile["dataDisks"])]
    replicated = _details(up, "legacy-0")["protectedDisks"]
    (target,) = {one["recoveryAzureStorageAccountId"] for one in replicated}
    source = f"{up.group()}/providers/Microsoft.Storage/storageAccounts/{blobs[0].split('//')[1].split('.')[0]}"
    made, mimicked = up.get(target, STORAGE), up.get(source, STORAGE)

    assert sorted(one["diskUri"] for one in replicated) == sorted(blobs)
    assert len({blob.split("/")[2] for blob in blobs}) > 1
    assert (made["location"], made["kind"], made["sku"]["name"]) == (
        "southeastasia",
        mimicked["kind"],
        mimicked["sku"]["name"],
    )
    _check_cache(up, {one["primaryStagingAzureStorageAccountId"] for one in replicated})


def _check_cache(up: Stack, ids: set[str]) -> None:
    (id_,) = ids
    account = up.get(id_, STORAGE)
    closed = {"minimumTlsVersion": "TLS1_2", "allowBlobPublicAccess": False}
    assert (account["location"], account["kind"], account["sku"]["name"]) == ("eastasia", "StorageV2", "Standard_LRS")
    assert {name: account["properties"][name] for name in closed} == closed
