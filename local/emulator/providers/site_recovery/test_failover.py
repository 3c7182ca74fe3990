"""Failing over for a test, and cleaning up afterwards."""

from local.emulator.arm.cloud import Cloud
from local.emulator.arm.ids import ResourceId
from local.emulator.arm.request import ArmRequest
from local.emulator.arm.response import ArmResponse
from local.emulator.arm.store import Resource
from local.emulator.arm.wire import JsonObject, timestamp
from local.emulator.providers.site_recovery import inputs, items, names, recovered, references, refusals
from local.emulator.providers.site_recovery.conditions import UNTESTED_SINCE
from local.emulator.providers.site_recovery.failover import job_detail, point_of, write_evidence
from local.emulator.providers.site_recovery.failover_kinds import TEST
from local.emulator.providers.site_recovery.refusals import failure
from local.emulator.providers.site_recovery.shapes import taking
from local.emulator.providers.site_recovery.stages import STAGES
from local.emulator.providers.site_recovery.switches import TEST_FAILOVER_STATE, chosen
from local.emulator.providers.site_recovery.vaults import BASE, ITEM, Vault

TESTED, CLEANED = "site_recovery.test_failed_over", "site_recovery.test_cleaned_up"
IN_TEST = ("UnplannedFailover", "DisableProtection", "TestFailoverCleanup")
"""What an item allows while its test machine runs."""


def test_failover(request: ArmRequest) -> ArmResponse:
    """POST testFailover: start a test machine beside the running one.

    Raises:
        ArmError: 400, no network was given although one is wanted; 404, there is no such item.
    """
    vault = Vault(request)
    item, cloud = items.find(vault), vault.cloud
    given = request.body.get("properties") or {}
    network = given.get("networkId") or ""
    if given.get("networkType") == "VmNetworkAsInput" and not network:
        raise refusals.invalid(request, "properties.networkId", "is required with 'VmNetworkAsInput'")
    point = (given.get("providerSpecificDetails") or {}).get("recoveryPointId")

    def check() -> None:
        _check_network(cloud, item, network)
        point_of(cloud, item, point)

    return items.begin(
        vault,
        item,
        "item.test_failover",
        then=TESTED,
        operation="TestFailover",
        check=check,
        arguments={"network": network, "point": point},
        details={
            "testFailoverStatus": "Active",
            "comments": "",
            "networkName": names.name_of(network),
            "networkFriendlyName": names.name_of(network),
            "networkType": given.get("networkType") or "",
            "protectedItemDetails": [
                job_detail(item, network, item.properties["providerSpecificDetails"]["tfoAzureVMName"])
            ],
        },
    )


def _check_network(cloud: Cloud, item: Resource, network_id: str) -> None:
    region = item.properties["providerSpecificDetails"]["recoveryFabricLocation"]
    if network_id and references.find(cloud, network_id, names.VIRTUAL_NETWORKS, region) is None:
        raise failure(cloud, "TargetNetworkNotFound", network=network_id, region=region)


def test_failed_over(cloud: Cloud, arguments: JsonObject) -> None:
    """The test machine runs."""
    item = cloud.resource(ResourceId.parse(arguments["target"]))
    items.check_allowed(cloud, item, "TestFailover")
    machine = recovered.build(cloud, item, TEST, arguments["network"])
    point = point_of(cloud, item, arguments["point"])
    write_evidence(cloud, arguments, item, point, arguments["network"], machine.id.name)
    word = chosen(cloud, TEST_FAILOVER_STATE)
    item.properties.update(
        {
            "testFailoverState": word,
            "testFailoverStateDescription": "Waiting for clean-up",
            "allowedOperations": list(IN_TEST),
            "lastSuccessfulTestFailoverTime": timestamp(cloud.clock.now()),
        }
    )
    item.properties["providerSpecificDetails"]["testFailoverRecoveryFabricObjectId"] = machine.id.text
    item.private.pop(UNTESTED_SINCE, None)


def clean_up(request: ArmRequest) -> ArmResponse:
    """POST testFailoverCleanup: take the test machine down.

    Raises:
        ArmError: 404, there is no such item.
    """
    return items.begin_allowed(request, "item.test_failover_cleanup", "TestFailoverCleanup", then=CLEANED)


def cleaned_up(cloud: Cloud, arguments: JsonObject) -> None:
    """The test machine is gone; the item may be tested again."""
    item = cloud.resource(ResourceId.parse(arguments["target"]))
    details = item.properties["providerSpecificDetails"]
    recovered.take_down(cloud, details["testFailoverRecoveryFabricObjectId"] or "")
    details["testFailoverRecoveryFabricObjectId"] = None
    item.properties.update({"testFailoverState": "None", "testFailoverStateDescription": "None"})
    if item.properties["activeLocation"] == "Primary":
        item.properties["allowedOperations"] = list(STAGES[-1].allowed_operations)
    else:
        item.properties["allowedOperations"].remove("TestFailoverCleanup")


ROUTES = (
    taking("POST", f"{BASE}{ITEM}/testFailover", inputs.TEST_FAILOVER, test_failover),
    taking("POST", f"{BASE}{ITEM}/testFailoverCleanup", inputs.CLEAN_UP, clean_up),
)
CONTINUATIONS = {TESTED: test_failed_over, CLEANED: cleaned_up}
