"""Recovery plans, and changes of a failover."""

from typing import Any

import pytest

from tests.emulator.site_recovery.arm import COMPUTE
from tests.emulator.site_recovery.estate import RECOVERY, SOURCE, Estate
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
    """Test failover and clean-up, failover and commit: of every item, with a job of its own."""
    arm = estate.arm
    for name in ("web-0", "web-1"):
        estate.protect(name)
    plan = make_plan(estate, "web-0", "web-1")
    arm.done("POST", f"{plan}/testFailover", plan_drill(estate))
    tested = arm.get(plan)["properties"]["allowedOperations"]
    running = [arm.ask("GET", machine_of(estate, f"web-{n}-test"), version=COMPUTE).status_code for n in (0, 1)]
    arm.done("POST", f"{plan}/testFailoverCleanup", {"properties": {"comments": ""}})
    gone = arm.ask("GET", machine_of(estate, "web-0-test"), version=COMPUTE).status_code
    arm.done("POST", f"{plan}/unplannedFailover", PLAN_FAILOVER)
    jobs = arm.get(f"{estate.vault}/replicationJobs?$filter=scenarioName eq 'UnplannedFailover'")["value"]
    arm.done("POST", f"{plan}/failoverCommit")

    assert sorted(job["properties"]["targetObjectName"] for job in jobs) == ["web-0", "web-1", "web-plan"]
    assert tested == ["UnplannedFailover", "TestFailoverCleanup"]
    assert (running, gone) == ([200, 200], 404)
    for name in ("web-0", "web-1"):
        assert arm.get(estate.item(name))["properties"]["protectionState"] == "UnplannedFailoverCommitted"
        assert arm.get(machine_of(estate, name), version=COMPUTE)["location"] == RECOVERY
    assert arm.get(plan)["properties"]["currentScenario"]["scenarioName"] == "Commit"


def test_a_plan_does_nothing_when_one_item_cannot(estate: Estate) -> None:
    """An item that does not allow it, or a trouble with one, fails the whole plan before anything is done."""
    arm = estate.arm
    for name in ("web-0", "web-1"):
        estate.protect(name)
    plan = make_plan(estate, "web-0", "web-1")
    early = arm.run("POST", f"{plan}/failoverCommit")
    arm.trouble(target="web-1", operation="item.failover", fail="150097", times=1)
    troubled = arm.run("POST", f"{plan}/unplannedFailover", PLAN_FAILOVER)

    assert (early.code, troubled.code) == ("OperationNotAllowed", "150097")
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

    assert len(points) == 5  # the last one was made by the failover
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
    there = arm.ask("GET", machine_of(estate, "web-0"), version=COMPUTE).status_code
    assert there == (200 if code else 404)
    if not code:
        view = arm.get(f"{estate.machine('web-0')}/instanceView", version=COMPUTE)
        assert "PowerState/running" in [status["code"] for status in view["statuses"]]
        assert estate.protected(item)["properties"]["activeLocation"] == "Primary"


def test_reprotecting_can_be_asked_of_the_item(estate: Estate) -> None:
    """reProtect of an item does what switchprotection of its container does."""
    arm, item = estate.arm, estate.item("web-0")
    estate.protect()
    arm.done("POST", f"{item}/unplannedFailover", FAILOVER)
    arm.done("POST", f"{item}/failoverCommit")
    assert arm.ask("POST", f"{item}/reProtect", {"properties": A2A}).status_code == 400
    arm.done("POST", f"{item}/reProtect", estate.turning())

    turned = estate.protected(f"{estate.container(RECOVERY)}/replicationProtectedItems/web-0")["properties"]
    assert turned["providerSpecificDetails"]["primaryFabricLocation"] == RECOVERY
    assert arm.ask("GET", item).status_code == 404
