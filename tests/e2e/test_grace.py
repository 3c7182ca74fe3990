"""Nobody asks any more: a protection goes on for its grace period, and ends then, or does not."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime
from pathlib import Path

import pytest

from local.stack import ROOT, part
from local.up import host_settings
from tests.e2e.endings import advance, end, ended, items, protect, traces
from tests.e2e.fleet import body_of, codes, delete, fleet, put
from tests.e2e.stack import IMPATIENT, Stack, stack


@pytest.fixture
def up() -> Iterator[Stack]:
    """A stack in which `web-0` and `db-0` are protected, asked for by their tags."""
    with stack() as running:
        protect(running, "web-0", "db-0")
        yield running


def test_a_vm_that_was_made_again_and_its_tag(up: Stack) -> None:
    """`web-0` is made again; its tag is removed, set, and removed for good."""
    a_vm_that_was_made_again_is_protected_after_the_earlier_one(up)
    a_tag_that_flaps(up)


def test_two_people_and_a_vm_that_is_deleted(up: Stack) -> None:
    """What two people want of `web-0`; then its tag asks again, and it is deleted."""
    two_people(up)
    protect(up, "web-0")
    the_item_of_a_deleted_vm_is_kept_for_a_week(up)


def a_tag_that_flaps(up: Stack) -> None:
    """Removed: a deadline in a week; set again: none; false: another one, which ends it; the other VM keeps its own."""
    vm = up.vm("web-0")
    up.tag(vm, asr_protect="false")
    row = up.until(lambda: (found := fleet(up)["web-0"])["state"] == "grace" and found)
    status = up.status(vm)
    assert (status["state"], status["deadline"], codes(status)[0]) == ("grace", row["deadline"], "EndsBecauseUntagged")
    assert _days(up, row["deadline"]) == pytest.approx(7, abs=0.1)
    assert up.api("GET", "summary").json()["states"] == {"grace": 1, "protected": 1}

    advance(up, 5)
    up.tag(vm, asr_protect="true")
    up.outcome(vm, "protected")
    up.until(lambda: fleet(up)["web-0"]["state"] == "protected")
    advance(up, 3)
    swept = up.api("GET", "summary").json()["lastSweep"]
    up.until(lambda: up.api("GET", "summary").json()["lastSweep"] > swept)
    assert len(items(up, "web-0")) == 1

    up.tag(vm, asr_protect="false", asr_grace_days="1")
    up.until(lambda: fleet(up)["web-0"]["state"] == "grace")
    advance(up, 7.1)
    up.until(lambda: up.status(vm)["state"] == "unprotected", 90)
    assert traces(up, "web-0") == []
    assert fleet(up)["db-0"]["state"] == "protected"


def test_what_profiles_say_about_it() -> None:
    """`keep` keeps it, and says so; 0 days end it at once. Each as it stood while the tag asked."""
    profiles = '{"default": {}, "kept": {"onUntag": "keep"}, "brief": {"graceDays": 0}}'
    with stack(ASR_PROFILES=profiles) as up:
        up.tag(up.vm("web-0"), asr_protect="kept")
        up.tag(up.vm("db-0"), asr_protect="brief")
        for name in ("web-0", "db-0"):
            up.outcome(up.vm(name), "protected")
        for name in ("web-0", "db-0"):
            up.tag(up.vm(name), asr_protect="false")

        up.until(lambda: up.status(up.vm("db-0"))["state"] == "unprotected", 90)
        assert traces(up, "db-0") == []
        kept = up.outcome(up.vm("web-0"), "not_requested")
        assert (kept["state"], codes(kept["lastOutcome"])) == ("protected", ["KeptWithoutTag"])
        assert len(items(up, "web-0")) == 1


def the_item_of_a_deleted_vm_is_kept_for_a_week(up: Stack) -> None:
    """It may be somebody's last copy; then it goes, with all that was left of it."""
    delete(up, up.vm("web-0"))
    row = up.until(lambda: (found := fleet(up)["web-0"])["deadline"] and found)
    assert (row["state"], codes(row)) == ("orphaned", ["ProtectedVmGone", "EndsBecauseVmGone"])

    def counted() -> bool:
        summary = up.api("GET", "summary").json()
        return (summary["orphaned"], summary["ending"], summary["nextDeadline"]["at"]) == (1, 1, row["deadline"])

    up.until(counted)
    (plan,) = up.api("POST", "plans", {"names": ["web-0"], "operation": "unprotect"}).json()["plans"]
    assert plan["decision"]["action"] == "end"

    advance(up, 6.5)
    swept = up.api("GET", "summary").json()["lastSweep"]
    up.until(lambda: up.api("GET", "summary").json()["lastSweep"] > swept)
    assert len(items(up, "web-0")) == 1
    advance(up, 1)
    up.until(lambda: items(up, "web-0") == [] and traces(up, "web-0") == [], 90)
    up.until(lambda: "web-0" not in fleet(up))


