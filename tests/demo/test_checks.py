"""The checks: right when all is right, and each of them wrong when what it is about is."""

from collections.abc import Callable

import pytest

from local.demo.checks import EndState, Finding, check_story
from tests.demo.azure_after import world
from tests.demo.world import (
    CACHE,
    GROUP,
    NETWORK,
    POLICY,
    RECOVERY_GROUP,
    SET,
    SUBSCRIPTION,
    VAULT,
    VAULT_GROUP,
    Json,
    World,
)

type Spoil = Callable[[World], object]


def findings(azure: World) -> list[Finding]:
    """What the checks find in a world."""
    return list(check_story(EndState(azure, azure)))


def wrong(azure: World) -> list[str]:
    """The claims that do not hold."""
    return [finding.claim for finding in findings(azure) if not finding.ok]


def test_nothing_is_wrong_when_all_is_as_it_should_be() -> None:
    """Every claim of the story is made, and each holds and says what was found."""
    found = findings(world())

    assert [finding for finding in found if not finding.ok] == []
    assert len(found) == len({finding.claim for finding in found}) == 11 + 4 * 6 + 3
    assert all(finding.found for finding in found)


def properties(azure: World, id_: str) -> Json:
    """The properties of a resource, to be spoiled."""
    facts: Json = azure.get(id_)["properties"]
    return facts


def disk(azure: World, machine: str = "web-0", index: int = 1) -> Json:
    """A managed disk of a protected item."""
    replicated: Json = azure.details(machine)["protectedManagedDisks"][index]
    return replicated


def refusal(azure: World) -> Json:
    """The reason in the status of batch-0."""
    reason: Json = azure.statuses["batch-0"]["lastOutcome"]["reasons"][0]
    return reason


def member(azure: World, collection: str) -> list[str]:
    """The ids of a collection in the vault."""
    return azure.collections[f"{VAULT}/{collection}".lower()]


