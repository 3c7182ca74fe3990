"""Plans for people: the app's own lines, with colours, and made to fit the terminal."""

import re
from collections.abc import Iterator

from rich.text import Text

from asr_cli.folding import folded
from asr_cli.wire import Json
from asr_cli.words import name_of, plain, without_ids

_COLOURS = {"+": "green", "~": "yellow", "-": "red", "=": "dim", "!": "red", "?": "yellow"}
LEGEND = "+ create  ~ update  - delete  = reuse  ! refuse"
_INDENT = 25
"""Where names stand, and why it is so where that has no room beside the name."""
_RESOURCE = re.compile(r"  (?P<sign>[-+~=!?]) (?P<kind>.{20}) ?(?P<name>\S.*?)(?P<because>  .*)?")
_OLDER = "{name}: the app tells no lines for people, as an older version does not; -o json has the plan"
_REASON = re.compile(r"  (?P<sign>!|note) (?P<code>\w+:) .*")


def plan_lines(answer: Json, width: int | None) -> Iterator[Text]:
    """Every machine with its changes, each in as many lines as it takes at this width."""
    yield from forecast_lines(answer, width)
    yield from folded(Text(LEGEND, "dim"), width, 0)


def forecast_lines(answer: Json, width: int | None) -> Iterator[Text]:
    """The same of a drill or a failover, which are told without a legend."""
    for plan in answer.get("plans") or answer.get("vms") or ():
        name = plain(plan.get("name")) or name_of(plan.get("vmId"))
        for line in plan.get("lines", (_OLDER.format(name=name),)):
            yield from _shown(line, width)
        yield Text()
    for line in answer.get("lines") or ():
        yield from _shown(line, width)
    for line in sums(answer):
        yield from folded(line, width, 2)


def sums(answer: Json) -> Iterator[Text]:
    """`Plan: 16 to create ...; 17 writes; about 121.87 USD a month`: a line for each hundred machines."""
    for line in str(answer.get("summary") or "").splitlines():
        yield Text(plain(line), "bold")


def _shown(line: str, width: int | None) -> Iterator[Text]:
    return _fitted(plain(line) if line.startswith("    ") else without_ids(plain(line)), width)


def _fitted(line: str, width: int | None) -> Iterator[Text]:
    if found := _REASON.fullmatch(line):
        text = Text(line)
        text.stylize("yellow" if found["sign"] == "note" else "red", 0, found.end("code"))
        yield from folded(text, width, 4)
    elif found := _RESOURCE.fullmatch(line):
        named = found.end("name")
        text = Text(line)
        text.stylize(_COLOURS[found["sign"]], 2, 3)
        text.stylize("dim", named)
        if width is None or text.cell_len <= width:
            yield text
            return
        yield from folded(text[:named], width, _INDENT)
        if found["because"]:
            yield from folded(Text(" " * _INDENT + found["because"].strip(), "dim"), width, _INDENT)
    elif line.startswith(" "):
        yield from folded(Text(line), width, 9)
    else:
        name, colon, rest = line.partition(":")
        yield from folded(Text.assemble((f"{name}{colon}", "bold"), rest), width, 2)
