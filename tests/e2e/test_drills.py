"""Drills: tested, probed, measured, cleaned up always, and kept as evidence that shows a later change."""

import json
import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from asr.codec import decode
from asr.model.evidence import Evidence
from asr.planning.evidence import is_whole
from tests.e2e.fleet import body_of
from tests.e2e.stack import VM_API, Stack, stack

NAME = "web-0"
NETWORK_API = "2023-09-01"
NETWORKS = "providers/Microsoft.Network/virtualNetworks"
PASSING = [{"kind": "vmRunning"}, {"kind": "agentReady"}, {"kind": "tcp", "port": 22}, {"kind": "http", "port": 80}]


def network(up: Stack, name: str = "drill-vnet", group: str = "contoso-app-asr") -> str:
    """An isolated network in the recovery region, with the source's subnets."""
    made = f"{up.group(group)}/{NETWORKS}/{name}"
    source = up.get(f"{up.group('contoso-app')}/{NETWORKS}/contoso-vnet", NETWORK_API)
    subnets = [
        {"name": one["name"], "properties": {"addressPrefix": one["properties"]["addressPrefix"]}}
        for one in source["properties"]["subnets"]
    ]
    body = {
        "location": "southeastasia",
        "properties": {"addressSpace": source["properties"]["addressSpace"], "subnets": subnets},
    }
    assert up.call("PUT", made, NETWORK_API, body).is_success
    up.until(lambda: up.get(made, NETWORK_API)["properties"]["provisioningState"] == "Succeeded")
    return made


def protect(up: Stack, *names: str) -> list[str]:
    """These VMs, Protected."""
    vms = [up.vm(name) for name in names]
    up.api("POST", "protections", {"vmIds": vms, "wait": 120})
    up.until(lambda: {up.status(vm)["state"] for vm in vms} == {"protected"})
    return vms


def listen(up: Stack, **listener: Any) -> None:
    """Let machines answer on a port."""
    up.http.post(f"{up.arm}/_emulator/listeners", json=listener).raise_for_status()


def drill(up: Stack, **body: Any) -> dict[str, Any]:
    """A drill, once it is over."""
    answer = up.api("POST", "drills", body)
    assert answer.status_code == 202, answer.text
    return over(up, answer.json()["id"])


def over(up: Stack, id_: str) -> dict[str, Any]:
    """The drill when its evidence is kept."""

    def kept() -> dict[str, Any] | None:
        found: dict[str, Any] = up.api("GET", f"drills/{id_}").json()
        return found if "evidence" in found else None

    found: dict[str, Any] = up.until(kept, 120)
    return found


def test_machines(up: Stack) -> list[str]:
    """The test VMs that stand."""
    path = f"{up.group('contoso-app-asr')}/providers/Microsoft.Compute/virtualMachines"
    return [one["name"] for one in up.get(path, VM_API)["value"]]


test_machines.__test__ = False  # type: ignore[attr-defined]


def test_a_drill_passes_and_its_evidence_is_kept(tmp_path: Path) -> None:
    """Every probe passes, the targets are met, nothing of the test is left, and the page can be read."""
    with stack("east-asia", ASR_STORE=str(tmp_path)) as up:
        vms = protect(up, NAME, "web-1")
        where = network(up)
        listen(up, vm="*-test", port=22, protocol="tcp")
        listen(up, vm="*-test", port=80, protocol="http", answer={"status": 200, "body": "ok"})
        target = {"rtoMinutes": 60, "rpoMinutes": 60}
        found = drill(
            up, vmIds=vms, testNetworkId=where, probes=PASSING, target=target, requestId="q4", requestedBy="auditor"
        )

        assert found["status"] == "passed", found
        assert [one["status"] for one in found["machines"]] == ["passed", "passed"]
        for one in found["machines"]:
            assert one["cleanUp"]["done"]
            assert len(one["cleanUp"]["reads"]) >= 3
            assert one["rtoSeconds"] >= 0
            assert one["rpoSeconds"] >= 0
            assert all(probe["passedAt"] for probe in one["probes"])
            assert all(gate["holds"] for gate in one["gates"]), one["gates"]
        assert test_machines(up) == []
        again = up.api("POST", "drills", {"vmIds": vms, "testNetworkId": where, "requestId": "q4"})
        assert again.json()["id"] == found["id"]
        [listed] = up.api("GET", "drills").json()["drills"]
        assert (listed["id"], listed["status"], listed["passed"]) == (found["id"], "passed", 2)
        page = up.http.get(
            f"{up.host}/api/drills/{found['id']}", headers={"x-functions-key": up.key, "accept": "text/html"}
        )
        assert page.headers["content-type"].startswith("text/html")
        assert "auditor" in page.text
        assert up.status(vms[0])["state"] == "protected"
        [document] = (tmp_path / "evidence").glob("*.json")
        honest = document.read_text()
        document.write_text("{")
        assert up.api("GET", "evidence/1").json()["code"] == "StoreUnreadable"
        assert up.api("GET", f"drills/{found['id']}").json()["code"] == "StoreUnreadable"
        assert [one["number"] for one in up.api("GET", "evidence").json()["problems"]] == [1]
        document.write_text(honest)
        (tmp_path / "drills" / "drill-0").mkdir()
        (tmp_path / "drills" / "drill-0" / "drill.json").write_text("{")
        assert up.api("GET", "drills").json()["total"] == 1

    evidence = decode(Evidence, json.loads(document.read_text()))
    assert is_whole(evidence)
    changed = json.loads(document.read_text())
    changed["facts"]["result"] = "failed"
    assert not is_whole(decode(Evidence, changed))


