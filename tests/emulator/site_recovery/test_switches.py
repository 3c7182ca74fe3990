"""Both sides of every switch: what is different when it is set the other way."""

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from local.emulator.providers.site_recovery.switches import SWITCHES
from tests.emulator.site_recovery.arm import COMPUTE, VAULTS, Ended
from tests.emulator.site_recovery.estate import RECOVERY, SOURCE, Estate
from tests.emulator.site_recovery.test_failing_over import FAILOVER, drill

type Seen = str | int


def enable(estate: Estate, **changes: Any) -> Ended:
    return estate.arm.run("PUT", estate.item("web-0"), estate.item_body("web-0", **changes))


def reading_while_enabling(estate: Estate) -> Seen:
    estate.arm.pace(item__enable=300)
    estate.arm.ask("PUT", estate.item("web-0"), estate.item_body("web-0"))
    return estate.arm.ask("GET", estate.item("web-0")).status_code


def enabling_twice(estate: Estate) -> Seen:
    enable(estate)
    return enable(estate).status


def percentage_halfway(estate: Estate) -> Seen:
    estate.arm.pace(initial_replication=1842)
    enable(estate)
    estate.arm.advance(940)
    details = estate.arm.get(estate.item("web-0"))["properties"]["providerSpecificDetails"]
    return int(details["monitoringPercentageCompletion"])


def recovering_into_the_source_region(estate: Estate) -> Seen:
    return enable(estate, recoveryResourceGroupId=estate.group).code


def enabling_without_a_mapping(estate: Estate) -> Seen:
    estate.arm.done("DELETE", estate.network_mapping(SOURCE))
    return enable(estate).code


def hint_of_a_status_document(estate: Estate) -> Seen:
    estate.arm.http.post("/_emulator/pace", json={"pace": "real"})
    accepted = estate.arm.ask("PUT", estate.fabric(SOURCE), estate.fabric_body(SOURCE))
    return str(estate.arm.http.get(accepted.headers["azure-asyncoperation"]).headers.get("retry-after", ""))


def removing_what_is_used(estate: Estate) -> Seen:
    ended = estate.arm.run("POST", f"{estate.container(SOURCE)}/remove")
    left = len(estate.arm.get(f"{estate.vault}/replicationProtectionContainerMappings")["value"])
    return f"{ended.code} {left}"


def details_of_a_failure(estate: Estate) -> Seen:
    return len(enable(estate, vmManagedDisks=[]).document["error"].get("details", []))


def job_of_links_that_stay(estate: Estate) -> Seen:
    estate.protect()
    estate.arm.trouble(fail="150225", operation="item.disable")
    ended = estate.arm.done("POST", f"{estate.item('web-0')}/remove", {})
    job = estate.arm.get(ended.job)["properties"]
    assert job["stateDescription"] == "CompletedWithInformation"
    return str(job["state"])


def code_that_is_not_public(estate: Estate) -> Seen:
    return enable(estate, vmManagedDisks=[]).code


def what_a_failover_allows(estate: Estate) -> Seen:
    estate.protect()
    estate.arm.done("POST", f"{estate.item('web-0')}/unplannedFailover", FAILOVER)
    return str("CancelFailover" in estate.arm.get(estate.item("web-0"))["properties"]["allowedOperations"])


def state_of_a_test(estate: Estate) -> Seen:
    estate.protect()
    estate.arm.done("POST", f"{estate.item('web-0')}/testFailover", drill(estate))
    return str(estate.arm.get(estate.item("web-0"))["properties"]["testFailoverState"])


def asking_a_busy_item(estate: Estate) -> Seen:
    estate.protect()
    estate.arm.pace(item__test_failover=60)
    estate.arm.ask("POST", f"{estate.item('web-0')}/testFailover", drill(estate))
    return estate.arm.ask("POST", f"{estate.item('web-0')}/remove", {}).status_code


