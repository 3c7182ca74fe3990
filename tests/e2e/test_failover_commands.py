"""Failover as commands: a test, away, and home again; what cannot be is refused before anything is written."""

from typing import Any

from tests.e2e.stack import VM_API, Stack, stack

NAME = "web-0"
NETWORKS = "providers/Microsoft.Network/virtualNetworks"
NETWORK_API = "2023-09-01"


def command(up: Stack, path: str = "", **body: Any) -> dict[str, Any]:
    """A command whose outcome is waited for."""
    answer = up.api("POST", f"failovers{path}", {"wait": 120, **body})
    assert answer.status_code == 200, answer.text
    [one] = answer.json()["protections"]
    found: dict[str, Any] = one
    return found


def refusal(up: Stack, path: str = "", **body: Any) -> tuple[int, str]:
    """A command that is refused at once; nothing is written for it."""
    before = len(up.writes())
    answer = up.api("POST", f"failovers{path}", body)
    assert answer.status_code >= 400, answer.text
    assert len(up.writes()) == before
    return answer.status_code, answer.json()["code"]


def protect(up: Stack, vm_id: str) -> None:
    """Protected, and every recovery point that a failover needs is there."""
    up.api("POST", "protections", {"vmIds": [vm_id], "wait": 120})
    up.until(lambda: state(up, vm_id) == "protected")


def state(up: Stack, vm_id: str) -> str:
    """How the VM stands."""
    found: str = up.status(vm_id)["state"]
    return found


def power(up: Stack, vm_id: str) -> str:
    """The VM's power state."""
    body = up.get(f"{vm_id}/instanceView", VM_API)
    return next(str(one["code"]) for one in body["statuses"] if str(one["code"]).startswith("PowerState/"))


def made(up: Stack, name: str) -> bool:
    """Whether there is a VM of this name in the recovery group."""
    return up.call(
        "GET", f"{up.group('contoso-app-asr')}/providers/Microsoft.Compute/virtualMachines/{name}", VM_API
    ).is_success


def test_a_test_away_and_home_again() -> None:
    """Each step is what the state allows; the source is stopped by a planned failover; at the end the VM is at home."""
    with stack("east-asia") as up:
        vm = up.vm(NAME)
        protect(up, vm)
        network = f"{up.group('contoso-app-asr')}/{NETWORKS}/contoso-vnet-asr"

        tested = command(up, vmIds=[vm], kind="test", testNetworkId=network)
        assert tested["outcome"]["state"] == "protected"
        assert made(up, f"{NAME}-test")
        assert refusal(up, vmIds=[vm], kind="test", testNetworkId=network) == (409, "FailoverNotAllowed")
        command(up, "/cleanup", names=[NAME])
        assert not made(up, f"{NAME}-test")

        away = command(up, vmIds=[vm], kind="planned", confirm=NAME)
        assert away["outcome"]["state"] == "failed_over"
        assert away["outcome"]["reasons"] == []
        assert power(up, vm) == "PowerState/deallocated"
        assert made(up, NAME)
        assert state(up, vm) == "failed_over"
        command(up, "/commit", vmIds=[vm], confirm=NAME)
        recovered = f"{up.group('contoso-app-asr')}/providers/Microsoft.Compute/virtualMachines/{NAME}"
        turned = command(up, "/reprotect", vmIds=[recovered], confirm=NAME)
        assert turned["vmId"].lower() == vm.lower()
        assert turned["outcome"]["state"] == "enabling"

        up.until(lambda: can_fail_over(up))
        home = command(up, "/failback", vmIds=[vm], confirm=NAME)
        assert home["outcome"]["state"] == "enabling"
        up.until(lambda: state(up, vm) == "protected")
        assert power(up, vm) == "PowerState/running"
        assert [kind["kind"] for kind in runs(up, vm)][:5] == [
            "fail_back",
            "reprotect",
            "commit_failover",
            "planned_failover",
            "clean_up_test",
        ]


