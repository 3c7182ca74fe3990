"""Test failover, failover, commit and reprotect: which machines run where, and what the item says."""

from typing import Any

from tests.emulator.site_recovery.arm import COMPUTE, NETWORK
from tests.emulator.site_recovery.estate import RECOVERY, SOURCE, Estate

MACHINES = "providers/Microsoft.Compute/virtualMachines"

FAILOVER = {
    "properties": {
        "failoverDirection": "PrimaryToRecovery",
        "sourceSiteOperations": "Required",
        "providerSpecificDetails": {"instanceType": "A2A"},
    }
}


def drill(estate: Estate) -> dict[str, Any]:
    return {
        "properties": {
            "failoverDirection": "PrimaryToRecovery",
            "networkType": "VmNetworkAsInput",
            "networkId": estate.recovery_network,
            "providerSpecificDetails": {"instanceType": "A2A"},
        }
    }


def test_a_drill_starts_a_test_machine_and_cleaning_up_removes_it(estate: Estate) -> None:
    """The test machine has its own disks and NIC in the test network; the source keeps running."""
    arm, item = estate.arm, estate.item("web-0")
    estate.protect()
    machine = f"{estate.recovery_group}/providers/Microsoft.Compute/virtualMachines/web-0-test"
    later = {"tags": {"since": "yesterday"}}
    assert arm.ask("PATCH", estate.machine("web-0"), later, version=COMPUTE).status_code in {200, 202}
    ended = arm.done("POST", f"{item}/testFailover", drill(estate))
    tested = arm.get(machine, version=COMPUTE)
    nic = arm.get(tested["properties"]["networkProfile"]["networkInterfaces"][0]["id"], version=NETWORK)
    subnet = nic["properties"]["ipConfigurations"][0]["properties"]["subnet"]["id"]

    assert (tested["location"], tested["tags"]) == (RECOVERY, later["tags"])
    assert arm.get(item)["properties"]["providerSpecificDetails"]["vmSyncedConfigDetails"] == later | {
        "inputEndpoints": []
    }
    assert len(tested["properties"]["storageProfile"]["dataDisks"]) == 2
    assert subnet == f"{estate.recovery_network}/subnets/web"
    job = arm.get(ended.job)["properties"]
    assert job["customDetails"]["instanceType"] == "TestFailoverJobDetails"
    assert job["customDetails"]["networkName"] == "contoso-vnet-asr"
    assert "TestFailover" not in arm.get(item)["properties"]["allowedOperations"]
    assert arm.run("POST", f"{item}/testFailover", drill(estate)).code == "OperationNotAllowed"

    arm.done("POST", f"{item}/testFailoverCleanup", {"properties": {"comments": "done"}})

    assert arm.ask("GET", machine, version=COMPUTE).status_code == 404
    assert arm.ask("GET", nic["id"], version=NETWORK).status_code == 404
    after = arm.get(item)["properties"]
    assert (after["testFailoverState"], after["failoverHealth"]) == ("None", "Normal")
    arm.advance(600)
    assert arm.get(item)["properties"]["healthErrors"] == []


def test_failing_over_and_back(estate: Estate) -> None:
    """Failover, commit and reprotect: the machine runs on the other side and is protected back."""
    arm, item = estate.arm, estate.item("web-0")
    estate.protect()
    arm.done("POST", f"{item}/unplannedFailover", FAILOVER)
    failed_over = arm.get(item)["properties"]
    machine = f"{estate.recovery_group}/providers/Microsoft.Compute/virtualMachines/web-0"

    assert failed_over["activeLocation"] == "Recovery"
    assert "Commit" in failed_over["allowedOperations"]
    assert failed_over["failoverRecoveryPointId"].startswith("/Subscriptions/")
    assert failed_over["providerSpecificDetails"]["recoveryFabricObjectId"] == machine
    assert arm.get(machine, version=COMPUTE)["location"] == RECOVERY
    source = arm.get(f"{estate.machine('web-0')}/instanceView", version=COMPUTE)
    assert "PowerState/deallocated" in [status["code"] for status in source["statuses"]]

    arm.done("POST", f"{item}/failoverCommit")
    committed = arm.get(item)["properties"]
    assert committed["protectionState"] == "UnplannedFailoverCommitted"
    assert committed["allowedOperations"] == ["CompleteMigration", "DisableProtection", "SwitchProtection"]

    switch = {"replicationProtectedItemName": "web-0", **estate.turning()["properties"]}
    ended = arm.done("POST", f"{estate.container(SOURCE)}/switchprotection", {"properties": switch})
    result = arm.http.get(ended.accepted.headers["location"]).json()
    turned_id = f"{estate.container(RECOVERY)}/replicationProtectedItems/web-0"
    turned = estate.protected(turned_id)["properties"]

    assert arm.ask("GET", item).status_code == 404
    assert (result["id"].lower(), result["properties"]["pairingStatus"]) == (estate.container(SOURCE).lower(), "Paired")
    assert turned["activeLocation"] == "Primary"
    assert turned["providerSpecificDetails"]["fabricObjectId"] == machine.lower()
    assert turned["providerSpecificDetails"]["primaryFabricLocation"] == RECOVERY
    assert turned["providerSpecificDetails"]["vmNics"][0]["recoveryVMNetworkId"].lower() == estate.network.lower()