def state_of_a_failed_enabling(estate: Estate) -> Seen:
    estate.arm.trouble(target="web-0", fail="151197", times=1)
    failed = enable(estate)
    answer = estate.arm.ask("GET", estate.item("web-0"))
    if answer.status_code == 200:
        assert answer.json()["properties"]["allowedOperations"] == ["DisableProtection"]
        assert enable(estate).code == "VmAlreadyProtected"
        estate.arm.done("POST", f"{failed.job}/restart")
        estate.protected(estate.item("web-0"))
        estate.arm.done("POST", f"{estate.item('web-0')}/remove", {})
    assert enable(estate).status == "Succeeded"
    return str(answer.json().get("properties", {}).get("protectionState", ""))


def enabling_in_the_vaults_region(estate: Estate) -> Seen:
    estate.vault = estate.vault.replace("contoso-app-asr", "contoso-app").replace("Site-Recovery-Vault", "Near-Vault")
    estate.policy = f"{estate.vault}/replicationPolicies/24-hour-retention-policy"
    body = {"location": SOURCE, "sku": {"name": "Standard"}, "properties": {}}
    estate.arm.make(estate.vault, body, version=VAULTS)
    estate.make_foundation()
    return enable(estate).code


def purging_a_fabric_with_an_item(estate: Estate) -> Seen:
    estate.protect()
    ended = estate.arm.run("DELETE", estate.fabric(SOURCE))
    return f"{ended.code} {len(estate.arm.get(f'{estate.vault}/replicationProtectedItems')['value'])}"


def name_of_a_machine_that_nobody_named(estate: Estate) -> Seen:
    item = f"{estate.container(SOURCE)}/replicationProtectedItems/an-item"
    estate.arm.done("PUT", item, estate.item_body("web-0"))
    estate.protected(item)
    estate.arm.done("POST", f"{item}/unplannedFailover", FAILOVER)
    details = estate.arm.get(item)["properties"]["providerSpecificDetails"]
    return str(details["recoveryFabricObjectId"].rsplit("/", 1)[-1])


def address_after_an_update_without_interfaces(estate: Estate) -> Seen:
    estate.protect()
    item = estate.item("web-0")
    nic = estate.arm.get(item)["properties"]["providerSpecificDetails"]["vmNics"][0]
    address = {"ipConfigName": nic["ipConfigs"][0]["name"], "recoveryStaticIPAddress": "10.1.1.77"}
    estate.arm.done("PATCH", item, {"properties": {"vmNics": [{"nicId": nic["nicId"], "ipConfigs": [address]}]}})
    estate.arm.done("PATCH", item, {"properties": {"recoveryAzureVMName": "new"}})
    details = estate.arm.get(item)["properties"]["providerSpecificDetails"]
    return str(details["vmNics"][0]["ipConfigs"][0]["recoveryStaticIPAddress"])


def extensions_after_disabling(estate: Estate) -> Seen:
    estate.protect("web-0")
    estate.arm.done("POST", f"{estate.item('web-0')}/remove", {"properties": {}})
    return estate.arm.ask(
        "GET", f"{estate.machine('web-0')}/extensions/SiteRecovery-Windows", version=COMPUTE
    ).status_code


def disabling_what_a_plan_holds(estate: Estate) -> Seen:
    estate.protect("web-0")
    group = {"groupType": "Boot", "replicationProtectedItems": [{"id": estate.item("web-0")}]}
    fabrics = {"primaryFabricId": estate.fabric(SOURCE), "recoveryFabricId": estate.fabric(RECOVERY)}
    plan = {"properties": {**fabrics, "groups": [group]}}
    estate.arm.done("PUT", f"{estate.vault}/replicationRecoveryPlans/a-plan", plan)
    return estate.arm.run("POST", f"{estate.item('web-0')}/remove", {"properties": {}}).code


