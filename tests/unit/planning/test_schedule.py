"""How far apart a timer's occurrences are."""

from datetime import timedelta

import pytest

from asr.planning.schedule import longest_pause


@pytest.mark.parametrize(
    ("schedule", "pause"),
    [
        ("* * * * * *", timedelta(seconds=1)),
        ("0 */15 * * * *", timedelta(minutes=15)),
        ("*/15 * * * *", timedelta(minutes=15)),
        ("0 5,20 * * * *", timedelta(minutes=45)),
        ("0 0 9-17 * * *", timedelta(hours=16)),
        ("0 30 2 * * *", timedelta(days=1)),
        ("0 0 6 * * Mon-Fri", timedelta(days=3)),
        ("0 0 0 * * 0", timedelta(days=7)),
        ("0 0 0 1 * *", timedelta(days=31)),
        ("0 0 0 1 jan *", timedelta(days=366)),
        ("00:15:00", timedelta(minutes=15)),
        ("1.00:00:00", timedelta(days=1)),
        ("0 7/20 * * * *", timedelta(minutes=20)),
    ],
)
def test_the_longest_pause_between_two_occurrences(schedule: str, pause: timedelta) -> None:
    """Where there is more than one pause, the longest counts."""
    assert longest_pause(schedule) == pause


@pytest.mark.parametrize("schedule", ["", "often", "0 61 * * * *", "0 5-2 * * * *", "0 */0 * * * *", "* * *"])
def test_what_is_no_schedule_has_no_pause(schedule: str) -> None:
    """The host refuses it; health has nothing to compare with."""
    assert longest_pause(schedule) is None
