"""Whole stories: a tag changes in the emulated Azure, and what the app made of it is read back through plain ARM."""

import random
from collections.abc import Iterator

import pytest

from tests.e2e.processes import kill_worker
from tests.e2e.stack import Stack, event, stack


def _protected_items(up: Stack) -> list[str]:
    return [item["properties"]["friendlyName"] for item in up.site_recovery("replicationProtectedItems")]


def test_the_same_event_twenty_times_and_out_of_order_protects_once() -> None:
    """Events about two VMs, doubled and shuffled: one item each, one foundation, no second set of anything."""
    with stack() as up:
        for name in ("web-0", "db-0"):
            up.tag(up.vm(name), asr_protect="true")
        events = [event(up.vm(name), number=number) for number in range(20) for name in ("web-0", "db-0")]
        random.Random(7).shuffle(events)
        for one in events:
            assert up.deliver(one).status_code < 300
        for name in ("web-0", "db-0"):
            up.outcome(up.vm(name), "protected")

        assert sorted(_protected_items(up)) == ["db-0", "web-0"]
        assert len(up.vaults()) == 1
        assert len(up.site_recovery("replicationFabrics")) == 2
        assert len(up.site_recovery("replicationProtectionContainerMappings")) == 2
        assert len(up.site_recovery("replicationNetworkMappings")) == 2
        enables = [
            r for r in up.writes() if r["method"] == "PUT" and "/replicationprotecteditems/" in r["path"].lower()
        ]
        assert len(enables) == 2
        created = [r["path"].lower() for r in up.writes() if r["method"] == "PUT"]
        assert len(created) == len(set(created)), "something was written twice"


def test_an_event_about_an_untagged_vm_writes_nothing(shared: Stack) -> None:
    """The app reads the VM, sees no tag, and leaves Azure as it is."""
    before = len(shared.writes())
    assert shared.deliver(event(shared.vm("web-0"))).status_code < 300
    status = shared.status(shared.vm("web-0"))

    assert (status["decision"]["action"], status["lastOutcome"], status["runs"]) == ("leave", None, [])
    assert shared.writes()[before:] == []


def test_events_about_other_things_cost_no_request(shared: Stack) -> None:
    """Extensions, networks and other subscriptions are ignored without a call to Azure."""
    others = [
        event(f"{shared.vm('web-1')}/extensions/agent", "Microsoft.Compute/virtualMachines/extensions/write", 1),
        event(
            f"{shared.group()}/providers/Microsoft.Network/virtualNetworks/x", "Microsoft.Network/virtualNetworks/write"
        ),
        event("/subscriptions/0/resourceGroups/g/providers/Microsoft.Compute/virtualMachines/vm", number=3),
    ]
    before = len(shared.requests())
    for one in others:
        assert shared.deliver(one).status_code < 300
    assert shared.deliver(event(shared.vm("legacy-0"), number=4)).status_code < 300
    touched = [r["path"] for r in shared.requests()[before:] if "/virtualmachines/" in r["path"].lower()]
    assert touched
    assert all(path.lower().startswith(shared.vm("legacy-0").lower()) for path in touched)


def test_throttling_and_server_errors_on_every_kind_of_request_are_survived() -> None:
    """Each kind of request is first throttled with Retry-After, then answered 500, then let through."""
    kinds = [
        ("GET", "*"),
        ("PUT", "*/resourcegroups/*-asr"),
        ("PUT", "*/vaults/*"),
        ("PUT", "*/storageaccounts/*"),
        ("PUT", "*/virtualnetworks/*"),
        ("PUT", "*/availabilitysets/*"),
        ("PUT", "*/replicationfabrics/*"),
        ("PUT", "*/replicationprotecteditems/*"),
        ("GET", "*/replicationoperationstatus/*"),
    ]
    with stack() as up:
        for method, path in kinds:
            client = "asr-autoprotect"
            up.fault(method=method, path=path, client=client, phase="before", status=429, retry_after=1, times=1)
            up.fault(method=method, path=path, client=client, phase="before", status=500, times=2)
            up.fault(method=method, path=path, client=client, phase="before", status="reset", times=1)
        up.tag(up.vm("web-0"), asr_protect="true")
        up.until(lambda: "web-0" in _protected_items(up), seconds=90)
        up.clear_faults()
        up.outcome(up.vm("web-0"), "protected")

        assert {r["status"] for r in up.requests()} >= {429, 500}


def test_a_write_whose_answer_is_lost_makes_nothing_twice() -> None:
    """The connection breaks after writes took effect: what was written is found, not made again."""
    with stack() as up:
        up.fault(method="PUT", path="*", client="asr-autoprotect", phase="after", status="reset", rate=0.5, times=12)
        up.tag(up.vm("db-0"), asr_protect="true")
        up.outcome(up.vm("db-0"), "protected", seconds=90)

        assert _protected_items(up) == ["db-0"]
        assert len(up.site_recovery("replicationFabrics")) == 2
        assert len(up.site_recovery("replicationPolicies")) == 1
        assert len(up.vaults()) == 1


def test_a_permanent_403_is_an_outcome_that_says_so() -> None:
    """A missing role assignment ends the run with Azure's code and a fix, in status and history."""
    with stack() as up:
        up.fault(method="PUT", path="*/vaults/*", client="asr-autoprotect", phase="before", status=403, times=10_000)
        up.tag(up.vm("web-0"), asr_protect="true")
        status = up.outcome(up.vm("web-0"), "failed")

        reason = status["lastOutcome"]["reasons"][0]
        assert reason["code"] == "AuthorizationFailed"
        assert "vaults" in reason["azure"]["message"]
        assert reason["fix"]
        history = up.api("GET", "protections/history", vmId=up.vm("web-0")).json()
        assert any(step["result"] == "failed" for step in history["runs"][-1]["steps"])


