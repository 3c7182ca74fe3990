"""The ASGI application: ARM, the token service and the control plane over HTTP."""

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from local.emulator.arm import errors
from local.emulator.arm.capture import Capture
from local.emulator.arm.cloud import Cloud
from local.emulator.arm.errors import ArmError
from local.emulator.arm.headers import common_headers
from local.emulator.arm.permissions import denial
from local.emulator.arm.request_log import LoggedRequest
from local.emulator.arm.resource_manager import ResourceManager
from local.emulator.arm.response import ArmResponse
from local.emulator.arm.tokens import Caller
from local.emulator.arm.wire import fresh_guid, timestamp

type Scope = dict[str, Any]
type Receive = Callable[[], Awaitable[dict[str, Any]]]
type Send = Callable[[dict[str, Any]], Awaitable[None]]
type Control = Callable[[str, str, bytes], ArmResponse]
type Answer = tuple[ArmResponse, bytes]
type Flushed = Callable[[], Awaitable[None]]

CONTROL_PREFIX = "/_emulator"
BODILESS = frozenset({204, 304})
"""Statuses whose answers have neither a body nor its length."""
THROTTLED = ("subscriptions", "providers", "tenants")
"""What paths of ARM begin with; tokens and discovery have no request limits here."""

log = logging.getLogger("local.emulator")


class ConnectionReset(Exception):
    """The connection is to be cut without an answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Incoming:
    """A request as it came off the wire."""

    seq: int
    at: str
    method: str
    path: str
    query: str
    headers: dict[str, str]
    content: bytes
    base_url: str

    @property
    def client(self) -> str:
        """The User-Agent."""
        return self.headers.get("user-agent", "")


class ArmApplication:
    """Answers every request: control plane, faults, Resource Manager, headers, log."""

    def __init__(
        self, resource_manager: ResourceManager, cloud: Cloud, control: Control, flushed: Flushed, capture: Capture
    ) -> None:
        self._resource_manager = resource_manager
        self._cloud = cloud
        self._control = control
        self._flushed = flushed
        self._capture = capture

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one HTTP request (the ASGI entry point)."""
        if scope["type"] != "http":
            return
        seq, at = 0, timestamp(self._cloud.clock.now())
        path = unquote(scope["raw_path"].decode("ascii").split("?")[0])
        controls = path.startswith(CONTROL_PREFIX)
        if not controls:
            seq = self._cloud.request_log.number()
        headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
        incoming = Incoming(
            seq=seq,
            at=at,
            method=scope["method"],
            path=path,
            query=scope["query_string"].decode("ascii"),
            headers=headers,
            content=await _content(receive),
            base_url=f"{scope['scheme']}://{headers.get('host', 'localhost')}",
        )
        if controls:
            if (incoming.method, incoming.path) == ("GET", f"{CONTROL_PREFIX}/clock"):
                await self._cloud.clock.followed(incoming.query, gone=receive())
            answered = self._controlled(incoming)
            await self._flushed()
            await _send(receive, send, incoming, answered, _encoded(answered))
            return
        try:
            response, content = await self._answered(incoming)
        except ConnectionReset:
            self._note(incoming, 0, b"")
            scope["state"]["cut"]()
            await receive()  # the disconnect: only then does the server know that no answer is owed
            return
        self._note(incoming, response.status, content)
        await _send(receive, send, incoming, response, content)
        if response.broken_off:
            scope["state"]["hang_up"]()
            await receive()  # the disconnect, as above

    def _controlled(self, incoming: Incoming) -> ArmResponse:
        self._cloud.timeline.run_due()
        try:
            return self._control(incoming.method, incoming.path.removeprefix(CONTROL_PREFIX), incoming.content)
        except Exception:
            log.exception("%s %s could not be answered", incoming.method, incoming.path)
            return ArmResponse(status=500, body={"error": "a defect of the emulator; its log has the trace"})

    async def _answered(self, incoming: Incoming) -> Answer:
        correlation_id = incoming.headers.get("x-ms-correlation-request-id") or fresh_guid()
        headers = common_headers(correlation_id, self._cloud.clock.now())
        try:
            if incoming.path.lower().lstrip("/").startswith(THROTTLED):
                caller = Caller.of(incoming.headers)
                headers |= self._cloud.throttle.take(incoming.method, incoming.path, caller)
            answer = await self._struck("before", incoming, None) or await self._true_answer(incoming)
        except ArmError as error:
            answer = _refusal(error)
        answer[0].headers = headers | answer[0].headers
        return answer

    async def _true_answer(self, incoming: Incoming) -> Answer:
        response = self._truth(incoming)
        content = _encoded(response)  # now: while this request waits, others may change what the body shows
        await self._kept()
        return await self._struck("after", incoming, (response, content)) or (response, content)

    def _truth(self, incoming: Incoming) -> ArmResponse:
        self._cloud.timeline.run_due()
        try:
            return self._resource_manager.send(
                self._cloud,
                incoming.method,
                incoming.path,
                incoming.query,
                incoming.headers,
                incoming.content,
                incoming.base_url,
            )
        except ArmError:
            raise
        except Exception:
            log.exception("%s %s could not be answered", incoming.method, incoming.path)
            raise errors.internal_error() from None

    async def _kept(self) -> None:
        """Wait until everything an answer may tell of would outlive the process."""
        try:
            await self._flushed()
        except OSError:
            raise errors.internal_error() from None  # whoever keeps it has logged why

    async def _struck(self, phase: str, incoming: Incoming, answer: Answer | None) -> Answer | None:
        """Let the faults of this phase strike; return what is answered then, None for the truth."""
        for fault in self._cloud.faults.strike(phase, incoming.method, incoming.path, incoming.client):
            await asyncio.sleep(fault.delay_s)
            if fault.reset:
                raise ConnectionReset
            if fault.status is not None:
                denied = denial(self._resource_manager.router, incoming.method, incoming.path, incoming.headers)
                answer = _refusal(fault.error(incoming.path, denied))
            if answer:
                answer = answer[0], fault.rewritten(*answer)
        return answer

    def _note(self, incoming: Incoming, status: int, content: bytes) -> None:
        entry = LoggedRequest(
            seq=incoming.seq,
            at=incoming.at,
            method=incoming.method,
            path=incoming.path,
            query=incoming.query,
            status=status,
            bytes_out=len(content),
            client=incoming.client,
        )
        self._cloud.request_log.add(entry)
        self._capture.add(entry, content)


