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
type Flushed = Callable[[], Awaitable[None]]

CONTROL_PREFIX = "/_emulator"
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
            answered = self._controlled(incoming)
            await self._flushed()
            await _send(send, incoming, answered)
            return
        try:
            response, content = await self._answered(incoming)
        except ConnectionReset:
            self._note(incoming, 0, b"")
            scope["state"]["cut"]()
            await receive()  # the disconnect: only then does the server know that no answer is owed
            return
        self._note(incoming, response.status, content)
        await _send(send, incoming, response, content)
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

    async def _answered(self, incoming: Incoming) -> tuple[ArmResponse, bytes]:
        correlation_id = incoming.headers.get("x-ms-correlation-request-id") or fresh_guid()
        headers = common_headers(correlation_id, self._cloud.clock.now())
        try:
            if incoming.path.lower().lstrip("/").startswith(THROTTLED):
                caller = Caller.of(incoming.headers)
                headers |= self._cloud.throttle.take(incoming.method, incoming.path, caller)
            await self._strike("before", incoming)
            response = self._truth(incoming)
            content = _encoded(response)  # now: while this request waits, others may change what the body shows
            await self._kept()
            response.broken_off = await self._strike("after", incoming)
        except ArmError as error:
            gateway = {"x-ms-failure-cause": "gateway"} if error.gateway else {}
            response = ArmResponse(status=error.status, body=error.body(), headers={**gateway, **error.headers})
            content = _encoded(response)
        response.headers = headers | response.headers
        return response, content

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

    async def _strike(self, phase: str, incoming: Incoming) -> bool:
        """Let the faults of this phase strike; True when the answer is to be broken off."""
        truncate = False
        for fault in self._cloud.faults.strike(phase, incoming.method, incoming.path, incoming.client):
            await asyncio.sleep(fault.delay_s)
            if fault.reset:
                raise ConnectionReset
            truncate = truncate or fault.truncate
            if fault.status is not None:
                denied = denial(self._resource_manager.router, incoming.method, incoming.path, incoming.headers)
                raise fault.error(incoming.path, denied)
        return truncate

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


async def _send(send: Send, incoming: Incoming, response: ArmResponse, content: bytes | None = None) -> None:
    content = _encoded(response) if content is None else content
    headers = {"Content-Length": str(len(content))} if response.status != 204 else {}
    if content:
        headers["Content-Type"] = "application/json; charset=utf-8"
    headers |= response.headers
    raw = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers.items()]
    await send({"type": "http.response.start", "status": response.status, "headers": raw})
    body = b"" if incoming.method == "HEAD" else content
    half = {"body": body[: len(body) // 2], "more_body": True} if response.broken_off else {"body": body}
    await send({"type": "http.response.body", **half})
