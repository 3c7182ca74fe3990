"""Running a query: each operator takes a table and gives a table."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cmp_to_key
from typing import assert_never

from local.emulator.providers.resource_graph import syntax
from local.emulator.providers.resource_graph.evaluation import Evaluator
from local.emulator.providers.resource_graph.joins import joined
from local.emulator.providers.resource_graph.rows import ComputedRow, Row
from local.emulator.providers.resource_graph.summaries import summarized
from local.emulator.providers.resource_graph.syntax import Expression, Key, Named, Query, Stage
from local.emulator.providers.resource_graph.table import (
    Table,
    appended,
    check_names,
    names_of,
    narrowed,
    renamed,
    unique,
)
from local.emulator.providers.resource_graph.values import Value, order

type Source = Callable[[str, frozenset[str] | None], Table]
"""Gives a table by its name; raises QueryError when there is none. Rows of types that are not named may be left out."""


class Engine:
    """Runs queries over a source of tables."""

    def __init__(self, source: Source, evaluator: Evaluator) -> None:
        self._source = source
        self._evaluator = evaluator

    def run(self, query: Query) -> Table:
        """Return the result of a query.

        Raises:
            QueryError: it names a table, a column or a function that is not there.
        """
        table = self._source(query.table, _types_asked_for(query.stages))
        for stage in query.stages:
            table = self._applied(stage, table)
        return table

    def _applied(self, stage: Stage, table: Table) -> Table:  # noqa: PLR0911, PLR0912 - one line per operator
        match stage:
            case syntax.Where(predicate):
                self._check("where", [predicate], table)
                kept = [row for row in table.rows if self._evaluator.value(predicate, row) is True]
                return replace(table, rows=kept)
            case syntax.Project(columns):
                return self._projected("project", columns, table)
            case syntax.Distinct(columns):
                wanted = columns or tuple(Named(name, syntax.Column(name)) for name in table.columns)
                return unique(self._projected("distinct", wanted, table))
            case syntax.ProjectAway(names):
                check_names("project-away", names, table)
                return narrowed(table, [name for name in table.columns if name not in names])
            case syntax.ProjectRename(names):
                return renamed(names, table)
            case syntax.Extend(columns):
                return self._extended(columns, table)
            case syntax.Join():
                return self._joined(stage, table)
            case syntax.Union(queries):
                return appended([table, *(self.run(query) for query in queries)])
            case syntax.Summarize():
                return summarized(self._evaluator, stage, table)
            case syntax.Order(keys):
                return self._ordered(keys, table)
            case syntax.Take(count):
                return replace(table, rows=table.rows[:count])
            case syntax.Count():
                return Table(("Count",), [{"Count": len(table.rows)}])
            case syntax.Expand(column):
                return self._expanded(column, table)
            case _:
                assert_never(stage)

    def _joined(self, stage: syntax.Join, left: Table) -> Table:
        right = self.run(stage.right)
        self._check("join", [one for one, _ in stage.on], left)
        self._check("join", [other for _, other in stage.on], right)
        return joined(self._evaluator, stage, left, right)

    def _check(self, operator: str, expressions: Iterable[Expression], table: Table) -> None:
        for expression in expressions:
            self._evaluator.check(expression, set(table.columns), operator)

    def _projected(self, operator: str, columns: Sequence[Named], table: Table) -> Table:
        self._check(operator, [column.expression for column in columns], table)
        names = names_of(columns)
        expressions = dict(zip(names, [column.expression for column in columns], strict=True))
        return self._computed(names, expressions, table)

    def _computed(self, columns: Sequence[str], expressions: Mapping[str, Expression], table: Table) -> Table:
        """Return the table with these columns: each computed by an expression, or the row's own."""

        def compute(row: Row, name: str) -> Value:
            return self._evaluator.value(expressions[name], row) if name in expressions else row.get(name)

        names = tuple(columns)
        return Table(names, [ComputedRow(names, compute, row) for row in table.rows])

    def _extended(self, columns: Sequence[Named], table: Table) -> Table:
        self._check("extend", [column.expression for column in columns], table)
        expressions = dict(zip(names_of(columns), [column.expression for column in columns], strict=True))
        return self._computed(list(dict.fromkeys([*table.columns, *expressions])), expressions, table)

    def _expanded(self, column: Named, table: Table) -> Table:
        self._check("mv-expand", [column.expression], table)
        name = names_of([column])[0]
        rows: list[Row] = []
        for row in table.rows:
            value = self._evaluator.value(column.expression, row)
            elements = value if isinstance(value, list) and value else [None if isinstance(value, list) else value]
            rows.extend({**row, name: element} for element in elements)
        return Table(table.columns if name in table.columns else (*table.columns, name), rows)

    def _ordered(self, keys: Sequence[Key], table: Table) -> Table:
        self._check("order", [key.expression for key in keys], table)
        rows = list(table.rows)
        for key in reversed(keys):  # sorting is stable, so the last key goes first
            rows = self._ordered_by(key, rows)
        return replace(table, rows=rows)

    def _ordered_by(self, key: Key, rows: Sequence[Row]) -> list[Row]:
        valued = [(self._evaluator.value(key.expression, row), row) for row in rows]
        absent = [row for value, row in valued if value is None]
        present: list[tuple[Value, Row]] = [pair for pair in valued if pair[0] is not None]
        by_value = cmp_to_key(_by_value) if any(_may_be_instant(value) for value, _ in present) else _by_text
        present.sort(key=by_value, reverse=not key.ascending)
        found = [row for _, row in present]
        return [*absent, *found] if key.nulls_first else [*found, *absent]


def _may_be_instant(value: Value) -> bool:
    """Say whether a value may have another order than that of its text."""
    return not isinstance(value, str) or value[:4].isdigit()


def _by_text(one: tuple[Value, Row]) -> str:
    return str(one[0])


def _by_value(one: tuple[Value, Row], other: tuple[Value, Row]) -> int:
    return order(one[0], other[0]) or 0


def _types_asked_for(stages: Sequence[Stage]) -> frozenset[str] | None:
    """Return the types, in lower case, that alone can pass the first conditions of a query; None for any."""
    found: frozenset[str] | None = None
    for stage in stages:
        if not isinstance(stage, syntax.Where):
            break
        for types in _types_in(stage.predicate):
            found = types if found is None else found & types
    return found


def _types_in(predicate: Expression) -> Iterator[frozenset[str]]:
    match predicate:
        case syntax.Binary("and", left, right):
            yield from _types_in(left)
            yield from _types_in(right)
        case syntax.Binary("==" | "=~", syntax.Column("type"), syntax.Literal(str(kind))):
            yield frozenset({kind.lower()})
        case syntax.Among("in" | "in~", syntax.Column("type"), options):
            kinds = [
                one.value.lower() for one in options if isinstance(one, syntax.Literal) and isinstance(one.value, str)
            ]
            if len(kinds) == len(options):
                yield frozenset(kinds)
