"""Bicep as far as these templates need it, read from its syntax tree: what each resource would be, literals and all.

No compiler: an expression that depends on what only Azure knows becomes `EXPRESSION`, which ARM's schemas take wherever
they take an expression. Where a template can choose, the caller says which branch (`Choice`).
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import tree_sitter_bicep
from tree_sitter import Language, Node, Parser

type Json = Any
type Choice = Callable[[str], bool]
"""Whether the first branch is taken of the ternary expression at this place (`file:line:column`)."""

EXPRESSION = "[expression]"
_PARSER = Parser(Language(tree_sitter_bicep.language()))
_PARAMETER_FILE = ".bicepparam"
_ESCAPES = {"\\'": "'", "\\n": "\n", "\\t": "\t", "\\$": "$", "\\\\": "\\"}

_LITERALS: Mapping[str, Callable[[str], Json]] = {
    "number": int,
    "boolean": lambda text: text == "true",
    "null": lambda _: None,
}


@cache
def parsed(path: Path) -> Node:
    """A file's syntax tree. The grammar knows no parameter files: there `param a = 1` is read as `var a = 1`."""
    text = path.read_bytes()
    if path.suffix == _PARAMETER_FILE:
        text = text.replace(b"\nparam ", b"\nvar   ")
    return _PARSER.parse(text).root_node


def faults(path: Path) -> list[str]:
    """Where a file is no Bicep: `file:line: what stands there`."""
    return [f"{path.name}:{node.start_point.row + 1}: {_text(node)[:60]!r}" for node in _faulty(parsed(path))]


def _faulty(node: Node) -> Iterator[Node]:
    # An empty pair of parentheses is what the grammar makes of a call that it has cut in two.
    empty = node.type == "parenthesized_expression" and not node.named_child_count
    if node.is_error or node.is_missing or empty:
        yield node
    for child in node.children:
        yield from _faulty(child)


@dataclass(frozen=True, slots=True)
class Declaration:
    """A parameter, variable, resource, module or output. `label` is its type, or the file of a module."""

    node: Node
    name: str
    label: str
    value: Node | None
    decorators: Mapping[str, tuple[Node, ...]]
    existing: bool


@cache
def declarations(path: Path, kind: str) -> tuple[Declaration, ...]:
    """Those of one kind (`resource`, `module`, `parameter`, `variable`, `output`) in a file."""
    return tuple(_declared(path, kind))


def _declared(path: Path, kind: str) -> Iterator[Declaration]:
    decorators: dict[str, tuple[Node, ...]] = {}
    for node in parsed(path).named_children:
        if node.type == "decorators":
            decorators = {name: given for one in node.named_children for name, given in [_call(one.named_children[0])]}
            continue
        if node.type == f"{kind}_declaration":
            named = node.named_children
            strings = [one for one in named[1:2] if one.type == "string" and kind in {"resource", "module"}]
            yield Declaration(
                node=node,
                name=_text(named[0]),
                label=_literal(strings[0]) if strings else _text(named[1]) if named[1:] else "",
                value=named[-1] if any(_text(one) == "=" for one in node.children) else None,
                decorators=decorators,
                existing=any(_text(one) == "existing" for one in node.children),
            )
        decorators = {}


def _call(node: Node) -> tuple[str, tuple[Node, ...]]:
    arguments = node.named_children[1].named_children if node.named_child_count > 1 else []
    return _text(node.named_children[0]), tuple(arguments)


def _text(node: Node) -> str:
    return (node.text or b"").decode()


def _literal(node: Node) -> str:
    # Of nothing but white space the grammar makes no part of its own.
    text = "".join(_text(one) for one in node.named_children) or _text(node)[1:-1]
    for written, meant in _ESCAPES.items():
        text = text.replace(written, meant)
    return text