SPOILED: dict[str, tuple[Spoil, list[str]]] = {
    "recovery group elsewhere": (
        lambda azure: azure.get(RECOVERY_GROUP).update(location="eastasia"),
        ["resource group contoso-app-asr"],
    ),
    "vault in the source region": (
        lambda azure: azure.get(VAULT).update(location="eastasia"),
        ["vault Site-Recovery-Vault"],
    ),
    "a second vault": (
        lambda azure: azure.put(
            f"{VAULT}-2",
            {"location": "southeastasia"},
            collection=f"{SUBSCRIPTION}/providers/Microsoft.RecoveryServices/vaults",
        ),
        ["vault Site-Recovery-Vault"],
    ),
    "vault's group in the source region": (
        lambda azure: azure.get(VAULT_GROUP).update(location="eastasia"),
        ["the vault's resource group"],
    ),
    "a container missing": (
        lambda azure: member(azure, "replicationProtectionContainers").pop(),
        ["protection containers"],
    ),
    "other policy values": (
        lambda azure: properties(azure, POLICY)["providerSpecificDetails"].update(appConsistentFrequencyInMinutes=240),
        ["policy 24-hour-retention-policy"],
    ),
    "one way only": (
        lambda azure: member(azure, "replicationProtectionContainerMappings").pop(),
        ["container mappings"],
    ),
    "a mapping not paired": (
        lambda azure: properties(azure, member(azure, "replicationProtectionContainerMappings")[0]).update(
            state="Pairing"
        ),
        ["container mappings"],
    ),
    "another address space": (
        lambda azure: properties(azure, f"{RECOVERY_GROUP}/{NETWORK}-asr").update(
            addressSpace={"addressPrefixes": ["10.9.0.0/16"]}
        ),
        ["virtual network contoso-vnet-asr"],
    ),
    "a subnet missing": (
        lambda azure: properties(azure, f"{RECOVERY_GROUP}/{NETWORK}-asr")["subnets"].pop(),
        ["virtual network contoso-vnet-asr"],
    ),
    "networks mapped one way": (
        lambda azure: member(azure, "replicationNetworkMappings").pop(0),
        ["network mappings"],
    ),
    "fewer fault domains": (
        lambda azure: properties(azure, f"{RECOVERY_GROUP}/{SET}-asr").update(platformFaultDomainCount=2),
        ["availability set web-set-asr"],
    ),
    "a cache open to the public": (
        lambda azure: properties(azure, CACHE).update(allowBlobPublicAccess=True),
        ["cache storage account"],
    ),
    "still replicating": (
        lambda azure: azure.item("db-0")["properties"].update(protectionState="InitialReplicationInProgress"),
        ["db-0 protected item"],
    ),
    "protected twice": (
        lambda azure: member(azure, "replicationProtectedItems").append(azure.item("db-0")["id"]),
        ["db-0 protected item"],
    ),
    "a disk left out": (
        lambda azure: azure.details("web-1")["protectedManagedDisks"].pop(),
        ["web-1 disks"],
    ),
    "a blob left out": (
        lambda azure: azure.details("legacy-0")["protectedDisks"].pop(),
        ["legacy-0 disks"],
    ),
    "another replica SKU": (
        lambda azure: disk(azure).update(recoveryReplicaDiskAccountType="Premium_LRS"),
        ["web-0 disk SKUs"],
    ),
    "another target SKU": (
        lambda azure: disk(azure).update(recoveryTargetDiskAccountType="Premium_LRS"),
        ["web-0 disk SKUs"],
    ),
    "two target accounts": (
        lambda azure: azure.details("legacy-0")["protectedDisks"][0].update(
            recoveryAzureStorageAccountId=f"{GROUP}/providers/Microsoft.Storage/storageAccounts/legacytwo"
        ),
        ["legacy-0 disk SKUs"],
    ),
    "another subnet": (
        lambda azure: azure.details("db-0")["vmNics"][0]["ipConfigs"][0].update(recoverySubnetName="web"),
        ["db-0 subnet"],
    ),
    "cards not known yet": (lambda azure: azure.details("db-0").update(vmNics=[]), ["db-0 subnet"]),
    "no set": (
        lambda azure: azure.details("web-1").update(recoveryAvailabilitySet=None),
        ["web-1 availability set"],
    ),
    "a set that was not asked for": (
        lambda azure: azure.details("db-0").update(recoveryAvailabilitySet=f"{RECOVERY_GROUP}/{SET}-asr"),
        ["db-0 availability set"],
    ),
    "another landing group": (
        lambda azure: azure.details("web-0").update(recoveryAzureResourceGroupId=GROUP),
        ["web-0 resource group"],
    ),
    "an item of a refused machine": (
        lambda azure: azure.details("db-0").update(
            fabricObjectId=f"{GROUP}/providers/Microsoft.Compute/virtualMachines/batch-0"
        ),
        [
            "db-0 protected item",
            "db-0 disks",
            "db-0 disk SKUs",
            "db-0 subnet",
            "db-0 availability set",
            "db-0 resource group",
            "batch-0 protected items",
        ],
    ),
    "another reason": (lambda azure: refusal(azure).update(code="Other"), ["batch-0 refusal in its status"]),
    "no fix": (lambda azure: refusal(azure).update(fix=""), ["batch-0 refusal in its status"]),
    "no outcome": (
        lambda azure: azure.statuses["batch-0"].update(lastOutcome=None),
        ["batch-0 refusal in its status"],
    ),
    "no refused run": (lambda azure: azure.histories["batch-0"].pop(), ["batch-0 refusal in its history"]),
}


@pytest.mark.parametrize("case", SPOILED)
def test_each_thing_that_is_wrong_is_found_and_nothing_else(case: str) -> None:
    """One thing spoiled, its claims fail, all others hold."""
    spoil, claims = SPOILED[case]
    azure = world()
    spoil(azure)

    assert wrong(azure) == claims


def test_what_is_missing_is_named() -> None:
    """A resource that is not there is a wrong finding with its id, never an exception."""
    azure = world()
    del azure.resources[POLICY.lower()]

    found = next(finding for finding in findings(azure) if not finding.ok)

    assert found.claim == "policy 24-hour-retention-policy"
    assert POLICY in found.found
    assert "404" in found.found


def test_an_empty_azure_is_wrong_throughout() -> None:
    """Nothing was made: every claim about it fails, without an exception."""
    azure = world()
    azure.collections = {path: [] for path in azure.collections}
    kept = {"resource group contoso-app-asr", "virtual network contoso-vnet-asr", "availability set web-set-asr"}
    told = {"batch-0 refusal in its status", "batch-0 refusal in its history"}

    assert {finding.claim for finding in findings(azure) if finding.ok} == kept | told