def test_recovery_points_follow_the_policy(estate: Estate) -> None:
    """Every five minutes a crash-consistent point, every hour an application-consistent one, and none beyond a day."""
    item = estate.item("web-0")
    estate.protect()
    points = f"{item}/recoveryPoints"
    first = estate.arm.get(points)["value"]
    estate.arm.advance(3600 + 60)
    hour = estate.arm.get(points)["value"]
    estate.arm.advance(36 * 3600)
    later = estate.arm.get(points)["value"]

    kinds = [point["properties"]["recoveryPointType"] for point in hour]
    assert len(first) == 1
    assert (kinds.count("CrashConsistent"), kinds.count("AppConsistent")) == (12, 1)
    assert 24 <= len(later) <= 24 + 26
    assert first[0]["name"] not in {point["name"] for point in later}
    assert estate.arm.ask("GET", f"{points}/{first[0]['name']}").status_code == 404
    assert estate.arm.get(f"{points}/{later[0]['name']}")["properties"] == later[0]["properties"]


def test_an_item_is_changed_where_the_service_lets_it(estate: Estate) -> None:
    """PATCH sets names, NICs and disk SKUs; what it does not name stays."""
    arm, item = estate.arm, estate.item("web-0")
    details = estate.protect()["properties"]["providerSpecificDetails"]
    nic, disk = details["vmNics"][0], details["protectedManagedDisks"][0]
    change = {
        "properties": {
            "recoveryAzureVMName": "web-0-dr",
            "selectedTfoAzureNetworkId": estate.recovery_network,
            "vmNics": [
                {
                    "nicId": nic["nicId"],
                    "ipConfigs": [
                        {
                            "ipConfigName": nic["ipConfigs"][0]["name"],
                            "recoverySubnetName": "db",
                            "recoveryStaticIPAddress": "10.1.2.40",
                            "tfoSubnetName": "web",
                        }
                    ],
                }
            ],
            "providerSpecificDetails": {
                "instanceType": "A2A",
                "tfoAzureVMName": "web-0-drill",
                "managedDiskUpdateDetails": [
                    {"diskId": disk["diskId"], "recoveryTargetDiskAccountType": "Standard_LRS"}
                ],
            },
        }
    }
    arm.done("PATCH", item, change)
    changed = arm.get(item)["properties"]["providerSpecificDetails"]
    address = changed["vmNics"][0]["ipConfigs"][0]

    assert (changed["recoveryAzureVMName"], changed["tfoAzureVMName"]) == ("web-0-dr", "web-0-drill")
    assert changed["selectedTfoAzureNetworkId"] == estate.recovery_network
    assert (address["recoverySubnetName"], address["recoveryStaticIPAddress"]) == ("db", "10.1.2.40")
    assert (address["recoveryIPAddressType"], address["tfoSubnetName"]) == ("Static", "web")
    assert changed["protectedManagedDisks"][0]["recoveryTargetDiskAccountType"] == "Standard_LRS"
    assert (
        changed["protectedManagedDisks"][0]["recoveryReplicaDiskAccountType"] == disk["recoveryReplicaDiskAccountType"]
    )
    assert changed["recoveryAzureVMSize"] == details["recoveryAzureVMSize"]


def test_disks_are_added_and_removed(estate: Estate) -> None:
    """A disk left out at first can be added, with its replica, and removed again; the boot disk cannot."""
    arm, item = estate.arm, estate.item("web-0")
    arm.done("PUT", item, estate.item_body("web-0", disks=("os", "data-0")))
    estate.protected(item)
    added = estate.item_body("web-0", disks=("data-1",))["properties"]["providerSpecificDetails"]["vmManagedDisks"]
    given = {"instanceType": "A2A", "vmManagedDisks": added}
    arm.done("POST", f"{item}/addDisks", {"properties": {"providerSpecificDetails": given}})
    details = estate.protected(item)["properties"]["providerSpecificDetails"]
    assert len(details["protectedManagedDisks"]) == 3
    assert arm.ask("GET", estate.replica("web-0-data-1"), version=COMPUTE).status_code == 200

    def removal(disk: str) -> dict[str, Any]:
        return {
            "properties": {"providerSpecificDetails": {"instanceType": "A2A", "vmManagedDisksIds": [estate.disk(disk)]}}
        }

    arm.done("POST", f"{item}/removeDisks", removal("web-0-data-1"))

    assert len(arm.get(item)["properties"]["providerSpecificDetails"]["protectedManagedDisks"]) == 2
    assert arm.ask("GET", estate.replica("web-0-data-1"), version=COMPUTE).status_code == 404
    assert arm.run("POST", f"{item}/removeDisks", removal("web-0-os")).code == "NoDisks"


