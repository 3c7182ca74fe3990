"""A plan fits the terminal; its words are the app's."""

from typing import Any

import pytest
from rich.cells import cell_len

from asr_cli.plan_text import LEGEND, forecast_lines, plan_lines

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


GATED: dict[str, Any] = {
    "vms": [{"lines": ["web-0: drill, wave 2: would be refused", "  ? gate                 no peering  not told"]}],
    "lines": ["  = probe                tcp 22  within 5m", "  ! DrillQuota: Of cores " + "on it " * 20],
    "summary": "Drill of 1 machine: would be refused",
}


def test_drills_and_failovers_are_told_as_plans_are_without_their_legend() -> None:
    """Machines first, then what concerns all, whether it can be begun last; an app that tells no lines is told of."""
    lines = [line.plain for line in forecast_lines(GATED, 80)]

    assert lines[:4] == [*GATED["vms"][0]["lines"], "", GATED["lines"][0]]
    assert lines[-1] == GATED["summary"]
    assert max(map(cell_len, lines)) <= 80
    assert "older version" in next(forecast_lines({"vms": [{"vmId": "/subscriptions/s/x/web-9"}]}, None)).plain
