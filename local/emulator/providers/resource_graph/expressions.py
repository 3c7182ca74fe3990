"""From tokens to expressions, by precedence: `or`, `and`, comparisons, sums, products, then members and calls."""

from collections.abc import Callable, Mapping, Sequence

from local.emulator.providers.resource_graph.refusals import unexpected_token
from local.emulator.providers.resource_graph.syntax import Among, Binary, Call, Column, Expression, Literal, Member
from local.emulator.providers.resource_graph.tokens import Kind, Token, tokens
from local.emulator.providers.resource_graph.values import instant_of

_COMPARISONS = frozenset(
    {"==", "!=", "=~", "!~", "<", "<=", ">", ">="}
    | {f"{no}{word}" for no in ("", "!") for word in ("has", "contains", "startswith", "endswith")}
    | {"has_cs", "contains_cs", "startswith_cs", "endswith_cs", "hasprefix", "hassuffix"}
)
_MEMBERSHIPS = frozenset({"in", "in~", "!in", "!in~"})
_SECONDS: Mapping[str, float] = {"d": 86_400, "h": 3_600, "m": 60, "s": 1, "ms": 0.001}
_CONSTANTS: Mapping[str, object] = {"true": True, "false": False, "null": None}


def _seconds(text: str) -> float:
    number = text.rstrip("dhms")
    return float(number) * _SECONDS[text[len(number) :]]


_LITERALS: Mapping[Kind, Callable[[str], object]] = {
    Kind.TEXT: str,
    Kind.NUMBER: lambda text: float(text) if "." in text else int(text),
    Kind.SPAN: _seconds,
    Kind.INSTANT: instant_of,
}
"""Kind of token -> the value it stands for, None when it stands for none."""


class Reader:
    """Reads tokens one after the other."""

    def __init__(self, query: str) -> None:
        self._tokens: Sequence[Token] = tuple(tokens(query))
        self._next = 0

    @property
    def token(self) -> Token:
        """The next token."""
        return self._tokens[self._next]

    def take(self) -> Token:
        """Return the next token and go on."""
        token = self.token
        if token.kind is not Kind.END:
            self._next += 1
        return token

    def at(self, *texts: str) -> bool:
        """Say whether the next token is one of these marks or words."""
        return self.token.kind in {Kind.MARK, Kind.WORD} and self.token.text.lower() in texts

    def follows(self, text: str) -> bool:
        """Say whether the token after the next is this one."""
        after = self._tokens[min(self._next + 1, len(self._tokens) - 1)]
        return after.kind in {Kind.MARK, Kind.WORD} and after.text.lower() == text

    def skip(self, *texts: str) -> bool:
        """Go on if the next token is one of these."""
        found = self.at(*texts)
        if found:
            self.take()
        return found

    def expect(self, text: str) -> None:
        """Go on; the next token must be this one.

        Raises:
            QueryError: it is another.
        """
        if not self.skip(text):
            raise self.refusal(text)

    def name(self) -> str:
        """Return the name that comes next.

        Raises:
            QueryError: something else comes.
        """
        if self.token.kind is not Kind.WORD:
            raise self.refusal()
        return self.take().text

    def refusal(self, expected: str = "") -> Exception:
        """Return what to raise at the next token."""
        return unexpected_token(self.token.text, self.token.line, self.token.column, expected)

    def several[T](self, one: Callable[[], T]) -> tuple[T, ...]:
        """Read one or more, separated by commas."""
        found = [one()]
        while self.skip(","):
            found.append(one())
        return tuple(found)

    def expression(self) -> Expression:
        """Read one expression."""
        return self._left_associative(("or",), lambda: self._left_associative(("and",), self._comparison))

    def _left_associative(self, operators: tuple[str, ...], operand: Callable[[], Expression]) -> Expression:
        left = operand()
        while self.at(*operators):
            left = Binary(self.take().text.lower(), left, operand())
        return left

    def _comparison(self) -> Expression:
        left = self._sum()
        while self.at(*_COMPARISONS, *_MEMBERSHIPS):
            operator = self.take().text.lower()
            left = Among(operator, left, self._options()) if operator in _MEMBERSHIPS else (
                Binary(operator, left, self._sum())
            )  # fmt: skip
        return left

    def _options(self) -> tuple[Expression, ...]:
        self.expect("(")
        options = self.several(self.expression)
        self.expect(")")
        return options

    def _sum(self) -> Expression:
        return self._left_associative(("+", "-"), lambda: self._left_associative(("*", "/", "%"), self._operand))

    def _operand(self) -> Expression:
        if self.skip("-"):
            return Binary("-", Literal(0), self._operand())
        value = self._primary()
        while self.at(".", "["):
            if self.take().text == ".":
                value = Member(value, Literal(self.name()))
            else:
                value = Member(value, self.expression())
                self.expect("]")
        return value

    def _primary(self) -> Expression:
        if self.skip("("):
            inner = self.expression()
            self.expect(")")
            return inner
        if self.skip("["):
            quoted = self._quoted_name()
            self.expect("]")
            return Column(quoted)
        if self.token.kind is not Kind.WORD:
            return self._literal()
        name = self.take().text
        if name.lower() in _CONSTANTS:
            return Literal(_CONSTANTS[name.lower()])
        return Call(name.lower(), self._arguments()) if self.at("(") else Column(name)

    def _literal(self) -> Literal:
        read = _LITERALS.get(self.token.kind)
        value = read(self.token.text) if read else None
        if value is None:
            raise self.refusal()
        self.take()
        return Literal(value)

    def _quoted_name(self) -> str:
        if self.token.kind is not Kind.TEXT:
            raise self.refusal()
        return self.take().text

    def _arguments(self) -> tuple[Expression, ...]:
        self.expect("(")
        if self.skip(")"):
            return ()
        arguments = self.several(self.expression)
        self.expect(")")
        return arguments
