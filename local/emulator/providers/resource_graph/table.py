"""Tables: rows with named columns, and what is done to whole tables."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from local.emulator.providers.resource_graph.aggregates import AGGREGATES, PREFIXES
from local.emulator.providers.resource_graph.evaluation import Evaluator, column_name
from local.emulator.providers.resource_graph.refusals import unknown_column
from local.emulator.providers.resource_graph.rows import Row
from local.emulator.providers.resource_graph.syntax import Call, Expression, Named
from local.emulator.providers.resource_graph.values import text_of


@dataclass(frozen=True, slots=True)
class Table:
    """Rows, and the names of their columns in order."""

    columns: tuple[str, ...]
    rows: Sequence[Row]


def names_of(columns: Sequence[Named]) -> list[str]:
    """Return the columns' names; what has none becomes `Column1` and so on."""
    names: list[str] = []
    for column in columns:
        derived = column.name or column_name(column.expression) or _aggregate_name(column.expression)
        names.append(derived or f"Column{1 + sum(name.startswith('Column') for name in names)}")
    return names


def _aggregate_name(expression: Expression) -> str:
    if not isinstance(expression, Call) or expression.name not in AGGREGATES:
        return ""
    inner = column_name(expression.arguments[0]) if expression.arguments else ""
    return PREFIXES.get(expression.name, f"{expression.name}_") + inner


def key_of(evaluator: Evaluator, expressions: Iterable[Expression], row: Row) -> tuple[str, ...]:
    """Return what rows of one group, or of one match, have in common."""
    return tuple(text_of(evaluator.value(expression, row)) for expression in expressions)


def check_names(operator: str, names: Iterable[str], table: Table) -> None:
    """Refuse names that are no columns of the table.

    Raises:
        QueryError: one is not.
    """
    for name in names:
        if name not in table.columns:
            raise unknown_column(operator, name)


def narrowed(table: Table, names: Sequence[str]) -> Table:
    """Return the table with these columns only."""
    return Table(tuple(names), [{name: row.get(name) for name in names} for row in table.rows])


def renamed(names: Sequence[tuple[str, str]], table: Table) -> Table:
    """Return the table with columns renamed, from pairs of new and old name.

    Raises:
        QueryError: an old name is no column.
    """
    check_names("project-rename", [old for _, old in names], table)
    new = {old: name for name, old in names}
    columns = [(name, new.get(name, name)) for name in table.columns]
    rows = [{name: row.get(old) for old, name in columns} for row in table.rows]
    return Table(tuple(name for _, name in columns), rows)


def unique(table: Table) -> Table:
    """Return the table with each row once, where it came first."""
    rows = {tuple(text_of(row.get(name)) for name in table.columns): row for row in reversed(table.rows)}
    return replace(table, rows=list(reversed(rows.values())))


def appended(tables: Sequence[Table]) -> Table:
    """Return the rows of all tables, with the columns of all."""
    columns = tuple(dict.fromkeys(name for table in tables for name in table.columns))
    return Table(columns, [{name: row.get(name) for name in columns} for table in tables for row in table.rows])
