"""NCRONTAB expressions."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from local.host.schedule.ncrontab import Every, ScheduleError, parse

SUNDAY = datetime(2026, 11, 22, 10, 30, 15, 250_000, tzinfo=UTC)


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("0 */5 * * * *", "2026-11-22T10:35:00"),
        ("*/5 * * * * *", "2026-11-22T10:30:20"),
        ("15 30 10 * * *", "2026-11-23T10:30:15"),  # strictly after
        ("0 0 * * * *", "2026-11-22T11:00:00"),
        ("0 0 9-17 * * *", "2026-11-22T11:00:00"),
        ("0 30 9 * * 1-5", "2026-11-23T09:30:00"),
        ("0 30 9 * Jan Mon", "2027-01-04T09:30:00"),
        ("0 0 0 1 * *", "2026-12-01T00:00:00"),
        ("0 0 0 29 2 *", "2028-02-29T00:00:00"),
        ("0 0 0 13 * fri", "2027-08-13T00:00:00"),  # both day fields, unlike cron
        ("5,10,50/5 * * * * *", "2026-11-22T10:30:50"),
        ("*/5 * * * *", "2026-11-22T10:35:00"),  # five fields: the second is 0
        ("0 5/20 * * * *", "2026-11-22T10:45:00"),
    ],
)
def test_the_next_occurrence(expression: str, expected: str) -> None:
    """As the expressions of the Azure Functions documentation are meant."""
    assert parse(expression).next_after(SUNDAY) == datetime.fromisoformat(expected).replace(tzinfo=UTC)


def test_a_time_span_is_an_interval() -> None:
    """`TimeSpan` schedules of app service plans."""
    assert parse("01:30:00") == Every(timedelta(hours=1, minutes=30))


def test_a_zone_is_honoured() -> None:
    """Nine o'clock in Tokyo is midnight in UTC."""
    local = SUNDAY.astimezone(ZoneInfo("Asia/Tokyo"))

    assert parse("0 0 9 * * *").next_after(local) == datetime(2026, 11, 23, tzinfo=UTC)


@pytest.mark.parametrize(
    "expression", ["", "* * * *", "60 * * * * *", "0 0 24 * * *", "0 0 0 0 * *", "0 5-1 * * * *", "0 */0 * * * *", "x"]
)
def test_what_is_no_schedule_is_refused(expression: str) -> None:
    """With the field that is wrong."""
    with pytest.raises(ScheduleError):
        parse(expression)


def test_a_date_that_never_comes_is_an_error() -> None:
    """Instead of an endless search."""
    with pytest.raises(ScheduleError, match="no date"):
        parse("0 0 0 30 2 *").next_after(SUNDAY)


@given(st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1)), st.integers(1, 59), st.integers(1, 23))  # noqa: DTZ001
def test_occurrences_are_later_and_on_the_grid(moment: datetime, seconds: int, hours: int) -> None:
    """Whatever the moment: strictly later, within a day, and admitted by the fields."""
    due = parse(f"*/{seconds} 0 */{hours} * * *").next_after(moment.replace(tzinfo=UTC))

    assert timedelta(0) < due - moment.replace(tzinfo=UTC) <= timedelta(days=1)
    assert (due.second % seconds, due.minute, due.hour % hours) == (0, 0, 0)
