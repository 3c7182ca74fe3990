"""What is seen: a table that changes in place for people at a terminal, plain lines for everything else."""

from collections.abc import Iterable, Mapping
from typing import Self, TextIO

from rich.console import Console, Group
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from local.demo.progress import Progress

_BAR = 16
_COLOURS = {"Protected": "green", "refused": "yellow", "failed": "red"}


class Screen:
    """Tells what happens. As a context it shows the machines as they change.

    Args:
        console: where to; without a terminal it gets plain lines, one for each change of a machine.
    """

    def __init__(self, console: Console) -> None:
        self._console = console
        self._live = Live(console=console, auto_refresh=False) if console.is_terminal else None
        self._shown: dict[str, Progress] = {}

    @classmethod
    def on(cls, out: TextIO) -> Self:
        """A screen for whatever `out` leads to."""
        return cls(Console(file=out, highlight=False))

    def __enter__(self) -> Self:
        if self._live:
            self._live.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._live:
            self._live.stop()

    def say(self, line: str, colour: str = "") -> None:
        """Tell one thing, at once: who reads a pipe may be waiting for it."""
        if self._live:
            self._console.print(Text(line, colour))
        else:
            self._console.file.write(f"{line}\n")
            self._console.file.flush()

    def line(self, seconds: float, name: str, what: str) -> None:
        """Tell what a machine has come to, so many seconds after the first thing of its act."""
        self.say(f"{seconds:6.1f} s  {name:<8}  {what}")

    def show(self, machines: Mapping[str, Progress], seconds: float) -> None:
        """Show how far the machines have come, so many seconds after the first tag."""
        if self._live:
            self._live.update(_table(machines, seconds), refresh=True)
        for name, seen in machines.items():
            if not self._live and self._shown.get(name) != seen:
                percent = "" if seen.percent is None or seen.ended else f" {seen.percent:.0f} %"
                self.line(seconds, name, f"{seen.now}{percent}")
        self._shown |= machines

    def columns(self, rows: Iterable[tuple[str, ...]]) -> None:
        """Show rows of cells below each other."""
        table = list(rows)
        widths = [max(map(len, column)) for column in zip(*table, strict=True)]
        for row in table:
            self.say("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())


def _table(machines: Mapping[str, Progress], seconds: float) -> Group:
    table = Table(expand=True)
    table.add_column("VM", no_wrap=True)
    table.add_column("now", ratio=1, overflow="fold")
    table.add_column("initial replication", width=_BAR + 6)
    for name, seen in machines.items():
        bar = Table.grid(padding=(0, 1))
        if seen.percent is not None:
            bar.add_row(ProgressBar(100, seen.percent, width=_BAR), f"{seen.percent:3.0f} %")
        table.add_row(name, Text(seen.now, _COLOURS.get(seen.now, "")), bar)
    return Group(table, Text(f"{seconds:.0f} s"))
