"""What the app says and does while Azure does not tell, tells nonsense, or leads astray."""

from typing import Any

from tests.e2e.stack import Stack, stack
from tests.gateway.wire import Wire

APP = "asr-autoprotect"
NEVER = "0 0 0 1 1 *"
FOREIGN = "11111111-2222-3333-4444-555555555555"


def by_hand(up: Stack, orchestration: str, instance: str, body: dict[str, Any]) -> dict[str, Any]:
    """An orchestration that somebody with the system key starts; its output when it has ended."""
    hub = f"{up.host}/runtime/webhooks/durabletask"
    started = up.http.post(f"{hub}/orchestrators/{orchestration}/{instance}", params={"code": up.key}, json=body)
    assert started.status_code == 202, started.text

    def ended() -> dict[str, Any] | None:
        told: dict[str, Any] = up.http.get(f"{hub}/instances/{instance}", params={"code": up.key}).json()
        return told if told["runtimeStatus"] in ("Completed", "Failed", "Terminated") else None

    told: dict[str, Any] = up.until(ended)
    return told


def test_azure_does_not_tell_and_others_lead_astray() -> None:
    """What is started by hand first, before anything is written; then `db-0`, in spite of a foreign link."""
    with stack(ASR_SWEEP_SCHEDULE=NEVER) as up, Wire({}) as other:
        what_is_started_by_hand_stays_within_bounds(up, other)
        a_token_goes_to_azure_alone(up, other)
        what_was_known_stands_while_azure_does_not_tell(up)


def what_was_known_stands_while_azure_does_not_tell(up: Stack) -> None:
    """A status is 200 with its problems; nonsense is neither absence nor a defect; a run ends with the reason."""
    vm = up.vm("db-0")  # it is protected already: the event of another tag would begin a run that meets the faults
    up.outcome(vm, "enabling", "protected")
    for fault, code in (
        ({"status": 403}, "AuthorizationFailed"),
        ({"status": 409}, "Conflict"),
        ({"status": 503}, "TransientFaultPersisted"),
        ({"body": "null"}, "AzureAnswerNotUnderstood"),
        ({"body": "{}"}, "AzureAnswerNotUnderstood"),
    ):
        up.fault(method="GET", path="*/virtualmachines/db-0", client=APP, **fault)
        status = up.status(vm)
        up.clear_faults()
        assert [one["code"] for one in status["problems"]] == [code]
        assert status["decision"] is None
        assert status["lastOutcome"]["state"] in ("enabling", "protected")
        assert status["state"] in ("enabling", "protected")
    assert up.status(vm)["problems"] == []

    up.fault(method="GET", path="*/virtualmachines/web-0", client=APP, body="[]")
    ran = up.api("POST", "protections", {"vmIds": [up.vm("web-0")], "wait": 60}).json()["protections"][0]
    assert ran["outcome"]["state"] == "failed"
    assert [one["code"] for one in ran["outcome"]["reasons"]] == ["AzureAnswerNotUnderstood"]
    plan = up.api("POST", "plans", {"vmIds": [up.vm("web-0")]})
    assert plan.status_code == 200
    assert "AzureAnswerNotUnderstood" in plan.text


def a_token_goes_to_azure_alone(up: Stack, other: Wire) -> None:
    """An operation's address that a proxy rewrote is not followed, and what was begun is found by the next run."""
    link = {"Azure-AsyncOperation": f"{other.url}/status", "Location": f"{other.url}/location"}
    up.fault(method="PUT", path="*/replicationfabrics/*", client=APP, headers=link, times=2)
    up.tag(up.vm("db-0"), asr_protect="true")
    failed = up.outcome(up.vm("db-0"), "failed")

    assert "ForeignLink" in [one["code"] for one in failed["lastOutcome"]["reasons"]]
    assert other.asked == []
    up.clear_faults()
    up.api("POST", "sweeps")
    up.outcome(up.vm("db-0"), "enabling", "protected")


def what_is_started_by_hand_stays_within_bounds(up: Stack, other: Wire) -> None:
    """Neither a machine of a foreign subscription nor an operation at somebody's own address."""
    vm = up.vm("db-0").replace(up.subscription, FOREIGN)
    pacing = {"poll_seconds": 0.1, "retry_seconds": 0.1, "retry_attempts": 2, "step_minutes": 1}
    ran = by_hand(up, "protect_vm", "by-hand", {"vm_id": vm, "vm_key": "x", "pacing": pacing, "choices": {}})

    assert "protected" not in str(ran["output"]), ran
    assert up.writes() == []
    assert [one for one in up.requests() if FOREIGN in one["path"]] == []
    assert other.asked == []
