"""What is seen: a live table for people at a terminal, plain lines for everything else."""

from collections.abc import Iterable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol, TextIO

from rich.columns import Columns
from rich.console import Console, RenderableType
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from local.demo.follow import Row
from local.demo.progress import Progress

_BAR = 20
_COLOURS = {"Protected": "green", "refused": "yellow", "failed": "red", "unknown": "red"}


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table to show: a title, the columns' names, and rows of as many cells."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


class Screen(AbstractContextManager["Screen"], Protocol):
    """Where the demo tells what happens. As a context it shows the machines' rows as they change."""

    def say(self, line: str) -> None:
        """Tell one thing."""

    def rows(self, rows: tuple[Row, ...]) -> None:
        """Show how far the machines have come."""

    def verdict(self, *, ok: bool, line: str) -> None:
        """Tell the result of one check."""

    def sheet(self, sheet: Sheet) -> None:
        """Show a table."""


class PlainScreen:
    """Lines without any control code: one for every change of a machine."""

    def __init__(self, out: TextIO) -> None:
        self._out = out
        self._shown: dict[str, Progress] = {}

    def __enter__(self) -> "PlainScreen":
        return self

    def __exit__(self, *_: object) -> None:
        self._out.flush()

    def say(self, line: str) -> None:
        """Write the line, at once: who reads a pipe may be waiting for it."""
        self._out.write(f"{line}\n")
        self._out.flush()

    def rows(self, rows: tuple[Row, ...]) -> None:
        """Write a line for each machine that is no longer where it was."""
        for row in rows:
            if self._shown.get(row.vm) != row.progress:
                self._shown[row.vm] = row.progress
                self.say(plain_line(row))

    def verdict(self, *, ok: bool, line: str) -> None:
        """Write `ok` or `wrong` and the line."""
        self.say(f"  {'ok' if ok else 'wrong':<5}  {line}")

    def sheet(self, sheet: Sheet) -> None:
        """Write the title and the rows in aligned columns."""
        self.say("")
        self.say(sheet.title)
        for line in aligned((sheet.columns, *sheet.rows)):
            self.say(f"  {line}")


class LiveScreen:
    """Colours, boxes, and rows that change in place."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._live = Live(console=console, auto_refresh=False)

    def __enter__(self) -> "LiveScreen":
        self._live.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._live.stop()

    def say(self, line: str) -> None:
        """Print the line, above the rows while they are shown."""
        self._console.print(Text(line))

    def rows(self, rows: tuple[Row, ...]) -> None:
        """Draw the rows anew."""
        self._live.update(_live_table(rows), refresh=True)

    def verdict(self, *, ok: bool, line: str) -> None:
        """Print a green or red mark and the line."""
        mark = Text("  ok     ", "green") if ok else Text("  wrong  ", "bold red")
        self._console.print(mark + Text(line))

    def sheet(self, sheet: Sheet) -> None:
        """Print a table with a box."""
        table = Table(title=sheet.title, title_justify="left", title_style="bold")
        for column in sheet.columns:
            table.add_column(column, overflow="fold")
        for row in sheet.rows:
            table.add_row(*(Text(cell) for cell in row))
        self._console.print()
        self._console.print(table)


def open_screen(out: TextIO) -> Screen:
    """The screen that suits where the output goes."""
    return LiveScreen(Console(file=out)) if out.isatty() else PlainScreen(out)


def plain_line(row: Row) -> str:
    """One machine's row as a line of text."""
    seen = row.progress
    percent = "" if seen.percent is None else f" {seen.percent:.0f} %"
    return f"{row.seconds:6.1f} s  {row.vm:<8}  {seen.step}{percent} ({seen.note or seen.state})"


def aligned(rows: Iterable[tuple[str, ...]]) -> list[str]:
    """Rows of cells as lines in which the columns stand below each other, two spaces apart."""
    table = list(rows)
    widths = [max(len(cell) for cell in column) for column in zip(*table, strict=True)]
    return ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in table]


def _live_table(rows: tuple[Row, ...]) -> Table:
    table = Table(expand=True)
    table.add_column("VM", no_wrap=True)
    table.add_column("step", ratio=3)
    table.add_column("initial replication", width=_BAR + 7)
    table.add_column("state", ratio=3)
    table.add_column("elapsed", justify="right", no_wrap=True)
    for row in rows:
        seen = row.progress
        state = Text(f"{seen.state}: {seen.note}" if seen.note else seen.state, _COLOURS.get(seen.state, ""))
        table.add_row(Text(row.vm), Text(seen.step), _bar(seen.percent), state, f"{row.seconds:.1f} s")
    return table


def _bar(percent: float | None) -> RenderableType:
    """A bar and its number; nothing before replication has begun."""
    if percent is None:
        return Text("")
    return Columns([ProgressBar(100, percent, width=_BAR), Text(f"{percent:3.0f} %")])
