"""Whether the last good drill counts, and when the next one is due."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from asr.choices.drills import read_drill
from asr.choices.profiles import read_profiles
from asr.model.drilled import Drilled
from asr.model.fleet import FleetRow
from asr.planning.verification import Verified, due_first, is_due, slot, verification
from tests.unit.planning.contoso import VM_ID

NOW = datetime(2026, 11, 28, 2, 0, tzinfo=UTC)
"""A Saturday."""

ROW = FleetRow(VM_ID, "eastasia", None, configuration="a")
WEEKLY = read_drill({"every": "7d"})
AT_NIGHT = read_drill({"every": "7d", "window": "sat,sun 23:00-03:00"})


def drilled(passed: timedelta | None, tried: timedelta, configuration: str = "a") -> Drilled:
    """Drilled so long ago."""
    tries = Drilled(VM_ID, "drill-2", (NOW - tried).isoformat())
    if passed is None:
        return tries
    return replace(tries, drill="drill-1", passed_at=(NOW - passed).isoformat(), configuration=configuration)


DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("known", "choice", "state"),
    [
        (None, WEEKLY, Verified.NEVER),
        (drilled(None, DAY), WEEKLY, Verified.NEVER),
        (drilled(DAY, DAY), WEEKLY, Verified.VERIFIED),
        (drilled(DAY * 8, DAY * 8), WEEKLY, Verified.OVERDUE),
        (drilled(DAY * 800, DAY * 800), None, Verified.VERIFIED),
        (drilled(DAY, DAY, "b"), WEEKLY, Verified.CHANGED),
        (drilled(DAY, DAY, "b"), None, Verified.CHANGED),
    ],
)
def test_how_a_machine_stands(known: Drilled | None, choice: Any, state: Verified) -> None:
    """A material change resets it, whatever its age."""
    found = verification(ROW, known, choice, NOW)
    assert found.state is state
    assert (found.age_seconds is None) is (known is None or known.passed_at is None)
    assert verification(replace(ROW, configuration=None), known, choice, NOW).state is not Verified.VERIFIED


@pytest.mark.parametrize(
    ("known", "choice", "due"),
    [
        (None, WEEKLY, True),
        (drilled(DAY, DAY), WEEKLY, False),
        (drilled(DAY * 8, DAY * 8), WEEKLY, True),
        (drilled(DAY * 8, DAY * 0.5), WEEKLY, False),
        (drilled(DAY * 8, DAY), WEEKLY, True),
        (drilled(DAY, DAY, "b"), WEEKLY, True),
        (None, AT_NIGHT, False),
    ],
)
def test_when_a_machine_is_due(known: Drilled | None, choice: Any, due: bool) -> None:
    """A failed drill waits for a day; Saturday at two is Friday's night."""
    assert is_due(ROW, known, choice, NOW) is due


def test_a_missed_window_is_made_up_for_in_the_next() -> None:
    """And in a window a machine is tried once."""
    at = NOW + timedelta(hours=21, minutes=30)
    assert slot(AT_NIGHT, at) == datetime(2026, 11, 28, 23, 0, tzinfo=UTC)
    assert slot(AT_NIGHT, at + timedelta(hours=3)) == datetime(2026, 11, 28, 23, 0, tzinfo=UTC)
    assert is_due(ROW, None, AT_NIGHT, at)
    failed = Drilled(VM_ID, "drill-1", (at - timedelta(minutes=10)).isoformat())
    assert not is_due(ROW, failed, AT_NIGHT, at)
    assert is_due(ROW, failed, AT_NIGHT, at + timedelta(days=1))


def test_who_was_drilled_longest_ago_goes_first() -> None:
    """And who never was before all others."""
    rows = [replace(ROW, vm_id=f"/{name}") for name in "abc"]
    known = {"a": drilled(DAY, DAY), "b": drilled(DAY * 2, DAY * 2)}
    assert [row.vm_id for row in due_first(rows, known)] == ["/c", "/b", "/a"]


@pytest.mark.parametrize(
    ("drill", "told"),
    [
        ({}, "p.drill.every: Field required"),
        ({"every": "5m"}, "p.drill.every: is '5m'; use 1h to 366d, such as 90d or 12w"),
        ({"every": "400d"}, "p.drill.every: is '400d'; use 1h"),
        ({"every": 7}, "p.drill.every: is 7; use 1h"),
        ({"every": "7d", "window": "soon"}, "p.drill.window: is 'soon'; use <from>-<to> in UTC"),
        ({"every": "7d", "window": "abc 01:00-02:00"}, "p.drill.window: is 'abc 01:00-02:00'"),
        ({"every": "7d", "network": "vnet"}, "p.drill.network: is 'vnet'; use a virtual network's id"),
        ({"every": "7d", "probes": [{"kind": "tcp"}]}, "p.drill.probes.0: a tcp probe needs a port"),
        ({"every": "7d", "probes": [{"kind": "runCommand"}]}, "p.drill.probes.0: a runCommand probe, and no other"),
        ({"every": "7d", "target": {"rtoMinutes": 0}}, "p.drill.target.rtoMinutes: Input should be greater than 0"),
        ({"every": "7d", "when": "now"}, "p.drill.when: Extra inputs are not permitted"),
        ("weekly", "p.drill: Input should be"),
    ],
)
def test_what_is_wrong_in_a_profile_is_named(drill: object, told: str) -> None:
    """By its field, with what is right."""
    with pytest.raises(ValueError, match="drill") as raised:
        read_profiles(json.dumps({"p": {"drill": drill}}))
    assert told in str(raised.value)


def test_what_could_be_a_secret_is_not_shown() -> None:
    """Health repeats what is wrong with settings."""
    probe = '{"kind": "tcp", "port": 1, "script": "curl -H hunter2"}'
    with pytest.raises(ValueError, match="drill") as raised:
        read_profiles('{"p": {"drill": {"every": "7d", "probes": [' + probe + "]}}}")
    assert "hunter2" not in str(raised.value)
