"""Tables and text of a self-contained page that prints well: no script, nothing from elsewhere. Pure.

Whatever somebody else wrote is text in it, never markup; characters that would only change how other text looks are
shown by their numbers.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from html import escape

from asr.planning.evidence_facts import BAD_RESULTS, OPEN_RESULTS

LONGEST_WORD = 14
"""Characters of a word that is not broken: a column of short words stays as wide as they are."""

_STYLE = """
:root { color-scheme: light dark; --ink: #1b1b1b; --line: #c8c8c8; --good: #0b6b2e; --bad: #a4161a; --soft: #f3f4f6; }
body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 68rem; padding: 0 1rem; color: var(--ink); }
h1 { font-size: 1.6rem; overflow-wrap: anywhere; }
h2 { font-size: 1.2rem; margin-top: 2.5rem; border-bottom: 2px solid var(--line); overflow-wrap: anywhere; }
table { border-collapse: collapse; width: 100%; margin: .5rem 0 1.25rem; table-layout: auto; }
caption { text-align: left; font-weight: 600; padding: .25rem 0; }
th, td { text-align: left; vertical-align: top; padding: .25rem .75rem .25rem 0; border-bottom: 1px solid var(--line);
 unicode-bidi: isolate; white-space: pre-wrap; }
th[scope=row] { font-weight: 500; } .about th[scope=row] { width: 12rem; }
.long { overflow-wrap: anywhere; }
thead { display: table-header-group; background: var(--soft); }
.good { color: var(--good); } .bad { color: var(--bad); font-weight: 600; }
@page { margin: 16mm; }
@media print {
 body { margin: 0; max-width: none; font-size: 9pt; } h2, caption { break-after: avoid; } tr { break-inside: avoid; }
 :root { color-scheme: light; } }
@media screen and (max-width: 44rem) {
 .about th[scope=row] { width: 7rem; }
 .wide thead { display: none; }
 .wide tr { display: block; padding: .25rem 0; border-bottom: 2px solid var(--line); }
 .wide th, .wide td { display: block; border: 0; padding: .1rem 0; } .wide td:empty { display: none; }
 .wide th[scope=row] { font-weight: 600; }
 .wide td::before { content: attr(data-head) ": "; color: var(--ink); opacity: .7; } }
@media (prefers-color-scheme: dark) and (not print) {
 :root { --ink: #e8e8e8; --line: #4a4a4a; --good: #7bd88f; --bad: #ff8a8a; --soft: #24262b; }
 body { background: #121212; } }
"""

_TIME = re.compile(r"\b(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)(?:\.\d+)?(?:\+00:00|Z)")


def page(title: str, result: str, parts: Sequence[str]) -> str:
    """The whole page; `parts` are markup that was made here."""
    head = (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{text(title.capitalize())}: {text(result)}</title><style>{_STYLE}</style></head><body><main>"
    )
    heading = f"<h1>{text(title.capitalize())}: {result_shown(result)}</h1>"
    return "\n".join((head, heading, *parts, "</main></body></html>"))


def heading(name: str, result: str | None) -> str:
    """The heading of a part, with its result if it has one."""
    return f"<h2>{text(name)}{'' if result is None else f': {result_shown(result)}'}</h2>"


def result_shown(result: str) -> str:
    """A result in its colour; what has not ended has none."""
    kind = "bad" if result in BAD_RESULTS else "open" if result in OPEN_RESULTS else "good"
    return f"<span class='{kind}'>{text(result)}</span>"


def table(caption: str, rows: Iterable[tuple[object, ...]], heads: tuple[str, ...] = ()) -> str:
    """A table; without rows a line that says so. On a narrow screen each row of one with heads is a list."""
    shown = list(rows)
    if not shown:
        return f"<p>{text(caption)}: none.</p>"
    head = f"<thead><tr>{''.join(f'<th scope=col>{text(one)}</th>' for one in heads)}</tr></thead>" if heads else ""
    body = "".join(f"<tr>{_row(row, heads)}</tr>" for row in shown)
    kind = "wide" if heads else "about"
    return f"<table class={kind}><caption>{text(caption)}</caption>{head}<tbody>{body}</tbody></table>"


def text(value: object) -> str:
    """The value as text in the page."""
    return escape(_plain(value))


def _row(row: tuple[object, ...], heads: tuple[str, ...]) -> str:
    cells = [f"<th scope=row{_kind(row[0])}>{text(row[0])}</th>"]
    for place, one in enumerate(row[1:], 1):
        head = f' data-head="{text(heads[place])}"' if heads else ""
        cells.append(f"<td{_kind(one)}{head}>{text(one)}</td>")
    return "".join(cells)


def _kind(value: object) -> str:
    longest = max((len(word) for word in re.split(r"[\s-]+", _plain(value))), default=0)
    return " class=long" if longest > LONGEST_WORD else ""


def _plain(value: object) -> str:
    if value is None:
        return ""
    said = ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
    return _TIME.sub(r"\1 \2 UTC", "".join(map(_visible, said)))


def _visible(character: str) -> str:
    hidden = unicodedata.category(character) in ("Cc", "Cf", "Cs", "Co") and character not in "\n\t"
    return f"\\u{ord(character):04x}" if hidden else character
