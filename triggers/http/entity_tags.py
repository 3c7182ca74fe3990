"""Entity tags: who has an answer already is told so in a few bytes. Source: https://www.rfc-editor.org/rfc/rfc9110#name-etag"""

import hashlib
import re

import azure.functions as func

_AGES = re.compile(rb'"[A-Za-z]*[aA]geSeconds": \d+')
"""Ages move with the clock alone, and the times from which they are counted stand beside them."""

_PRIVATE = "private, no-cache"
"""No cache on the way keeps an answer, and none shows one without asking."""


def is_known(request: func.HttpRequest, tag: str) -> bool:
    """Whether the caller has what bears this tag, by `If-None-Match`; weak and strong tags are compared alike."""
    given = request.headers.get("if-none-match", "")
    known = {one.strip().removeprefix("W/") for one in given.split(",")}
    return tag.removeprefix("W/") in known or "*" in known


def tagged(request: func.HttpRequest, response: func.HttpResponse) -> func.HttpResponse:
    """The answer to a GET with its entity tag; 304 without a body if the caller has it. Other statuses are left alone.

    The tag is a weak one: answers that differ in nothing but ages bear the same.
    """
    if response.status_code != 200 or "ETag" in response.headers:
        return response
    meaning = _AGES.sub(b"", response.get_body()) + (response.mimetype or "").encode()
    tag = f'W/"{hashlib.sha256(meaning).hexdigest()[:32]}"'
    headers = {"ETag": tag, "Cache-Control": _PRIVATE, "Vary": "Accept"}
    if is_known(request, tag):
        return func.HttpResponse(status_code=304, headers=headers)
    for name, value in headers.items():
        response.headers[name] = value
    return response
