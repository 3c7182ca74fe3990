"""Recovery plans as people write them: groups that come back, machines that turn around or leave, manual actions."""

from typing import Any

from tests.emulator.site_recovery.estate import RECOVERY, SOURCE, Estate
from tests.emulator.site_recovery.test_failing_over import FAILOVER
from tests.emulator.site_recovery.test_plans import PLAN_FAILOVER, make_plan, plan_drill


def manual(name: str, *failover_types: str) -> dict[str, Any]:
    return {
        "actionName": name,
        "failoverTypes": list(failover_types),
        "failoverDirections": ["PrimaryToRecovery"],
        "customDetails": {"instanceType": "ManualActionDetails", "description": f"please {name}"},
    }


def plan_body(estate: Estate, *groups: dict[str, Any]) -> dict[str, Any]:
    fabrics = {"primaryFabricId": estate.fabric(SOURCE), "recoveryFabricId": estate.fabric(RECOVERY)}
    return {"properties": {**fabrics, "groups": list(groups)}}


def boot(estate: Estate, *machines: str, **more: Any) -> dict[str, Any]:
    return {"groupType": "Boot", "replicationProtectedItems": [{"id": estate.item(one)} for one in machines], **more}


def test_groups_that_a_client_sends_back_are_not_doubled(estate: Estate) -> None:
    """Terraform names all three kinds of groups; PATCH with what GET showed changes nothing."""
    arm, plan = estate.arm, f"{estate.vault}/replicationRecoveryPlans/plan"
    estate.protect()
    shutdown = {"groupType": "Shutdown", "startGroupActions": [manual("warn", "UnplannedFailover")]}
    arm.done("PUT", plan, plan_body(estate, shutdown, {"groupType": "Failover"}, boot(estate, "web-0")))
    first = arm.get(plan)["properties"]
    arm.done("PATCH", plan, {"properties": {"groups": first["groups"]}})

    assert [group["groupType"] for group in first["groups"]] == ["Shutdown", "Failover", "Boot"]
    assert first["groups"][0]["startGroupActions"][0]["actionName"] == "warn"
    assert arm.get(plan)["properties"] == first
    assert first["allowedOperations"] == ["UnplannedFailover", "TestFailover"]


def test_groups_that_make_no_sense_are_refused(estate: Estate) -> None:
    """An item twice, an eighth group, an item of another vault's fabrics."""
    arm, plan = estate.arm, f"{estate.vault}/replicationRecoveryPlans/plan"
    estate.protect()
    twice = plan_body(estate, boot(estate, "web-0"), boot(estate, "web-0"))
    many = plan_body(estate, *(boot(estate) for _ in range(8)))
    elsewhere = plan_body(estate, boot(estate, "web-0"))
    elsewhere["properties"]["primaryFabricId"] = estate.fabric(RECOVERY)

    assert [arm.run("PUT", plan, body).code for body in (twice, many, elsewhere)] == ["PlanInvalid"] * 3
    assert arm.ask("PUT", plan, plan_body(estate)).status_code == 400


def test_a_plan_follows_its_machines(estate: Estate) -> None:
    """Reprotected, a machine has another item, which the plan holds; disabled, it is in the plan no more."""
    arm, item = estate.arm, estate.item("web-0")
    for name in ("web-0", "web-1"):
        estate.protect(name)
    plan = make_plan(estate, "web-0", "web-1")
    arm.done("POST", f"{estate.item('web-1')}/remove", {"properties": {}})
    arm.done("POST", f"{item}/unplannedFailover", FAILOVER)
    failed_over = arm.get(plan)["properties"]["allowedOperations"]
    arm.done("POST", f"{item}/failoverCommit")
    disks = arm.get(item)["properties"]["providerSpecificDetails"]["protectedManagedDisks"]
    turning = {
        "instanceType": "A2A",
        "policyId": estate.policy,
        "recoveryContainerId": estate.container(SOURCE),
        "recoveryResourceGroupId": estate.group,
        "vmManagedDisks": [
            {
                "diskId": disk["recoveryTargetDiskId"],
                "primaryStagingAzureStorageAccountId": estate.target_account,
                "recoveryResourceGroupId": estate.group,
            }
            for disk in disks
        ],
    }
    arm.done("POST", f"{item}/reProtect", {"properties": {"providerSpecificDetails": turning}})
    turned = f"{estate.container(RECOVERY)}/replicationProtectedItems/web-0"
    estate.protected(turned)
    held = [
        one["id"].lower()
        for group in arm.get(plan)["properties"]["groups"]
        for one in group["replicationProtectedItems"]
    ]
    arm.done("POST", f"{plan}/unplannedFailover", {"properties": {"failoverDirection": "RecoveryToPrimary"}})

    assert failed_over == ["Commit"]
    assert held == [turned.lower()]
    assert arm.get(turned)["properties"]["activeLocation"] == "Recovery"


