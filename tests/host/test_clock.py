"""One clock: whoever moves the emulator's moves the durable timers and the timer triggers."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from local.host.clock import Follower
from local.host.jsonfile import ConfigurationError
from local.stack import up
from tests.host.conftest import APPS, Operator, until

HOUR_MS = 3_600_000
DAILY = "0 0 3 * * *"


@pytest.fixture(scope="module")
def azure(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Operator, httpx.Client]]:
    """A local Azure of its own, with the tour in it: its clock is moved."""
    records = tmp_path_factory.mktemp("records")
    settings = {"RECORDS": str(records), "TICK_SCHEDULE": DAILY}
    with (
        up("--app", str(APPS / "tour"), settings=settings) as stack,
        httpx.Client(base_url=stack.ready["arm"], timeout=120) as control,
        httpx.Client(
            base_url=stack.ready["host"], headers={"x-functions-key": stack.ready["key"]}, timeout=120
        ) as http,
    ):
        yield Operator(http, records, starting="/api/start"), control


def advance(control: httpx.Client, seconds: float) -> datetime:
    """Move the clock; what it says then."""
    control.post("/_emulator/clock", json={"advance_s": seconds}).raise_for_status()
    return datetime.fromisoformat(control.get("/_emulator/clock").json()["now"])


def test_durable_timers_fire_when_the_clock_has_come_to_them(azure: tuple[Operator, httpx.Client]) -> None:
    """An orchestration that waits two hours waits while one has passed, and not when two have."""
    operator, control = azure
    waiting = operator.start("wait_a_while", 2 * HOUR_MS)["id"]
    until(lambda: operator.status(waiting)["runtimeStatus"] == "Running")
    control.post("/_emulator/clock", json={"advance_s": 3600}).raise_for_status()
    second = operator.start("wait_a_while", HOUR_MS // 2)["id"]
    until(lambda: operator.status(second)["runtimeStatus"] == "Running")
    assert operator.status(waiting)["runtimeStatus"] == "Running"

    now = advance(control, 3600)
    ended = operator.finished(waiting)
    operator.finished(second)

    assert ended["runtimeStatus"] == "Completed"
    assert datetime.fromisoformat(ended["lastUpdatedTime"]) >= now - timedelta(minutes=1)


def test_a_timer_trigger_runs_once_for_days_that_were_passed_over(azure: tuple[Operator, httpx.Client]) -> None:
    """As after a host that was down: one occurrence is made up for, and the next is the next day's."""
    operator, control = azure
    before = len(operator.recorded("ticks"))
    now = advance(control, 3 * 86_400)
    ticks = until(lambda: (seen := operator.recorded("ticks"))[before:] and seen)

    assert len(ticks) == before + 1
    assert datetime.fromisoformat(json.loads(ticks[-1])["next"]) - now <= timedelta(days=1)


def test_the_clock_tells_how_far_it_is_ahead(azure: tuple[Operator, httpx.Client]) -> None:
    """By the offset that followers know, they learn of the next one."""
    _, control = azure
    told = control.get("/_emulator/clock").json()

    assert abs(datetime.now(UTC) + timedelta(seconds=told["offset_s"]) - datetime.fromisoformat(told["now"])) < (
        timedelta(seconds=5)
    )
    assert (
        control.get("/_emulator/clock", params={"after": told["offset_s"] + 1}).json()["offset_s"] == told["offset_s"]
    )


@pytest.mark.parametrize("url", ["http://clock.example.com/", "ftp://127.0.0.1/", "127.0.0.1:80", ""])
def test_only_a_clock_of_this_machine_is_followed(url: str) -> None:
    """The app's time is nobody else's to set."""
    with pytest.raises(ConfigurationError, match="ASR_CLOCK_URL"):
        Follower(url)
