"""A failover there and back although answers are lost and Azure does not tell the truth: each step is done once."""

from collections.abc import Iterator
from typing import Any

import pytest

from asr.gateway.session import Azure
from asr.model.failover import FailoverAction
from asr.planning.failover import FROM_A_POINT
from local.emulator.server import Emulator
from tests.emulator.site_recovery.arm import Arm
from tests.emulator.site_recovery.estate import Estate
from tests.gateway.failover_runs import FailoverRun
from tests.gateway.sessions import within

FOREIGN = {"Azure-AsyncOperation": "https://evil.example/x", "Location": "https://evil.example/x"}
WAITS = {"Retry-After": "99999999"}
ITEM, STATUS = ("GET", "*/replicationProtectedItems/*"), ("GET", "*/replicationOperationStatus/*")
POINTS, JOB = ("GET", "*/recoveryPoints"), ("GET", "*/replicationJobs/*")

ACTS = {
    FailoverAction.PLANNED: "unplannedFailover",
    FailoverAction.UNPLANNED: "unplannedFailover",
    FailoverAction.CANCEL: "failoverCancel",
    FailoverAction.CHANGE_POINT: "applyRecoveryPoint",
    FailoverAction.COMMIT: "failoverCommit",
    FailoverAction.REPROTECT: "switchprotection",
}
"""The write of each step."""

STORY = (
    (FailoverAction.PLANNED, None, "failed_over"),
    (FailoverAction.CANCEL, None, "protected"),
    (FailoverAction.UNPLANNED, None, "failed_over"),
    (FailoverAction.CHANGE_POINT, "latestCrashConsistent", "failed_over"),
    (FailoverAction.COMMIT, None, "failed_over"),
    (FailoverAction.REPROTECT, None, "enabling"),
    (FailoverAction.FAIL_BACK, None, "enabling"),
)
"""Every command, its recovery point, and how the VM stands after it."""

DONE = [
    "unplannedFailover",
    "failoverCancel",
    "unplannedFailover",
    "applyRecoveryPoint",
    "failoverCommit",
    "switchprotection",
    "unplannedFailover",
    "failoverCommit",
    "switchprotection",
]
"""What the story asks of Site Recovery when nothing goes wrong."""


@pytest.fixture
def estate() -> Iterator[Estate]:
    """`web-0` is protected, has recovery points of both kinds, and its failovers can be cancelled."""
    with Emulator("east-asia") as emulator, Arm(emulator) as arm:
        made = Estate(arm)
        made.make_target()
        made.make_foundation()
        made.protect()
        arm.set(cancel_failover="allowed")
        arm.advance(7200)
        yield made


def _writes(estate: Estate) -> list[str]:
    logged = estate.arm.http.get("/_emulator/requests").json()
    ours = (one for one in logged if "asr-autoprotect" in (one["client"] or "") and one["method"] == "POST")
    return [name for one in ours if (name := one["path"].rpartition("/")[2]) in DONE]


def _told(estate: Estate, *faults: tuple[tuple[str, str], dict[str, Any]], **run: Any) -> list[list[str]]:
    """How the VM stands after each command of the story, before each of which these faults befall the app.

    A command that failed because something could not be read is given once more, as a person would: `unread, ...`.
    """

    async def work(azure: Azure) -> list[list[str]]:
        runs = FailoverRun(azure, estate.machine("web-0"), estate.arm.advance, **run)
        stood: list[list[str]] = []
        for action, point, _ in STORY:
            steps = (FailoverAction.PLANNED, FailoverAction.COMMIT, FailoverAction.REPROTECT)
            for step in steps if action is FailoverAction.FAIL_BACK else (action,):
                for (method, path), how in faults:
                    estate.arm.fault(method, path.format(act=ACTS[step]), **how)
            runs.calls = 0
            outcome = await runs.command(action, point)
            estate.arm.http.post("/_emulator/faults", json={"clear": True}).raise_for_status()
            stood.append([])
            if [one["code"] for one in outcome["reasons"]] == ["ItemNotRead"]:
                stood[-1].append("unread")
                outcome = await runs.command(action, point)
            stood[-1].append(outcome["state"])
            if outcome["state"] == "failed":
                stood[-1] += [one["code"] for one in outcome["reasons"]]
            runs.advance(7200)
        return stood

    clock = f"{estate.arm.emulator.url}/_emulator/clock"
    return within(estate.arm.emulator.url, work, ASR_POLL_INTERVAL_SECONDS="0.1", ASR_CLOCK_URL=clock)