def a_vm_that_was_made_again_is_protected_after_the_earlier_one(up: Stack) -> None:
    """At once where somebody confirms it: the item of the earlier VM ends, that of the VM of today is made."""
    vm = up.vm("web-0")
    body, before = body_of(up, vm), items(up, "web-0")[0]
    delete(up, vm)
    put(up, vm, body)
    up.until(lambda: codes(fleet(up)["web-0"]) == ["ProtectedVmReplaced", "EndsBecauseVmReplaced"])

    refused = up.api("POST", "protections", {"vmIds": [vm], "replace": True, "confirm": "web-1"})
    assert (refused.status_code, refused.json()["field"]) == (400, "confirm")
    answer = up.api("POST", "protections", {"vmIds": [vm], "replace": True, "confirm": "web-0"})
    assert answer.status_code == 202
    up.until(lambda: fleet(up)["web-0"]["state"] == "protected", 90)
    (after,) = items(up, "web-0")
    about = [one["properties"]["providerSpecificDetails"] for one in (before, after)]
    assert about[0]["lifecycleId"] != about[1]["lifecycleId"]
    assert about[1]["protectedManagedDisks"][0]["diskName"].endswith("-again")


def two_people(up: Stack) -> None:
    """One ends it, the other asks for it: both are answered, in their order, and the later one counts."""
    vm = up.vm("web-0")
    first = end(up, "web-0", untag="true", requestedBy="ann")
    second = up.api("POST", "protections", {"vmIds": [vm], "requestedBy": "bob"}).json()["protections"][0]

    assert ended(up, first)["state"] == "unprotected"
    assert ended(up, second)["state"] in ("enabling", "protected")
    row = up.until(lambda: (found := fleet(up)["web-0"])["state"] == "protected" and found)
    assert (row["deadline"], row["tag"]) == (None, "false")
    advance(up, 30)
    swept = up.api("GET", "summary").json()["lastSweep"]
    up.until(lambda: up.api("GET", "summary").json()["lastSweep"] > swept)
    assert fleet(up)["web-0"]["state"] in ("protected", "unhealthy")


@contextmanager
def app(azure: dict[str, str]) -> Iterator[Stack]:
    """A host with an empty task hub, and the store of those before it."""
    own = host_settings(azure, "instant") | IMPATIENT | {"ASR_STORE": azure["store"]}
    with ExitStack() as parts:
        log = Path(parts.enter_context(tempfile.TemporaryDirectory())) / "log"
        errors = parts.enter_context(log.open("wb"))
        host = parts.enter_context(part("host", "--port", "0", environment=os.environ | own, folder=ROOT, log=errors))
        started = Stack({**azure, **host.ready}, log, host.process.pid)
        try:
            yield started
        finally:
            started.http.close()


def test_deadlines_and_what_was_begun_outlive_the_task_hub() -> None:
    """A grace period ends on time; an end that was cut off between two steps is gone through with."""
    with (
        tempfile.TemporaryDirectory() as folder,
        part(
            "emulator", "--port", "0", "--world", "east-asia", "--pace", "instant", environment=os.environ
        ) as emulator,
    ):
        azure = {**emulator.ready, "store": folder}
        with app(azure) as up:
            protect(up, "web-0", "db-0")
            up.tag(up.vm("web-0"), asr_protect="false")
            up.until(lambda: fleet(up)["web-0"]["state"] == "grace")
            deadline = fleet(up)["web-0"]["deadline"]
            up.fault(method="DELETE", path="*/disks/*ASRReplica", phase="before", status=503)
            up.call("POST", f"{up.vm('db-0')}/deallocate", "2024-07-01")
            up.until(
                lambda: "deallocated" in up.get(f"{up.vm('db-0')}/instanceView", "2024-07-01")["statuses"][-1]["code"]
            )
            end(up, "db-0", untag="true", force="true")
            up.until(lambda: items(up, "db-0") == [])

        with app(azure) as up:
            up.clear_faults()
            up.until(lambda: traces(up, "db-0") == [], 90)
            up.until(lambda: fleet(up)["web-0"]["deadline"] == deadline)
            advance(up, 7.1)
            up.until(lambda: traces(up, "web-0") == [], 90)


def _days(up: Stack, deadline: str) -> float:
    now = up.http.get(f"{up.arm}/_emulator/clock").json()["now"]
    left = datetime.fromisoformat(deadline) - datetime.fromisoformat(now)
    return left.total_seconds() / 86400