def test_what_cannot_be_is_refused_at_once() -> None:
    """Without the item, the confirmation, the state, the network or the point there is no run and no write."""
    with stack("east-asia") as up:
        vm, other = up.vm(NAME), up.vm("web-1")
        assert refusal(up, vmIds=[vm], kind="unplanned", confirm=NAME) == (404, "NotReplicated")
        protect(up, vm)
        assert refusal(up, vmIds=[vm], kind="unplanned") == (400, "NotConfirmed")
        assert refusal(up, vmIds=[vm], kind="unplanned", confirm="web-1") == (400, "NotConfirmed")
        assert refusal(up, vmIds=[vm, other], kind="unplanned", confirm=NAME) == (400, "NotConfirmed")
        assert refusal(up, vmIds=[vm, other], kind="unplanned", confirm=2) == (404, "NotReplicated")
        assert refusal(up, "/commit", vmIds=[vm], confirm=NAME) == (409, "FailoverNotAllowed")
        assert refusal(up, "/failback", vmIds=[vm], confirm=NAME) == (409, "NothingToFailBack")
        assert refusal(up, vmIds=[vm], kind="test") == (409, "TestNetworkMissing")
        assert refusal(up, vmIds=[vm], kind="test", testNetworkId="drills") == (400, "BadRequest")
        source = f"{up.group('contoso-app')}/{NETWORKS}/contoso-vnet"
        assert refusal(up, vmIds=[vm], kind="test", testNetworkId=source) == (409, "TestNetworkElsewhere")
        assert refusal(up, vmIds=[vm], kind="unplanned", recoveryPoint="p-0", confirm=NAME) == (
            409,
            "RecoveryPointUnknown",
        )
        assert refusal(up, vmIds=[vm], kind="planned", recoveryPoint="latestProcessed", confirm=NAME)[0] == 400
        assert refusal(up, vmIds=[vm], kind="test", testNetworkId=vm) == (400, "BadRequest")
        assert refusal(up, plan=" ", kind="unplanned", confirm=" ") == (400, "BadRequest")
        assert state(up, vm) == "protected"


def test_an_unplanned_failover_leaves_the_source_and_another_point_can_be_taken() -> None:
    """What is lost is said; the point is changed before the commit; the same request twice is one run."""
    with stack("east-asia") as up:
        vm = up.vm(NAME)
        protect(up, vm)
        up.advance(7200)
        up.slow(item_failover=60)
        first = up.api("POST", "failovers", {"vmIds": [vm], "kind": "unplanned", "confirm": NAME, "requestId": "lost"})
        again = up.api("POST", "failovers", {"vmIds": [vm], "kind": "unplanned", "confirm": NAME, "requestId": "lost"})
        assert first.status_code == again.status_code == 202, again.text
        assert first.json()["protections"][0]["id"] == again.json()["protections"][0]["id"]
        cancel = up.api("POST", "failovers/cancel", {"vmIds": [vm], "confirm": NAME}).json()["protections"][0]
        assert (cancel["queued"], "unplanned_failover" in cancel["note"]) == (1, True), cancel
        up.advance(60)
        up.until(lambda: state(up, vm) == "failed_over")
        assert up.until(lambda: (up.run(cancel).json()["output"] or {}).get("state")) == "refused"
        assert power(up, vm) == "PowerState/running"

        changed = command(up, "/point", vmIds=[vm], recoveryPoint="latestAppConsistent", confirm=NAME)
        assert changed["outcome"]["state"] == "failed_over"
        assert len([one for one in up.writes() if one["path"].endswith("unplannedFailover")]) == 1

        assert refusal(up, "/reprotect", vmIds=[vm], confirm=NAME) == (409, "FailoverNotAllowed")
        assert refusal(up, "/commit", vmIds=[vm], confirm=NAME, requestId="lost") == (409, "RequestIdUsed")
        command(up, "/commit", vmIds=[vm], confirm=NAME)
        assert refusal(up, "/commit", vmIds=[vm], confirm=NAME) == (409, "FailoverNotAllowed")
        assert refusal(up, "/cancel", vmIds=[vm], confirm=NAME) == (409, "FailoverNotAllowed")
        assert refusal(up, "/point", vmIds=[vm], recoveryPoint="latestProcessed", confirm=NAME)[0] == 409
        assert refusal(up, "/failback", vmIds=[vm], confirm=NAME) == (409, "NothingToFailBack")
        assert refusal(up, vmIds=[vm], kind="unplanned", confirm=NAME) == (409, "FailoverNotAllowed")


def runs(up: Stack, vm_id: str) -> list[dict[str, Any]]:
    """The VM's runs by command, newest first."""
    found = up.api("GET", "protections/history", vmId=vm_id).json()["runs"]
    return [one for one in found if one["cause"] == "http"]


def can_fail_over(up: Stack) -> bool:
    """Whether the item allows a failover."""
    items = up.site_recovery("replicationProtectedItems")
    return any("UnplannedFailover" in item["properties"]["allowedOperations"] for item in items)
