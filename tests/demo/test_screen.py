"""What is seen, by a program at the end of a pipe and by a person at a terminal."""

from io import StringIO

from rich.console import Console

from local.demo.follow import Row
from local.demo.progress import WAITING, Progress
from local.demo.screen import LiveScreen, PlainScreen, Sheet, aligned, open_screen, plain_line

REPLICATING = Progress("initial replication", "Initial replication is in progress", 42.0)
REFUSED = Progress("refused", "refused", note="NotRunning: [It] is not running.", ended=True)
ESCAPE = "\x1b"


def test_a_row_is_one_plain_line() -> None:
    """Time, machine, step, percent, state, and why."""
    assert (
        plain_line(Row("web-0", REPLICATING, 12.34))
        == "  12.3 s  web-0     initial replication 42 % (Initial replication is in progress)"
    )
    assert plain_line(Row("batch-0", REFUSED, 3.0)) == "   3.0 s  batch-0   refused (NotRunning: [It] is not running.)"


def test_a_pipe_gets_a_line_for_every_change_and_no_more() -> None:
    """A row that only grew older is not told again."""
    out = StringIO()
    with PlainScreen(out) as screen:
        screen.rows((Row("web-0", WAITING, 0.0), Row("db-0", WAITING, 0.0)))
        screen.rows((Row("web-0", REPLICATING, 1.0), Row("db-0", WAITING, 1.0)))
        screen.rows((Row("web-0", REPLICATING, 2.0), Row("db-0", WAITING, 2.0)))

    assert [line.split()[2] for line in out.getvalue().splitlines()] == ["web-0", "db-0", "web-0"]
    assert ESCAPE not in out.getvalue()


def test_a_pipe_gets_tables_as_aligned_lines() -> None:
    """Columns stand below each other and no line ends in blanks."""
    out = StringIO()
    PlainScreen(out).sheet(Sheet("Items", ("VM", "state"), (("web-0", "Protected"), ("db-0", ""))))

    assert out.getvalue() == "\nItems\n  VM     state\n  web-0  Protected\n  db-0\n"


def test_verdicts_are_told_apart() -> None:
    """A wrong finding is not mistaken for a right one."""
    out = StringIO()
    PlainScreen(out).verdict(ok=True, line="vault: found")
    PlainScreen(out).verdict(ok=False, line="policy: missing")

    assert out.getvalue() == "  ok     vault: found\n  wrong  policy: missing\n"


def test_a_terminal_gets_rows_that_change_in_place() -> None:
    """The table names every machine, the bar is drawn, and text in brackets is text, not markup."""
    out = StringIO()
    with LiveScreen(Console(file=out, force_terminal=True, width=200, color_system="standard")) as screen:
        screen.rows((Row("web-0", REPLICATING, 1.0), Row("batch-0", REFUSED, 1.0)))
        screen.sheet(Sheet("Items", ("VM",), (("[web-0]",),)))

    shown = out.getvalue()
    assert ESCAPE in shown
    assert "━" in shown
    assert "[It] is not running." in shown
    assert "[web-0]" in shown


def test_output_that_is_no_terminal_is_plain() -> None:
    """Where the output goes decides, nothing else."""
    assert isinstance(open_screen(StringIO()), PlainScreen)


def test_columns_are_as_wide_as_their_widest_cell() -> None:
    """Two blanks between columns."""
    assert aligned([("a", "bb", "c"), ("aaa", "b", "")]) == ["a    bb  c", "aaa  b"]