def test_a_failing_probe_fails_the_drill_and_the_test_is_cleaned_up_all_the_same() -> None:
    """Nothing listens: the drill says so, when its time is over; the next drill's evidence follows in the chain."""
    with stack("east-asia") as up:
        [vm] = protect(up, NAME)
        where = network(up)
        probes = [{"kind": "tcp", "port": 1433, "timeoutSeconds": 1}]
        found = drill(up, names=[NAME], testNetworkId=where, probes=probes)

        assert found["status"] == "failed"
        [one] = found["machines"]
        assert [reason["code"] for reason in one["reasons"] if reason["severity"] == "error"] == ["ProbeFailed"]
        assert one["rtoSeconds"] is None
        assert one["cleanUp"]["done"]
        assert test_machines(up) == []
        second = drill(up, vmIds=[vm], testNetworkId=where)
        assert second["status"] == "passed"
        assert second["evidence"]["number"] == found["evidence"]["number"] + 1
        a_source_that_goes_meanwhile_changes_nothing(up, vm, where)


def a_source_that_goes_meanwhile_changes_nothing(up: Stack, vm: str, where: str) -> None:
    """The VM is deleted and made again while its test VM stands: the drill is of its item, and cleans up."""
    began = up.api("POST", "drills", {"vmIds": [vm], "testNetworkId": where, "probes": NEVER}).json()["id"]
    up.until(lambda: f"{NAME}-test" in test_machines(up))
    again = body_of(up, vm)
    assert up.call("DELETE", vm, VM_API).is_success
    up.until(lambda: up.call("GET", vm, VM_API).status_code == 404)
    assert up.call("PUT", vm, VM_API, again).is_success
    up.until(lambda: up.status(vm)["state"] == "orphaned")
    assert up.api("POST", f"drills/{began}/cancel", {}).status_code == 202
    found = over(up, began)
    assert (found["status"], found["machines"][0]["cleanUp"]["done"]) == ("cancelled", True)
    assert test_machines(up) == []
    assert up.status(vm)["state"] == "orphaned"


def planned(up: Stack, **body: Any) -> dict[str, Any]:
    """What a drill would do."""
    answer = up.api("POST", "plans", {"operation": "drill", **body})
    assert answer.status_code == 200, answer.text
    told: dict[str, Any] = answer.json()
    return told


def ageless(line: str) -> str:
    """A line without how old the recovery point was when it was written."""
    return re.sub(r", \S+ old\b", ", of some age", line)