STANDS = [[state] for _, _, state in STORY]
ACT = ("POST", "*/{act}")
LIES: dict[str, tuple[tuple[tuple[str, str], dict[str, Any]], ...]] = {
    "conflicts": ((ACT, {"status": 409, "times": 2}),),
    "taken, and denied": ((ACT, {"phase": "after", "status": 409}),),
    "taken, with foreign addresses": ((ACT, {"phase": "after", "headers": FOREIGN}),),
    "taken, with an absurd pause": ((ACT, {"phase": "after", "headers": WAITS}),),
    "taken, and null": ((ACT, {"phase": "after", "status": 200, "body": "null"}),),
    "cut off": ((ACT, {"phase": "after", "reset": True}),),
    "throttled": ((ACT, {"status": 429, "retry_after": 0}), (STATUS, {"status": 429, "retry_after": 0})),
    "the status waits for ever": ((STATUS, {"headers": WAITS}),),
    "the status is null": ((STATUS, {"body": "null", "times": 2}),),
    "the status is not there": ((STATUS, {"status": 404, "times": 3}),),
    "the status may not be read": ((STATUS, {"status": 403, "times": 3}),),
    "the job is null": ((JOB, {"body": "null"}),),
    "the status trickles": ((STATUS, {"trickle_s": 0.0005}),),
}


@pytest.mark.parametrize("lie", LIES)
def test_there_and_back_although_azure_lies(estate: Estate, lie: str) -> None:
    """Everything is done, and done once: what Azure took is never asked for again."""
    assert _told(estate, *LIES[lie]) == STANDS

    writes = _writes(estate)
    tries = 1 + sum(how.get("times", 1) for where, how in LIES[lie] if where == ACT and "phase" not in how)
    assert writes == [one for one in DONE for _ in range(tries)]


UNREAD: dict[str, tuple[tuple[tuple[str, str], dict[str, Any]], ...]] = {
    "the item is null": ((ITEM, {"body": "null"}),),
    "the item may not be read": ((ITEM, {"status": 403, "times": 2}),),
    "points are null": ((POINTS, {"body": "null"}),),
    "points lead elsewhere": ((POINTS, {"next_link": "https://evil.example/x"}),),
}


@pytest.mark.parametrize("lie", UNREAD)
def test_what_cannot_be_read_is_not_guessed(estate: Estate, lie: str) -> None:
    """The command fails and says so before anything is written; asked again it is done."""
    about_points = "points" in lie
    stood = _told(estate, *UNREAD[lie])

    assert [one[-1:] for one in stood] == STANDS
    starts = [action in FROM_A_POINT for action, _, _ in STORY]
    assert [one[0] == "unread" for one in stood] == [start or not about_points for start in starts]
    assert _writes(estate) == DONE


@pytest.mark.parametrize("parity", [0, 1])
def test_a_worker_that_dies_after_every_other_call(estate: Estate, parity: int) -> None:
    """Each step is called again, and done once."""
    assert _told(estate, lost=lambda number: number % 2 == parity) == STANDS
    assert _writes(estate) == DONE


def test_what_stays_refused_ends_the_run_in_azures_words(estate: Estate) -> None:
    """A conflict that does not pass is no reason to go on for ever; a lock is none to try twice."""

    async def work(azure: Azure) -> list[dict[str, Any]]:
        told = []
        for more in ({"times": 1000}, {"times": 1, "code": "ScopeLocked", "message": "scope(s) are locked: '/s'"}):
            runs = FailoverRun(azure, estate.machine("web-0"), estate.arm.advance)
            estate.arm.fault("POST", "*/unplannedFailover", status=409, **more)
            told.append(await runs.command(FailoverAction.UNPLANNED))
            estate.arm.http.post("/_emulator/faults", json={"clear": True}).raise_for_status()
        return told

    clock = f"{estate.arm.emulator.url}/_emulator/clock"
    again, locked = within(estate.arm.emulator.url, work, ASR_POLL_INTERVAL_SECONDS="0.1", ASR_CLOCK_URL=clock)

    assert [one["code"] for one in again["reasons"]] == ["Conflict"]
    assert [one["code"] for one in locked["reasons"]] == ["ScopeLocked"]
    assert 2 < len(_writes(estate)) < 10


def test_a_job_that_fails_is_believed_when_the_item_shows_it(estate: Estate) -> None:
    """In Site Recovery's own code; the VM is as it was, and another try is another failover."""
    estate.arm.trouble(target="web-0", operation="item.failover", fail="28031", times=1)

    async def work(azure: Azure) -> list[dict[str, Any]]:
        runs = FailoverRun(azure, estate.machine("web-0"), estate.arm.advance)
        return [await runs.command(FailoverAction.UNPLANNED) for _ in range(2)]

    clock = f"{estate.arm.emulator.url}/_emulator/clock"
    failed, done = within(estate.arm.emulator.url, work, ASR_POLL_INTERVAL_SECONDS="0.1", ASR_CLOCK_URL=clock)

    assert (failed["state"], [one["code"] for one in failed["reasons"]]) == ("failed", ["28031"])
    assert done["state"] == "failed_over"
