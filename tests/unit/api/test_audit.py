"""The trail: equal runs are one, in every form, and nothing in it is a formula."""

import csv
import io
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asr.model.audit import AuditRecord
from asr.model.run import Cause, RequestedBy, RunEntry
from asr.planning.audit import AuditFilter, complete_until, trail_of, unrecorded, within_window
from asr.reporting.audit import COLUMNS, as_csv, as_lines, trail_page

NOW = datetime(2026, 11, 27, 12, tzinfo=UTC)
VM = "/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/virtualMachines/vm"


def at(minute: int) -> str:
    """A time of the story."""
    return f"2026-11-{1 + minute // 1440:02}T{minute // 60 % 24:02}:{minute % 60:02}:00+00:00"


def ran(
    number: int, state: str | None = "refused", name: str = "sweep", vm: str = VM, kind: str = "converge"
) -> AuditRecord:
    """The run of this number."""
    who = RequestedBy(name, verified=True)
    entry = RunEntry(f"run-{number}", kind, Cause.SWEEP, who, at(15 * number), at(15 * number + 1), state=state)
    return AuditRecord(vm, replace(entry, codes=("Off",) if state == "refused" else ()))


def test_equal_refusals_are_told_once() -> None:
    """Ninety-six times since; another VM's between them do not matter, a command is always one of its own."""
    other = [ran(number, vm=VM + "2", state="protected") for number in range(1000, 1003)]
    records = [ran(number) for number in range(96)]
    folded = trail_of([*records, *other, ran(200, name="ann", kind="protect")], AuditFilter())

    assert [(one.entry.run, one.entry.count) for one in folded] == [("run-1002", 3), ("run-200", 1), ("run-95", 96)]
    assert (folded[2].entry.first, folded[2].entry.last) == (at(0), at(15 * 95 + 1))


def test_what_the_store_and_the_task_hub_both_know_is_one_run() -> None:
    """What was under way when the trail was written has ended since: the later record counts."""
    open_, ended = ran(1, state=None), ran(1, state="protected")

    assert trail_of([open_, ended], AuditFilter()) == [ended]
    assert unrecorded([open_, ended, ran(2)], {"run-2"}) == [ended]


@pytest.mark.parametrize(
    ("wanted", "runs"),
    [
        (AuditFilter(since=datetime(2026, 11, 1, 0, 30, tzinfo=UTC)), ["run-3", "run-2"]),
        (AuditFilter(until=datetime(2026, 11, 1, 0, 30, tzinfo=UTC)), ["run-1", "run-0"]),
        (AuditFilter(state="refused"), ["run-0"]),
        (AuditFilter(state="running"), ["run-3"]),
        (AuditFilter(kind="protect"), ["run-2"]),
        (AuditFilter(requested_by="ANN"), ["run-2"]),
    ],
)
def test_filters(wanted: AuditFilter, runs: list[str]) -> None:
    """By time of beginning, outcome, kind and name."""
    records = [ran(0), ran(1, "protected"), ran(2, "protected", "ann", kind="protect"), ran(3, None)]

    assert [one.entry.run for one in trail_of(records, wanted)] == runs


def test_the_window() -> None:
    """A month before the end where nobody says since when; what is asked for stays."""
    june = datetime(2026, 6, 30, tzinfo=UTC)
    first = datetime(1, 1, 2, tzinfo=UTC)

    assert within_window(AuditFilter(), NOW).since == datetime(2026, 10, 28, 12, tzinfo=UTC)
    assert within_window(AuditFilter(until=june), NOW).since == datetime(2026, 5, 31, tzinfo=UTC)
    assert within_window(AuditFilter(since=first, until=june), NOW).since == first
    assert within_window(AuditFilter(until=first), NOW).since == datetime(1, 1, 1, tzinfo=UTC)


def test_how_far_the_trail_goes() -> None:
    """To the first run that is under way; one that never ends holds it up for a week."""
    began = datetime(2026, 11, 27, 11, tzinfo=UTC)
    young = replace(ran(0, None), entry=replace(ran(0, None).entry, first=began.isoformat()))

    assert complete_until([ran(1)], NOW) == NOW
    assert complete_until([young], NOW) == began
    assert complete_until([ran(0, None)], NOW) == datetime(2026, 11, 20, 12, tzinfo=UTC)


@given(st.text(max_size=30) | st.sampled_from(["=1+1", "+1", "-1", "@sum", "\t=1", "\n=1", "\uff1d1", '"=1', "=1,2"]))
def test_no_cell_is_a_formula(name: str) -> None:
    """Whatever somebody calls himself; and the table is whole."""
    trail = trail_page([ran(1, name=name)], NOW, (), 10, None)
    [row] = list(csv.DictReader(io.StringIO(as_csv(trail))))

    assert list(row) == list(COLUMNS)
    assert not row["requestedBy"].startswith(
        ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
    )
    assert row["requestedBy.verified"] == "true"
    assert as_lines(trail).count("\n") == 1


def test_pages() -> None:
    """The latest first, each once."""
    records = trail_of([ran(number, vm=f"{VM}{number}") for number in range(7)], AuditFilter())
    first = trail_page(records, NOW, (), 3, None)
    second = trail_page(records, NOW, (), 3, first.continuation)
    third = trail_page(records, NOW, (), 3, second.continuation)

    shown = [one.id for page in (first, second, third) for one in page.runs]
    assert shown == [f"run-{number}" for number in reversed(range(7))]
    assert (first.total, third.continuation) == (7, None)
