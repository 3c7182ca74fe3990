"""What the management API reads from requests, and how it refuses them."""

import json

from starlette.requests import Request
from starlette.responses import JSONResponse, Response


def origin(request: Request) -> str:
    """Scheme and authority by which the caller reached the host."""
    return f"{request.url.scheme}://{request.url.netloc}"


def flag(request: Request, name: str, *, default: bool = False) -> bool:
    """A query parameter that is `true` or not."""
    return request.query_params.get(name, str(default)).lower() == "true"


def number(request: Request, name: str) -> float | None:
    """A query parameter that is a number; `None` when it is absent or none, which the real API takes for absent."""
    try:
        return float(request.query_params[name])
    except (KeyError, ValueError):
        return None


def is_json(text: str) -> bool:
    """Whether `text` is a JSON document."""
    try:
        json.loads(text)
    except ValueError:
        return False
    return True


def bad_request(sentence: str) -> Response:
    """400 with a reason."""
    return JSONResponse({"Message": sentence}, status_code=400)
