"""The page's own files, as the app gives them, beside an API that answers what a test wants, nonsense too."""

import asyncio
import json
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import azure.functions as func

from triggers.http.dashboard import ROUTES
from triggers.http.entity_tags import tagged
from triggers.http.route import serving

KEY = "right/key+of=="
PREFIX = "/ops/v1"
"""Another prefix than the host's usual one, which an operator may choose in host.json."""

SHELL, FILE = map(serving, ROUTES)


@dataclass(frozen=True, slots=True)
class Asked:
    """A request to the API: the path below the prefix, the query, the headers in lower case, the body."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: Any


@dataclass(frozen=True, slots=True)
class Said:
    """An answer of the API. `text` is sent as it is; a `status` of 0 means that the connection is cut."""

    status: int = 200
    text: str = ""
    media_type: str = "application/json"
    headers: Mapping[str, str] = field(default_factory=dict)


type Api = Callable[[Asked], Said]


def said(body: object, status: int = 200, **headers: str) -> Said:
    """JSON; a problem where the status is one."""
    media_type = "application/json" if status < 400 else "application/problem+json"
    return Said(
        status, json.dumps(body), media_type, {name.replace("_", "-"): value for name, value in headers.items()}
    )


class Served:
    """What is served, and what was asked so far."""

    def __init__(self, address: str) -> None:
        self.address = f"{address}{PREFIX}/dashboard"
        self.api: Api = lambda _: said({"detail": "No test has said what to answer."}, 500)
        self.asked: list[Asked] = []
        self.seen: list[str] = []

    def answer(self, method: str, target: str, headers: Mapping[str, str], body: bytes) -> func.HttpResponse | None:
        """The answer to a request; None cuts the connection."""
        address = urlsplit(target)
        self.seen.append(target)
        path = address.path.removeprefix(f"{PREFIX}/")
        given = {"params": dict(parse_qsl(address.query)), "route_params": {"file": path.rpartition("/")[2]}}
        request = func.HttpRequest(method=method, url=target, headers=dict(headers), body=body, **given)
        if path == "dashboard" or path.startswith("dashboard/"):
            return asyncio.run((SHELL if path in ("dashboard", "dashboard/") else FILE)(request, None))  # type: ignore[arg-type]
        if headers.get("x-functions-key") != KEY and not path.startswith("/.auth"):
            return func.HttpResponse(status_code=401)
        asked = Asked(method, path, given["params"], headers, json.loads(body) if body else None)
        self.asked.append(asked)
        told = self.api(asked)
        if not told.status:
            return None
        response = func.HttpResponse(
            told.text, status_code=told.status, mimetype=told.media_type, headers=dict(told.headers)
        )
        return tagged(request, response) if method == "GET" else response


@contextmanager
def serving_page() -> Iterator[Served]:
    """Serve on a free port of this machine."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length", 0)))
            headers = {name.lower(): value for name, value in self.headers.items()}
            response = served.answer(self.command, self.path, headers, body)
            if response is None:
                self.close_connection = True
                return
            content = response.get_body()
            self.send_response(response.status_code)
            for name, value in response.headers.items():
                if name.lower() != "content-type":
                    self.send_header(name, value)
            if response.mimetype and response.status_code != 304:
                self.send_header("Content-Type", f"{response.mimetype}; charset=utf-8")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_POST = do_DELETE = _answer  # noqa: N815 - the names that the library wants

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's name
            """Nothing is written: a test tells what went wrong by itself."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        served = Served(f"http://127.0.0.1:{server.server_port}")
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        try:
            yield served
        finally:
            server.shutdown()
            thread.join()