@dataclass(frozen=True, slots=True)
class Instance:
    """One resource as it would be sent, `type`, `apiVersion` and full `name` included."""

    file: str
    symbol: str
    body: dict[str, Json]

    @property
    def kind(self) -> str:
        """`Microsoft.Web/sites@2024-11-01`."""
        return f"{self.body['type']}@{self.body['apiVersion']}"


@dataclass(slots=True)
class Program:
    """A file with the values of its parameters; those not given have their defaults, or are unknown."""

    path: Path
    choice: Choice = lambda _: True
    given: Mapping[str, Json] = field(default_factory=dict)

    def value(self, name: str) -> Json:
        """What a parameter, variable or output is; `EXPRESSION` where only Azure knows."""
        for kind in ("parameter", "variable", "output"):
            for one in declarations(self.path, kind):
                if one.name != name:
                    continue
                if kind == "parameter" and name in self.given:
                    return self.given[name]
                return EXPRESSION if one.value is None else self._value(one.value, {})
        return EXPRESSION

    def instances(self) -> Iterator[Instance]:
        """Every resource of this file and its modules, whatever its condition; of a loop one."""
        by_symbol = {one.name: one for one in declarations(self.path, "resource")}
        for one in by_symbol.values():
            if not one.existing and self._object(one):
                yield Instance(self.path.name, one.name, self._resource(one, by_symbol))
        for one in declarations(self.path, "module"):
            if not (body := self._object(one)):
                continue
            inner = Program((self.path.parent / one.label).resolve(), self.choice, body.get("params", {}))
            yield from inner.instances()

    def literals(self, nodes: tuple[Node, ...]) -> list[Json]:
        """The values of a decorator's only argument, an array: those that are allowed."""
        return [value for node in nodes for value in self._value(node, {})]

    def modules(self) -> Iterator[tuple[Declaration, dict[str, Json]]]:
        """Each module of this file with its body."""
        for one in declarations(self.path, "module"):
            yield one, self._object(one)

    def _object(self, one: Declaration) -> dict[str, Json]:
        assert one.value is not None
        value = self._value(one.value, {})
        # Of a loop the first; a loop over nothing makes nothing.
        body = (value[0] if value else {}) if isinstance(value, list) else value
        assert isinstance(body, dict), f"{self.path.name}: {one.name} has no body"
        return body

    def _resource(self, one: Declaration, by_symbol: Mapping[str, Declaration]) -> dict[str, Json]:
        kind, _, version = one.label.partition("@")
        body = {key: value for key, value in self._object(one).items() if key not in {"parent", "scope", "dependsOn"}}
        sent: dict[str, Json] = _sent({"type": kind, "apiVersion": version, **body, "name": self._name(one, by_symbol)})
        return sent

    def _name(self, one: Declaration, by_symbol: Mapping[str, Declaration]) -> str:
        own = str(self._object(one)["name"])
        parent = next((_text(node) for node in self._property(one, "parent")), "")
        return f"{self._name(by_symbol[parent.partition('[')[0]], by_symbol)}/{own}" if parent else own

    def _property(self, one: Declaration, name: str) -> Iterator[Node]:
        body = one.value
        while body is not None and body.type != "object":
            body = body.named_children[-1]
        for pair in body.named_children if body else []:
            if pair.type == "object_property" and _text(pair.named_children[0]) == name:
                yield pair.named_children[1]

    def _value(self, node: Node, bound: Mapping[str, Json]) -> Json:
        inner = [one for one in node.named_children if one.type != "comment"]
        if node.type in _LITERALS:
            return _LITERALS[node.type](_text(node))
        match node.type:
            case "object":
                found: Json = {self._key(one, bound): self._value(one.named_children[-1], bound) for one in inner}
            case "array":
                found = [self._value(one, bound) for one in inner]
            case "string":
                found = self._string(node, bound)
            case "ternary_expression":
                row, column = node.start_point
                first = self.choice(f"{self.path.name}:{row + 1}:{column + 1}")
                found = self._value(inner[1 if first else 2], bound)
            case "identifier":
                found = bound[_text(node)] if _text(node) in bound else self.value(_text(node))
            case "member_expression" | "subscript_expression":
                found = self._part(inner, bound)
            case "call_expression":
                name, arguments = _call(node)
                found = self._called(name, [self._value(one, bound) for one in arguments])
            case "for_statement":
                found = self._loop(inner, bound)
            case "if_statement" | "parenthesized_expression":
                found = self._value(inner[-1], bound)
            case _:
                found = EXPRESSION
        return found

    def _loop(self, inner: list[Node], bound: Mapping[str, Json]) -> list[Json]:
        """One value per item; of items that are not known, one."""
        items = self._value(inner[1], bound)
        known = [*enumerate(items)] if isinstance(items, list) else [(EXPRESSION, EXPRESSION)]
        names = [_text(one) for one in inner[0].named_children or [inner[0]]]
        return [self._value(inner[-1], {**bound, **dict(zip(names, (item, at), strict=False))}) for at, item in known]

    def _key(self, pair: Node, bound: Mapping[str, Json]) -> str:
        key = pair.named_children[0]
        return str(self._string(key, bound)) if key.type == "string" else _text(key)

    def _string(self, node: Node, bound: Mapping[str, Json]) -> str:
        if not any(one.type == "interpolation" for one in node.named_children):
            return _literal(node)
        parts = [
            self._value(one.named_children[0], bound) if one.type == "interpolation" else _text(one)
            for one in node.named_children
        ]
        unknown = any(one == EXPRESSION or isinstance(one, dict | list) for one in parts)
        return EXPRESSION if unknown else "".join(map(str, parts))

    def _part(self, inner: list[Node], bound: Mapping[str, Json]) -> Json:
        whole = self._value(inner[0], bound)
        wanted = _text(inner[1]) if inner[1].type == "property_identifier" else self._value(inner[1], bound)
        known = (isinstance(whole, dict) and wanted in whole) or (isinstance(whole, list) and isinstance(wanted, int))
        # An object that is written out whole has no further properties: Azure stops at one that is not there.
        lacking = isinstance(whole, dict) and not known and EXPRESSION not in (wanted, *whole)
        assert not lacking, f"{self.path.name}:{inner[1].start_point.row + 1}: there is no {wanted} in {[*whole]}"
        return whole[wanted] if known else EXPRESSION

    def _called(self, name: str, given: list[Json]) -> Json:  # noqa: PLR0911 - one function each
        match name, given:
            case ("loadJsonContent", [str() as file]):
                return json.loads((self.path.parent / file).read_text(encoding="utf-8"))
            case ("loadTextContent", [str() as file]):
                return (self.path.parent / file).read_text(encoding="utf-8")
            case ("union", _):
                return {key: value for one in given if isinstance(one, dict) for key, value in one.items()}
            case ("concat", _) if all(isinstance(one, list) for one in given):
                return [item for one in given for item in one]
            case ("array", [one]):
                return one if isinstance(one, list) else [one]
            case ("take", [str() as text, int() as count]) if text != EXPRESSION:
                return text[:count]
            case ("toLower", [str() as text]):
                return text.lower()
            case ("uniqueString", _):
                return "abcdefghijklm"
            case ("readEnvironmentVariable", [_, str() as default]):
                return default
            case _:
                return EXPRESSION


def _sent(value: Json) -> Json:
    """A body as Azure Resource Manager sends it on: without what is null."""
    if isinstance(value, dict):
        return {key: _sent(inner) for key, inner in value.items() if inner is not None}
    return [_sent(inner) for inner in value] if isinstance(value, list) else value


def ternaries(paths: Iterable[Path]) -> list[str]:
    """The places of all ternary expressions, as `Choice` is asked about them."""
    found = []
    for path in paths:
        nodes = [parsed(path)]
        while nodes:
            node = nodes.pop()
            nodes += node.named_children
            if node.type == "ternary_expression":
                found.append(f"{path.name}:{node.start_point.row + 1}:{node.start_point.column + 1}")
    return sorted(found)