def guid_of_a_machine_that_came_home(estate: Estate) -> Seen:
    arm, machine = estate.arm, estate.machine("web-0")
    before = arm.get(machine, version=COMPUTE)["properties"]["vmId"]
    estate.protect("web-0")
    arm.done("POST", f"{estate.item('web-0')}/unplannedFailover", FAILOVER)
    arm.done("POST", f"{estate.item('web-0')}/failoverCommit")
    switch = {"replicationProtectedItemName": "web-0", **estate.turning()["properties"]}
    arm.done("POST", f"{estate.container(SOURCE)}/switchprotection", {"properties": switch})
    turned = f"{estate.container(RECOVERY)}/replicationProtectedItems/web-0"
    estate.protected(turned)
    arm.done("POST", f"{turned}/unplannedFailover", FAILOVER)
    return int(arm.get(machine, version=COMPUTE)["properties"]["vmId"] == before)


CASES: Mapping[str, tuple[Callable[[Estate], Seen], Mapping[str, Seen]]] = {
    "item_while_enabling": (reading_while_enabling, {"absent": 404, "present": 200}),
    "duplicate_enable": (enabling_twice, {"fail": "Failed", "accept": "Succeeded"}),
    "initial_replication_percentage": (percentage_halfway, {"ramp": 100, "zero": 0}),
    "recovery_group_in_source_region": (
        recovering_into_the_source_region,
        {"fail": "RecoveryGroupInSourceRegion", "accept": ""},
    ),
    "unmapped_network": (enabling_without_a_mapping, {"fail": "NetworkNotMapped", "accept": ""}),
    "retry_after_on_status": (hint_of_a_status_document, {"absent": "", "present": "30"}),
    "removal_in_use": (removing_what_is_used, {"fail": "ResourceInUse 2", "accept": " 0"}),
    "status_error_details": (details_of_a_failure, {"absent": 0, "present": 1}),
    "completed_with_information": (
        job_of_links_that_stay,
        {"description": "Succeeded", "state": "CompletedWithInformation"},
    ),
    "unknown_failure_codes": (code_that_is_not_public, {"named": "NoDisks", "numeric": "150000"}),
    "cancel_failover": (what_a_failover_allows, {"refused": "False", "allowed": "True"}),
    "item_after_failed_enabling": (state_of_a_failed_enabling, {"absent": "", "present": "EnablingFailed"}),
    "vault_in_source_region": (enabling_in_the_vaults_region, {"fail": "VaultInSourceRegion", "accept": ""}),
    "purge_in_use": (purging_a_fabric_with_an_item, {"take_along": " 0", "fail": "ResourceInUse 1"}),
    "unnamed_recovered_machine": (name_of_a_machine_that_nobody_named, {"source": "web-0", "item": "an-item"}),
    "update_leaving_out": (address_after_an_update_without_interfaces, {"reset": "", "keep": "10.1.1.77"}),
    "extension_after_disable": (extensions_after_disabling, {"removed": 404, "stays": 200}),
    "disable_in_plan": (disabling_what_a_plan_holds, {"leaves": "", "fail": "ResourceInUse"}),
    "machine_at_home": (guid_of_a_machine_that_came_home, {"same": 1, "another": 0}),
    "busy_item": (asking_a_busy_item, {"fail": 202, "conflict": 409}),
    "test_failover_state": (
        state_of_a_test,
        {word: word for word in ("WaitingForUserInput", "TestFailoverCompleted", "MarkedForDeletion")},
    ),
}
"""Switch -> what to look at, and what is seen for each choice."""


@pytest.mark.parametrize(("name", "choice"), [(name, choice) for name, (_, seen) in CASES.items() for choice in seen])
def test_a_switch_does_what_it_says(estate: Estate, name: str, choice: str) -> None:
    """Each choice shows in what a client sees."""
    look, seen = CASES[name]
    estate.arm.set(**{name: choice})

    assert look(estate) == seen[choice]


def test_no_choice_of_any_switch_is_untested() -> None:
    """The table has every switch with every choice, and no two choices look the same."""
    assert {name: set(seen) for name, (_, seen) in CASES.items()} == {
        name: set(switch.choices) for name, switch in SWITCHES.items()
    }
    assert all(len(set(seen.values())) == len(seen) for _, seen in CASES.values())
