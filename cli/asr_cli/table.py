"""Tables that are printed row by row: widths come from the first rows, so that ten thousand need no memory."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from typing import Any

from rich.cells import cell_len, chop_cells, set_cell_size
from rich.text import Text

from asr_cli.words import plain

_MEASURED = 200
_GAP = "  "


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its heading, and how its cell is made of an entry. `weight` says how much of a lack of room it takes:
    0 never gives any; `least` is what it keeps. `style` colours a cell by its text.
    """

    title: str
    cell: Callable[[dict[str, Any]], object]
    weight: int = 0
    least: int = 4
    right: bool = False
    style: Callable[[str], str] | None = None


def table_lines(
    columns: Sequence[Column], entries: Iterable[dict[str, Any]], width: int | None, *, fancy: bool
) -> Iterator[Text]:
    """The heading and a line for each entry; no wider than `width`, if there is one."""
    rows = ([plain(column.cell(entry)) for column in columns] for entry in entries)
    first = list(islice(rows, _MEASURED))
    titles = [column.title for column in columns]
    natural = [max(cell_len(row[n]) for row in (titles, *first)) for n in range(len(columns))]
    widths = natural if width is None else fitted(columns, natural, width)
    yield _line(columns, titles, widths, fancy=fancy, heading=True, cut=width is not None)
    for row in chain(first, rows):
        yield _line(columns, row, widths, fancy=fancy, cut=width is not None)


def fitted(columns: Sequence[Column], natural: Sequence[int], width: int) -> list[int]:
    """Widths whose sum fits: columns give up room by their weights, down to their least, and only then further."""
    widths = list(natural)
    for least in ([column.least for column in columns], [1] * len(columns)):
        while sum(widths) + len(_GAP) * (len(widths) - 1) > width:
            gives = [n for n, column in enumerate(columns) if column.weight and widths[n] > least[n]]
            if not gives:
                break
            widths[max(gives, key=lambda n: (widths[n] - least[n]) * columns[n].weight)] -= 1
    return widths


def cut_to(text: str, width: int, *, fancy: bool) -> str:
    """The text in so many cells, with a sign where it was cut."""
    if cell_len(text) <= width:
        return text
    sign = "…" if fancy else "..."
    return (
        (set_cell_size(text, max(width - len(sign), 0)) + sign)[: max(width, 1)] if width > len(sign) else text[:width]
    )


def folded(line: Text, width: int | None, indent: int) -> Iterator[Text]:
    """The line, broken between words where it is wider than `width`; what follows begins at `indent`.

    A word that has no room stays whole: an id or a hash is there to be copied.
    """
    while width is not None and line.cell_len > width:
        fits = len(chop_cells(line.plain, width)[0])
        at = line.plain.rfind(" ", indent + 1, fits + 1)
        if at < 0:
            at = line.plain.find(" ", fits)
        if at < 0:
            break
        yield line[:at]
        line = Text.assemble(" " * indent, line[at + 1 :])
    yield line


def _line(
    columns: Sequence[Column],
    row: Sequence[str],
    widths: Sequence[int],
    *,
    fancy: bool,
    cut: bool,
    heading: bool = False,
) -> Text:
    line = Text()
    for n, (column, cell) in enumerate(zip(columns, row, strict=True)):
        text = cut_to(cell, widths[n], fancy=fancy) if cut else cell
        pad = " " * max(widths[n] - cell_len(text), 0)
        style = "bold" if heading else column.style(cell) if column.style else ""
        last = n == len(columns) - 1
        if column.right:
            line.append(pad)
        line.append(text, style)
        if not last:
            line.append(("" if column.right else pad) + _GAP)
    line.rstrip()
    return line