async def _content(receive: Receive) -> bytes:
    parts = []
    while True:
        message = await receive()
        parts.append(message.get("body", b""))
        if not message.get("more_body"):
            return b"".join(parts)


def _encoded(response: ArmResponse) -> bytes:
    if response.body is None:
        return b""
    return json.dumps(response.body, separators=(",", ":"), ensure_ascii=False).encode()


def _refusal(error: ArmError) -> Answer:
    gateway = {"x-ms-failure-cause": "gateway"} if error.gateway else {}
    response = ArmResponse(status=error.status, body=error.body(), headers={**gateway, **error.headers})
    return response, _encoded(response)


async def _send(receive: Receive, send: Send, incoming: Incoming, response: ArmResponse, content: bytes) -> None:
    headers = {"Content-Length": str(len(content))} if response.status not in BODILESS else {}
    if content:
        headers["Content-Type"] = "application/json; charset=utf-8"
    by_name = {name.lower(): (name.encode(), value.encode("latin-1")) for name, value in headers.items()}
    by_name |= {name.lower(): (name.encode(), value.encode("latin-1")) for name, value in response.headers.items()}
    await send({"type": "http.response.start", "status": response.status, "headers": list(by_name.values())})
    body = b"" if incoming.method == "HEAD" or response.status in BODILESS else content
    shown = body[: len(body) // 2] if response.broken_off else body
    if response.trickle_s:
        shown = await _trickled(receive, send, shown, response.trickle_s)
    await send({"type": "http.response.body", "body": shown, "more_body": response.broken_off})


async def _trickled(receive: Receive, send: Send, body: bytes, pause_s: float) -> bytes:
    """Send all bytes but the last, one at a time, unless the client leaves; return what is left."""
    gone = asyncio.ensure_future(receive())
    try:
        while len(body) > 1 and not gone.done():
            await send({"type": "http.response.body", "body": body[:1], "more_body": True})
            body = body[1:]
            await asyncio.wait({gone}, timeout=pause_s)
    finally:
        gone.cancel()
    return body
