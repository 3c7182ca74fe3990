"""Tables fit the terminal, whatever is in them."""

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
    "reasons": [{"code": "X", "severity": "error", "sentence": "The VM is deallocated; \u7dca\u6025 " + "x" * 200}],
}


@pytest.mark.parametrize("width", [80, 100, 160])
@pytest.mark.parametrize("fancy", [True, False])
@pytest.mark.parametrize("columns", [FLEET, UNPROTECTED])
def test_no_line_is_wider_than_the_terminal(columns: tuple, width: int, fancy: bool) -> None:
    """A line that wraps breaks the table; the widest row of the fleet does not at 80 columns."""
    lines = [line.plain for line in table_lines(columns, iter([ROW, ROW]), width, fancy=fancy)]
    assert len(lines) == 3
    assert max(map(cell_len, lines)) <= width


def test_where_nobody_looks_nothing_is_cut() -> None:
    """A file or a pipe gets every word."""
    lines = [line.plain for line in table_lines(FLEET, iter([ROW]), None, fancy=True)]
    assert "x" * 200 in lines[1]
    assert "southeastasia -> australiasoutheast" in lines[1]
