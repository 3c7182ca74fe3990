"""Two hours of the soak with five VMs, so that it goes on working; the day with two hundred is `make soak`."""

from pathlib import Path

from tests.chaos.soak import soak

MOST_HISTORY, MOST_STATE = 60.0, 10.0
"""Kilobytes of a run's history, that of the first VM being the longest, and of an entity's state."""


def test_two_hours_with_five_machines(tmp_path: Path) -> None:
    """Everything is measured, and nothing grows from the first hour to the second but by what happened in it."""
    first, second = soak(2, 5, tmp_path)

    assert first.hour == 1
    assert first.entities <= second.entities <= first.entities + 5
    for hour in (first, second):
        assert 0 < hour.history <= hour.longest < MOST_HISTORY
        assert 0 < hour.state < MOST_STATE
        assert hour.worker > 0 < hour.host
    assert 0 < second.requests < first.requests
    assert second.store < 2 * first.store
