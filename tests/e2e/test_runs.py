"""Who asks gets a run: commands in their order, once each, answered; and who asks for nothing leaves no trace."""

import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from asr.gateway.run_times_store import note_run_times
from asr.model.run import VmState
from tests.e2e.stack import Stack, event, stack
from tests.gateway.sessions import within
from tests.unit.planning.test_run_times import entry

PAST_SECONDS = 1000.0
"""What the shortest of the runs took that were before."""


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Where the app of the stack remembers things."""
    return str(tmp_path_factory.mktemp("store"))


@pytest.fixture(scope="module")
def up(store: str) -> Iterator[Stack]:
    """One stack; each test has its own VM. No sweep comes in between, unless a test asks for one.

    Six protections of a thousand seconds and more were before: what they took is written as a sweep writes it.
    """
    past = VmState("/vm", runs=tuple(entry(str(place), PAST_SECONDS + place) for place in range(6)))
    within("http://127.0.0.1:9", lambda azure: note_run_times(azure, [past]), ASR_STORE=store)
    with stack(ASR_SWEEP_SCHEDULE="0 0 0 1 1 *", ASR_STORE=store) as running:
        yield running


def post(up: Stack, vm: str, **body: object) -> httpx.Response:
    """Ask for the VM's protection by name."""
    return up.api("POST", "protections", {"vmIds": [vm], **body})


def posted(up: Stack, vm: str, **body: object) -> dict[str, Any]:
    """The same, taken."""
    answer = post(up, vm, **body)
    assert answer.status_code == 202, answer.text
    taken: dict[str, Any] = answer.json()["protections"][0]
    return taken


def history(up: Stack, vm: str) -> list[dict[str, Any]]:
    """The VM's runs, the oldest first."""
    runs: list[dict[str, Any]] = up.api("GET", "protections/history", vmId=vm).json()["runs"]
    return runs[::-1]


def management(up: Stack, run: str, method: str, rest: str = "") -> httpx.Response:
    """Durable's own API, as an operator with the system key."""
    url = f"{up.host}/runtime/webhooks/durabletask/instances/{run}{rest}"
    return up.http.request(method, url, params={"code": up.key, "reason": "test"})


def block(up: Stack, vm: str) -> None:
    """Runs of this VM wait until the faults are cleared: it cannot be read."""
    path = f"*/virtualmachines/{vm.rsplit('/', 1)[-1]}"
    up.fault(method="GET", path=path, client="asr-autoprotect", phase="before", status=429, retry_after=1, times=10_000)


def hold(up: Stack, vm: str) -> dict[str, Any]:
    """A command whose run is under way until the faults are cleared."""
    block(up, vm)
    held = posted(up, vm, requestedBy="holder")
    until(up, held, "Running")
    return held


def until(up: Stack, taken: dict[str, Any], status: str) -> dict[str, Any]:
    """Wait until the run of a command is so; its output is returned. One that waits in a queue does not exist yet."""

    def reached() -> dict[str, Any] | None:
        answer = up.run(taken)
        run: dict[str, Any] = answer.json() if answer.is_success else {}
        return run if run.get("runtimeStatus") == status else None

    output: dict[str, Any] = up.until(reached, 120)["output"]
    return output


def test_two_operators_are_both_answered(up: Stack) -> None:
    """Both ask during a run, with other choices: both run, in order, and the history says who asked what."""
    vm = up.vm("web-0")
    held = hold(up, vm)
    ada = posted(up, vm, requestedBy="ada", overrides={"recovery-region": "nowhere"})
    bob = posted(up, vm, requestedBy="bob")
    assert [one["queued"] for one in (held, ada, bob)] == [0, 1, 2]
    up.clear_faults()
    until(up, bob, "Completed")

    runs = history(up, vm)
    assert [run["run"] for run in runs] == [one["id"] for one in (held, ada, bob)]
    assert [run["requestedBy"]["name"] for run in runs] == ["holder", "ada", "bob"]
    assert [run["requestedBy"]["verified"] for run in runs] == [False] * 3
    assert runs[1]["choices"]["overrides"] == {"recovery-region": "nowhere"}
    assert [run["kind"] for run in runs] == ["protect"] * 3


