"""What is asked at the wrong time: while another job works on the item, or before what it needs has happened."""

import pytest

from tests.emulator.site_recovery.estate import RECOVERY, Estate
from tests.emulator.site_recovery.test_failing_over import FAILOVER, drill
from tests.emulator.site_recovery.test_plans import PLAN_FAILOVER, make_plan

BODIES: dict[str, object] = {
    "testFailoverCleanup": {"properties": {"comments": ""}},
    "unplannedFailover": FAILOVER,
    "remove": {"properties": {}},
    "failoverCommit": None,
}


def test_one_job_works_on_an_item_at_a_time(estate: Estate) -> None:
    """While a test failover runs, everything else asked of the item fails, a plan too; afterwards it goes on."""
    arm, item = estate.arm, estate.item("web-0")
    estate.protect()
    plan = make_plan(estate, "web-0")
    arm.pace(item__test_failover=60)
    first = arm.ask("POST", f"{item}/testFailover", drill(estate))
    codes = {action: arm.run("POST", f"{item}/{action}", body).code for action, body in BODIES.items()}
    codes["update"] = arm.run("PATCH", item, {"properties": {"recoveryAzureVMName": "new"}}).code
    codes["plan"] = arm.run("POST", f"{plan}/unplannedFailover", PLAN_FAILOVER).code
    scenario = arm.get(item)["properties"]["currentScenario"]
    arm.set(busy_item="conflict")
    refused = arm.ask("POST", f"{item}/remove", {"properties": {}})
    arm.advance(60)

    assert set(codes.values()) == {"AnotherJobRuns"}, codes
    assert scenario["scenarioName"] == "TestFailover"
    assert scenario["jobId"] == first.headers["x-ms-request-id"]
    assert (refused.status_code, refused.json()["error"]["details"][0]["code"]) == (409, "AnotherJobRuns")
    assert arm.ended(first.headers["azure-asyncoperation"])["status"] == "Succeeded"
    arm.done("POST", f"{item}/testFailoverCleanup", BODIES["testFailoverCleanup"])


@pytest.mark.parametrize("action", ["testFailoverCleanup", "failoverCommit", "failoverCancel"])
def test_what_comes_after_something_else_fails_before_it(estate: Estate, action: str) -> None:
    """Clean-up without a test, commit and cancellation without a failover."""
    estate.protect()
    ended = estate.arm.run("POST", f"{estate.item('web-0')}/{action}", BODIES.get(action))

    assert ended.code == "OperationNotAllowed"


def test_nothing_is_failed_over_before_it_is_protected(estate: Estate) -> None:
    """During initial replication an item can only be disabled."""
    arm, item = estate.arm, estate.item("web-0")
    arm.pace(initial_replication=600)
    arm.done("PUT", item, estate.item_body("web-0"))

    assert arm.run("POST", f"{item}/testFailover", drill(estate)).code == "OperationNotAllowed"
    assert arm.run("POST", f"{item}/unplannedFailover", FAILOVER).code == "OperationNotAllowed"
    arm.done("POST", f"{item}/remove", {"properties": {}})


def test_reprotecting_wants_the_mapping_back(estate: Estate) -> None:
    """Without a container mapping in the other direction the failed-over machine cannot be protected."""
    arm, item = estate.arm, estate.item("web-0")
    estate.protect()
    arm.done("DELETE", estate.mapping(RECOVERY, "eastasia"))
    arm.done("POST", f"{item}/unplannedFailover", FAILOVER)
    arm.done("POST", f"{item}/failoverCommit")
    given = {
        "instanceType": "A2A",
        "policyId": estate.policy,
        "recoveryContainerId": estate.container("eastasia"),
        "recoveryResourceGroupId": estate.group,
    }
    ended = arm.run("POST", f"{item}/reProtect", {"properties": {"providerSpecificDetails": given}})

    assert ended.code == "ContainersNotPaired"


def test_a_failed_job_is_not_restarted_while_another_works_on_its_item(estate: Estate) -> None:
    """It can be restarted afterwards."""
    arm, item = estate.arm, estate.item("web-0")
    estate.protect()
    arm.trouble(target="web-0", operation="item.test_failover", fail="150097", times=1)
    failed = arm.run("POST", f"{item}/testFailover", drill(estate))
    arm.pace(item__update=60)
    arm.ask("PATCH", item, {"properties": {"recoveryAzureVMName": "web-0"}})
    early = arm.run("POST", f"{failed.job}/restart")
    arm.advance(60)
    arm.done("POST", f"{failed.job}/restart")
    arm.until(failed.job, lambda job: job["properties"]["state"] == "Succeeded")

    assert (failed.code, early.code) == ("150097", "AnotherJobRuns")