def test_a_network_that_is_not_isolated_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    """A test VM has the name and the data of a real one. The plan says the same, and what would be done otherwise."""
    with stack("east-asia", ASR_STORE=str(tmp_path)) as up:
        [vm] = protect(up, NAME)
        recovery = f"{up.group('contoso-app-asr')}/{NETWORKS}/contoso-vnet-asr"
        peered = network(up)
        hub = f"{up.group('contoso-app-asr')}/{NETWORKS}/hub"
        space = {"addressSpace": {"addressPrefixes": ["192.168.0.0/24"]}}
        assert up.call("PUT", hub, NETWORK_API, {"location": "southeastasia", "properties": space}).is_success
        peering = {"remoteVirtualNetwork": {"id": hub}, "allowVirtualNetworkAccess": True}
        made = up.call("PUT", f"{peered}/virtualNetworkPeerings/to-production", NETWORK_API, {"properties": peering})
        assert made.is_success, made.text
        before = len(up.writes())
        for where, code in (
            (peered, "DrillNetworkNotIsolated"),
            (recovery, "DrillInRecoveryNetwork"),
            (None, "TestNetworkMissing"),
            (f"{up.group('contoso-app')}/{NETWORKS}/contoso-vnet", "TestNetworkElsewhere"),
        ):
            answer = up.api("POST", "drills", {"vmIds": [vm], **({"testNetworkId": where} if where else {})})
            assert (answer.status_code, answer.json()["code"]) == (409, code)
            plan = planned(up, vmIds=[vm], **({"testNetworkId": where} if where else {}))
            [one] = plan["vms"]
            refused = answer.json()["refused"][0]["reasons"]
            assert (plan["possible"], one["possible"], one["reasons"]) == (False, False, refused)
        isolated = network(up, "isolated")
        up.advance(60)
        asked = {"names": [NAME], "testNetworkId": isolated, "probes": PASSING, "target": {"rpoMinutes": 0.001}}
        plan = planned(up, **asked)
        [one] = plan["vms"]
        assert (plan["possible"], one["possible"], one["networkId"]) == (True, True, isolated)
        assert one["recoveryPoint"]["ageSeconds"] > 0
        assert one["meetsRpo"] is False
        assert all(gate["holds"] for gate in one["gates"]), one["gates"]
        assert [probe["where"] for probe in plan["probes"]] == ["vmRunning", "agentReady", "tcp 22", "http 80/"]
        text = up.http.post(
            f"{up.host}/api/plans",
            json={"operation": "drill", **asked},
            headers={"x-functions-key": up.key, "accept": "text/plain"},
        ).text
        assert text.startswith(f"{NAME}: drill\n")
        assert text.endswith("Drill of 1 machine: can be begun\n")
        assert "; target 0s: too old" in text
        assert text.count("  = gate ") == len(one["gates"])
        assert [ageless(line) for line in one["lines"]] == [
            ageless(line) for line in text.splitlines()[: len(one["lines"])]
        ]
        unknown = up.api("POST", "plans", {"operation": "drill", "plan": "nobody"})
        assert (unknown.status_code, unknown.json()["code"]) == (404, "RecoveryPlanUnknown")
        assert len(up.writes()) == before
        assert not (tmp_path / "drills").exists()
        assert up.api("GET", "drills").json()["total"] == 0


NEVER = [{"kind": "tcp", "port": 1433, "timeoutSeconds": 3600}]
"""A probe that nothing ever answers, for longer than any test."""


def two_people_ask_for_one_drill(up: Stack, asked: dict[str, Any]) -> str:
    """In the same instant: one is taken, the other is told of it by its id."""
    with ThreadPoolExecutor(2) as people:
        answers = list(people.map(lambda name: up.api("POST", "drills", {**asked, "requestedBy": name}), ("a", "b")))
    [taken], [other] = ([one for one in answers if one.status_code == status] for status in (202, 409))
    drill: str = taken.json()["id"]
    assert " a asked for at " in other.json()["detail"] or " b asked for at " in other.json()["detail"], other.text
    assert (other.json()["code"], drill in other.json()["detail"]) == ("DrillUnderWay", True), other.text
    return drill


