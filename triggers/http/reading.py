"""Reads what callers send. A mistake is answered with the field, the value that was given, and what is wanted."""

from typing import Any

from azure.functions import HttpRequest
from pydantic import BaseModel, ValidationError

from asr.errors import BadRequest

FUNCTION_KEY = "code"
"""The query parameter in which Azure takes the function key; it never is one of ours."""

LONGEST_SHOWN = 100
"""Characters of a wrong value that the answer shows."""


MOST_BYTES = 256 * 1024
"""The longest body that is read."""


def read_body[Body: BaseModel](type_: type[Body], body: bytes) -> Body:
    """The body as this type.

    Raises:
        BadRequest: it is not JSON, or a field is wrong; the first wrong field is named with its value and the fix.
    """
    if len(body) > MOST_BYTES:
        raise BadRequest("body", f"it has {len(body)} bytes; send {MOST_BYTES} at most")
    try:
        return type_.model_validate_json(body or b"")
    except ValidationError as error:
        raise _bad(type_, error, "body") from None


def read_query[Query: BaseModel](type_: type[Query], request: HttpRequest) -> Query:
    """The query parameters as this type.

    Raises:
        BadRequest: one is unknown or wrong; the first is named with its value and the fix.
    """
    given = {name: value for name, value in request.params.items() if name != FUNCTION_KEY}
    try:
        return type_.model_validate(given)
    except ValidationError as error:
        raise _bad(type_, error, "query") from None


def _bad(type_: type[BaseModel], error: ValidationError, whole: str) -> BadRequest:
    """The first mistake; how many more there are is said, for they come up one by one."""
    first = error.errors(include_url=False, include_context=False)[0]
    path = first["loc"]
    field = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path).lstrip(".") or whole
    others = error.error_count() - 1
    more = f" (and {others} more {'problem' if others == 1 else 'problems'})" if others else ""
    return BadRequest(field, f"{_problem(type_, first['type'], path, first['msg'], first['input'])}{more}")


def _problem(type_: type[BaseModel], kind: str, path: tuple[int | str, ...], says: str, value: object) -> str:
    known = {about.alias or name: about for name, about in type_.model_fields.items()}
    match kind:
        case "extra_forbidden":
            there = f"there are {', '.join(known)}" if known else "there are none"
            return f"there is no such field or parameter; {there}"
        case "json_invalid":
            return f"{says}; send a JSON object"
    wanted = known[str(path[0])].description if path and str(path[0]) in known else None
    what = "it is missing" if kind == "missing" else f"{_shown(value)} will not do: {_uncapitalised(says)}"
    return f"{what}. {wanted or 'Send a JSON object.'}"


def _shown(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= LONGEST_SHOWN else f"{text[:LONGEST_SHOWN]}..."


def _uncapitalised(text: str) -> str:
    return text[:1].lower() + text[1:]
