"""Long lines are folded: nothing of them is lost, and none is wider than the terminal."""

from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.text import Text

from asr_cli.folding import folded, folded_cell

LINES = st.text(st.sampled_from("ab -_/.:\u7dca\u00fc"), max_size=200)


@given(LINES, st.integers(20, 90), st.one_of(st.none(), st.integers(0, 30)))
def test_a_folded_line_fits_and_keeps_every_word(line: str, width: int, hang: int | None) -> None:
    """Wide characters count as two cells; a word that has no room stays whole, and only blanks are gone."""
    pieces = [piece.plain for piece in folded(Text(line), width, hang)]
    indent = width - 20 if hang is None else min(hang, width - 20)
    assert all(cell_len(piece) <= width or " " not in piece.strip() for piece in pieces), indent
    assert " ".join(pieces).split() == line.split()


@given(LINES, st.integers(2, 40))
def test_a_folded_cell_fits_and_keeps_every_word(cell: str, width: int) -> None:
    """So does what stands in a table."""
    pieces = folded_cell(cell, width)
    assert pieces
    assert max(map(cell_len, pieces)) <= width
    assert "".join(pieces).replace(" ", "") == cell.replace(" ", "")


def test_further_pieces_are_indented_and_a_command_stays_whole() -> None:
    """By two more than the line itself; what is to be pasted is left to the terminal."""
    line = Text("  one two three four five six")
    assert [piece.plain for piece in folded(line, 24)] == ["  one two three four", "    five six"]
    assert [piece.plain for piece in folded(line, 26)] == ["  one two three four five", "    six"]
    line.no_wrap = True
    assert [piece.plain for piece in folded(line, 20)] == [line.plain]
