"""The words of a query: Kusto text cut into tokens that know where they stand."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from local.emulator.providers.resource_graph.refusals import unexpected_token


class Kind(StrEnum):
    """What a token is."""

    TEXT = "text"
    SPAN = "span"
    INSTANT = "instant"
    NUMBER = "number"
    WORD = "word"
    MARK = "mark"
    END = "end"


@dataclass(frozen=True, slots=True)
class Token:
    """One token.

    Attributes:
        kind: what it is.
        text: its characters; of a string literal what stands between the quotes, unescaped; of an instant
            (`datetime(2024-01-31)`) what stands between the brackets.
        line: its line, from 1.
        column: its place in the line, from 0.
    """

    kind: Kind
    text: str
    line: int
    column: int


_PATTERN = re.compile(
    r"""(?P<blank>\s+|//[^\n]*)
      | (?P<verbatim>@'[^']*'|@"[^"]*")
      | (?P<text>'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*")
      | (?P<instant>datetime\([^)'"]*\))
      | (?P<span>\d+(?:\.\d+)?(?:ms|[dhms])\b)
      | (?P<number>\d+(?:\.\d+)?)
      | (?P<word>!?(?:in|has|contains|startswith|endswith)~?(?![\w])|(?:project|mv|sort)-\w+|[A-Za-z_$]\w*)
      | (?P<mark>==|!=|=~|!~|<=|>=|[|()\[\],.<>=+\-*/%:;{}])""",
    re.VERBOSE,
)
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r"}


def tokens(query: str) -> Iterator[Token]:
    """Cut a query into tokens; the last one is the end.

    Raises:
        QueryError: a character or an unfinished string that no token begins with.
    """
    position, line, begin = 0, 1, 0
    while position < len(query):
        found = _PATTERN.match(query, position)
        if found is None:
            raise unexpected_token(query[position:].split("\n", maxsplit=1)[0], line, position - begin)
        kind, text = str(found.lastgroup), found[0]
        if kind == "verbatim":
            yield Token(Kind.TEXT, text[2:-1], line, position - begin)
        elif kind == "text":
            yield Token(Kind.TEXT, _unescaped(text[1:-1]), line, position - begin)
        elif kind == "instant":
            yield Token(Kind.INSTANT, text.partition("(")[2][:-1].strip(), line, position - begin)
        elif kind != "blank":
            yield Token(Kind(kind), text, line, position - begin)
        position = found.end()
        if "\n" in text:
            line += text.count("\n")
            begin = found.start() + text.rindex("\n") + 1
    yield Token(Kind.END, "<EOF>", line, position - begin)


def _unescaped(text: str) -> str:
    return re.sub(r"\\(.)", lambda found: _ESCAPES.get(found[1], found[1]), text)
