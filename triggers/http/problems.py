"""HTTP answers: JSON, and `application/problem+json` (RFC 9457) for what went wrong."""

import functools
import json
import logging
from collections.abc import Awaitable, Callable, Mapping

import azure.functions as func
from pydantic import BaseModel

from asr.errors import BadRequest, BadSetting, Rejected, Throttled, TransientFault, Unreadable
from asr.model.choices import DEFAULT_PREFIX
from asr.reasons.render import render

_LOG = logging.getLogger(__name__)

LONGEST = 2000
"""Characters of a problem's detail: it repeats what the caller sent."""

LONGEST_FIELD = 200
"""Characters of a field's name, which may be the caller's own."""


def answer(body: object, status: int = 200, headers: Mapping[str, str] | None = None) -> func.HttpResponse:
    """A JSON answer."""
    plain = body.model_dump(mode="json", by_alias=True) if isinstance(body, BaseModel) else body
    return func.HttpResponse(
        json.dumps(plain, indent=1), status_code=status, mimetype="application/json", headers=dict(headers or {})
    )


def problem(status: int, code: str, title: str, detail: str, **extra: object) -> func.HttpResponse:
    """A problem: `code` is stable, `title` says what kind it is, `detail` what is wrong here and how to mend it."""
    body = {"type": "about:blank", "status": status, "code": code, "title": title, "detail": detail, **extra}
    return func.HttpResponse(json.dumps(body, indent=1), status_code=status, mimetype="application/problem+json")


_PLAIN: Mapping[type[Exception], tuple[int, str, str]] = {
    BadSetting: (503, "BadSetting", "The app is configured wrongly"),
    Unreadable: (502, "StoreUnreadable", "The store holds what cannot be read"),
}
"""Status, code and title of errors that say all else themselves."""


def problem_of(error: Exception) -> func.HttpResponse | None:
    """The problem that an expected error is; None for any other error."""
    match error:
        case BadRequest():
            title = f"The request cannot be {'understood' if error.code == 'BadRequest' else 'followed'}"
            return problem(
                error.status,
                error.code,
                title,
                error.problem[:LONGEST],
                field=error.field[:LONGEST_FIELD],
                **error.more,
            )
        case BadSetting() | Unreadable():
            return problem(*_PLAIN[type(error)], str(error))
        case Throttled():
            return problem(503, "Throttled", "Azure asked to wait", str(error), retryAfter=error.after_seconds)
        case TransientFault():
            return problem(502, "TransientFault", "Azure could not be reached", str(error))
        case Rejected():
            words = render(error.reason, DEFAULT_PREFIX)  # what Azure refuses names no tag
            return problem(502, words["code"], "Azure refused", words["sentence"], fix=words["fix"])
    return None


type Answering = Callable[..., Awaitable[func.HttpResponse]]


def answering(body: Answering) -> Answering:
    """Make expected errors of an HTTP function problems; a defect becomes a 500 that says only where to look."""

    @functools.wraps(body)
    async def function(*args: object, **kwargs: object) -> func.HttpResponse:
        try:
            return await body(*args, **kwargs)
        except Exception as error:  # noqa: BLE001 - the boundary: callers never see a stack
            expected = problem_of(error)
            if expected is not None:
                return expected
            _LOG.exception("%s ended unexpectedly", body.__name__)
            return problem(500, "InternalDefect", "A defect of asr-autoprotect", "The stack is in the app's log.")

    return function
