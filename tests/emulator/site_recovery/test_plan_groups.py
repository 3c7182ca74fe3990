"""Recovery plans as people write them: groups that come back, machines that turn around or leave."""

from typing import Any

from tests.emulator.site_recovery.estate import RECOVERY, SOURCE, Estate
from tests.emulator.site_recovery.test_failing_over import FAILOVER
from tests.emulator.site_recovery.test_plans import PLAN_FAILOVER, make_plan


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
    arm.done("POST", f"{item}/reProtect", estate.turning())
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
