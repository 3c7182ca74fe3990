"""What happens to VMs is told to a custom topic: each change once, whatever becomes of the topic and of the worker."""

from collections.abc import Iterator

import pytest

from tests.e2e.processes import kill_worker
from tests.e2e.stack import Stack, stack
from tests.e2e.test_drills import drill, network, protect
from tests.e2e.topic import PATH, advance, events_check, is_told, make_topic, received, told


@pytest.fixture
def up() -> Iterator[Stack]:
    """A stack whose app publishes to a topic."""
    with stack(ASR_EVENTS_ENDPOINT=PATH) as running:
        make_topic(running)
        yield running


def test_a_life_is_told(up: Stack) -> None:
    """Enabled by the run, protected by the sweep that sees it; refused, and no longer so when it is mended."""
    web, batch = up.vm("web-0"), up.vm("batch-0")
    up.tag(web, asr_protect="true")
    up.tag(batch, asr_protect="true")
    up.until(lambda: is_told(up, web, "ProtectionEnabled resolved", "Protected resolved"))
    up.until(lambda: is_told(up, batch, "ProtectionRefused open"))
    assert up.call("POST", f"{batch}/start", "2024-07-01").is_success
    up.until(lambda: is_told(up, batch, "ProtectionRefused resolved", "Protected resolved"))

    assert told(up, web) == ["ProtectionEnabled resolved", "Protected resolved"]
    refused, mended = received(up, batch, "ProtectionRefused")
    assert refused["data"]["reasons"][0]["code"] == "AzureVmIsNotInDesiredPowerState"
    assert refused["data"]["dedupKey"] == mended["data"]["dedupKey"]
    assert refused["id"] != mended["id"]
    assert (refused["specversion"], refused["subject"], refused["source"]) == ("1.0", batch, "/asr-autoprotect")
    assert up.run({"statusQueryGetUri": f"{up.host}/api/runs/{refused['data']['runId']}"}).status_code == 200
    assert events_check(up)["status"] == "healthy"


def test_a_worker_that_dies_failovers_and_drills(up: Stack) -> None:
    """What `batch-0` meets is told though the worker dies; then what becomes of `web-0`."""
    a_worker_that_dies_while_it_tells(up)
    failovers_and_drills_are_told(up)


def test_a_topic_that_refuses(up: Stack) -> None:
    """No right, too large, too many."""
    for name, status in (("web-0", 401), ("db-0", 413), ("web-1", 429)):
        a_topic_that_refuses_gets_it_later(up, up.vm(name), status)


def failovers_and_drills_are_told(up: Stack) -> None:
    """A test that fails is open until one succeeds; a drill's part of a VM tells what was measured."""
    [web] = protect(up, "web-0")
    where = network(up)
    trouble = {"target": "web-0", "operation": "item.test_failover", "fail": "150097", "times": 1}
    up.http.post(f"{up.arm}/_emulator/site-recovery/troubles", json=trouble).raise_for_status()
    asked = {"vmIds": [web], "kind": "test", "testNetworkId": where, "wait": 60}
    for _ in range(2):
        assert up.api("POST", "failovers", asked).status_code == 200
    assert up.api("POST", "failovers/cleanup", {"vmIds": [web], "wait": 60}).status_code == 200
    drilled = drill(up, vmIds=[web], testNetworkId=where, probes=[{"kind": "vmRunning"}])
    up.until(lambda: is_told(up, web, "DrillFinished resolved"))

    failed, passed, cleaned = (one["data"] for one in received(up, web, "FailoverFinished"))
    assert [one["state"] for one in (failed, passed, cleaned)] == ["open", "resolved", "resolved"]
    assert (failed["action"], cleaned["action"]) == ("test_failover", "clean_up_test")
    assert [one["code"] for one in failed["reasons"]] == ["150097"]
    assert failed["dedupKey"] == passed["dedupKey"]
    assert passed["recoveredVmId"].endswith("/web-0-test")
    [over] = (one["data"] for one in received(up, web, "DrillFinished"))
    assert (over["drillId"], over["status"]) == (drilled["id"], "passed")
    assert over["rtoSeconds"] is not None
    assert {one["data"]["state"] for one in received(up, web, "ProtectionFailed")} == set()


def test_a_topic_that_is_down_for_an_hour_loses_nothing(up: Stack) -> None:
    """Everything waits in the store, health says so, no run is the worse for it; later it arrives in its order."""
    web, batch = up.vm("web-0"), up.vm("batch-0")
    up.fault(path="/topics/*", status=503)
    up.tag(batch, asr_protect="true")
    up.outcome(batch, "refused")
    waits = up.until(lambda: events_check(up) if "wait to be sent" in events_check(up)["detail"] else None)
    advance(up, 3600)
    up.tag(web, asr_protect="true")
    assert up.call("POST", f"{batch}/start", "2024-07-01").is_success
    up.outcome(batch, "protected", "already_protected")
    up.until(lambda: up.status(web)["state"] == "protected")
    assert received(up) == []
    up.clear_faults()
    refusal = ("ProtectionRefused open", "ProtectionRefused resolved")
    success = ("ProtectionEnabled resolved", "Protected resolved")
    up.until(lambda: is_told(up, batch, *refusal, *success) and is_told(up, web, *success))

    assert waits["status"] == "degraded"
    assert "503" in waits["detail"] or "sweep tries again" in waits["detail"]
    assert told(up, batch)[:2] == list(refusal)
    times = [one["time"] for one in received(up, batch)]
    assert times == sorted(times)
    up.until(lambda: events_check(up)["status"] == "healthy")


def a_topic_that_refuses_gets_it_later(up: Stack, vm: str, status: int) -> None:
    """The events wait, health says why, until the topic takes them."""
    up.fault(path="/topics/*", status=status, retry_after=1)
    up.tag(vm, asr_protect="true")
    up.until(lambda: up.status(vm)["state"] == "protected")
    up.until(lambda: f"{status}" in events_check(up)["detail"])
    up.clear_faults()
    up.until(lambda: is_told(up, vm, "ProtectionEnabled resolved", "Protected resolved"))

    assert len(received(up, vm)) == 2


def a_worker_that_dies_while_it_tells(up: Stack) -> None:
    """The run has reported, the topic has taken the event, nobody heard that it has: told again under the same id."""
    batch = up.vm("batch-0")
    up.fault(path="/topics/*", phase="after", delay_s=5, times=1)
    up.tag(batch, asr_protect="true")
    up.until(lambda: received(up, batch))
    assert up.outcome(batch, "refused")["lastOutcome"]["state"] == "refused"
    kill_worker(up)
    up.until(lambda: len(received(up, batch)) == 2)

    [first, again] = received(up, batch)
    assert first["id"] == again["id"]
    assert first["data"] == again["data"]
