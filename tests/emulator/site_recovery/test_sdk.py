"""The real SDK builds the whole chain, protects a machine, tests it, fails it over and takes all of it away."""

from typing import Any

import pytest
from azure.core.exceptions import HttpResponseError, ResourceNotFoundError

from tests.emulator.site_recovery.estate import RECOVERY, SOURCE, Estate

WHERE = ("contoso-app-asr", "Site-Recovery-Vault")


def said(error: HttpResponseError) -> Any:
    """What the SDK read from the error's body."""
    return error.error


def names(region: str) -> tuple[str, str]:
    return f"asr-a2a-default-{region}", f"asr-a2a-default-{region}-container"


def test_the_sdk_goes_through_the_whole_life(bare: Estate, sdk: Any) -> None:
    """Every poller ends, every model is filled, and in the end the vault is empty again."""
    for region in (SOURCE, RECOVERY):
        fabric, container = names(region)
        made = sdk.replication_fabrics.begin_create(*WHERE, fabric, bare.fabric_body(region)).result()
        assert made.properties.custom_details.location == region
        body = {"properties": {"providerSpecificInput": [{"instanceType": "A2A"}]}}
        sdk.replication_protection_containers.begin_create(*WHERE, fabric, container, body).result()
    policy = sdk.replication_policies.begin_create(*WHERE, "24-hour-retention-policy", bare.policy_body()).result()
    assert policy.properties.provider_specific_details.recovery_point_history == 1440
    for source, target in ((SOURCE, RECOVERY), (RECOVERY, SOURCE)):
        mapped = sdk.replication_protection_container_mappings.begin_create(
            *WHERE, *names(source), f"{source}-{target}", bare.mapping_body(target)
        ).result()
        assert mapped.properties.state == "Paired"
        sdk.replication_network_mappings.begin_create(
            *WHERE, names(source)[0], "azureNetwork", f"{source}-map", bare.network_mapping_body(source)
        ).result()

    items = sdk.replication_protected_items
    here = (*WHERE, *names(SOURCE), "web-0")
    enabled = items.begin_create(*here, bare.item_body("web-0")).result()
    assert enabled.properties.provider_specific_details.os_type == "Windows"
    bare.protected(bare.item("web-0"))
    assert [item.name for item in items.list(*WHERE)] == ["web-0"]
    points = list(sdk.recovery_points.list_by_replication_protected_items(*here))
    assert [point.properties.recovery_point_type for point in points] == ["CrashConsistent"]

    test = {
        "properties": {
            "failoverDirection": "PrimaryToRecovery",
            "networkType": "VmNetworkAsInput",
            "networkId": bare.recovery_network,
            "providerSpecificDetails": {"instanceType": "A2A"},
        }
    }
    tested = items.begin_test_failover(*here, test).result()
    assert "TestFailoverCleanup" in tested.properties.allowed_operations
    cleaned = items.begin_test_failover_cleanup(*here, {"properties": {"comments": "fine"}}).result()
    assert cleaned.properties.test_failover_state == "None"

    refreshed = sdk.replication_vault_health.begin_refresh(*WHERE).result()
    assert refreshed.properties.protected_items_health.resource_count == 1

    items.begin_delete(*here, {"properties": {}}).result()
    assert list(items.list(*WHERE)) == []
    for source, target in ((SOURCE, RECOVERY), (RECOVERY, SOURCE)):
        sdk.replication_protection_container_mappings.begin_delete(
            *WHERE, *names(source), f"{source}-{target}", {"properties": {}}
        ).result()
        sdk.replication_network_mappings.begin_delete(
            *WHERE, names(source)[0], "azureNetwork", f"{source}-map"
        ).result()
    for region in (SOURCE, RECOVERY):
        sdk.replication_protection_containers.begin_delete(*WHERE, *names(region)).result()
        sdk.replication_fabrics.begin_delete(*WHERE, names(region)[0]).result()
    sdk.replication_policies.begin_delete(*WHERE, "24-hour-retention-policy").result()
    assert list(sdk.replication_fabrics.list(*WHERE)) == []


def test_a_failed_operation_reaches_the_caller_with_azures_code(bare: Estate, sdk: Any) -> None:
    """The SDK raises with the numeric code of the status document, and the job tells causes and advice."""
    poller = sdk.replication_policies.begin_create(*WHERE, "short", bare.policy_body(recoveryPointHistory=30000))

    with pytest.raises(HttpResponseError) as raised:
        poller.result()

    assert said(raised.value).code == "150261"
    job = next(iter(sdk.replication_jobs.list(*WHERE)))
    assert (job.properties.scenario_name, job.properties.state) == ("AddProtectionProfile", "Failed")
    assert job.properties.errors[0].service_error_details.code == "150261"
    assert job.properties.errors[0].service_error_details.recommended_action


def test_the_sdk_tells_a_fresh_vault_from_a_missing_resource(bare: Estate, sdk: Any) -> None:
    """400 SubscriptionIdNotRegisteredWithSrs before the vault's first use, 404 afterwards; lists are empty."""
    with pytest.raises(HttpResponseError) as fresh:
        sdk.replication_policies.get(*WHERE, "none")
    assert list(sdk.replication_policies.list(*WHERE)) == []
    bare.arm.done("PUT", bare.fabric(SOURCE), bare.fabric_body(SOURCE))
    with pytest.raises(ResourceNotFoundError) as used:
        sdk.replication_policies.get(*WHERE, "none")

    assert fresh.value.status_code == 400
    assert said(fresh.value).details[0].code == "SubscriptionIdNotRegisteredWithSrs"
    assert said(used.value).details[0].code == "ArmResourceDoesNotExist"
