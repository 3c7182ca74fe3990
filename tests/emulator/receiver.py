"""A small real webhook that Event Grid can deliver to."""

import json
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self


@dataclass
class Received:
    """One request that reached the webhook."""

    method: str
    path: str
    headers: dict[str, str]
    body: Any


@dataclass
class Receiver:
    """A webhook on a free port of 127.0.0.1.

    Attributes:
        validates: whether it answers the validation handshake.
        statuses: what to answer the next notifications; 200 when used up.
        received: every request, in order.
    """

    validates: bool = True
    statuses: list[int] = field(default_factory=list)
    received: list[Received] = field(default_factory=list)

    def __enter__(self) -> Self:
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler_class(self._answer))
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    @property
    def url(self) -> str:
        """Where the webhook is, with a key that must not be seen anywhere else."""
        return f"http://127.0.0.1:{self._server.server_address[1]}/hook?code=topsecret"

    @property
    def events(self) -> list[dict[str, Any]]:
        """The events that were delivered, doubled ones included."""
        notified = [one for one in self.received if one.headers.get("aeg-event-type") == "Notification"]
        return [event for one in notified for event in (one.body if isinstance(one.body, list) else [one.body])]

    def _answer(self, request: Received) -> tuple[int, dict[str, str], bytes]:
        self.received.append(request)
        if request.method == "OPTIONS":
            allowed = {"WebHook-Allowed-Origin": "eventgrid.azure.net", "WebHook-Allowed-Rate": "120"}
            return 200, allowed if self.validates else {}, b""
        if request.headers.get("aeg-event-type") == "SubscriptionValidation":
            code = request.body[0]["data"]["validationCode"]
            return 200, {}, json.dumps({"validationResponse": code}).encode() if self.validates else b""
        return (self.statuses.pop(0) if self.statuses else 200), {}, b""


def _handler_class(
    answer: Callable[[Received], tuple[int, dict[str, str], bytes]],
) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _serve(self) -> None:
            content = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            headers = {name.lower(): value for name, value in self.headers.items()}
            body = json.loads(content) if content else None
            status, extra, answered = answer(Received(self.command, self.path, headers, body))
            self.send_response(status)
            for name, value in {**extra, "Content-Length": str(len(answered))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(answered)

        do_POST = do_OPTIONS = _serve  # noqa: N815 - http.server looks for these names

        def log_message(self, *_: object) -> None:
            """Stay silent."""

    return Handler
