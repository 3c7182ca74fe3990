"""`summarize`: one row per group."""

from collections.abc import Sequence

from local.emulator.providers.resource_graph.aggregates import AGGREGATES
from local.emulator.providers.resource_graph.evaluation import Evaluator, parts_of
from local.emulator.providers.resource_graph.refusals import unknown_function
from local.emulator.providers.resource_graph.rows import Row
from local.emulator.providers.resource_graph.syntax import Call, Expression, Summarize
from local.emulator.providers.resource_graph.table import Table, key_of, names_of
from local.emulator.providers.resource_graph.values import Value


def summarized(evaluator: Evaluator, stage: Summarize, table: Table) -> Table:
    """Group the rows and return one row per group; without groups, one row over all.

    Raises:
        QueryError: a column or an aggregate is not there.
    """
    columns = set(table.columns)
    by = [column.expression for column in stage.by]
    aggregates = [_aggregate(column.expression) for column in stage.aggregates]
    for expression in [*by, *(argument for call in aggregates for argument in call.arguments)]:
        evaluator.check(expression, columns, "summarize")
    groups: dict[tuple[str, ...], list[Row]] = {} if by else {(): []}
    for row in table.rows:
        groups.setdefault(key_of(evaluator, by, row), []).append(row)
    names = names_of([*stage.by, *stage.aggregates])
    rows: list[Row] = []
    for group in groups.values():
        keys = [evaluator.value(expression, group[0]) for expression in by]
        totals = [_total(evaluator, call, group) for call in aggregates]
        rows.append(dict(zip(names, [*keys, *totals], strict=True)))
    return Table(tuple(names), rows)


def _total(evaluator: Evaluator, call: Call, group: Sequence[Row]) -> Value:
    values = [evaluator.value(call.arguments[0], row) for row in group] if call.arguments else list(group)
    return AGGREGATES[call.name](values)


def _aggregate(expression: Expression) -> Call:
    if isinstance(expression, Call) and expression.name in AGGREGATES:
        return expression
    raise unknown_function(next((part.name for part in parts_of(expression) if isinstance(part, Call)), "summarize"))
