"""Recovery plans: tags make them, waves follow each other, a person lets them go on, a failure stops the rest."""

import json
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any

import httpx

from tests.e2e.processes import kill_worker, worker_killed_when
from tests.e2e.stack import Stack, stack
from tests.e2e.test_drills import NEVER, network
from tests.e2e.test_drills import over as ended_drill
from tests.e2e.test_failover_commands import made, power, refusal, state

WAVES = {"db-0": 0, "web-0": 7}


def planned(up: Stack, *names: str) -> list[str]:
    """These VMs, protected and tagged: they are the plan `shop`."""
    vms = [up.vm(name) for name in names]
    up.api("POST", "protections", {"vmIds": vms, "wait": 120})
    for name in names:
        up.tag(up.vm(name), asr_recovery_plan="Shop", asr_recovery_wave=str(WAVES[name]))
    up.until(lambda: {state(up, vm) for vm in vms} == {"protected"})
    return vms


def start(up: Stack, step: str = "", **body: Any) -> dict[str, Any]:
    """A request about the plan, which is accepted."""
    answer = up.api("POST", f"failovers{step}", {"plan": "shop", "confirm": "Shop", **body})
    assert answer.status_code == 202, answer.text
    told: dict[str, Any] = answer.json()
    return told


def over(up: Stack, started: dict[str, Any]) -> dict[str, Any]:
    """The output of a plan's run, once it has ended."""

    def ended() -> dict[str, Any] | None:
        run: dict[str, Any] = up.run(started).json()
        return run if run["runtimeStatus"] in ("Completed", "Terminated") else None

    return dict(up.until(ended, 120))


def paused(up: Stack, started: dict[str, Any], place: int) -> dict[str, Any]:
    """The run's status while it pauses before this wave, counted from 1."""

    def waits() -> dict[str, Any] | None:
        shown: dict[str, Any] = up.run(started).json()["customStatus"] or {}
        return shown if shown.get("step") == "paused" and shown["place"] == place else None

    return dict(up.until(waits, 120))


def resume(up: Stack, run: str, **body: Any) -> tuple[int, str | None]:
    """The status and the code of an answer to a request to go on."""
    answer = up.api("POST", f"runs/{run}/resume", body)
    return answer.status_code, answer.json().get("code")


def failovers(up: Stack) -> int:
    """How many failovers were asked of Site Recovery."""
    return len([one for one in up.writes() if one["path"].endswith("/unplannedFailover")])


def ready_for_the_way_back(up: Stack) -> bool:
    """Whether every item is Protected again."""
    allowed = [one["properties"]["allowedOperations"] for one in up.site_recovery("replicationProtectedItems")]
    return all("UnplannedFailover" in one for one in allowed)


def exported_and_listed(up: Stack, vms: list[str]) -> None:
    """Written twice it is written once; what a person has changed is left alone, unless that is asked for."""
    written = [up.api("POST", "failovers/plans/export", {"plan": "shop"}).json()["written"] for _ in range(2)]
    assert [(one["change"], one["stands"], one["groups"]) for [one] in written] == [
        ("create", True, 2),
        ("none", True, 2),
    ]
    listed = up.api("GET", "failovers/plans").json()
    assert [(one["name"], one["vms"], one["protected"]) for one in listed["plans"]] == [("other", 1, 0), ("shop", 2, 2)]
    assert [one["name"] for one in listed["azurePlans"]] == ["shop"]
    up.tag(vms[0], asr_recovery_wave="1")
    assert refusal(up, "/plans/export", plan="shop") == (409, "ExportWouldChange")
    [changed] = up.api("POST", "failovers/plans/export", {"plan": "shop", "replace": True}).json()["written"]
    assert (changed["change"], changed["stands"], changed["groups"]) == ("update", True, 1)
    assert refusal(up, "/plans/export", plan="other") == (404, "NotReplicated")
    up.tag(vms[0], asr_recovery_wave="0")


def is_kept_with_its_probes(up: Stack) -> None:
    """The evidence of each failover tells its probes, how long it took, its job, and that the source has stopped."""
    told = up.api("GET", "evidence").json()["evidence"]
    numbers = [one["number"] for one in told if one["kind"] == "planned_failover"]
    kept = [up.api("GET", f"evidence/{number}").json()["facts"] for number in numbers]
    assert len(kept) == 2
    for facts in kept:
        [machine] = facts["machines"]
        assert [(one["what"], one["problem"]) for one in machine["probes"]] == [
            ("vmRunning", None),
            ("agentReady", None),
        ]
        assert machine["rto"]["seconds"] >= 0
        assert (machine["source"]["stopped"], machine["source"]["power"]) == (True, "deallocated")
        assert not [one for one in facts["notMeasured"] if "approved" not in one]
        assert len(machine["timeline"]) > 3


