"""Tables that are printed row by row: widths come from the first rows, so that ten thousand need no memory."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from typing import Any

from rich.cells import cell_len
from rich.text import Text

from asr_cli.folding import folded, folded_cell
from asr_cli.words import plain

_MEASURED = 200
_GAP = "  "


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its heading, and how its cell is made of an entry. `weight` says how much of a lack of room it takes:
    0 never gives any; `least` is what it keeps. `style` colours a cell by its text. Where the row is too wide for the
    terminal, one that is `below` has a line of its own under the row, and one that is `spare` is left out.
    """

    title: str
    cell: Callable[[dict[str, Any]], object]
    weight: int = 0
    least: int = 4
    right: bool = False
    style: Callable[[str], str] | None = None
    below: bool = False
    spare: bool = False


def table_lines(columns: Sequence[Column], entries: Iterable[dict[str, Any]], width: int | None) -> Iterator[Text]:
    """The heading and a line for each entry; no line is wider than `width`, if there is one, and no cell is cut: it is
    folded. Where not even that has room, each entry is a block with a line for each of its cells.
    """
    rows = ([plain(column.cell(entry)) for column in columns] for entry in entries)
    first = list(islice(rows, _MEASURED))
    titles = [column.title for column in columns]
    natural = [max(cell_len(row[n]) for row in (titles, *first)) for n in range(len(columns))]
    everything = chain(first, rows)
    if width is None or _sum(natural) <= width:
        places = list(range(len(columns)))
        yield from _table(columns, places, (), natural, titles, everything, width)
        return
    places = [n for n, column in enumerate(columns) if not column.below and not column.spare]
    below = [n for n, column in enumerate(columns) if column.below and not column.spare]
    widths = fitted([columns[n] for n in places], [natural[n] for n in places], width)
    if _sum(widths) > width:
        yield from _blocks(columns, everything, width)
        return
    yield from _table(columns, places, below, widths, titles, everything, width)


def fitted(columns: Sequence[Column], natural: Sequence[int], width: int) -> list[int]:
    """Widths whose sum fits, if it can: columns give up room by their weights, down to their least."""
    widths = list(natural)
    while _sum(widths) > width:
        gives = [n for n, column in enumerate(columns) if column.weight and widths[n] > column.least]
        if not gives:
            break
        widths[max(gives, key=lambda n: (widths[n] - columns[n].least) * columns[n].weight)] -= 1
    return widths


def _sum(widths: Sequence[int]) -> int:
    return sum(widths) + len(_GAP) * (len(widths) - 1)


def _table(
    columns: Sequence[Column],
    places: Sequence[int],
    below: Sequence[int],
    widths: Sequence[int],
    titles: Sequence[str],
    rows: Iterable[Sequence[str]],
    width: int | None,
) -> Iterator[Text]:
    shown = [columns[n] for n in places]
    yield from _lines(shown, [titles[n] for n in places], widths, heading=True, whole=width is None)
    for row in rows:
        yield from _lines(shown, [row[n] for n in places], widths, whole=width is None)
        for n in below:
            if row[n] and width is not None:
                yield from folded(Text(f"{_GAP}{row[n]}"), width, len(_GAP))


def _lines(
    columns: Sequence[Column], row: Sequence[str], widths: Sequence[int], *, heading: bool = False, whole: bool
) -> Iterator[Text]:
    """A row: one line, or as many as its longest cell has."""
    cells = [[cell] if whole else folded_cell(cell, room) for cell, room in zip(row, widths, strict=True)]
    for depth in range(max(map(len, cells))):
        line = Text()
        for column, cell, text, room in zip(columns, row, cells, widths, strict=True):
            part = text[depth] if depth < len(text) else ""
            pad = " " * max(room - cell_len(part), 0)
            style = "bold" if heading else column.style(cell) if column.style else ""
            if column.right:
                line.append(pad)
            line.append(part, style)
            line.append(_GAP if column.right else pad + _GAP)
        line.rstrip()
        yield line


def _blocks(columns: Sequence[Column], rows: Iterable[Sequence[str]], width: int) -> Iterator[Text]:
    indent = max(len(column.title) for column in columns) + 2 * len(_GAP)
    for row in rows:
        yield from (Text(part, "bold") for part in folded_cell(row[0], width))
        for column, cell in zip(columns[1:], row[1:], strict=True):
            if cell and not column.spare:
                style = column.style(cell) if column.style else ""
                for n, part in enumerate(folded_cell(cell, max(width - indent, len(_GAP)))):
                    title = "" if n else column.title
                    yield Text.assemble(f"{_GAP}{title:<{indent - len(_GAP)}}", (part, style))
