"""When sweeps and events count as well."""

from datetime import UTC, datetime, timedelta

import pytest

from asr.reporting.answers.health import Check, CheckName, Wellbeing, health
from asr.services.health import LastSweep, check_events, check_last_sweep

NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)
QUARTERLY = "0 */15 * * * *"


def ago(**span: float) -> datetime:
    """So long before now."""
    return NOW - timedelta(**span)


@pytest.mark.parametrize(
    ("last", "schedule", "started", "status", "told"),
    [
        (LastSweep(ago(minutes=16), ago(minutes=15)), QUARTERLY, ago(days=1), "healthy", "15 min ago"),
        (
            LastSweep(ago(minutes=50), ago(minutes=46)),
            QUARTERLY,
            ago(days=1),
            "degraded",
            "the pause is 15 min at most",
        ),
        (LastSweep(ago(hours=9), ago(hours=8)), "0 0 6 * * *", ago(days=1), "healthy", "480 min ago"),
        (LastSweep(ago(seconds=30), None), QUARTERLY, ago(days=1), "healthy", "Running since"),
        (LastSweep(ago(hours=2), None), QUARTERLY, ago(days=1), "degraded", "Running since"),
        (
            LastSweep(ago(minutes=2), ago(minutes=1), "AuthorizationFailed"),
            QUARTERLY,
            ago(days=1),
            "degraded",
            "Author",
        ),
        (LastSweep(ago(days=9), ago(days=8)), "often", ago(days=9), "healthy", "ago"),
        (None, QUARTERLY, ago(minutes=5), "healthy", "No sweep has run yet"),
        (None, QUARTERLY, ago(hours=1), "degraded", "No sweep has run yet"),
        (LastSweep(ago(seconds=90), ago(seconds=80)), "* * * * * *", ago(days=1), "healthy", "80 s ago"),
    ],
)
def test_sweeps_are_as_well_as_their_age_and_their_end(
    last: LastSweep | None, schedule: str, started: datetime, status: str, told: str
) -> None:
    """Three pauses of the schedule may pass; of a schedule that cannot be read, nothing is said."""
    check = check_last_sweep(last, schedule, NOW, started)

    assert (check.status, told in check.detail) == (status, True), check.detail


def test_no_event_is_no_failure() -> None:
    """An app may live by sweeps alone."""
    assert check_events(None, NOW, ago(days=3)).status is Wellbeing.HEALTHY
    assert "10 s ago" in check_events(ago(seconds=10), NOW, ago(days=3)).detail


def test_an_app_is_as_well_as_its_worst_check() -> None:
    """One that is unhealthy outweighs any number of others."""
    checks = [Check(name=CheckName.STORE, status=status, detail="so") for status in Wellbeing]

    assert [health(checks[:count], "1", []).status for count in (1, 2, 3)] == list(Wellbeing)
