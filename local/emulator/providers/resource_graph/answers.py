"""The wire: what is asked, page by page, and in which format it is answered.

Source: Microsoft.ResourceGraph 2021-03-01 `resourcegraph.json` and its examples.
"""

import base64
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from local.emulator.arm.errors import ArmError
from local.emulator.arm.ids import ResourceId
from local.emulator.arm.request import ArmRequest
from local.emulator.arm.response import ArmResponse
from local.emulator.arm.schema import OBJECT, Kind, Schema
from local.emulator.arm.tokens import Caller
from local.emulator.arm.wire import JsonObject, timestamp
from local.emulator.providers.authorization.enforcement import SWITCH, may
from local.emulator.providers.resource_graph.evaluation import Evaluator
from local.emulator.providers.resource_graph.execution import Engine
from local.emulator.providers.resource_graph.facets import facets
from local.emulator.providers.resource_graph.queries import read_query
from local.emulator.providers.resource_graph.refusals import QueryError, refused
from local.emulator.providers.resource_graph.rows import Row
from local.emulator.providers.resource_graph.table import Table
from local.emulator.providers.resource_graph.tables import Tables, Wanted

PAGE_SIZE = 1000


@dataclass(frozen=True, slots=True)
class Window:
    """Which rows are wanted: how many, from where."""

    top: int
    skip: int


_FACET: Mapping[str, Schema] = {
    "expression": Kind.TEXT,
    "options": {**dict.fromkeys(("filter", "sortBy", "sortOrder"), Kind.TEXT), "$top": Kind.WHOLE},
}
BODY: Mapping[str, Schema] = {
    "subscriptions": [Kind.TEXT],
    "managementGroups": [Kind.TEXT],
    "query": Kind.ANY,
    "options": OBJECT,
    "facets": [_FACET],
}


def resources(request: ArmRequest) -> ArmResponse:
    """Answer a query: `POST /providers/Microsoft.ResourceGraph/resources`.

    Raises:
        ArmError: 400, the query or an option is not understood; 501 for management groups.
    """
    query = request.body.get("query")
    if not isinstance(query, str) or not query.strip():
        raise _invalid("query", "The query is required.")
    if request.body.get("managementGroups"):
        raise ArmError(501, "NotImplemented", "Queries over managementGroups are not implemented by this emulator.")
    options = request.body.get("options") or {}
    window = _window(options)
    evaluator = Evaluator(request.cloud.clock.now())
    shown = _FORMATS[str(options.get("resultFormat") or "objectArray").lower()]
    try:
        table = Engine(Tables(request, _in_scope(request)), evaluator).run(read_query(query))
        more = facets(request.body.get("facets") or [], table, evaluator)
        rows = table.rows[window.skip : window.skip + window.top]
        data = shown(table, rows)
    except QueryError as error:
        raise refused(request, error) from None
    rest = window.skip + len(rows) < len(table.rows)
    # without an id the rows have no stable order, so there is no next page: they are cut off
    paged = rest and "id" in table.columns
    body: JsonObject = {
        "totalRecords": len(table.rows),
        "count": len(rows),
        "resultTruncated": "true" if rest and not paged else "false",
        "facets": more,
        "data": data,
    }
    if paged:
        body["$skipToken"] = _token(Window(window.top, window.skip + len(rows)))
    return ArmResponse(body=body, silent=True)


def _in_scope(request: ArmRequest) -> Wanted:
    """Return what says whether a resource is asked about and may be read by who asks."""
    cloud, caller = request.cloud, Caller.of(request.headers)
    chosen = {str(one).lower() for one in request.body.get("subscriptions") or cloud.subscriptions}
    enforced = cloud.switch(SWITCH) == "enforced"

    def wanted(resource: ResourceId) -> bool:
        if resource.subscription.lower() not in chosen:
            return False
        return not enforced or may(cloud, caller, f"{resource.type}/read", resource)

    return wanted


def _window(options: Mapping[str, object]) -> Window:
    """Read paging options; explicit ones win over those in the token, as documented."""
    default = Window(PAGE_SIZE, 0)
    if token := options.get("$skipToken"):
        default = _read_token(str(token))
    top = _whole(options, "$top", default.top, 1, PAGE_SIZE)
    skip = _whole(options, "$skip", default.skip, 0, None)
    form = str(options.get("resultFormat") or "objectArray").lower()
    if form not in _FORMATS:
        raise _invalid("options.resultFormat", f"'{form}' is neither 'objectArray' nor 'table'.")
    return Window(top, skip)


def _whole(options: Mapping[str, object], name: str, default: int, least: int, most: int | None) -> int:
    value = options.get(name)
    if value is None:
        return default
    if not isinstance(value, int) or value < least or (most is not None and value > most):
        raise _invalid(f"options.{name}", f"The value '{value}' of '{name}' is out of range.")
    return value


def _invalid(target: str, message: str) -> ArmError:
    details = [{"code": "InvalidPayload", "message": message, "target": target}]
    return ArmError(400, "BadRequest", "The request payload is invalid.", details=details)


def _token(window: Window) -> str:
    return base64.b64encode(json.dumps({"top": window.top, "skip": window.skip}).encode()).decode()


def _read_token(token: str) -> Window:
    try:
        told = json.loads(base64.b64decode(token))
        return Window(int(told["top"]), int(told["skip"]))
    except (ValueError, KeyError, TypeError):
        raise _invalid("options.$skipToken", "The skip token is not valid.") from None


def _objects(table: Table, rows: Sequence[Row]) -> object:
    return [{name: _shown(row.get(name)) for name in table.columns} for row in rows]


def _table(table: Table, rows: Sequence[Row]) -> object:
    shown = [[_shown(row.get(name)) for name in table.columns] for row in rows]
    kinds = [_kind([row[index] for row in shown]) for index in range(len(table.columns))]
    columns = [{"name": name, "type": kind} for name, kind in zip(table.columns, kinds, strict=True)]
    return {"columns": columns, "rows": shown}


def _kind(values: Sequence[object]) -> str:
    kinds = {bool: "boolean", int: "integer", float: "number", str: "string"}
    found = {kinds.get(type(value), "object") for value in values if value is not None}
    return found.pop() if len(found) == 1 else ("object" if found else "string")


def _shown(value: object) -> object:
    """Return a value as JSON: instants as text, whole floats as integers."""
    if isinstance(value, datetime):
        return timestamp(value)
    return int(value) if isinstance(value, float) and value.is_integer() else value


_FORMATS = {"objectarray": _objects, "table": _table}