def two_people_begin_it_once(up: Stack, ask: dict[str, Any]) -> dict[str, Any]:
    """Of two requests at once one is taken; the other is told whose that is."""
    bodies = [{**ask, "confirm": "shop", "requestedBy": name} for name in ("ann", "bob")]
    with ThreadPoolExecutor(2) as people:
        answers = list(people.map(lambda body: up.api("POST", "failovers", body), bodies))
    [taken], [other] = ([one for one in answers if one.status_code == status] for status in (202, 409))
    began, told = taken.json(), other.json()
    assert (told["code"], told["runId"]) == ("PlanUnderWay", began["id"]), told
    listed = {one["name"]: one["lastRequest"] for one in up.api("GET", "failovers/plans").json()["plans"]}
    assert (listed["shop"]["id"], listed["shop"]["action"]) == (began["id"], f"{ask['kind']}_failover")
    return dict(began)


def names_what_it_could_not_read(up: Stack, vm: str) -> None:
    """A failover, a plan of it, a drill and the list say the same of a VM whose vault cannot be read."""
    up.fault(method="GET", path="*/replicationProtectedItems", client="asr-autoprotect", status=403, times=1000)
    for path, more in (("failovers", {"kind": "unplanned", "confirm": "shop"}), ("drills", {})):
        answer = up.api("POST", path, {"plan": "shop", **more})
        refused = {one["vmId"]: [why["code"] for why in one["reasons"]] for one in answer.json()["refused"]}
        assert (answer.status_code, refused[vm]) == (502, ["ItemNotRead"]), answer.text
    told = up.api("POST", "plans", {"operation": "failover", "plan": "shop"}).json()
    codes = {one["vmId"]: [why["code"] for why in one["reasons"]] for one in told["vms"] if not one["possible"]}
    assert codes == {vm: ["ItemNotRead"]}
    [listed] = up.api("GET", "failovers/plans").json()["plans"]
    assert (listed["unread"], listed["protected"]) == ([vm], 2)
    up.clear_faults()


def is_sent_again_by_who_had_no_answer(up: Stack, store: Path, ask: dict[str, Any]) -> dict[str, Any]:
    """The worker dies when the request is kept and nothing has begun: sent again it is the same one, and begins."""
    kept = store / "recovery-runs"
    dies = worker_killed_when(up, lambda: kept.is_dir() and any(kept.glob("*.json")))
    with dies, suppress(httpx.HTTPError, AssertionError):
        up.api("POST", "failovers", {"plan": "shop", "confirm": "Shop", **ask})
    [record] = kept.glob("*.json")
    began = up.until(lambda: start(up, **ask))
    assert record.stem == began["id"]
    assert json.loads(record.read_text())["begun"]
    assert refusal(up, "/commit", plan="shop", confirm="shop", requestId=ask["requestId"]) == (409, "RequestIdUsed")
    return dict(began)


def rehearsed_meanwhile(up: Stack, vm: str) -> str:
    """A drill of a VM of a later wave, whose probes would never pass; its test VM stands."""
    asked = {"vmIds": [vm], "testNetworkId": network(up), "probes": NEVER}
    answer = up.api("POST", "drills", asked)
    assert answer.status_code == 202, answer.text
    up.until(lambda: made(up, f"{vm.rpartition('/')[2]}-test"))
    return str(answer.json()["id"])


def test_a_plan_goes_wave_by_wave_and_a_person_lets_it_go_on(tmp_path: Path) -> None:
    """Probes and pauses between waves, and a worker killed while it pauses, and before anything had begun."""
    with stack("east-asia", ASR_STORE=str(tmp_path)) as up:
        vms = planned(up, *WAVES)
        probes = [{"kind": "vmRunning"}, {"kind": "agentReady"}]
        ask: dict[str, Any] = {"kind": "planned", "pauseBetweenWaves": True, "probes": probes, "requestId": "move"}
        began = is_sent_again_by_who_had_no_answer(up, tmp_path, ask)
        assert [(one["vmId"].rpartition("/")[2], one["wave"]) for one in began["protections"]] == list(WAVES.items())
        paused(up, began, 2)
        assert state(up, vms[0]) == "failed_over"
        assert state(up, vms[1]) == "protected"
        assert start(up, kind="planned", pauseBetweenWaves=True, requestId="move")["id"] == began["id"]

        for step, ask in (("", {"kind": "planned"}), ("/cancel", {}), ("/commit", {})):
            answer = up.api("POST", f"failovers{step}", {"plan": "shop", "confirm": "shop", **ask})
            assert (answer.status_code, answer.json()["code"]) == (409, "PlanUnderWay"), answer.text
            assert answer.json()["runId"] == began["id"]

        kill_worker(up)
        up.until(lambda: paused(up, began, 2))
        rehearsal = rehearsed_meanwhile(up, vms[1])
        assert resume(up, began["id"], note="the database is up", requestedBy="ops") == (202, None)
        done = over(up, began)["output"]
        assert resume(up, began["id"]) == (409, "RunNotPaused")
        assert (done["result"], done["reasons"], done["wavesLeft"]) == ("done", [], 0)
        told = [(wave["wave"], wave["vms"], wave["failed"]) for wave in done["waves"]]
        assert told == [(0, 1, 0), (7, 1, 0)]
        [resumed] = done["resumed"]
        assert (resumed["by"], resumed["verified"], resumed["note"]) == ("ops", False, "the database is up")
        assert failovers(up) == 2
        assert ended_drill(up, rehearsal)["status"] == "cancelled"
        assert all(power(up, vm) == "PowerState/deallocated" for vm in vms)
        assert all(made(up, name) for name in WAVES)
        is_kept_with_its_probes(up)


