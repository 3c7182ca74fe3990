"""What Resource Graph says about a query that it does not take.

Source: answers quoted in public issue reports: `BadRequest` around `InvalidQuery` around one detail that names the
offending token by line and column. The code of semantic errors is not known; see docs/emulator.md.
"""

from local.emulator.arm.errors import ArmError
from local.emulator.arm.request import ArmRequest
from local.emulator.arm.wire import JsonObject, timestamp

_ADVICE = "Please refer to the documentation for the Azure Resource Graph service and fix the error before retrying."


class QueryError(Exception):
    """A query that cannot be answered; `detail` is what the wire says about it."""

    def __init__(self, detail: JsonObject) -> None:
        super().__init__(str(detail))
        self.detail = detail


def unexpected_token(text: str, line: int, column: int, expected: str = "") -> QueryError:
    """The query breaks the grammar at a token. Lines count from 1, columns from 0, as the service counts them."""
    detail: JsonObject = {"code": "ParserFailure", "message": "ParserFailure"}
    detail |= {"line": line, "characterPositionInLine": column, "token": text}
    return QueryError(detail | ({"expectedToken": expected} if expected else {}))


def unsupported_operator(name: str) -> QueryError:
    """The operator is none that Resource Graph takes."""
    place = {"line": -1, "characterPositionInLine": -1}
    return QueryError({"code": "InvalidQueryLanguage", "message": "InvalidQueryLanguage", **place, "token": name})


def unknown_table(name: str) -> QueryError:
    """There is no such table."""
    message = f"Logical table {name} is invalid, unsupported or disallowed."
    return QueryError({"code": "DisallowedLogicalTableName", "message": message})


def unknown_column(operator: str, name: str) -> QueryError:
    """The expression names a column that the rows do not have at this place."""
    message = f"'{operator}' operator: Failed to resolve column or scalar expression named '{name}'"
    return QueryError({"code": "SemanticError", "message": message, "token": name})


def unknown_function(name: str) -> QueryError:
    """There is no such function, or not with so many arguments."""
    return QueryError({"code": "SemanticError", "message": f"Unknown function: '{name}'.", "token": name})


def refused(request: ArmRequest, error: QueryError) -> ArmError:
    """Return the 400 around a query error."""
    now = timestamp(request.cloud.clock.now())
    ask = f"Please provide below info when asking for support: timestamp = {now}, "
    details = [{"code": "InvalidQuery", "message": f"Query is invalid. {_ADVICE}"}, error.detail]
    return ArmError(400, "BadRequest", f"{ask}correlationId = {request.correlation_id}.", details=details)
