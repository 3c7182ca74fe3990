"""The exporters, chosen by the environment once in each process. Where it names none, nothing is imported.

Every exporter works in threads of its own behind queues that are bounded: one that is down, slow or lies costs what it
would have been told, and nothing else.
Sources: https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/ and
https://learn.microsoft.com/azure/azure-functions/opentelemetry-howto
"""

import atexit
import logging
import os
import signal
import threading
import uuid
from collections.abc import Callable, Mapping
from typing import Any

from asr.telemetry.destinations import APPLICATION_INSIGHTS, OTLP, WORKER_ATTACHES, destinations, is_true
from asr.telemetry.names import SCOPE

_LOG = logging.getLogger(__name__)

EXPORT_SECONDS = 5.0
"""How long one export may take."""

FLUSH_SECONDS = 2.0
"""How long a process that ends waits until its last spans and values are sent."""

SPAN_DELAY_MS, METRIC_INTERVAL_MS = 2_000, 30_000
"""How often spans and metrics are sent; a process that is killed loses no more. The standard's own settings win."""

_OURS = ("asr", "activities", "entities", "orchestrators", "triggers")
"""The loggers whose records are sent; what libraries say is not."""

_TALKATIVE = ("opentelemetry", "azure.monitor.opentelemetry", "azure.core.pipeline.policies.http_logging_policy")
"""Loggers that tell of every export and every retry; what is lost in the end is an error, which they go on telling."""

_started: list[Callable[[], object]] = []
_is_started: list[bool] = []


def start(environment: Mapping[str, str], version: str) -> None:
    """Let spans, metrics and logs be sent where this environment says. Only the first call counts; it never raises."""
    if _is_started:
        return
    _is_started.append(True)
    chosen = destinations(environment)
    if not chosen:
        return
    try:
        _start(chosen, environment, version)
    except Exception as problem:  # noqa: BLE001 - telemetry may be wanting, the app may not
        _LOG.error("telemetry cannot be sent: %s", type(problem).__name__)
        return
    atexit.register(flush)
    _flush_when_terminated()


def is_on() -> bool:
    """Whether anything is sent anywhere: what is gathered for telemetry alone need not be gathered otherwise."""
    return bool(_started)


def flush() -> None:
    """Send what waits, within `FLUSH_SECONDS`."""
    ending = [threading.Thread(target=one, name="telemetry-flush", daemon=True) for one in _started]
    for one in ending:
        one.start()
    for one in ending:
        one.join(FLUSH_SECONDS / len(ending))


def _start(chosen: tuple[str, ...], environment: Mapping[str, str], version: str) -> None:
    from opentelemetry import _logs, metrics, trace  # noqa: PLC0415 - nothing of it is needed where nobody listens
    from opentelemetry.sdk.metrics import MeterProvider  # noqa: PLC0415
    from opentelemetry.sdk.metrics.export import PeriodicExportingMetricReader  # noqa: PLC0415
    from opentelemetry.sdk.resources import Resource  # noqa: PLC0415
    from opentelemetry.sdk.trace import TracerProvider  # noqa: PLC0415
    from opentelemetry.sdk.trace.export import BatchSpanProcessor  # noqa: PLC0415

    if not isinstance(trace.get_tracer_provider(), trace.ProxyTracerProvider):
        _LOG.warning("telemetry is sent by somebody else's provider already")
        return
    # Nobody has asked for the exporter's figures about itself, neither for Microsoft nor among the app's own.
    os.environ.setdefault("APPLICATIONINSIGHTS_STATSBEAT_DISABLED_ALL", "true")
    os.environ.setdefault("APPLICATIONINSIGHTS_SDKSTATS_DISABLED", "true")
    for name in _TALKATIVE:
        logging.getLogger(name).setLevel(logging.ERROR)
    resource = Resource.create(_resource(environment, version))
    sent = [_exporters(one, environment) for one in chosen]
    traces = TracerProvider(resource=resource, shutdown_on_exit=False)
    for spans, _, _ in sent:
        delay = None if "OTEL_BSP_SCHEDULE_DELAY" in environment else SPAN_DELAY_MS
        traces.add_span_processor(BatchSpanProcessor(spans, schedule_delay_millis=delay))
    interval = None if "OTEL_METRIC_EXPORT_INTERVAL" in environment else METRIC_INTERVAL_MS
    readers = [PeriodicExportingMetricReader(values, export_interval_millis=interval) for _, values, _ in sent]
    values = MeterProvider(readers, resource=resource, shutdown_on_exit=False)
    trace.set_tracer_provider(traces)
    metrics.set_meter_provider(values)
    _started.extend((traces.force_flush, values.force_flush))
    if is_true(environment, WORKER_ATTACHES):  # then the host does not send what the worker writes
        from opentelemetry.sdk._logs import LoggerProvider  # noqa: PLC0415
        from opentelemetry.sdk._logs.export import BatchLogRecordProcessor  # noqa: PLC0415

        from asr.telemetry.logs import Telling  # noqa: PLC0415

        logs = LoggerProvider(resource, shutdown_on_exit=False)
        for _, _, records in sent:
            logs.add_log_record_processor(BatchLogRecordProcessor(records, schedule_delay_millis=SPAN_DELAY_MS))
        _logs.set_logger_provider(logs)
        for name in _OURS:
            logging.getLogger(name).addHandler(Telling(logs.get_logger(SCOPE)))
        _started.append(logs.force_flush)


def _resource(environment: Mapping[str, str], version: str) -> dict[str, str]:
    name = environment.get("OTEL_SERVICE_NAME") or environment.get("WEBSITE_SITE_NAME") or SCOPE.replace("_", "-")
    instance = environment.get("WEBSITE_INSTANCE_ID") or uuid.uuid4().hex
    return {"service.name": name, "service.instance.id": instance, "service.version": version}


def _exporters(destination: str, environment: Mapping[str, str]) -> tuple[Any, Any, Any]:
    """What sends spans, metrics and logs there."""
    if destination == OTLP:
        from opentelemetry.exporter.otlp.proto.http._log_exporter import OTLPLogExporter  # noqa: PLC0415
        from opentelemetry.exporter.otlp.proto.http.metric_exporter import OTLPMetricExporter  # noqa: PLC0415
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter  # noqa: PLC0415

        return (
            OTLPSpanExporter(timeout=EXPORT_SECONDS),
            OTLPMetricExporter(timeout=EXPORT_SECONDS),
            OTLPLogExporter(timeout=EXPORT_SECONDS),
        )
    # How it signs in, it reads itself: APPLICATIONINSIGHTS_AUTHENTICATION_STRING.
    from azure.monitor.opentelemetry import exporter  # noqa: PLC0415

    given = {
        "connection_string": environment[APPLICATION_INSIGHTS],
        "disable_offline_storage": True,
        "timeout": EXPORT_SECONDS,
        "retry_total": 2,
    }
    return (
        exporter.AzureMonitorTraceExporter(**given),
        exporter.AzureMonitorMetricExporter(**given),
        exporter.AzureMonitorLogExporter(**given),
    )


def _flush_when_terminated() -> None:
    """A process that is asked to end sends what waits first, where nobody else has a say in how it ends."""
    if threading.current_thread() is not threading.main_thread() or signal.getsignal(signal.SIGTERM) != signal.SIG_DFL:
        return

    def end(number: int, _frame: object) -> None:
        flush()
        signal.signal(number, signal.SIG_DFL)
        os.kill(os.getpid(), number)

    signal.signal(signal.SIGTERM, end)
