"""From the bytes of a request to what they say: JSON for ARM, a form for the token service."""

import json
import re
from collections.abc import Mapping
from typing import NoReturn
from urllib.parse import parse_qsl

from local.emulator.arm import errors
from local.emulator.arm.errors import ArmError
from local.emulator.arm.wire import JsonObject

_FORM = "application/x-www-form-urlencoded"
_NO_JSON = re.compile(r'"(?:[^"\\]|\\.)*"|(?P<comment>//[^\n]*|/\*.*?\*/)|(?P<name>[A-Za-z_]\w*)(?=\s*:)', re.DOTALL)
"""Texts, which stay, and what Azure's reader takes besides JSON: comments, and names without quotes."""


def form_in(headers: Mapping[str, str], content: bytes) -> dict[str, str]:
    """Return the fields of a form; none for any other content. `headers` have lower-cased keys."""
    if not _media_type(headers).startswith(_FORM):
        return {}
    return dict(parse_qsl(content.decode(errors="replace")))


def object_in(headers: Mapping[str, str], content: bytes) -> JsonObject:
    """Return the JSON object that a request carries, empty for none. Who names no media type means JSON.

    Raises:
        ArmError: 415, it is declared to be something else; 400, it is not JSON or not an object.
    """
    if not content.strip():
        return {}
    media_type = _media_type(headers)
    if media_type and "json" not in media_type:
        message = f"The content media type '{media_type}' is not supported. Only 'application/json' is supported."
        raise ArmError(415, "UnsupportedMediaType", message, gateway=True)
    try:
        body = _parsed(content)
        json.dumps(body, ensure_ascii=False).encode()  # half a character would be found when it is answered
    except RecursionError:
        raise errors.invalid_request_content("the JSON is nested too deeply") from None
    except ValueError as error:
        raise errors.invalid_request_content(str(error)) from None
    if not isinstance(body, dict):
        raise errors.invalid_request_content(f"expected a JSON object, found {type(body).__name__}")
    return body


def _parsed(content: bytes) -> object:
    """Read JSON; where it is none, as Azure does. The Azure CLI sends the templates of deployments in such a body."""
    try:
        return json.loads(content, parse_constant=_no_number)
    except json.JSONDecodeError as error:
        text = _NO_JSON.sub(_as_json, content.decode())
        try:
            return json.loads(text, parse_constant=_no_number)
        except json.JSONDecodeError:
            raise error from None


def _as_json(found: re.Match[str]) -> str:
    if found["comment"]:
        return " "
    return json.dumps(found["name"]) if found["name"] else found[0]


def _media_type(headers: Mapping[str, str]) -> str:
    return headers.get("content-type", "").partition(";")[0].strip().lower()


def _no_number(text: str) -> NoReturn:
    raise ValueError(f"{text} is not JSON")
