"""Timer triggers."""

import itertools
import json
from datetime import datetime
from pathlib import Path

import pytest

from local.host.jsonfile import ConfigurationError
from local.host.server import FunctionsHost
from tests.host.conftest import APPS, NEVER, Operator, operator_of, until

EVERY_SECOND = "* * * * * *"


def _ticks(operator: Operator, name: str = "ticks") -> list[dict]:
    return [json.loads(line) for line in operator.recorded(name)]


def test_a_timer_runs_at_its_times_and_knows_the_next(tmp_path: Path) -> None:
    """The schedule comes from an app setting; each run is told when the next is due."""
    settings = {"RECORDS": str(tmp_path), "TICK_SCHEDULE": EVERY_SECOND}
    with FunctionsHost(APPS / "tour", settings=settings) as host:
        operator = operator_of(host, tmp_path)
        ticks = until(lambda: (seen := _ticks(operator))[2:] and seen)
        operator.http.close()

    upcoming = [datetime.fromisoformat(tick["next"]) for tick in ticks]
    assert not any(tick["past_due"] for tick in ticks)
    assert {round((late - early).total_seconds()) for early, late in itertools.pairwise(upcoming)} == {1}


def test_run_on_startup_runs_once_at_once(tmp_path: Path) -> None:
    """A timer whose time is next year runs when the host starts."""
    settings = {"RECORDS": str(tmp_path), "TICK_SCHEDULE": NEVER}
    with FunctionsHost(APPS / "tour", settings=settings) as host:
        operator = operator_of(host, tmp_path)
        operator.http.close()
        startups = until(lambda: _ticks(operator, "startups"))

    assert startups == [{"past_due": False}]


@pytest.mark.parametrize("schedule", ["* * *", "61 * * * * *", "whenever", "0 0 0 30 2 *"])
def test_a_schedule_that_is_none_stops_the_start(tmp_path: Path, schedule: str) -> None:
    """The message names the timer."""
    settings = {"RECORDS": str(tmp_path), "TICK_SCHEDULE": schedule}

    with pytest.raises(ConfigurationError, match="tick"), FunctionsHost(APPS / "tour", settings=settings):
        pass
