"""The message types that the worker library expects from its host, as plain Python.

The library is handed a namespace of protobuf types and only ever uses attributes, constructors and `WhichOneof`
(`azure_functions_runtime/bindings/datumdef.py`, `loader.py`, `handle_event.py`).
"""

from datetime import UTC, datetime
from email.utils import format_datetime
from types import SimpleNamespace
from typing import Any

from local.host.wire import Datum


class Record:
    """A message type whose fields are whatever it was made with."""

    def __init__(self, **fields: Any) -> None:
        """Keep the fields."""
        self.__dict__.update(fields)


class BindingInfo(Record):
    """One binding of a function; the numbers are those of the Functions RPC contract."""

    out = 1
    inout = 2
    undefined = 0


class StatusResult(Record):
    """How a request of the worker ended."""

    Failure = 0
    Success = 1


class TypedData(Record):
    """A value of exactly one kind."""

    def WhichOneof(self, _group: str) -> str | None:  # noqa: N802
        """The kind, as protobuf tells it."""
        return next(iter(self.__dict__), None)


class ParameterBinding(Record):
    """A named value."""

    def WhichOneof(self, _group: str) -> str:  # noqa: N802
        """The only transport used here; shared memory is not."""
        return "data"


class SameSite:
    """Cookie policies by their RPC names."""

    Lax = "Lax"
    Strict = "Strict"
    ExplicitNone = "None"


setattr(SameSite, "None", "")


class RpcHttpCookie(Record):
    """One cookie of a response."""

    SameSite = SameSite


_RECORDS = (
    "FunctionLoadResponse",
    "FunctionMetadataResponse",
    "InvocationResponse",
    "NullableBool",
    "NullableDouble",
    "NullableString",
    "NullableTimestamp",
    "RpcException",
    "RpcFunctionMetadata",
    "RpcHttp",
    "RpcRetryOptions",
    "Timestamp",
    "WorkerInitResponse",
    "WorkerMetadata",
)

protos = SimpleNamespace(
    BindingInfo=BindingInfo,
    ParameterBinding=ParameterBinding,
    RpcHttpCookie=RpcHttpCookie,
    StatusResult=StatusResult,
    TypedData=TypedData,
    **{name: type(name, (Record,), {}) for name in _RECORDS},
)


def typed_data(datum: Datum) -> TypedData:
    """A value on its way into the worker library."""
    match datum.kind:
        case "bytes":
            return TypedData(bytes=datum.content())
        case "http":
            request = datum.value
            return TypedData(
                http=Record(
                    method=request["method"],
                    url=request["url"],
                    headers=request["headers"],
                    params=request["params"],
                    query=request["query"],
                    body=TypedData(bytes=Datum(**request["body"]).content()),
                )
            )
    return TypedData(**{datum.kind: datum.value})


def datum_of(data: TypedData | None) -> Datum | None:
    """A value on its way out of the worker library."""
    if data is None:
        return None
    kind = data.WhichOneof("data")
    if kind is None:
        return None
    value = getattr(data, kind)
    if kind == "bytes":
        return Datum.of_bytes(bytes(value))
    if kind == "http":
        return Datum("http", _http_response(value))
    return Datum(kind, value)


def _http_response(response: Any) -> dict[str, Any]:
    body = datum_of(response.body) or Datum.of_bytes(b"")
    return {
        "status": int(response.status_code),
        "headers": dict(response.headers),
        "cookies": [_set_cookie(cookie) for cookie in response.cookies or ()],
        "body": {"kind": body.kind, "value": body.value},
    }


def _set_cookie(cookie: Any) -> dict[str, Any]:
    """The cookie's attributes in the names of Starlette's `set_cookie`; absent ones are left out."""
    attributes = {
        "domain": cookie.domain and cookie.domain.value,
        "path": cookie.path and cookie.path.value,
        # Starlette takes a number for seconds from now.
        "expires": cookie.expires
        and format_datetime(datetime.fromtimestamp(cookie.expires.value.seconds, UTC), usegmt=True),
        "secure": cookie.secure and cookie.secure.value,
        "httponly": cookie.http_only and cookie.http_only.value,
        "max_age": cookie.max_age and int(cookie.max_age.value),
        "samesite": cookie.same_site.lower() or None,
    }
    given = {name: value for name, value in attributes.items() if value is not None}
    return {"key": cookie.name, "value": cookie.value} | given
