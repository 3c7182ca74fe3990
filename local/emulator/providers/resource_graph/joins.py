"""Joins: rows of two tables that have the same keys, side by side."""

from collections.abc import Sequence

from local.emulator.providers.resource_graph.evaluation import Evaluator
from local.emulator.providers.resource_graph.rows import Row
from local.emulator.providers.resource_graph.syntax import Expression, Join
from local.emulator.providers.resource_graph.table import Table, key_of


def joined(evaluator: Evaluator, stage: Join, left: Table, right: Table) -> Table:
    """Join two tables. Columns of the right side whose names are taken get a number."""
    mine, theirs = [one for one, _ in stage.on], [other for _, other in stage.on]
    names = {name: _free(name, left.columns) for name in right.columns}
    matches: dict[tuple[str, ...], list[Row]] = {}
    for row in right.rows:
        matches.setdefault(key_of(evaluator, theirs, row), []).append(row)
    lefts = _first_of_each(evaluator, mine, left.rows) if stage.kind == "innerunique" else left.rows
    alone: list[Row] = [{}] if stage.kind in {"leftouter", "fullouter"} else []
    rows: list[Row] = []
    met: set[tuple[str, ...]] = set()
    for row in lefts:
        key = key_of(evaluator, mine, row)
        met.add(key)
        rows.extend(_beside(row, names, other) for other in matches.get(key, alone))
    if stage.kind == "fullouter":
        unmet = [other for key, several in matches.items() if key not in met for other in several]
        rows.extend(_beside(dict.fromkeys(left.columns), names, other) for other in unmet)
    return Table((*left.columns, *names.values()), rows)


def _beside(row: Row, names: dict[str, str], other: Row) -> Row:
    return {**row, **{new: other.get(name) for name, new in names.items()}}


def _first_of_each(evaluator: Evaluator, expressions: Sequence[Expression], rows: Sequence[Row]) -> list[Row]:
    return list({key_of(evaluator, expressions, row): row for row in reversed(rows)}.values())[::-1]


def _free(name: str, taken: Sequence[str]) -> str:
    """Return the name of a joined column: with a number when the left side has it too (`id` becomes `id1`)."""
    number, free = 0, name
    while free in taken:
        number += 1
        free = f"{name}{number}"
    return free
