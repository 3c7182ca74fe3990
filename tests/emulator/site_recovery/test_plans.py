"""Recovery plans, providers, export of jobs, dismissing health errors, and changes of a failover."""

import json
from typing import Any

import httpx
import pytest

from tests.emulator.site_recovery.arm import COMPUTE
from tests.emulator.site_recovery.estate import RECOVERY, SOURCE, Estate
from tests.emulator.site_recovery.recording import FOLDER, Coverage
from tests.emulator.site_recovery.test_failing_over import FAILOVER, drill

A2A = {"providerSpecificDetails": {"instanceType": "A2A"}}
OF_PLAN = {"providerSpecificDetails": [{"instanceType": "A2A", "recoveryPointType": "Latest"}]}
PLAN_FAILOVER = {"properties": FAILOVER["properties"] | OF_PLAN}


def plan_drill(estate: Estate) -> dict[str, Any]:
    return {"properties": drill(estate)["properties"] | OF_PLAN}


def make_plan(estate: Estate, *machines: str) -> str:
    path = f"{estate.vault}/replicationRecoveryPlans/web-plan"
    groups = [
        {
            "groupType": "Boot",
            "replicationProtectedItems": [{"id": estate.item(name), "virtualMachineId": estate.machine(name)}],
        }
        for name in machines
    ]
    fabrics = {"primaryFabricId": estate.fabric(SOURCE), "recoveryFabricId": estate.fabric(RECOVERY)}
    estate.arm.done("PUT", path, {"properties": {**fabrics, "groups": groups}})
    return path


def machine_of(estate: Estate, name: str) -> str:
    return f"{estate.recovery_group}/providers/Microsoft.Compute/virtualMachines/{name}"


def test_a_plan_fails_all_its_machines_over(estate: Estate) -> None:
    """Test failover and clean-up, failover and commit: of every item, with a job of its own, as recorded tasks."""
    arm = estate.arm
    for name in ("web-0", "web-1"):
        estate.protect(name)
    plan = make_plan(estate, "web-0", "web-1")
    arm.done("POST", f"{plan}/testFailover", plan_drill(estate))
    tested = arm.get(plan)["properties"]["allowedOperations"]
    running = [arm.ask("GET", machine_of(estate, f"web-{n}-test"), version=COMPUTE).status_code for n in (0, 1)]
    arm.done("POST", f"{plan}/testFailoverCleanup", {"properties": {"comments": ""}})
    gone = arm.ask("GET", machine_of(estate, "web-0-test"), version=COMPUTE).status_code
    ended = arm.done("POST", f"{plan}/unplannedFailover", PLAN_FAILOVER)
    job = arm.get(ended.job)["properties"]
    arm.done("POST", f"{plan}/failoverCommit")

    _compare_with_recorded(job)
    assert tested == ["UnplannedFailover", "TestFailoverCleanup"]
    assert (running, gone) == ([200, 200], 404)
    assert [job["tasks"][number]["name"] for number in (0, 1, 5)] == [
        "RpSrsPrerequisitesCheck",
        "Unknown",
        "EndRecoveryPlanTask",
    ]
    assert [task["friendlyName"] for task in job["tasks"][1:5]] == [
        "All groups shutdown (2)",
        "Recovery plan failover",
        "Group 1: Start (1)",
        "Group 2: Start (1)",
    ]
    child = job["tasks"][2]["groupTaskCustomDetails"]["childTasks"][1]["customDetails"]["jobTask"]
    assert arm.get(child["jobId"])["properties"]["scenarioName"] == "UnplannedFailover"
    for name in ("web-0", "web-1"):
        assert arm.get(estate.item(name))["properties"]["protectionState"] == "UnplannedFailoverCommitted"
        assert arm.get(machine_of(estate, name), version=COMPUTE)["location"] == RECOVERY
    assert arm.get(plan)["properties"]["currentScenario"]["scenarioName"] == "Commit"


def _compare_with_recorded(job: dict[str, Any]) -> None:
    """The job of a plan that Azure ran for one machine: every key of its tree of tasks is in ours."""
    file = FOLDER / "golden" / "job_recoveryplan_failover_200.json"
    if not file.is_file():
        return
    theirs = json.loads(file.read_text(encoding="utf-8"))["response"]["body"]["properties"]
    coverage = Coverage()
    one_group = [*job["tasks"][:4], job["tasks"][-1]]
    coverage.compare(theirs["tasks"], one_group, "tasks")
    for key in ("allowedActions", "targetInstanceType", "scenarioName", "friendlyName"):
        coverage.compare(theirs[key], job[key], key)
    assert coverage.keys > 100
    assert list(coverage.differences) == []