def test_what_a_plan_is_refused_for_and_what_stops_it() -> None:
    """Nothing is begun of a plan that is unknown, unconfirmed or unclear; a VM that fails stops the waves after it, a
    pause that is ended or that nobody resumes does so, too."""
    with stack("east-asia", ASR_PAUSE_HOURS="2") as up:
        vms = planned(up, "db-0", "web-0")
        ask = {"plan": "shop", "kind": "unplanned"}
        assert refusal(up, **{**ask, "plan": "mall"}, confirm="mall") == (404, "RecoveryPlanUnknown")
        assert refusal(up, **ask) == (400, "NotConfirmed")
        assert refusal(up, **ask, confirm="2") == (400, "NotConfirmed")
        assert refusal(up, **ask, confirm="shop", vmIds=vms) == (400, "BadRequest")
        assert refusal(up, **ask, confirm="shop", wait=5) == (400, "BadRequest")
        assert refusal(up, vmIds=vms, kind="unplanned", confirm=2, skipRefused=True) == (400, "BadRequest")
        assert refusal(up, "/commit", plan="shop", confirm="shop") == (409, "FailoverNotAllowed")
        assert refusal(up, "/commit", plan="shop", confirm="shop", skipRefused=True) == (409, "RecoveryPlanEmpty")
        up.tag(up.vm("web-1"), asr_recovery_plan="shop")
        assert refusal(up, **ask, confirm="shop") == (404, "NotReplicated")
        names_what_it_could_not_read(up, up.vm("web-1"))
        up.tag(up.vm("web-1"), asr_recovery_plan="other")
        up.tag(vms[1], asr_recovery_wave="first")
        assert refusal(up, **ask, confirm="shop") == (409, "OverrideMalformed")
        told = up.api("POST", "plans", {"operation": "failover", "plan": "shop"}).json()
        assert [(one["possible"], one["wave"]) for one in told["vms"]] == [(True, 0), (False, 0)]
        up.tag(vms[1], asr_recovery_wave="1")
        assert refusal(up, **ask, confirm="shop", planHash=told["hash"]) == (409, "PlanHasMoved")
        told = up.api("POST", "plans", {"operation": "failover", "plan": "shop"}).json()
        assert told["possible"]
        assert [(one["wave"], one["vmIds"]) for one in told["waves"]] == [(0, vms[:1]), (1, vms[1:])]
        for one in told["vms"]:
            assert one["recoveryPoint"]["ageSeconds"] >= 0
            assert one["addresses"][0]["sourceAddress"]
            assert (one["makes"] is not None, one["region"]) == (True, "southeastasia")
            assert "DataAfterPointIsLost" in [why["code"] for why in one["reasons"]]
        assert {quota["enough"] for quota in told["quotas"]} == {True}
        assert sum(one["cores"] for one in told["vms"]) == next(
            quota["needed"] for quota in told["quotas"] if quota["name"] == "cores"
        )
        assert resume(up, "plan-none") == (404, "RunNotFound")
        exported_and_listed(up, vms)

        waits = two_people_begin_it_once(up, {**ask, "pauseBetweenWaves": True, "planHash": told["hash"]})
        paused(up, waits, 2)
        path = f"{up.host}/runtime/webhooks/durabletask/instances/{waits['id']}/terminate"
        up.http.post(path, params={"reason": "changed our mind", "code": up.key}).raise_for_status()
        assert over(up, waits)["runtimeStatus"] == "Terminated"
        assert resume(up, waits["id"]) == (409, "RunNotPaused")
        assert [state(up, vm) for vm in vms] == ["failed_over", "protected"]

        assert refusal(up, **ask, confirm="shop") == (409, "FailoverNotAllowed")
        rest = start(up, kind="unplanned", skipRefused=True)
        assert [one["vmId"] for one in rest["skipped"]] == [vms[0]]
        assert over(up, rest)["output"]["result"] == "done"
        assert state(up, vms[1]) == "failed_over"
