"""The service's OpenAPI file: its examples fit it, and so do our requests and answers; the document says how much."""

import json
import re
from dataclasses import dataclass
from typing import Any

import httpx

from local.emulator.providers.site_recovery.document import DOCUMENT
from local.emulator.server import Emulator
from tests.emulator.site_recovery.arm import Arm
from tests.emulator.site_recovery.estate import RECOVERY, SOURCE, Estate
from tests.emulator.site_recovery.openapi import Operation, description, examples
from tests.emulator.site_recovery.test_failing_over import FAILOVER, drill
from tests.emulator.site_recovery.test_intents import intent
from tests.emulator.site_recovery.test_plans import A2A, PLAN_FAILOVER, make_plan, plan_drill

NEWER = {
    "properties.switchProviderState",
    "properties.switchProviderStateDescription",
    "providerSpecificDetails.associatedItemsCount",
    "providerSpecificDetails.automationAccountAuthenticationType",
    "providerSpecificDetails.dataSourceType",
    "providerSpecificDetails.initialPrimaryExtendedLocation",
    "providerSpecificDetails.initialRecoveryExtendedLocation",
    "providerSpecificDetails.primaryExtendedLocation",
    "providerSpecificDetails.recoveryCapacityReservationGroupId",
    "providerSpecificDetails.recoveryExtendedLocation",
    "providerSpecificDetails.rtoInSeconds",
    "providerSpecificDetails.status",
    "vmNics.targetNicName",
}
"""Keys that were recorded from the service at 2022-08-01 and that this older file does not have yet."""


@dataclass(frozen=True)
class Answered:
    """One request to the emulator that the file describes, and its answer."""

    operation: Operation
    sent: Any
    status: int
    body: Any


class Witness:
    """Sees every request of a client."""

    def __init__(self, arm: Arm) -> None:
        self.answered: list[Answered] = []
        arm.http.event_hooks = {"response": [self._see]}

    def _see(self, response: httpx.Response) -> None:
        response.read()
        request = response.request
        operation = description().operation(request.method, request.url.path)
        if operation is not None:
            sent = json.loads(request.content) if request.content else None
            body = response.json() if response.content else None
            self.answered.append(Answered(operation, sent, response.status_code, body))


def test_the_published_examples_fit_the_file() -> None:
    """Every example's bodies are of the described shape: what judges our answers judges Azure's own alike."""
    operations = {one.name: one for one in description().operations}
    wrong = [
        f"{name} {status}: {complaint}"
        for name, example in examples().items()
        for status, answer in example["responses"].items()
        if "body" in answer and status in operations[name].answers
        for complaint in description().complaints(operations[name].answers[status], answer["body"])
    ]

    assert len(examples()) > 100
    assert wrong == []


def test_everything_sent_and_answered_fits_the_file(bare: Estate) -> None:
    """A tour through all that is served: no request and no answer of another shape than the file's, no unknown key."""
    witness, file = Witness(bare.arm), description()
    tour(bare)
    wrong, unknown = set(), set()
    for one in witness.answered:
        name, schema = one.operation.name, one.operation.answers.get(str(one.status))
        if one.sent and one.operation.input_schema:
            wrong |= {f"{name} sent {text}" for text in file.complaints(one.operation.input_schema, one.sent)}
        if schema and one.body:
            wrong |= {f"{name} {one.status} {text}" for text in file.complaints(schema, one.body)}
            unknown |= {".".join(key.rsplit(".", 2)[1:]) for key in file.unknown(schema, one.body, name)}
    never_asked = {one.name for one in served()} - {one.operation.name for one in witness.answered}

    assert wrong == set()
    assert unknown == NEWER
    assert never_asked == set()


def served() -> list[Operation]:
    """The operations of the file that the emulator answers."""
    router = Emulator().resource_manager.router
    return [one for one in description().operations if router.match(one.method, re.sub(r"\{\w+\}", "x", one.template))]


def test_the_document_counts_what_is_served() -> None:
    """The figure in the document is the number of operations that have a route."""
    figure = f"{len(served())} of the {len(description().operations)} operations"

    assert figure in DOCUMENT.read_text(encoding="utf-8")


