"""What a process sends where its environment says so: the bytes on the wire, and nothing where it says nothing."""

import json
import os
import subprocess
import sys
import time
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest

from asr.telemetry.destinations import destinations, telemetry_problems
from asr.telemetry.names import ATTRIBUTES, METRICS, Kind
from tests.telemetry.collector import Collector, Trouble, collecting

ROOT = Path(__file__).resolve().parents[2]

TELL = """
import logging, os, sys
from asr.telemetry import exporting
exporting.start(os.environ, "1.2.3")
exporting.start(os.environ, "1.2.3")
from asr.telemetry.names import METRICS, MACHINES, REFUSALS, STATE, VM
from asr.telemetry.signals import tell
from asr.telemetry.tracing import carried, span
logging.getLogger().setLevel(logging.INFO)
for metric in METRICS:
    tell(metric, 3, {name: "some" for name in metric.attributes})
for number in range(500):
    tell(MACHINES, 1, {STATE: f"state{number}", VM: "a VM"})
tell(REFUSALS, 1, {"asr.reason": "Bad: AccountKey=c2VjcmV0"})
with span("outer", {VM: "/subscriptions/1"}):
    inside = carried()
    logging.getLogger("activities.some").info("told within")
    logging.getLogger("azure.core").info("chatter")
with span("later", within=inside):
    pass
try:
    with span("broken"):
        raise ValueError("secret words")
except ValueError:
    pass
"""

MODULES = "\nimport json\nprint(json.dumps(sorted(sys.modules)))"


def ran(script: str, **environment: str) -> tuple[str, float]:
    """Run a process to its end with this environment; its output, and the seconds it took."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("OTEL_", "APPLICATIONINS"))}
    began = time.monotonic()
    told = subprocess.run(
        [sys.executable, "-c", script],
        cwd=ROOT,
        env=clean | environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    return told.stdout, time.monotonic() - began


def test_everything_arrives_at_a_collector_as_the_catalogue_names_it() -> None:
    """Spans with their parents, every metric in its unit, the app's log with its trace; sent when the process ends."""
    with collecting() as collector:
        ran(
            TELL,
            OTEL_EXPORTER_OTLP_ENDPOINT=collector.address,
            PYTHON_ENABLE_OPENTELEMETRY="true",
            WEBSITE_SITE_NAME="my-app",
        )

    spans = {one.name: one for one in collector.spans()}
    assert set(spans) == {"outer", "later", "broken"}
    assert (spans["later"].trace, spans["later"].parent) == (spans["outer"].trace, spans["outer"].id)
    assert spans["outer"].attributes == {"asr.vm": "/subscriptions/1"}
    assert [one.failed for one in spans.values()] == [one.name == "broken" for one in spans.values()]
    shapes = {Kind.COUNTER: "sum", Kind.HISTOGRAM: "histogram", Kind.GAUGE: "gauge"}
    assert {(one.name, one.kind, one.unit) for one in collector.points()} == {
        (one.name, shapes[one.kind], one.unit) for one in METRICS
    }
    assert all(set(one.attributes) <= set(ATTRIBUTES) for one in collector.points())
    assert collector.resources()[0]["service.name"] == "my-app"
    assert collector.resources()[0]["service.version"] == "1.2.3"
    ((text, about, trace),) = collector.logs()
    assert (text, about["asr.logger"], trace) == ("told within", "activities.some", spans["outer"].trace)
    assert_bounded(collector)
    assert not any(b"secret" in body or b"c2VjcmV0" in body for _, body, _ in collector.bodies)


def assert_bounded(collector: Collector) -> None:
    """Five hundred values became as many as the metric may have, and one for the rest; VMs are in no metric."""
    states = {one.attributes["asr.state"] for one in collector.points("asr.machines")}
    assert len(states) == 51
    assert "other" in states
    assert not any("asr.vm" in one.attributes for one in collector.points())
    assert {one.attributes.get("asr.reason") for one in collector.points("asr.refusals")} == {"some", "other"}


def test_where_nobody_listens_nothing_is_imported() -> None:
    """Neither an SDK nor an exporter, whatever is told."""
    modules = json.loads(ran(TELL + MODULES)[0])

    assert [name for name in modules if name.startswith(("opentelemetry.sdk", "opentelemetry.exporter"))] == []
    assert [name for name in modules if name.startswith(("azure", "requests", "aiohttp", "pydantic"))] == []


