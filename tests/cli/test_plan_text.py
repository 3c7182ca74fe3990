"""A plan fits the terminal; its words are the app's."""

import pytest
from rich.cells import cell_len

from asr_cli.plan_text import LEGEND, plan_lines

LINES = [
    "web-0: protect, eastasia -> southeastasia (paired region of eastasia)",
    "  + protection container asr-a2a-default-southeastasia-container  the fabric asr-a2a-default has no container",
    "  ~ vault                Site-Recovery-Vault  no vault serves these regions",
    "  = 12 as above",
    "  ! StaleLinks: Links of /subscriptions/s/resourceGroups/g/providers/p/t/web-0 are left; 緊急 " + "on it " * 20,
    "    fix: Delete the links, with the lock that kept them if there is one; then start the run again.",
    "  note OutboundTagsBlocked: The group \x1b[31mshut does not let HTTPS out.",
]
ANSWER = {"plans": [{"lines": LINES}], "summary": "Plan: 1 to create, 1 refused; 2 writes\nPlan: 3 to create; 3 writes"}


@pytest.mark.parametrize("width", [72, 80, 160])
def test_no_line_is_wider_than_the_terminal(width: int) -> None:
    """Each has as many lines as it takes, and no word of it is lost."""
    lines = [line.plain for line in plan_lines(ANSWER, width)]

    assert max(map(cell_len, lines)) <= width
    assert [sum(line.startswith(f"  {sign} ") for line in lines) for sign in "+~=!"] == [1, 1, 1, 1]
    assert " ".join(" ".join(lines).split()).count("on it") == 20
    assert "\x1b" not in "".join(lines)
    assert "/subscriptions/" not in "".join(lines)


def test_why_it_is_so_stands_below_a_name_that_leaves_no_room() -> None:
    """Beside it where it has room."""
    lines = [line.plain for line in plan_lines(ANSWER, 80)]

    assert lines[1] == "  + protection container asr-a2a-default-southeastasia-container"
    assert lines[2] == f"{'':25}the fabric asr-a2a-default has no container"
    assert lines[3] == LINES[2]


def test_where_nobody_looks_a_plan_is_what_the_app_says() -> None:
    """Every word of it, and sums for each hundred machines."""
    lines = [line.plain for line in plan_lines(ANSWER, None)]

    assert [*lines[:4], lines[5]] == [*LINES[:4], LINES[5]]
    assert lines[-3:] == [*str(ANSWER["summary"]).splitlines(), LEGEND]


def test_signs_have_their_colours() -> None:
    """At the third character of a line."""
    drawn = list(plan_lines(ANSWER, 80))
    styles = {
        line.plain[2]: [span.style for span in line.spans if span.start <= 2 < span.end]
        for line in drawn[1:6]
        if line.plain[2] != " "
    }

    assert styles == {"+": ["green"], "~": ["yellow"], "=": [], "!": ["red"]}