def test_a_drill_is_called_off_by_a_person_and_makes_way_for_a_real_failover() -> None:
    """One VM is in no second drill; whoever calls it off, its test VM goes, and what is kept says who and why."""
    with stack("east-asia") as up:
        vm, other = protect(up, NAME, "web-1")
        asked = {"testNetworkId": network(up), "probes": NEVER}
        first = up.api("POST", "drills", {**asked, "vmIds": [vm], "requestId": "one", "requestedBy": "bo"}).json()["id"]
        up.until(lambda: f"{NAME}-test" in test_machines(up))
        second = up.api("POST", "drills", {**asked, "vmIds": [other, vm]})
        assert second.status_code == 409, up.api("GET", f"drills/{first}").json()
        assert second.json()["code"] == "DrillUnderWay"
        assert f"{first}, which bo asked for at 20" in second.json()["detail"]
        one, free = planned(up, **asked, vmIds=[vm, other])["vms"]
        assert (one["possible"], free["possible"]) == (False, True)
        assert "DrillUnderWay" in {reason["code"] for reason in one["reasons"]}
        assert up.api("POST", "drills", {**asked, "vmIds": [vm], "requestId": "one"}).json()["id"] == first
        used = up.api("POST", "drills", {**asked, "vmIds": [other], "requestId": "one"})
        assert (used.status_code, used.json()["code"], used.json()["drillId"]) == (409, "RequestIdUsed", first)

        ending = up.api("DELETE", "protections", vmId=vm).json()["protections"][0]
        assert (ending["queued"], "when drill is over" in ending["note"]) == (1, True), ending

        for _ in range(2):
            called = up.api("POST", f"drills/{first}/cancel", {"note": "the site is busy", "requestedBy": "ann"})
            assert called.status_code in (202, 409)
        found = over(up, first)
        assert (found["status"], found["calledOff"]["by"]["name"]) == ("cancelled", "ann")
        [one] = found["machines"]
        assert [reason["code"] for reason in one["reasons"] if reason["severity"] == "error"] == ["DrillCalledOff"]
        assert one["cleanUp"]["done"]
        assert test_machines(up) == []
        assert up.api("POST", f"drills/{first}/cancel", {}).json()["code"] == "DrillOver"
        assert up.api("POST", "drills/drill-0/cancel", {}).status_code == 404
        kept = up.api("GET", f"evidence/{found['evidence']['number']}").json()
        assert kept["facts"]["calledOff"]["note"] == "the site is busy"

        assert up.until(lambda: up.run(ending).json()["output"])["state"] == "unprotected"

        another = two_people_ask_for_one_drill(up, {**asked, "vmIds": [other]})
        up.until(lambda: "web-1-test" in test_machines(up))
        real = {"vmIds": [other], "kind": "unplanned", "confirm": "web-1"}
        assert up.api("POST", "failovers", real).status_code == 202
        assert over(up, another)["status"] == "cancelled"
        up.until(lambda: up.status(other)["state"] == "failed_over")
        assert test_machines(up) == ["web-1"]
        assert "a real failover of web-1" in up.api("GET", f"drills/{another}").json()["calledOff"]["note"]


def terminate(up: Stack, *instances: str) -> None:
    """End these as somebody with the task hub's key does."""
    for instance in instances:
        path = f"{up.host}/runtime/webhooks/durabletask/instances/{instance}/terminate"
        assert up.http.post(path, params={"reason": "lost", "code": up.key}).status_code in (202, 410)


def test_what_a_lost_drill_left_is_found_by_the_sweep(tmp_path: Path) -> None:
    """Runs are terminated while the test VM stands, then the vault cannot be read; a person's test is left alone."""
    with stack("east-asia", ASR_STORE=str(tmp_path)) as up:
        vm, other = protect(up, NAME, "web-1")
        where = network(up)
        persons = {"vmIds": [other], "kind": "test", "testNetworkId": where, "wait": 120}
        assert up.api("POST", "failovers", persons).status_code == 200
        started = up.api("POST", "drills", {"vmIds": [vm], "testNetworkId": where, "probes": NEVER}).json()
        up.until(lambda: f"{NAME}-test" in test_machines(up))
        run = up.until(lambda: next(iter(up.api("GET", f"drills/{started['id']}").json()["machines"]), None))["run"]
        terminate(up, run, started["id"])
        up.fault(method="GET", path="*/replicationProtectedItems/*", status=403, times=1000)
        up.until(lambda: any(one["status"] == 403 for one in up.requests()))
        assert f"{NAME}-test" in test_machines(up)
        up.clear_faults()

        def swept() -> bool:
            up.api("POST", "sweeps")
            return (
                f"{NAME}-test" not in test_machines(up)
                and "evidence" in up.api("GET", f"drills/{started['id']}").json()
            )

        up.until(swept, 120)
        found = up.api("GET", f"drills/{started['id']}").json()
        assert found["status"] == "cancelled"
        [one] = found["machines"]
        assert one["cleanUp"]["done"]
        assert f"{NAME}-test" not in test_machines(up)
        assert "web-1-test" in test_machines(up)

        orphaned = up.api("POST", "drills", {"vmIds": [vm], "testNetworkId": where, "probes": NEVER}).json()["id"]
        up.until(lambda: f"{NAME}-test" in test_machines(up))
        terminate(up, orphaned)
        up.advance(120)
        assert up.api("POST", f"drills/{orphaned}/cancel", {}).status_code == 202
        assert over(up, orphaned)["status"] == "cancelled"
        assert test_machines(up) == ["web-1-test"]
    assert list((tmp_path / "open-drills").rglob("*.json")) == []
