"""What is said and where: data on standard output, talk on standard error, each as its terminal can show it."""

import os
import shutil
import sys
from collections.abc import Iterable, Iterator
from io import TextIOWrapper
from typing import TextIO

from rich.console import Console
from rich.text import Text

from asr_cli.folding import folded

_NARROWEST = 20


class Screen:
    """The two streams. `gone`: nobody reads standard output any more, as after `| head`."""

    def __init__(self) -> None:
        self.gone = False
        self._drawn = 0
        self._drawn_at: os.terminal_size | None = None
        for stream in (sys.stdout, sys.stderr):
            if isinstance(stream, TextIOWrapper):
                stream.reconfigure(errors="replace")
        self.is_terminal = sys.stdout.isatty()
        self.talks_to_terminal = sys.stderr.isatty()
        self._out = _console(sys.stdout)
        self.talk = _console(sys.stderr)

    @property
    def width(self) -> int | None:
        """Columns of the terminal; None where the output goes elsewhere, and no line is folded."""
        return _columns(sys.stdout) if self.is_terminal else None

    @property
    def height(self) -> int:
        """Lines of the terminal."""
        return shutil.get_terminal_size().lines

    def folded(self, lines: Iterable[str | Text]) -> Iterator[Text]:
        """The lines for people, none wider than the terminal."""
        width = self.width
        for line in lines:
            text = line if isinstance(line, Text) else Text(line)
            yield from folded(text, width) if width else (text,)

    def write(self, text: str | Text) -> None:
        """A line of data; styles are shown on a terminal only."""
        if self.gone:
            return
        try:
            if isinstance(text, Text) and self._out.is_terminal and not self._out.no_color:
                self._out.print(text, soft_wrap=True)
            else:
                sys.stdout.write(f"{text.plain if isinstance(text, Text) else text}\n")
        except BrokenPipeError:
            self._nobody_reads()

    def write_bytes(self, content: bytes) -> None:
        """Data as it came."""
        if self.gone:
            return
        try:
            sys.stdout.flush()
            sys.stdout.buffer.write(content)
            sys.stdout.buffer.flush()
        except BrokenPipeError:
            self._nobody_reads()

    def flush(self) -> None:
        """Let everything out that was written."""
        try:
            sys.stdout.flush()
        except BrokenPipeError:
            self._nobody_reads()

    def say(self, *lines: str | Text) -> None:
        """Talk: it never mixes with data."""
        width = _columns(sys.stderr) if self.talks_to_terminal else None
        for line in lines:
            text = line if isinstance(line, Text) else Text(line)
            for piece in folded(text, width) if width else (text,):
                self.talk.print(piece, soft_wrap=True, markup=False, highlight=False, emoji=False)

    def redraw(self, lines: Iterable[str | Text]) -> None:
        """Draw these lines in place of those drawn before, below what the terminal showed already.

        Where they cannot be found again, because the terminal has another size now or they have no room, the whole
        terminal is drawn anew.
        """
        drawn, size = list(self.folded(lines)), shutil.get_terminal_size()
        before = self._drawn if self._drawn_at == size else 0
        in_place = len(drawn) < size.lines and (before or not self._drawn)
        try:
            sys.stdout.write(f"\x1b[{before}A\x1b[J" * bool(before) if in_place else "\x1b[H\x1b[J")
        except BrokenPipeError:
            self._nobody_reads()
        for line in drawn:
            self.write(line)
        self.flush()
        self._drawn, self._drawn_at = len(drawn), size

    def _nobody_reads(self) -> None:
        self.gone = True
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _console(stream: TextIO) -> Console:
    shown = stream.isatty()
    return Console(
        file=stream, force_terminal=shown, no_color=not shown or "NO_COLOR" in os.environ, legacy_windows=False
    )


def _columns(stream: TextIO) -> int:
    """Columns of the terminal that the stream is; COLUMNS wins, as elsewhere."""
    told = os.environ.get("COLUMNS", "")
    try:
        found = int(told) if told.isdecimal() else os.get_terminal_size(stream.fileno()).columns
    except (OSError, ValueError):
        found = 0
    return max(_NARROWEST, found or shutil.get_terminal_size().columns)