def test_a_manual_action_is_waited_for(estate: Estate) -> None:
    """The job is suspended until it is resumed, before the machines' turn and after it; its operation goes on."""
    arm, plan = estate.arm, f"{estate.vault}/replicationRecoveryPlans/plan"
    estate.protect()
    group = boot(
        estate,
        "web-0",
        endGroupActions=[manual("look", "TestFailover"), manual("never", "UnplannedFailover")],
    )
    before = {"groupType": "Shutdown", "startGroupActions": [manual("announce", "TestFailover")]}
    arm.done("PUT", plan, plan_body(estate, before, group))
    accepted = arm.ask("POST", f"{plan}/testFailover", plan_drill(estate))
    job = accepted.headers["x-ms-request-id"]
    seen = []
    for _ in range(2):
        waiting = arm.until(job, lambda body: body["properties"]["state"] == "Suspended")["properties"]
        state = arm.get(estate.item("web-0"))["properties"]["testFailoverState"]
        seen.append((waiting["allowedActions"], waiting["tasks"][-1]["customDetails"]["instructions"], state))
        assert arm.http.get(accepted.headers["azure-asyncoperation"]).json()["status"] == "InProgress"
        assert arm.run("POST", f"{estate.item('web-0')}/remove", {"properties": {}}).code == "AnotherJobRuns"
        arm.done("POST", f"{job}/resume", {"properties": {"comments": "it was done"}})
    ended = arm.ended(accepted.headers["azure-asyncoperation"])
    tasks = arm.get(job)["properties"]["tasks"]

    assert ended["status"] == "Succeeded"
    assert seen == [
        (["Cancel", "Resume"], "please announce", "None"),
        (["Cancel", "Resume"], "please look", "WaitingForUserInput"),
    ]
    done = [task for task in tasks if task["taskType"] == "ManualActionTaskDetails"]
    assert [(task["state"], task["customDetails"]["observation"]) for task in done] == [
        ("Succeeded", "it was done")
    ] * 2


def test_a_plan_that_waits_can_be_cancelled(estate: Estate) -> None:
    """Nothing has happened to its machines, and they are free again."""
    arm, plan = estate.arm, f"{estate.vault}/replicationRecoveryPlans/plan"
    estate.protect()
    before = {"groupType": "Shutdown", "startGroupActions": [manual("announce", "UnplannedFailover")]}
    arm.done("PUT", plan, plan_body(estate, before, boot(estate, "web-0")))
    accepted = arm.ask("POST", f"{plan}/unplannedFailover", PLAN_FAILOVER)
    job = accepted.headers["x-ms-request-id"]
    arm.until(job, lambda body: body["properties"]["state"] == "Suspended")
    arm.done("POST", f"{job}/cancel")

    assert arm.get(job)["properties"]["state"] == "Cancelled"
    assert arm.get(estate.item("web-0"))["properties"]["protectionState"] == "Protected"
    arm.done("POST", f"{estate.item('web-0')}/remove", {"properties": {}})


def test_a_plan_takes_the_kind_of_point_it_is_asked_for(estate: Estate) -> None:
    """The newest application-consistent point of each machine; without one the plan does nothing."""
    arm, item = estate.arm, estate.item("web-0")
    estate.protect()
    plan = make_plan(estate, "web-0")
    kind = [{"instanceType": "A2A", "recoveryPointType": "LatestApplicationConsistent"}]
    wanted = {"properties": PLAN_FAILOVER["properties"] | {"providerSpecificDetails": kind}}
    early = arm.run("POST", f"{plan}/unplannedFailover", wanted)
    arm.advance(4000)
    points = arm.get(f"{item}/recoveryPoints")["value"]
    arm.done("POST", f"{plan}/unplannedFailover", wanted)
    newest = next(one["id"] for one in points if one["properties"]["recoveryPointType"] == "AppConsistent")

    assert early.code == "RecoveryPointNotFound"
    assert arm.get(item)["properties"]["failoverRecoveryPointId"] == newest
