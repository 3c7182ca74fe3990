"""Asking a server for JSON, with errors that name what was asked."""

from collections.abc import Mapping
from typing import Any

import httpx

from local.demo.errors import NotFound, Unanswered

type Json = dict[str, Any]
"""A JSON object as it came over the wire."""

TIMEOUT_SECONDS = 15.0
_SHOWN_OF_BODY = 400


def ask(
    client: httpx.Client, method: str, path: str, query: Mapping[str, str] | None = None, body: Json | None = None
) -> Any:
    """The JSON value that a request answers; None for an answer without a body.

    Raises:
        NotFound: the answer is 404.
        Unanswered: the answer is another error, is not JSON, or did not come.
    """
    asked = f"{method} {path}"
    try:
        answer = client.request(method, path, params=query, json=body)
        if answer.status_code == httpx.codes.NOT_FOUND:
            raise NotFound(asked, f"404 {answer.text[:_SHOWN_OF_BODY]}")
        if answer.is_error:
            raise Unanswered(asked, f"{answer.status_code} {answer.text[:_SHOWN_OF_BODY]}")
        return answer.json() if answer.content else None
    except httpx.HTTPError as error:
        raise Unanswered(asked, f"{type(error).__name__}: {error}") from error
    except ValueError as error:
        raise Unanswered(asked, f"not JSON: {error}") from error