def test_how_long_a_run_will_still_take_is_told_by_those_before_and_falls(up: Stack) -> None:
    """In its own status and in that of its VM; nothing once it is over."""
    vm = up.vm("web-1")
    held = hold(up, vm)
    first, same = up.run(held).json()["secondsLeft"], up.status(vm)["activeRun"]["secondsLeft"]
    up.advance(PAST_SECONDS / 2)
    later = up.run(held).json()["secondsLeft"]
    up.clear_faults()
    until(up, held, "Completed")

    assert [left["runs"] for left in (first, same, later)] == [6, 6, 6]
    assert [round(left["high"] - left["low"]) for left in (first, same, later)] == [5, 5, 5]
    assert first["low"] >= same["low"]
    assert first["low"] - later["low"] >= PAST_SECONDS / 2
    assert up.run(held).json()["secondsLeft"] is None
    assert up.status(vm)["activeRun"] is None


def test_one_request_id_is_one_command(up: Stack) -> None:
    """While it waits, while it runs, after it has run."""
    vm = up.vm("web-1")
    held = hold(up, vm)
    once = posted(up, vm, requestId="change 4711")
    again = posted(up, vm, requestId="change 4711", profile="default")
    assert (once["id"], once["queued"]) == (again["id"], again["queued"])
    up.clear_faults()
    until(up, once, "Completed")
    after = post(up, vm, requestId="change 4711", wait=30)

    assert after.status_code == 200
    assert after.json()["protections"][0]["id"] == once["id"]
    assert [run["run"] for run in history(up, vm)][-2:] == [held["id"], once["id"]]


def test_a_ninth_command_is_a_409_and_a_wait_is_for_the_callers_own_run(up: Stack) -> None:
    """Eight wait behind the one that runs; nothing of the ninth is left. Who waits does so for its own outcome."""
    vm = up.vm("db-0")
    hold(up, vm)
    for number in range(7):
        assert posted(up, vm, overrides={"asr-recovery-zone": number + 1})["queued"] == number + 1
    eighth = posted(up, vm, wait=1)
    assert (eighth["queued"], "outcome" in eighth) == (8, False)
    ninth = post(up, vm)

    assert (ninth.status_code, ninth.json()["code"], ninth.json()["vmIds"]) == (409, "QueueFull", [vm])
    assert "8 commands" in ninth.json()["detail"]
    up.clear_faults()
    until(up, eighth, "Completed")
    assert len(history(up, vm)) == 9


def test_a_wait_is_not_answered_by_the_run_of_an_event(up: Stack) -> None:
    """An event's run is active on an untagged VM that is known; then somebody asks by name, and waits."""
    vm = up.vm("web-0")
    assert post(up, vm, wait=60).status_code == 200
    block(up, vm)
    assert up.deliver(event(vm)).status_code == 202
    up.until(lambda: history(up, vm)[-1]["cause"] == "event")
    taken = posted(up, vm, wait=1)
    assert (taken["queued"], "outcome" in taken) == (1, False)
    up.clear_faults()

    assert until(up, taken, "Completed")["state"] in ("enabling", "protected")
    assert [run["cause"] for run in history(up, vm)][-2:] == ["event", "http"]