def test_the_app_s_log_is_the_host_s_to_send_unless_the_worker_leaves_it_to_the_app() -> None:
    """Else every line would be told twice."""
    with collecting() as collector:
        ran(TELL, OTEL_EXPORTER_OTLP_ENDPOINT=collector.address)

    assert collector.logs() == []
    assert collector.spans()


def _hangs(_: BaseHTTPRequestHandler) -> None:
    time.sleep(30)


def _fails(answering: BaseHTTPRequestHandler) -> None:
    answering.send_response(503)
    answering.send_header("retry-after", "86400")
    answering.send_header("content-length", "0")
    answering.end_headers()


def _leads_astray(answering: BaseHTTPRequestHandler) -> None:
    answering.send_response(307)
    answering.send_header("location", "http://127.0.0.1:9/elsewhere")
    answering.send_header("content-length", "0")
    answering.end_headers()


def _says_nonsense(answering: BaseHTTPRequestHandler) -> None:
    answering.send_response(200)
    answering.send_header("content-length", "7")
    answering.end_headers()
    answering.wfile.write(b"\xff\xfe{{{no")


def _breaks(answering: BaseHTTPRequestHandler) -> None:
    answering.connection.close()


@pytest.mark.parametrize("trouble", [_hangs, _fails, _leads_astray, _says_nonsense, _breaks])
def test_a_collector_that_is_slow_or_lies_holds_nobody_up(trouble: Trouble) -> None:
    """A process tells all it has to, and ends within seconds."""
    with collecting(trouble) as collector:
        _, seconds = ran(TELL, OTEL_EXPORTER_OTLP_ENDPOINT=collector.address, OTEL_BSP_SCHEDULE_DELAY="10")

    assert collector.bodies
    assert seconds < 12  # most of which is the start of a process on a machine that others use, too


def test_application_insights_gets_the_same() -> None:
    """Its own exporter is used: metrics by name with their attributes, spans as dependencies of one operation."""
    with collecting() as collector:
        connection = f"InstrumentationKey=00000000-0000-0000-0000-000000000001;IngestionEndpoint={collector.address}/"
        ran(TELL, APPLICATIONINSIGHTS_CONNECTION_STRING=connection)

    envelopes = collector.envelopes()
    metrics = [one["data"]["baseData"] for one in envelopes if one["data"]["baseType"] == "MetricData"]
    assert {one["metrics"][0]["name"] for one in metrics} - {"_OTELRESOURCE_"} == {one.name for one in METRICS}
    spans = [one for one in envelopes if one["data"]["baseType"] == "RemoteDependencyData"]
    outer, later = (
        next(one for one in spans if one["data"]["baseData"]["name"] == name) for name in ("outer", "later")
    )
    assert outer["tags"]["ai.operation.id"] == later["tags"]["ai.operation.id"]
    assert outer["data"]["baseData"]["properties"]["asr.vm"] == "/subscriptions/1"


def test_what_is_configured_twice_is_told_and_not_sent() -> None:
    """The worker's own exporter beside ours; and a protocol that is not spoken."""
    worker = {"PYTHON_APPLICATIONINSIGHTS_ENABLE_TELEMETRY": "True"}
    insights = {"APPLICATIONINSIGHTS_CONNECTION_STRING": "InstrumentationKey=0"}
    collector = {"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:4318"}

    assert telemetry_problems(worker) == []
    (problem,) = telemetry_problems(worker | insights | collector)
    assert "would be told twice" in problem
    assert destinations(worker | insights | collector) == ()
    assert len(telemetry_problems(collector | {"OTEL_EXPORTER_OTLP_PROTOCOL": "grpc"})) == 1
    assert destinations(collector | insights) == (*collector, *insights)
    assert destinations(collector | {"OTEL_SDK_DISABLED": "true"}) == ()


def test_a_connection_string_that_is_none_does_not_stop_the_app() -> None:
    """Telemetry is wanting then, and the log says so."""
    out, _ = ran(TELL + "\nprint(exporting.is_on())", APPLICATIONINSIGHTS_CONNECTION_STRING="nonsense")

    assert out.strip() == "False"
