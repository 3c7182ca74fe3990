"""What goes over the wire, and what of an answer counts."""

import getpass
import json
from typing import Any

import httpx

from asr_cli.words import plain

type Json = dict[str, Any]

_LONGEST_PAUSE = 20.0
_LONGEST_NAME = 128

ENCODED = {"content-encoding", "content-length", "transfer-encoding"}
"""Headers of the body as it was sent; it is kept decoded."""


def json_object(content: bytes) -> Json | None:
    """The object that these bytes are; None if they are none."""
    try:
        told = json.loads(content)
    except (ValueError, RecursionError):  # what is nested without end is no answer either
        return None
    return told if isinstance(told, dict) else None


def user_name() -> str:
    """Who types, by the name of this machine's user; whom the platform knows is named by it instead."""
    try:
        return plain(getpass.getuser())[:_LONGEST_NAME] or "unknown"
    except (OSError, KeyError):
        return "unknown"


def parameter(value: object) -> str:
    """A value as a query has it."""
    return plain(value) if isinstance(value, bool) else str(value)


def pause_of(answer: httpx.Response) -> float | None:
    """The seconds that the app asks to wait, in its header or its problem; None where it is too long to sit out."""
    after: object = answer.headers.get("retry-after")
    if after is None:
        try:
            after = json.loads(answer.content).get("retryAfter", 1)
        except (ValueError, AttributeError, RecursionError):
            after = 1
    try:
        seconds = float(str(after))
    except ValueError:
        return 1.0
    return seconds if 0 <= seconds <= _LONGEST_PAUSE else None
