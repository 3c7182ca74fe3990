"""Facets: how often each value of a column occurs in the whole result."""

from collections.abc import Sequence

from local.emulator.arm.wire import JsonObject
from local.emulator.providers.resource_graph.evaluation import Evaluator
from local.emulator.providers.resource_graph.execution import Engine
from local.emulator.providers.resource_graph.queries import read_query
from local.emulator.providers.resource_graph.refusals import QueryError
from local.emulator.providers.resource_graph.table import Table


def facets(asked: Sequence[JsonObject], table: Table, evaluator: Evaluator) -> list[JsonObject]:
    """Compute the facets that were asked for; one that cannot be computed is an error in its own place."""
    return [_facet(one, table, evaluator) for one in asked]


def _facet(asked: JsonObject, table: Table, evaluator: Evaluator) -> JsonObject:
    expression, options = str(asked.get("expression") or ""), asked.get("options") or {}
    # the result's columns have underscores where the expression has dots
    column = expression if expression in table.columns else expression.replace(".", "_")
    filtering = f"| where {options['filter']} " if options.get("filter") else ""
    sorting = f"{options.get('sortBy') or 'count'} {options.get('sortOrder') or 'desc'}"
    engine = Engine(lambda _name, _types: table, evaluator)
    head = {"expression": expression}
    try:
        counted = engine.run(read_query(f"result {filtering}| summarize count = count() by {column}"))
        ordered = Engine(lambda _name, _types: counted, evaluator).run(read_query(f"result | order by {sorting}"))
    except QueryError as error:
        return head | {"resultType": "FacetError", "errors": [error.detail]}
    shown = ordered.rows[: int(options.get("$top") or len(ordered.rows))]
    data = [dict(row) for row in shown]
    total = len(ordered.rows)
    return head | {"resultType": "FacetResult", "totalRecords": total, "count": len(shown), "data": data}