def tour(estate: Estate) -> None:
    """Ask for everything that is served, at least once."""
    estate.make_foundation()
    arm, vault, item = estate.arm, estate.vault, estate.item("web-0")
    estate.protect()
    estate.protect("web-1")
    path, body = intent(estate, "db-0", recoveryResourceGroupId=estate.recovery_group)
    arm.until(arm.ask("PUT", path, body).json()["properties"]["jobId"], lambda one: one["properties"]["endTime"])
    trouble = arm.trouble(target="web-0", health="153039")
    arm.trouble(target="web-0", operation="item.update", fail="150097", times=2)
    body = {"properties": {"recoveryAzureVMName": "web-0-dr", "providerSpecificDetails": {"instanceType": "A2A"}}}
    failed = arm.run("PATCH", item, body)
    arm.run("POST", f"{failed.job}/restart")
    arm.done("PATCH", item, body) if arm.run("PATCH", item, body).code else None
    error = arm.get(item)["properties"]["healthErrors"][0]["errorId"]
    arm.done("POST", f"{item}/resolveHealthErrors", {"properties": {"healthErrors": [{"healthErrorId": error}]}})
    arm.trouble(clear=trouble["id"])
    _read(estate)
    _change(estate)
    _fail_over(estate)
    _remove(estate)
    assert arm.get(f"{vault}/replicationJobs")["value"]


def _read(estate: Estate) -> None:
    arm, vault, item = estate.arm, estate.vault, estate.item("web-0")
    fabric, container = estate.fabric(SOURCE), estate.container(SOURCE)
    network = f"{fabric}/replicationNetworks/contoso-vnet"
    lists = (
        *(f"{vault}/{kind}" for kind in VAULT_LISTS),
        *(f"{fabric}/{kind}" for kind in FABRIC_LISTS),
        *(f"{container}/{kind}" for kind in CONTAINER_LISTS),
        f"{fabric}/replicationNetworks/azureNetwork/replicationNetworkMappings",
        f"{item}/recoveryPoints",
        f"{item}/targetComputeSizes",
    )
    for path in lists:
        for one in arm.get(path)["value"][:2]:
            if not path.endswith(("targetComputeSizes", "replicationVaultSettings")):
                arm.get(one["id"])
    for path in (network, estate.network_mapping(SOURCE), f"{vault}/replicationVaultHealth"):
        arm.get(path)
    arm.get(f"{vault}/replicationSupportedOperatingSystems?instanceType=A2A")
    results = f"{estate.machine('web-0')}/providers/Microsoft.RecoveryServices/replicationEligibilityResults"
    arm.get(results)
    arm.get(f"{results}/default")
    for kind in ("replicationAppliances", "replicationMigrationItems", "replicationStorageClassifications"):
        arm.ask("GET", f"{vault}/{kind}")


VAULT_LISTS = (
    "replicationFabrics",
    "replicationProtectionContainers",
    "replicationProtectionContainerMappings",
    "replicationNetworks",
    "replicationNetworkMappings",
    "replicationPolicies",
    "replicationProtectedItems",
    "replicationProtectionIntents",
    "replicationJobs",
    "replicationEvents",
    "replicationAlertSettings",
    "replicationVaultSettings",
    "replicationRecoveryPlans",
    "replicationRecoveryServicesProviders",
    "replicationMigrationItems",
    "replicationStorageClassifications",
    "replicationStorageClassificationMappings",
    "replicationvCenters",
)
FABRIC_LISTS = ("replicationProtectionContainers", "replicationNetworks", "replicationRecoveryServicesProviders")
CONTAINER_LISTS = (
    "replicationProtectionContainerMappings",
    "replicationProtectedItems",
    "replicationProtectableItems",
)


def _change(estate: Estate) -> None:
    arm, vault, item = estate.arm, estate.vault, estate.item("web-0")
    settings = {"instanceType": "A2A", "recoveryPointHistory": 2880, "multiVmSyncStatus": "Enable"}
    arm.done("PATCH", estate.policy, {"properties": {"replicationProviderSettings": settings}})
    update = {"providerSpecificInput": {"instanceType": "A2A", "agentAutoUpdateStatus": "Disabled"}}
    arm.done("PATCH", estate.mapping(SOURCE, RECOVERY), {"properties": update})
    arm.done("PATCH", estate.network_mapping(SOURCE), estate.network_mapping_body(SOURCE))
    arm.done("POST", f"{estate.fabric(SOURCE)}/checkConsistency")
    arm.done("POST", f"{vault}/replicationVaultHealth/default/refresh")
    arm.done("POST", f"{vault}/replicationJobs/export", {"jobStatus": "Succeeded"})
    alert = {"sendToOwners": "Send", "customEmailAddresses": ["a@contoso.com"], "locale": "en_US"}
    assert arm.ask("PUT", f"{vault}/replicationAlertSettings/alert", {"properties": alert}).status_code == 200
    setting = f"{vault}/replicationVaultSettings/default"
    assert arm.ask("PUT", setting, {"properties": {"migrationSolutionId": "x"}}).status_code == 200
    for path in (setting, f"{vault}/replicationAlertSettings/alert"):
        arm.get(path)
    disk = [{"diskId": estate.disk("web-0-data-1")}]
    removal = {"instanceType": "A2A", "vmManagedDisksIds": [disk[0]["diskId"]]}
    arm.done("POST", f"{item}/removeDisks", {"properties": {"providerSpecificDetails": removal}})
    given = estate.item_body("web-0", disks=("data-1",))["properties"]["providerSpecificDetails"]["vmManagedDisks"]
    adding = {"instanceType": "A2A", "vmManagedDisks": given}
    arm.done("POST", f"{item}/addDisks", {"properties": {"providerSpecificDetails": adding}})
    estate.protected(item)
    job = arm.get(f"{vault}/replicationJobs")["value"][0]["id"]
    for action, body in (("cancel", None), ("resume", {"properties": {"comments": ""}})):
        arm.run("POST", f"{job}/{action}", body)


