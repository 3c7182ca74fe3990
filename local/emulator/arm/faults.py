"""Trouble on demand: answers, delays and resets in place of the truth, or a rewritten truth.

Faults are part of the control plane (`POST /_emulator/faults`); they touch ARM and token paths, never `/_emulator`.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from itertools import count
from random import Random

from local.emulator.arm import errors
from local.emulator.arm.errors import ArmError
from local.emulator.arm.ids import ResourceId, normalised
from local.emulator.arm.pointers import check_pointers, put
from local.emulator.arm.response import ArmResponse
from local.emulator.arm.schema import Each, Kind, Schema, deserialized_strictly
from local.emulator.arm.wire import JsonObject

PHASES = ("before", "after")
_REWRITES = ("body", "headers", "next_link", "replace", "trickle_s", "truncate")
_HEADER_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_SCHEMA: Mapping[str, Schema] = {
    **dict.fromkeys(("method", "path", "client", "phase", "code", "message"), Kind.TEXT),
    **dict.fromkeys(("delay_s", "rate", "retry_after"), Kind.NUMBER),
    "times": Kind.WHOLE,
    **dict.fromkeys(("reset", "truncate"), Kind.FLAG),
    "status": Kind.ANY,
    "headers": Each(Kind.TEXT),
    "next_link": Kind.TEXT,
    "trickle_s": Kind.NUMBER,
}
_RANGES = {
    "rate": (0, 1),
    **dict.fromkeys(("delay_s", "retry_after", "trickle_s"), (0, 86_400)),
    "times": (0, 10**9),
}
"""Field -> the least and the most it may be."""
_TEXTS: dict[int, tuple[str, str]] = {
    400: ("BadRequest", "The request is invalid."),
    401: ("InvalidAuthenticationToken", "The access token is invalid."),
    404: ("NotFound", "The requested resource was not found."),
    408: ("RequestTimeout", "The request timed out."),
    409: ("Conflict", "The request could not be completed due to a conflict with the current state of the resource."),
    412: ("PreconditionFailed", "The precondition given in a request header evaluated to false."),
    500: ("InternalServerError", "The server encountered an internal error. Please retry the request."),
    502: ("BadGateway", "The gateway did not receive a response from the upstream service in time."),
    503: ("ServiceUnavailable", "The service is unavailable. Please retry the request."),
    504: ("GatewayTimeout", "The gateway did not receive a response from the upstream service in time."),
}


@dataclass(slots=True, kw_only=True)
class Fault:
    """One fault.

    Attributes:
        id: its number.
        method: the HTTP method it touches, `*` for any.
        path: a glob over the whole path, `*` crossing slashes; without case.
        client: text that the User-Agent must contain, without case; "" for any.
        phase: `before` the write (nothing happens) or `after` it (it happened, but the answer says otherwise).
        status: the HTTP status to answer, or None.
        reset: whether to reset the TCP connection instead of answering.
        truncate: whether to send half of the true answer's body and then cut the connection.
        headers: headers to answer with, verbatim, beside or in place of the answer's own.
        body: text to answer with, verbatim, in place of the answer's body; None leaves that.
        next_link: what to put in the place of the answer's `nextLink`; "" leaves it.
        replace: JSON pointer -> value to put there in the answer's body; see `local.emulator.arm.pointers`.
        trickle_s: seconds between two bytes of the body; 0 sends it at once.
        delay_s: seconds to wait first.
        retry_after: seconds for the Retry-After header, or None for none.
        code: `error.code` in place of the usual one for the status.
        message: `error.message` in place of the usual one for the status.
        times: how often it still strikes; None for ever.
        rate: the share of matching requests it strikes, from 0 to 1.
        struck: how often it struck.
    """

    id: int
    method: str = "*"
    path: str = "*"
    client: str = ""
    phase: str = "before"
    status: int | None = None
    reset: bool = False
    truncate: bool = False
    headers: Mapping[str, str] = field(default_factory=dict)
    body: str | None = None
    next_link: str = ""
    replace: Mapping[str, object] = field(default_factory=dict)
    trickle_s: float = 0.0
    delay_s: float = 0.0
    retry_after: float | None = None
    code: str = ""
    message: str = ""
    times: int | None = None
    rate: float = 1.0
    struck: int = 0

    def fits(self, method: str, path: str, client: str) -> bool:
        """Say whether this fault is about such a request."""
        return (
            self.times != 0
            and self.method.upper() in {"*", "", method.upper()}
            and fnmatchcase(path, normalised(self.path).lower() if self.path.startswith("/") else self.path.lower())
            and self.client.lower() in client.lower()
        )

    def rewritten(self, response: ArmResponse, content: bytes) -> bytes:
        """Return the body to send in place of `content`; status, headers and pace are changed in `response`."""
        lowered = {name.lower() for name in self.headers}
        kept = {name: value for name, value in response.headers.items() if name.lower() not in lowered}
        response.headers = kept | dict(self.headers)
        response.status = self.status or response.status
        response.trickle_s = self.trickle_s or response.trickle_s
        response.broken_off = response.broken_off or self.truncate
        if self.body is not None:
            return self.body.encode()
        if self.status is not None and self.status < 400:
            return b""
        if not content or not (self.next_link or self.replace):
            return content
        document = json.loads(content)
        for pointer, value in self.replace.items():
            put(document, pointer, value)
        if self.next_link:
            document["nextLink"] = self.next_link
        return json.dumps(document).encode()

    def error(self, path: str, denial: ArmError) -> ArmError:
        """Return what a real service says with this status; `denial` is what it says when the status is 403."""
        status = self.status or 500
        error = denial if status == 403 else _error_for(status, path, self.retry_after)
        if self.retry_after is not None:
            error.headers = {**error.headers, "Retry-After": str(self.retry_after)}
        error.code, error.message = self.code or error.code, self.message or error.message
        return error


def _error_for(status: int, path: str, retry_after: float | None) -> ArmError:
    resource = ResourceId.parse(path)
    if status == 429:
        return errors.throttled(resource.subscription, retry_after=retry_after)
    code, message = _TEXTS.get(status, ("InternalServerError" if status >= 500 else "BadRequest", "Injected fault."))
    return ArmError(status, code, message)


class Faults:
    """The faults that are set, in the order in which they were added."""

    def __init__(self) -> None:
        self._numbers = count(1)
        self._random = Random(20230829)  # noqa: S311 - repeatable on purpose, so that a failing run can be run again
        self._faults: list[Fault] = []

    def add(self, wanted: JsonObject) -> Fault:
        """Add the fault that `wanted` describes.

        Raises:
            ValueError: a field is unknown or has an impossible value; the text names field, value and fix.
        """
        given = {name.replace("-", "_"): value for name, value in wanted.items()}
        verbatim = {"body": _verbatim(given.pop("body"))} if "body" in given else {}
        verbatim |= {"replace": given.pop("replace")} if "replace" in given else {}
        fields = deserialized_strictly(given, _SCHEMA) | verbatim
        if fields.get("status") == "reset":
            fields |= {"status": None, "reset": True}
        if fields.get("status") is None and _rewrites(fields):
            fields.setdefault("phase", "after")
        if str(fields.get("status")).isdigit():
            fields["status"] = int(fields["status"])
        _validated(fields)
        fault = Fault(id=next(self._numbers), **fields)
        self._faults.append(fault)
        return fault

    def strike(self, phase: str, method: str, path: str, client: str) -> list[Fault]:
        """Return the faults that strike this request in this phase: every delay, and at most one that answers."""
        path = normalised(path).lower()
        struck: list[Fault] = []
        for fault in self._faults:
            if fault.phase != phase or not fault.fits(method, path, client) or self._random.random() >= fault.rate:
                continue
            fault.struck += 1
            if fault.times is not None:
                fault.times -= 1
            struck.append(fault)
            if fault.reset or fault.status is not None:
                break
        return struck

    def entries(self) -> list[JsonObject]:
        """Return the faults as JSON."""
        return [{name: getattr(fault, name) for name in Fault.__slots__} for fault in self._faults]

    def clear(self) -> None:
        """Remove every fault."""
        self._faults.clear()


def _rewrites(fields: JsonObject) -> bool:
    return fields.get("body") is not None or any(fields.get(name) for name in _REWRITES)


def _validated(fields: JsonObject) -> None:
    if fields.get("phase", "before") not in PHASES:
        raise ValueError(f"phase: {fields['phase']!r} is not one of {', '.join(PHASES)}")
    status = fields.get("status")
    least = 200 if fields.get("body") is not None or fields.get("headers") else 400
    if status is not None and not (isinstance(status, int) and least <= status <= 599):
        hint = " (from 200 with a body or headers)" if least == 400 else ""
        raise ValueError(f"status: {status!r} is neither an HTTP status from {least} to 599{hint} nor 'reset'")
    for name, (least, most) in _RANGES.items():
        if not least <= fields.get(name, least) <= most:
            raise ValueError(f"{name}: {fields[name]!r} is not between {least} and {most}")
    check_pointers(fields.get("replace", {}))
    for name, value in (fields.get("headers") or {}).items():
        framing = name.lower() in {"content-length", "transfer-encoding", "connection"}
        if framing or not _HEADER_NAME.fullmatch(name) or not value.isprintable() or not value.isascii():
            raise ValueError(
                f"headers.{name}: {value!r} cannot be sent; write the name and ASCII text of another header"
            )
    rewrites = _rewrites(fields)
    if rewrites and status is None and fields.get("phase") != "after":
        raise ValueError("phase: only a true answer can be rewritten; write 'after', give a status, or leave it out")
    if status is None and not rewrites and not any(fields.get(name) for name in ("reset", "delay_s")):
        raise ValueError(
            f"status: missing; give a status, 'reset', a delay in delay_s, or one of {', '.join(_REWRITES)}"
        )


def _verbatim(body: object) -> str:
    """Return a body as it is to be sent: text as it is, everything else as JSON."""
    return body if isinstance(body, str) else json.dumps(body)
