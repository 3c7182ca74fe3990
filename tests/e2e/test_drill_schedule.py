"""Drills by schedule, with a script inside of the VM, into a network whose names are its own."""

import json
from typing import Any

from tests.e2e.stack import Stack, stack
from tests.e2e.test_drills import NAME, NETWORK_API, NETWORKS, network, over, protect, test_machines

ZONE_API = "2020-06-01"
SUBSCRIPTION = "9d2f7c36-41a5-4b8e-8d0f-3a6b5e1c7f42"
GROUP = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/contoso-app-asr"
SCRIPT = "systemctl is-active app # token=hunter2"
PROFILE = {
    "every": "30d",
    "network": f"{GROUP}/{NETWORKS}/drill-vnet",
    "probes": [{"kind": "runCommand", "script": SCRIPT, "timeoutSeconds": 8}],
    "target": {"rtoMinutes": 60},
}


def advance(up: Stack, seconds: float) -> None:
    """Move the one clock of the stack."""
    up.advance(seconds)


def link(up: Stack, name: str, network_id: str) -> None:
    """Link a network to a private DNS zone of production's, which is made."""
    zone = f"{up.group('contoso-app')}/providers/Microsoft.Network/privateDnsZones/corp.example"
    assert up.call("PUT", zone, ZONE_API, {"location": "global"}).is_success
    body = {"location": "global", "properties": {"virtualNetwork": {"id": network_id}}}
    assert up.call("PUT", f"{zone}/virtualNetworkLinks/{name}", ZONE_API, body).is_success


def stands(up: Stack, profile: str = "default") -> dict[str, Any]:
    """How the machine stands with drills, once the fleet knows it by its profile."""

    def known() -> dict[str, Any] | None:
        rows = up.api("GET", "protections").json()["protections"]
        return next((row["drill"] for row in rows if row["name"] == NAME and row["profile"] == profile), None)

    found: dict[str, Any] = up.until(known)
    return found


def scheduled(up: Stack, known: int) -> dict[str, Any]:
    """The drill that the timer begins beside those that are known, once it is over."""

    def begun() -> dict[str, Any] | None:
        drills: list[dict[str, Any]] = up.api("GET", "drills").json()["drills"]
        return drills[0] if len(drills) > known else None

    def looked() -> dict[str, Any] | None:
        advance(up, 600)
        try:
            found: dict[str, Any] = up.until(begun, 3)
        except AssertionError:
            return None
        return found

    return over(up, up.until(looked)["id"])


def test_what_is_due_is_drilled_and_the_fleet_tells_whether_it_counts() -> None:
    """A failing script; the next day a good drill; a change of the VM resets it. A shared zone refuses a drill."""
    profiles = json.dumps({"default": {"drill": PROFILE}})
    with stack("east-asia", ASR_PROFILES=profiles) as up:
        assert up.subscription == SUBSCRIPTION
        [vm] = protect(up, NAME)
        where = network(up)
        up.tag(vm, asr_protect="true")
        assert stands(up)["state"] == "never"

        answer = {"vm": "*-test", "contains": "is-active", "exit_code": 3, "error": "inactive password=hunter2"}
        up.http.post(f"{up.arm}/_emulator/scripts", json=answer).raise_for_status()
        first = scheduled(up, 0)
        assert (first["status"], first["requestedBy"]["name"]) == ("failed", "schedule of profile default")
        [probe] = first["machines"][0]["probes"]
        assert "ended with 3" in probe["problem"]
        assert probe["output"] == "inactive password=***"
        assert test_machines(up) == []
        assert stands(up)["state"] == "never"
        kept = up.api("GET", f"evidence/{first['evidence']['number']}").json()
        assert kept["whole"]
        assert "hunter2" not in json.dumps(kept)
        assert next(iter(kept["facts"]["vaultHealthRefreshed"].values())).startswith("20")

        up.http.post(f"{up.arm}/_emulator/scripts", json={"clear": True}).raise_for_status()
        advance(up, 86_400)
        second = scheduled(up, 1)
        assert second["status"] == "passed", second
        up.until(lambda: stands(up)["state"] == "verified")
        assert stands(up)["drill"] == second["id"]
        assert up.api("GET", "summary").json()["drills"]["verified"] == 1
        assert up.api("GET", "evidence").json()["whole"]

        size = {"properties": {"hardwareProfile": {"vmSize": "Standard_D4s_v3"}}}
        assert up.call("PATCH", vm, "2024-07-01", size).is_success
        up.until(lambda: stands(up)["state"] == "changed")

        link(up, "drill", where)
        asked = {"vmIds": [vm], "testNetworkId": where}
        link(up, "production", f"{up.group('contoso-app')}/{NETWORKS}/contoso-vnet")

        def refused() -> dict[str, Any] | None:
            answer = up.api("POST", "drills", asked)
            told: dict[str, Any] = answer.json()  # a changed VM is due: its own drill may be under way for a moment
            return told if told.get("code") == "DrillNetworkNotIsolated" else None

        told = up.until(refused)
        assert "corp.example" in told["detail"]
        assert up.get(where, NETWORK_API)["name"] == "drill-vnet"