def test_a_refused_vm_says_why_and_is_protected_once_it_runs_whatever_dies() -> None:
    """A deallocated VM is refused with ASR's code; started later, the sweep protects it without any event.

    The worker process dies in the middle of that run; the work is dispatched again and nothing is made twice.
    """
    with stack() as up:
        up.tag(up.vm("batch-0"), asr_protect="true")
        refused = up.outcome(up.vm("batch-0"), "refused")
        reason = refused["lastOutcome"]["reasons"][0]
        assert (reason["code"], bool(reason["sentence"]), bool(reason["fix"])) == (
            "AzureVmIsNotInDesiredPowerState",
            True,
            True,
        )
        assert up.writes() == []

        up.slow(mapping_create=2, item_enable=1)
        assert up.call("POST", f"{up.vm('batch-0')}/start", "2024-07-01").status_code in (200, 202)
        up.until(lambda: any("containermappings/" in request["path"].lower() for request in up.writes()))
        kill_worker(up)
        up.outcome(up.vm("batch-0"), "protected", seconds=90)

        assert _protected_items(up) == ["batch-0"]
        assert len(up.site_recovery("replicationFabrics")) == 2


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ("not json", "body"),
        ({}, "vmIds"),
        ({"vmIds": ["web-0"]}, "vmIds[0]"),
        ({"vmIds": [], "colour": "red"}, "vmIds"),
        ({"vmIds": ["x"], "wait": 9999}, "wait"),
    ],
)
def test_a_bad_request_names_the_field(shared: Stack, body: object, field: str) -> None:
    """Bad input is a problem document that names the field and the fix."""
    answer = shared.http.post(
        f"{shared.host}/api/protections",
        headers={"x-functions-key": shared.key},
        **({"content": body} if isinstance(body, str) else {"json": body}),
    )

    assert answer.status_code == 400
    assert answer.headers["content-type"].startswith("application/problem+json")
    assert answer.json()["field"].startswith(field)


def test_http_starts_a_run_and_the_payload_leads_to_its_outcome(shared: Stack) -> None:
    """POST answers 202 with a status URL per VM, which ends at the outcome; history shows the run.

    The VM carries no tag: asking for it by name is asking for its protection.
    """
    answer = shared.api("POST", "protections", {"vmIds": [shared.vm("web-1")]})
    assert answer.status_code == 202
    started = answer.json()["protections"][0]
    assert answer.headers["location"] == started["statusQueryGetUri"]

    def ended() -> dict[str, object] | None:
        state = shared.run(started)
        return state.json() if state.status_code == 200 else None

    state = shared.until(ended)

    assert state["runtimeStatus"] == "Completed"
    assert state["output"]["state"] == "enabling"
    assert shared.status(shared.vm("web-1"))["protectedItem"]["recoveryRegion"] == "southeastasia"
    history = shared.api("GET", "protections/history", vmId=shared.vm("web-1")).json()
    [run] = [run for run in history["runs"] if run["run"] == started["id"]]
    assert run["steps"][0]["step"] == "decide_protection"


def test_http_waits_for_outcomes_and_takes_choices(shared: Stack) -> None:
    """With `wait` the answer holds the outcome."""
    body = {"vmIds": [shared.vm("db-0")], "overrides": {"recoveryRegion": "nowhere"}, "wait": 30}
    answer = shared.api("POST", "protections", body)

    assert answer.status_code == 200
    outcome = answer.json()["protections"][0]["outcome"]
    assert (outcome["state"], outcome["reasons"][0]["code"]) == ("refused", "RecoveryRegionUnsuitable")
    assert "nowhere" in outcome["reasons"][0]["sentence"]


def test_a_classic_machine_is_refused_with_what_to_do(shared: Stack) -> None:
    """By its id over HTTP and by its event alike: the platform is retired, and nothing of it can be read."""
    group = (
        f"/subscriptions/{shared.subscription}/resourceGroups/old/providers/Microsoft.ClassicCompute/virtualMachines"
    )
    answer = shared.api("POST", "protections", {"vmIds": [f"{group}/asked"], "wait": 30})
    reason = answer.json()["protections"][0]["outcome"]["reasons"][0]
    assert (reason["code"], bool(reason["fix"])) == ("ClassicVirtualMachine", True)

    shared.deliver(event(f"{group}/written", "Microsoft.ClassicCompute/virtualMachines/write"))
    status = shared.outcome(f"{group}/written", "refused")
    assert status["lastOutcome"]["reasons"][0]["code"] == "ClassicVirtualMachine"


def test_the_api_needs_a_key_and_health_says_it_is_well(shared: Stack) -> None:
    """Without a key there is no answer; with it, health names the subscriptions and what was looked at."""
    assert shared.http.get(f"{shared.host}/api/health").status_code == 401
    answer = shared.api("GET", "health")
    health = answer.json()
    assert (answer.status_code, health["status"], health["subscriptions"]) == (200, "healthy", [shared.subscription])
    assert {check["name"]: check["status"] for check in health["checks"]} == dict.fromkeys(
        ("settings", "azure", "rights", "lastSweep", "store", "events"), "healthy"
    )


@pytest.fixture(scope="module")
def shared() -> Iterator[Stack]:
    """One stack for the tests that only ask."""
    with stack() as up:
        yield up
