"""A server that answers what a test wrote down, over real HTTP, and keeps what it was asked."""

import json
import socket
import struct
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit

AZURE = "https://management.azure.com"
_RST = struct.pack("ii", 1, 0)


@dataclass(frozen=True, slots=True)
class Reply:
    """One answer. `body` is JSON, or text sent as it is; `reset` cuts the connection, `silent` never answers."""

    status: int = 200
    body: object = None
    headers: Mapping[str, str] = field(default_factory=dict)
    reset: bool = False
    silent: bool = False
    cut_short: bool = False


@dataclass(frozen=True, slots=True)
class Asked:
    """One request as it arrived."""

    method: str
    path: str
    query: dict[str, list[str]]
    headers: dict[str, str]
    body: Any


class _Server(ThreadingHTTPServer):
    request_queue_size = 1024  # a burst of connections is the client's to order, not the kernel's to drop


class Wire:
    """Answers by method and path, in any casing; several replies to the same request are given one after the other."""

    def __init__(self, replies: Mapping[tuple[str, str], Reply | list[Reply]]) -> None:
        self._replies = {
            (method, path.lower()): list(reply) if isinstance(reply, list) else [reply]
            for (method, path), reply in replies.items()
        }
        self.asked: list[Asked] = []
        self._over = Event()
        self._server = _Server(("127.0.0.1", 0), self._handler())
        self._thread = Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01})
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._over.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def answer(self, method: str, path: str, reply: Reply | list[Reply]) -> None:
        """From now on this is the answer, or these one after the other."""
        self._replies[method, path.lower()] = list(reply) if isinstance(reply, list) else [reply]

    def _reply(self, method: str, path: str) -> Reply:
        replies = self._replies.get((method, path.lower()))
        if replies is None:
            return Reply(501, {"error": {"code": "NotWritten", "message": f"{method} {path}"}})
        return replies.pop(0) if len(replies) > 1 else replies[0]

    def _handler(wire) -> type[BaseHTTPRequestHandler]:  # noqa: N805 - the handler's own self is the request
        class Handler(BaseHTTPRequestHandler):
            def answer(self) -> None:
                url = urlsplit(self.path)
                content = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                path = "/" + url.path.strip("/")
                wire.asked.append(
                    Asked(
                        method=self.command,
                        path=path,
                        query=parse_qs(url.query),
                        headers={name.lower(): value for name, value in self.headers.items()},
                        body=json.loads(content) if content else None,
                    )
                )
                self.send(wire._reply(self.command, path))

            def send(self, reply: Reply) -> None:
                if reply.silent:
                    wire._over.wait()
                if reply.reset:
                    self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RST)
                    self.connection.close()
                if reply.silent or reply.reset:
                    return
                text = reply.body if isinstance(reply.body, str) else json.dumps(reply.body)
                content = b"" if reply.body is None else text.encode()
                self.send_response(reply.status)
                named = {name.lower(): value.replace(AZURE, wire.url) for name, value in reply.headers.items()}
                for name, value in {"content-type": "application/json", **named}.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(content) + (100 if reply.cut_short else 0)))
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is the library's
                """Keep quiet: tests look at `asked`."""

            do_GET = do_PUT = do_POST = do_PATCH = do_DELETE = answer  # noqa: N815 - the names are the library's

        return Handler
