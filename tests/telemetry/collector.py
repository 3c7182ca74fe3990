"""A collector of OpenTelemetry and an ingestion endpoint of Application Insights, which keep what came.

They take the very bytes that exporters send over HTTP. `trouble` makes them lie.
"""

import gzip
import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import ExportMetricsServiceRequest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

PARSERS: dict[str, Any] = {
    "/v1/traces": ExportTraceServiceRequest,
    "/v1/metrics": ExportMetricsServiceRequest,
    "/v1/logs": ExportLogsServiceRequest,
}


@dataclass(frozen=True, slots=True)
class Span:
    """A span as it came."""

    name: str
    trace: str
    id: str
    parent: str
    attributes: dict[str, Any]
    failed: bool
    links: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Point:
    """One value of a metric as it came; of a histogram its sum, with its count."""

    name: str
    kind: str
    unit: str
    attributes: dict[str, Any]
    value: float
    count: int = 1


@dataclass
class Collector:
    """What came so far."""

    address: str
    bodies: list[tuple[str, bytes, dict[str, str]]] = field(default_factory=list)

    def _parsed(self, path: str) -> list[Any]:
        found: list[Any] = []
        for came, body, _ in list(self.bodies):
            if came == path:
                message = PARSERS[path]()
                message.ParseFromString(body)
                found.append(message)
        return found

    def spans(self) -> list[Span]:
        """Every span."""
        return [
            Span(
                one.name,
                one.trace_id.hex(),
                one.span_id.hex(),
                one.parent_span_id.hex(),
                attributes(one.attributes),
                one.status.code == 2,
                tuple(link.trace_id.hex() for link in one.links),
            )
            for message in self._parsed("/v1/traces")
            for resource in message.resource_spans
            for scope in resource.scope_spans
            for one in scope.spans
        ]

    def points(self, name: str | None = None) -> list[Point]:
        """Every value of every metric, or of this one, in the order in which they came."""
        found: list[Point] = []
        for message in self._parsed("/v1/metrics"):
            for resource in message.resource_metrics:
                for scope in resource.scope_metrics:
                    for metric in scope.metrics:
                        found += _points(metric)
        return [one for one in found if name in (None, one.name)]

    def latest(self, name: str) -> dict[tuple[Any, ...], float]:
        """The last value of this metric for each set of attributes."""
        return {tuple(one.attributes.values()): one.value for one in self.points(name)}

    def logs(self) -> list[tuple[str, dict[str, Any], str]]:
        """Text, attributes and trace of every log record."""
        return [
            (one.body.string_value, attributes(one.attributes), one.trace_id.hex())
            for message in self._parsed("/v1/logs")
            for resource in message.resource_logs
            for scope in resource.scope_logs
            for one in scope.log_records
        ]

    def resources(self) -> list[dict[str, Any]]:
        """The attributes of every resource that sent spans."""
        return [
            attributes(one.resource.attributes)
            for message in self._parsed("/v1/traces")
            for one in message.resource_spans
        ]

    def envelopes(self) -> list[dict[str, Any]]:
        """What came for Application Insights: one envelope each."""
        found: list[dict[str, Any]] = []
        for path, body, headers in list(self.bodies):
            if path.endswith("/track"):
                text = gzip.decompress(body) if headers.get("content-encoding") == "gzip" else body
                found += json.loads(text)
        return found


def attributes(pairs: Any) -> dict[str, Any]:
    """Attributes by name."""
    return {one.key: getattr(one.value, one.value.WhichOneof("value")) for one in pairs}


def _points(metric: Any) -> Iterator[Point]:
    kind = metric.WhichOneof("data")
    for one in getattr(metric, kind).data_points:
        about = attributes(one.attributes)
        if kind == "histogram":
            yield Point(metric.name, kind, metric.unit, about, one.sum, one.count)
        else:
            yield Point(metric.name, kind, metric.unit, about, getattr(one, one.WhichOneof("value")))


type Trouble = Callable[[BaseHTTPRequestHandler], None]
"""What is done in place of a good answer."""


@contextmanager
def collecting(trouble: Trouble | None = None) -> Iterator[Collector]:
    """A collector on a port of its own."""
    came: list[tuple[str, bytes, dict[str, str]]] = []

    class Answering(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length", 0)))
            headers = {name.lower(): value for name, value in self.headers.items()}
            came.append((self.path, body, headers))
            if trouble is not None:
                trouble(self)
                return
            answer = b""
            if self.path.endswith("/track"):
                count = len(json.loads(gzip.decompress(body) if headers.get("content-encoding") == "gzip" else body))
                told = {"itemsReceived": count, "itemsAccepted": count, "errors": []}
                answer = json.dumps(told).encode()
            self.send_response(200)
            self.send_header("content-length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's own name
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Answering) as server:
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        try:
            yield Collector(f"http://127.0.0.1:{server.server_address[1]}", came)
        finally:
            server.shutdown()
            thread.join()


def until(condition: Callable[[], Any], seconds: float = 30, told: Callable[[], object] = str) -> Any:
    """Wait until the condition holds; its value. `told` says what is wanting if it does not.

    Between two looks it waits for twice as long as one takes: some parse all that has arrived.
    """
    deadline = time.monotonic() + seconds
    while True:
        began = time.monotonic()
        if value := condition():
            return value
        assert time.monotonic() < deadline, f"not in {seconds} s: {told()}"
        time.sleep(min(max(0.1, 2 * (time.monotonic() - began)), 1))