def test_what_stands_in_the_way_of_a_machine(estate: Estate) -> None:
    """A machine of that name is not overwritten (28031), a network that is gone not invented (28092); both name it."""
    arm, item = estate.arm, estate.item("web-0")
    estate.protect()
    arm.done("POST", f"{item}/testFailover", drill(estate))
    arm.done("PATCH", item, {"properties": {"recoveryAzureVMName": "web-0-test"}})
    before = arm.get(f"{estate.recovery_group}/{MACHINES}/web-0-test", version=COMPUTE)
    taken = arm.run("POST", f"{item}/unplannedFailover", FAILOVER)
    after = arm.get(f"{estate.recovery_group}/{MACHINES}/web-0-test", version=COMPUTE)
    arm.done("POST", f"{item}/testFailoverCleanup", {"properties": {"comments": ""}})
    for region in (SOURCE, RECOVERY):
        arm.done("DELETE", estate.network_mapping(region))
    arm.ended(arm.ask("DELETE", estate.recovery_network, version=NETWORK).headers["azure-asyncoperation"])
    homeless = arm.run("POST", f"{item}/unplannedFailover", FAILOVER)
    job = arm.get(homeless.job)["properties"]

    assert (taken.code, homeless.code) == ("28031", "28092")
    assert after == before
    assert "contoso-vnet-asr" in job["errors"][0]["serviceErrorDetails"]["possibleCauses"]
    assert arm.get(item)["properties"]["protectionState"] == "Protected"


def test_machines_in_one_subnet_have_addresses_of_their_own(estate: Estate) -> None:
    """Two test machines whose sources' addresses the subnet does not have get two that are free in it."""
    arm = estate.arm
    addresses = []
    for name in ("web-0", "web-1"):
        estate.protect(name)
        arm.done("POST", f"{estate.item(name)}/testFailover", drill(estate))
        machine = arm.get(f"{estate.recovery_group}/{MACHINES}/{name}-test", version=COMPUTE)
        nic = arm.get(machine["properties"]["networkProfile"]["networkInterfaces"][0]["id"], version=NETWORK)
        addresses.append(nic["properties"]["ipConfigurations"][0]["properties"]["privateIPAddress"])

    assert addresses == ["10.1.1.4", "10.1.1.5"]


def test_a_test_machine_can_be_cleaned_up_after_a_failover(estate: Estate) -> None:
    """A failover in the middle of a test leaves the test's clean-up allowed, and what is allowed besides."""
    arm, item = estate.arm, estate.item("web-0")
    estate.protect()
    arm.done("POST", f"{item}/testFailover", drill(estate))
    arm.done("POST", f"{item}/unplannedFailover", FAILOVER)
    arm.done("POST", f"{item}/testFailoverCleanup", {"properties": {"comments": ""}})

    assert arm.ask("GET", f"{estate.recovery_group}/{MACHINES}/web-0-test", version=COMPUTE).status_code == 404
    assert arm.get(item)["properties"]["allowedOperations"] == ["Commit", "ChangePit", "DisableProtection"]


def test_disks_stay_where_they_were_attached(estate: Estate) -> None:
    """Data disks keep their LUNs; unmanaged ones come up as blobs in the target account."""
    arm = estate.arm
    estate.protect()
    source = arm.get(estate.machine("legacy-0"), version=COMPUTE)["properties"]["storageProfile"]
    uris = [disk["vhd"]["uri"] for disk in (source["osDisk"], *source["dataDisks"])]
    accounts = {
        "primaryStagingAzureStorageAccountId": estate.cache,
        "recoveryAzureStorageAccountId": estate.target_account,
    }
    body = estate.item_body("legacy-0", disks=(), vmDisks=[{"diskUri": uri, **accounts} for uri in uris])
    arm.done("PUT", estate.item("legacy-0"), body)
    estate.protected(estate.item("legacy-0"))
    found = {}
    for name in ("web-0", "legacy-0"):
        arm.done("POST", f"{estate.item(name)}/unplannedFailover", FAILOVER)
        found[name] = arm.get(f"{estate.recovery_group}/{MACHINES}/{name}", version=COMPUTE)["properties"][
            "storageProfile"
        ]

    assert [(disk["lun"], disk["name"]) for disk in found["web-0"]["dataDisks"]] == [
        (0, "web-0-data-0"),
        (1, "web-0-data-1"),
    ]
    blobs = [disk["vhd"]["uri"] for disk in (found["legacy-0"]["osDisk"], *found["legacy-0"]["dataDisks"])]
    assert blobs == [f"https://contosolegacyasr.blob.core.windows.net/vhds/{uri.rpartition('/')[2]}" for uri in uris]