def test_a_plan_does_nothing_when_one_item_cannot(estate: Estate) -> None:
    """An item that does not allow it, or a trouble with one, fails the whole plan before anything is done."""
    arm = estate.arm
    for name in ("web-0", "web-1"):
        estate.protect(name)
    plan = make_plan(estate, "web-0", "web-1")
    early = arm.run("POST", f"{plan}/failoverCommit")
    planned = arm.run("POST", f"{plan}/plannedFailover", PLAN_FAILOVER)
    arm.trouble(target="web-1", operation="item.failover", fail="150097", times=1)
    troubled = arm.run("POST", f"{plan}/unplannedFailover", PLAN_FAILOVER)

    assert (early.code, planned.code, troubled.code) == ("OperationNotAllowed", "OperationNotAllowed", "150097")
    assert arm.get(estate.item("web-0"))["properties"]["activeLocation"] == "Primary"
    assert arm.ask("POST", f"{plan}-none/unplannedFailover", PLAN_FAILOVER).status_code == 404


def test_another_recovery_point_after_a_failover(estate: Estate) -> None:
    """Until the commit the machine can be started from another point; the points stay as they were at the failover."""
    arm, item = estate.arm, estate.item("web-0")
    estate.protect()
    arm.advance(1000)
    arm.done("POST", f"{item}/unplannedFailover", FAILOVER)
    arm.advance(3600)
    points = arm.get(f"{item}/recoveryPoints")["value"]
    before = arm.get(machine_of(estate, "web-0"), version=COMPUTE)["properties"]["vmId"]
    oldest = points[-1]["id"]
    arm.done("POST", f"{item}/applyRecoveryPoint", {"properties": {"recoveryPointId": oldest, **A2A}})
    wrong = {"properties": {"recoveryPointId": f"{item}/recoveryPoints/none", **A2A}}

    assert len(points) == 4
    assert arm.get(item)["properties"]["failoverRecoveryPointId"] == oldest
    assert arm.get(machine_of(estate, "web-0"), version=COMPUTE)["properties"]["vmId"] != before
    assert arm.run("POST", f"{item}/applyRecoveryPoint", wrong).code == "RecoveryPointNotFound"
    assert arm.ask("POST", f"{item}/applyRecoveryPoint", {"properties": A2A}).status_code == 400
    arm.done("POST", f"{item}/failoverCommit")
    late = {"properties": {"recoveryPointId": oldest, **A2A}}
    assert arm.run("POST", f"{item}/applyRecoveryPoint", late).code == "OperationNotAllowed"


@pytest.mark.parametrize(("choice", "code"), [("refused", "OperationNotAllowed"), ("allowed", "")])
def test_cancelling_a_failover_is_a_switch(estate: Estate, choice: str, code: str) -> None:
    """Refused, or the machine on the other side goes, the source runs again and replication begins anew."""
    arm, item = estate.arm, estate.item("web-0")
    arm.set(cancel_failover=choice)
    estate.protect()
    arm.done("POST", f"{item}/unplannedFailover", FAILOVER)
    ended = arm.run("POST", f"{item}/failoverCancel")

    assert ended.code == code
    assert arm.run("POST", f"{item}/plannedFailover", FAILOVER).code == "OperationNotAllowed"
    there = arm.ask("GET", machine_of(estate, "web-0"), version=COMPUTE).status_code
    assert there == (200 if code else 404)
    if not code:
        view = arm.get(f"{estate.machine('web-0')}/instanceView", version=COMPUTE)
        assert "PowerState/running" in [status["code"] for status in view["statuses"]]
        assert estate.protected(item)["properties"]["activeLocation"] == "Primary"


