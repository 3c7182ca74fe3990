"""Tables fit the terminal, whatever is in them."""

from collections import Counter

import pytest
from rich.cells import cell_len

from asr_cli.columns import FLEET, UNPROTECTED
from asr_cli.table import table_lines

ROW = {
    "name": "a-machine-with-a-long-name-0",
    "resourceGroup": "contoso-application-production",
    "region": "southeastasia",
    "recoveryRegion": "australiasoutheast",
    "state": "not_protectable",
    "percent": 100,
    "health": "Critical",
    "rpoSeconds": 86399,
    "drill": {"state": "verified", "ageSeconds": 1207849},
    "reasons": [
        {"code": "X", "severity": "error", "sentence": "The VM is deallocated; \u7dca\u6025 " + "word " * 40 + "x"}
    ],
}


WORDS = "".join(str(ROW[name]) for name in ("name", "resourceGroup", "region", "state")) + "word" * 40


@pytest.mark.parametrize("width", [30, 40, 60, 80, 100, 160, 300])
@pytest.mark.parametrize("columns", [FLEET, UNPROTECTED])
def test_no_line_is_wider_than_the_terminal_and_no_cell_is_cut(columns: tuple, width: int) -> None:
    """A cell without room goes on in the next line, a sentence below its row; a narrow terminal gets blocks."""
    lines = [line.plain for line in table_lines(columns, iter([ROW, ROW]), width)]
    assert max(map(cell_len, lines)) <= width
    shown = Counter("".join(lines))
    assert all(shown[one] >= 2 * number for one, number in Counter(WORDS).items())


def test_a_short_fleet_has_a_line_for_each_machine() -> None:
    """At 80 columns, where nothing is wrong with any."""
    row = {**ROW, "name": "db-0", "resourceGroup": "app", "recoveryRegion": None, "reasons": [], "state": "protected"}
    assert len(list(table_lines(FLEET, iter([row] * 3), 80))) == 4


def test_where_nobody_looks_nothing_is_cut() -> None:
    """A file or a pipe gets every word."""
    lines = [line.plain for line in table_lines(FLEET, iter([ROW]), None)]
    assert "word " * 40 in lines[1]
    assert "southeastasia -> australiasoutheast" in lines[1]
