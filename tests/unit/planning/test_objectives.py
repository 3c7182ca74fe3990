"""How a recovery point objective stands: by the newest point, by a fresh figure, or not known."""

from dataclasses import replace

import pytest

from asr.model.objective import ObjectiveState, RpoMonth, RpoRecord
from asr.planning.objectives import attainment, measured, worth_reading
from tests.unit.planning.contoso import item

NOON = "2026-11-22T12:00:00+00:00"
MET, BREACHED, UNKNOWN = ObjectiveState.MET, ObjectiveState.BREACHED, ObjectiveState.UNKNOWN


def at(hour: int, minute: int = 0, day: int = 22, month: int = 11) -> str:
    """A time of that year."""
    return f"2026-{month:02}-{day:02}T{hour:02}:{minute:02}:00+00:00"


@pytest.mark.parametrize(
    ("seconds", "figure_at", "point", "state"),
    [
        (60, at(11, 55), None, MET),
        (1800, at(11, 55), None, BREACHED),
        (60, at(11, 0), None, UNKNOWN),
        (None, None, None, UNKNOWN),
        (60, at(11, 55), at(11, 50), MET),
        (60, at(11, 55), at(11, 30), BREACHED),
        (60, at(11, 0), at(11, 50), MET),
        (1800, at(11, 55), at(11, 50), MET),
    ],
)
def test_the_newest_point_counts_and_an_old_figure_says_nothing(
    seconds: int | None, figure_at: str | None, point: str | None, state: ObjectiveState
) -> None:
    """Site Recovery's figure may flatter: a point that was read is the truth."""
    about = item(rpo_seconds=seconds, rpo_at=figure_at)

    assert measured(about, 15, NOON, point).state is state


def test_since_when_and_for_how_long() -> None:
    """Time is credited to how it stands now; a gap in which nobody looked to nothing; months are apart."""
    fine = item(rpo_seconds=60, rpo_at=at(12, 15))
    first = measured(fine, 15, at(12), at(11, 58))
    second = measured(fine, 15, at(12, 15), before=first)
    late = measured(replace(fine, rpo_at=at(12, 30), rpo_seconds=3600), 15, at(12, 30), before=second)
    gap = measured(replace(fine, rpo_at=at(20)), 15, at(20), before=late)

    assert (first.since, second.since, late.since) == (at(12), at(12), at(12, 30))
    assert second.newest_point == at(11, 58)
    assert late.months == {"2026-11": RpoMonth(met=900, breached=900)}
    assert gap.months == {"2026-11": RpoMonth(met=900 + 7200, breached=900, unknown=5.5 * 3600)}
    assert attainment([late], "2026-11") == 0.5
    assert attainment([late], "2026-12") is None


def test_three_months_are_kept() -> None:
    """The oldest goes."""
    known = RpoRecord(15, MET, NOON, NOON, months={f"2026-{month:02}": RpoMonth(1) for month in (8, 9, 10)})

    assert list(measured(item(), 15, NOON, before=known).months) == ["2026-09", "2026-10", "2026-11"]


@pytest.mark.parametrize(
    ("seconds", "figure_at", "before", "worth"),
    [
        (60, at(11, 55), None, False),
        (60, at(11, 55), MET, False),
        (600, at(11, 55), MET, True),
        (60, at(11, 0), MET, True),
        (60, at(11, 55), BREACHED, True),
        (60, at(11, 55), UNKNOWN, True),
    ],
)
def test_points_are_read_where_it_matters(
    seconds: int, figure_at: str, before: ObjectiveState | None, worth: bool
) -> None:
    """One read for each VM is dear for ten thousand."""
    known = RpoRecord(15, before, NOON, NOON) if before else None

    assert worth_reading(item(rpo_seconds=seconds, rpo_at=figure_at), 15, NOON, known) is worth