def test_reprotecting_can_be_asked_of_the_item(estate: Estate) -> None:
    """reProtect of an item does what switchprotection of its container does."""
    arm, item = estate.arm, estate.item("web-0")
    disks = estate.protect()["properties"]["providerSpecificDetails"]["protectedManagedDisks"]
    arm.done("POST", f"{item}/unplannedFailover", FAILOVER)
    arm.done("POST", f"{item}/failoverCommit")
    given: dict[str, Any] = {
        "instanceType": "A2A",
        "policyId": estate.policy,
        "recoveryContainerId": estate.container(SOURCE),
        "recoveryResourceGroupId": estate.group,
        "vmManagedDisks": [
            {
                "diskId": f"{estate.recovery_group}/providers/Microsoft.Compute/disks/{disk['diskName']}",
                "primaryStagingAzureStorageAccountId": estate.target_account,
                "recoveryResourceGroupId": estate.group,
            }
            for disk in disks
        ],
    }
    assert arm.ask("POST", f"{item}/reProtect", {"properties": A2A}).status_code == 400
    arm.done("POST", f"{item}/reProtect", {"properties": {"providerSpecificDetails": given}})

    turned = estate.protected(f"{estate.container(RECOVERY)}/replicationProtectedItems/web-0")["properties"]
    assert turned["providerSpecificDetails"]["primaryFabricLocation"] == RECOVERY
    assert arm.ask("GET", item).status_code == 404


def test_jobs_are_exported(estate: Estate) -> None:
    """The export is a job whose blob holds the jobs that fit the query; its result is the job itself."""
    arm = estate.arm
    query = {"jobStatus": "Succeeded", "affectedObjectTypes": "Network", "startTime": "2020-01-01T00:00:00Z"}
    ended = arm.done("POST", f"{estate.vault}/replicationJobs/export", query)
    job = arm.get(ended.job)["properties"]
    result = arm.http.get(ended.accepted.headers["location"])
    exported = httpx.get(job["customDetails"]["blobUri"]).json()

    assert (job["scenarioName"], job["customDetails"]["instanceType"]) == ("ExportJobs", "ExportJobDetails")
    assert (result.status_code, result.json()["id"]) == (200, ended.job)
    assert f"/replicationJobs/{ended.job.rsplit('/', 1)[-1]}/operationresults/" in ended.accepted.headers["location"]
    assert [one["properties"]["scenarioName"] for one in exported] == ["NetworkPairing"] * 2
    assert httpx.get(f"{arm.emulator.url}/emulator/site-recovery/exports/none").status_code == 404


def test_a_fabric_has_one_provider(estate: Estate) -> None:
    """The provider that items name is found by vault, by fabric and by name, and counts the items."""
    arm = estate.arm
    named = estate.protect()["properties"]["recoveryServicesProviderId"]
    of_vault = arm.get(f"{estate.vault}/replicationRecoveryServicesProviders")["value"]
    of_fabric = arm.get(f"{estate.fabric(SOURCE)}/replicationRecoveryServicesProviders")["value"]

    assert len(of_vault) == 2
    assert [one["id"] for one in of_fabric] == [named]
    assert arm.get(named)["properties"]["protectedItemCount"] == 1
    assert arm.ask("GET", f"{estate.fabric(SOURCE)}/replicationRecoveryServicesProviders/none").status_code == 404


def test_a_health_error_is_dismissed_until_its_cause_comes_back(estate: Estate) -> None:
    """153039 may be dismissed, 153007 may not; once the cause was gone, the error can come again."""
    arm, item = estate.arm, estate.item("web-0")
    estate.protect()
    trouble = arm.trouble(target="web-0", health="153039")
    arm.trouble(target="web-0", health="153007")
    ids = {error["errorCode"]: error["errorId"] for error in arm.get(item)["properties"]["healthErrors"]}

    def resolve(code: str) -> str:
        body = {"properties": {"healthErrors": [{"healthErrorId": ids[code]}]}}
        return arm.run("POST", f"{item}/resolveHealthErrors", body).code

    def present() -> list[str]:
        return [error["errorCode"] for error in arm.get(item)["properties"]["healthErrors"]]

    assert (resolve("153007"), resolve("153039")) == ("HealthErrorNotResolvable", "")
    assert present() == ["153007"]
    assert resolve("153039") == "HealthErrorNotResolvable"
    arm.trouble(clear=trouble["id"])
    arm.trouble(target="web-0", health="153039")
    assert present() == ["153007", "153039"]
    assert arm.ask("POST", f"{item}/resolveHealthErrors", {"properties": {}}).status_code == 400
