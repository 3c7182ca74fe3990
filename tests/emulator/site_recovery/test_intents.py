"""Protection intents: one PUT makes the whole chain and enables."""

from typing import Any

from tests.emulator.site_recovery.arm import COMPUTE, NETWORK, STORAGE
from tests.emulator.site_recovery.estate import RECOVERY, SOURCE, Estate


def intent(estate: Estate, name: str, **changes: object) -> tuple[str, dict[str, Any]]:
    given: dict[str, Any] = {
        "instanceType": "A2A",
        "fabricObjectId": estate.machine(name),
        "primaryLocation": "East Asia",
        "recoveryLocation": "SouthEastAsia",
        "recoverySubscriptionId": estate.arm.emulator.subscription,
        "recoveryAvailabilityType": "Single",
        "recoveryResourceGroupId": f"{estate.subscription}/resourceGroups/made-asr",
    }
    path = f"{estate.vault}/replicationProtectionIntents/{name}"
    return path, {"properties": {"providerSpecificDetails": given | changes}}


def test_an_intent_makes_everything_and_protects(bare: Estate) -> None:
    """Group, network, set, cache account, fabrics, containers, policy, mappings both ways: all there afterwards."""
    arm = bare.arm
    path, body = intent(bare, "web-0", recoveryAvailabilityType="AvailabilitySet")
    answer = arm.ask("PUT", path, body)
    made = answer.json()["properties"]
    job = arm.until(made["jobId"], lambda found: found["properties"]["state"] != "InProgress")["properties"]

    assert answer.status_code == 200
    assert (made["jobState"], made["isActive"], made["providerSpecificDetails"]["primaryLocation"]) == (
        "InProgress",
        True,
        SOURCE,
    )
    assert (job["scenarioName"], job["state"]) == ("EnableDr", "Succeeded")
    item = arm.get(f"{bare.vault}/replicationProtectedItems")["value"][0]
    details = bare.protected(item["id"])["properties"]["providerSpecificDetails"]
    group = f"{bare.subscription}/resourceGroups/made-asr"
    network = arm.get(f"{group}/providers/Microsoft.Network/virtualNetworks/contoso-vnet-asr", version=NETWORK)
    cache = details["protectedManagedDisks"][0]["primaryStagingAzureStorageAccountId"]
    assert len(details["protectedManagedDisks"]) == 3
    assert details["recoveryAvailabilitySet"] == f"{group}/providers/Microsoft.Compute/availabilitySets/web-set-asr"
    assert arm.get(details["recoveryAvailabilitySet"], version=COMPUTE)["properties"]["platformFaultDomainCount"] == 3
    assert [subnet["name"] for subnet in network["properties"]["subnets"]] == ["web", "db"]
    assert (network["location"], arm.get(cache, version=STORAGE)["location"]) == (RECOVERY, SOURCE)
    assert details["vmNics"][0]["recoveryVMNetworkId"].lower() == network["id"].lower()
    assert len(arm.get(f"{bare.vault}/replicationProtectionContainerMappings")["value"]) == 2
    assert len(arm.get(f"{bare.vault}/replicationNetworkMappings")["value"]) == 2
    assert arm.get(path)["properties"]["jobState"] == "Succeeded"


def test_an_intent_uses_what_there_is(estate: Estate) -> None:
    """Fabrics, containers, policy, mappings and the cache account that exist are taken; nothing is made twice."""
    arm = estate.arm
    account = {"resourceType": "Existing", "azureStorageAccountId": estate.cache}
    path, body = intent(
        estate,
        "db-0",
        recoveryResourceGroupId=estate.recovery_group,
        primaryStagingStorageAccountCustomInput=account,
        protectionProfileCustomInput={"resourceType": "Existing", "protectionProfileId": estate.policy},
    )
    job = arm.ask("PUT", path, body).json()["properties"]["jobId"]
    arm.until(job, lambda found: found["properties"]["state"] == "Succeeded")
    item = arm.get(f"{estate.vault}/replicationProtectedItems")["value"][0]["properties"]

    assert len(arm.get(f"{estate.vault}/replicationFabrics")["value"]) == 2
    assert len(arm.get(f"{estate.vault}/replicationPolicies")["value"]) == 1
    assert len(arm.get(f"{estate.vault}/replicationNetworkMappings")["value"]) == 2
    assert item["policyId"].lower() == estate.policy.lower()
    disks = item["providerSpecificDetails"]["protectedManagedDisks"]
    assert {disk["primaryStagingAzureStorageAccountId"] for disk in disks} == {estate.cache}
    assert [one["name"] for one in arm.get(f"{estate.vault}/replicationProtectionIntents")["value"]] == ["db-0"]


def test_an_intent_that_cannot_be_met_says_so_in_its_job(bare: Estate) -> None:
    """A deallocated machine, a missing one and a missing value each are refused where the service refuses them."""
    arm = bare.arm
    states = []
    for name in ("batch-0", "nobody"):
        path, body = intent(bare, name)
        job = arm.ask("PUT", path, body).json()["properties"]["jobId"]
        found = arm.until(job, lambda one: one["properties"]["state"] != "InProgress")["properties"]
        states.append((found["state"], found["errors"][0]["serviceErrorDetails"]["code"]))
    path, body = intent(bare, "web-0", recoveryLocation="")

    assert states == [("Failed", "VmNotRunning"), ("Failed", "VmNotFound")]
    assert arm.get(f"{bare.vault}/replicationProtectedItems")["value"] == []
    assert arm.ask("PUT", path, body).status_code == 400


NOTHING: tuple[dict[str, Any], ...] = (
    {"protectionProfileCustomInput": {"resourceType": "Existing"}},
    {"recoveryVirtualNetworkCustomInput": {"resourceType": "Existing"}},
    {"recoveryVirtualNetworkCustomInput": {"resourceType": "Existing", "recoveryVirtualNetworkId": "/subscriptions/x"}},
    {"recoveryLocation": "nowhere"},
)


def test_an_intent_that_names_nothing_fails_its_job(bare: Estate) -> None:
    """What is said to exist and is not named, not there or of another type: the answer is 200, the job tells."""
    for number, changes in enumerate(NOTHING):
        path, body = intent(bare, "web-0", **changes)
        answer = bare.arm.ask("PUT", f"{path}-{number}", body)
        assert answer.status_code == 200
        job = answer.json()["properties"]["jobId"]
        ended = bare.arm.until(job, lambda found: found["properties"]["state"] != "InProgress")["properties"]

        code = ended["errors"][0]["serviceErrorDetails"]["code"]
        assert code == ("RegionUnknown" if "recoveryLocation" in changes else "RelatedResourceNotFound"), changes