def _fail_over(estate: Estate) -> None:
    arm, item = estate.arm, estate.item("web-0")
    arm.done("POST", f"{item}/testFailover", drill(estate))
    arm.done("POST", f"{item}/testFailoverCleanup", {"properties": {"comments": ""}})
    arm.run("POST", f"{item}/plannedFailover", FAILOVER)
    arm.done("POST", f"{item}/unplannedFailover", FAILOVER)
    point = arm.get(f"{item}/recoveryPoints")["value"][0]["id"]
    arm.get(point)
    arm.done("POST", f"{item}/applyRecoveryPoint", {"properties": {"recoveryPointId": point, **A2A}})
    arm.run("POST", f"{item}/failoverCancel")
    arm.done("POST", f"{item}/failoverCommit")
    arm.run("POST", f"{item}/reProtect", _turning(estate, item))
    estate.protected(f"{estate.container(RECOVERY)}/replicationProtectedItems/web-0")
    switch = {"replicationProtectedItemName": "web-1", **_turning(estate, estate.item("web-1"))["properties"]}
    arm.run("POST", f"{estate.container(SOURCE)}/switchprotection", {"properties": switch})
    plan = make_plan(estate, "web-1")
    arm.get(plan)
    arm.done("PATCH", plan, {"properties": {"groups": arm.get(plan)["properties"]["groups"]}})
    arm.done("POST", f"{plan}/testFailover", plan_drill(estate))
    arm.done("POST", f"{plan}/testFailoverCleanup", {"properties": {"comments": ""}})
    arm.run("POST", f"{plan}/plannedFailover", {"properties": {"failoverDirection": "PrimaryToRecovery"}})
    arm.done("POST", f"{plan}/unplannedFailover", PLAN_FAILOVER)
    arm.run("POST", f"{plan}/failoverCancel")
    arm.done("POST", f"{plan}/failoverCommit")
    arm.done("DELETE", plan)


def _turning(estate: Estate, item: str) -> dict[str, Any]:
    protected = estate.arm.get(item)["properties"]["providerSpecificDetails"]["protectedManagedDisks"]
    disks = [
        {
            "diskId": f"{estate.recovery_group}/providers/Microsoft.Compute/disks/{disk['diskName']}",
            "primaryStagingAzureStorageAccountId": estate.target_account,
            "recoveryResourceGroupId": estate.group,
        }
        for disk in protected
    ]
    given = {
        "instanceType": "A2A",
        "policyId": estate.policy,
        "recoveryContainerId": estate.container(SOURCE),
        "recoveryResourceGroupId": estate.group,
        "vmManagedDisks": disks,
    }
    return {"properties": {"providerSpecificDetails": given}}


def _remove(estate: Estate) -> None:
    arm = estate.arm
    arm.done("DELETE", estate.item("web-1"))
    for one in arm.get(f"{estate.vault}/replicationProtectedItems")["value"]:
        arm.done("POST", f"{one['id']}/remove", {"properties": {}})
    for region in (SOURCE, RECOVERY):
        arm.done("DELETE", estate.network_mapping(region))
    arm.done("POST", f"{estate.mapping(SOURCE, RECOVERY)}/remove", {"properties": {}})
    arm.done("DELETE", estate.mapping(RECOVERY, SOURCE))
    for region in (SOURCE, RECOVERY):
        arm.done("POST", f"{estate.container(region)}/remove")
    arm.done("POST", f"{estate.fabric(SOURCE)}/remove")
    arm.done("DELETE", estate.fabric(RECOVERY))
    arm.done("DELETE", estate.policy)
