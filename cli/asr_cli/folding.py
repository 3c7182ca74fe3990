"""Lines that are too long for a terminal, folded at words: nothing is cut, whatever the width."""

from collections.abc import Iterator

from rich.cells import cell_len, chop_cells, get_character_cell_size
from rich.text import Text

_NARROWEST = 20
_MUCH = 0.5
_AFTER = "-_/.,:"


def folded(line: Text, width: int | None, hang: int | None = None) -> Iterator[Text]:
    """The line, folded between words where it is wider than `width`; what follows is indented by `hang`, or by the
    line's own indentation and two more.

    A word that has no room stays whole, as does a line with `no_wrap`: an id, a hash, a command are there to be copied.
    """
    text = line.plain
    own = len(text) - len(text.lstrip(" "))
    indent = 0 if width is None else min(own + 2 if hang is None else hang, max(width - _NARROWEST, 0))
    begins = own
    while width is not None and not line.no_wrap and line.cell_len > width:
        fits = len(chop_cells(line.plain, width)[0])
        at = line.plain.rfind(" ", begins, fits + 1)
        at = line.plain.find(" ", fits) if at <= begins else at
        if at < 0:
            break
        yield line[:at]
        line = Text.assemble(" " * indent, line[at + 1 :])
        begins = indent
    yield line


def folded_cell(text: str, width: int) -> list[str]:
    """The text of a table's cell in lines of so many cells; one empty line if it is empty."""
    if cell_len(text) <= width:
        return [text]
    return [text[start:end].rstrip() for start, end in _pieces(text, width)]


def _pieces(text: str, width: int) -> Iterator[tuple[int, int]]:
    """Where each piece begins and ends: after a blank or a sign, else anywhere."""
    start = 0
    while start < len(text):
        end, used = start, 0
        while end < len(text) and used + (size := get_character_cell_size(text[end])) <= width:
            used += size
            end += 1
        end = max(end, start + 1)
        if end < len(text) and text[end] != " ":
            end = _better_end(text, start, end)
        yield start, end
        start = end
        while start < len(text) and text[start] == " ":
            start += 1


def _better_end(text: str, start: int, end: int) -> int:
    space = text.rfind(" ", start, end) + 1
    if space > start + (end - start) * _MUCH:
        return space
    sign = max(text.rfind(one, start, end) for one in _AFTER) + 1
    return max(sign, space) if max(sign, space) > start else end