@pytest.mark.parametrize("purge", [False, True])
def test_a_run_that_was_terminated_does_not_block_its_vm(up: Stack, purge: bool) -> None:
    """Also when its instance is gone: the next command finds it, and says what became of it. Reading tells nobody."""
    vm = up.vm("batch-0")
    held = hold(up, vm)
    assert management(up, held["id"], "POST", "/terminate").status_code == 202
    until(up, held, "Terminated")
    if purge:
        assert management(up, held["id"], "DELETE").status_code == 200
    up.clear_faults()
    shown = up.status(vm)
    assert (shown["activeRun"], shown["lastOutcome"]["reasons"][0]["code"]) == (None, "RunEndedWithoutReport")

    answer = post(up, vm, wait=60)
    assert answer.status_code == 200, answer.text
    assert answer.json()["protections"][0]["outcome"]["state"] == "refused"
    lost = next(run for run in history(up, vm) if run["run"] == held["id"])
    assert (lost["codes"], lost["status"]) == (["RunEndedWithoutReport"], "PURGED" if purge else "TERMINATED")


def test_a_burst_about_an_untagged_vm_leaves_nothing(up: Stack) -> None:
    """Neither entity nor run, at the price of few reads; poison among it is acknowledged."""
    vm = up.vm("legacy-0")
    before = len(up.requests())
    burst = [event(vm, number=number) for number in range(20)]
    poison = [
        {**event(vm), "eventTime": "garbage"},
        {**event(vm), "eventTime": 5, "id": None},
        {**event(vm), "data": None},
        {**event(vm), "subject": ["x"]},
        {"odd": True},
    ]
    assert up.deliver(*burst, *poison).status_code == 202
    for one in burst:
        assert up.deliver(one).status_code == 202

    reads = [request for request in up.requests()[before:] if request["path"].lower().endswith("/legacy-0")]
    assert 1 <= len(reads) <= 3
    entities = up.http.get(
        f"{up.host}/runtime/webhooks/durabletask/entities/VirtualMachine", params={"code": up.key}
    ).json()
    assert not [one for one in entities if one["entityId"]["key"].startswith("legacy-0")]
    assert history(up, vm) == []
    assert vm not in [one["vmId"] for one in up.api("GET", "protections").json()["protections"]]


def test_a_vm_that_loses_its_tag_before_it_is_protected_is_forgotten(up: Stack) -> None:
    """Its runs stay in the history, with the events that asked for them."""
    vm = up.vm("legacy-0")
    up.tag(vm, asr_protect="nonesuch")
    up.outcome(vm, "refused")
    up.tag(vm, asr_protect="false")
    up.until(lambda: up.status(vm)["lastOutcome"] is None)

    runs = history(up, vm)
    assert [run["outcome"]["state"] for run in runs] == ["refused", "not_requested"]
    assert {run["requestedBy"]["name"] for run in runs} == {"event"}
    assert all(run["event"]["operation"].lower().endswith("/write") and run["event"]["id"] for run in runs)

    up.tag(vm, asr_protect="nonesuch")
    up.outcome(vm, "refused")
    again = history(up, vm)
    assert [run["run"] for run in again][:2] == [run["run"] for run in runs]
    assert [run["state"] for run in again] == ["refused", "not_requested", "refused"]


def test_equal_refusals_of_sweeps_are_one_entry(up: Stack) -> None:
    """Sweep after sweep, and the index does not grow; each outcome is one line of the log, without a secret."""
    vm = up.vm("batch-0")
    up.tag(vm, asr_protect="true")
    up.outcome(vm, "refused")

    def swept() -> bool:
        assert up.api("POST", "sweeps").status_code == 202
        last = history(up, vm)[-1]
        return bool(last["cause"] == "sweep" and last["count"] >= 2)

    up.until(swept)
    entry = history(up, vm)[-1]
    assert (entry["requestedBy"]["name"], entry["state"]) == ("sweep", "refused")
    log = up.log.read_text(errors="replace")
    lines = [json.loads(line[line.index('{"outcome"') :]) for line in log.splitlines() if '{"outcome"' in line]
    mine = [line for line in lines if line["vm"] == vm]
    assert {"outcome", "vm", "run", "kind", "codes", "seconds"} == set(mine[-1])
    assert mine[-1]["outcome"] == "refused"
    assert up.key not in json.dumps(lines)
