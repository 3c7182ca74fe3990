"""docs/telemetry.md, from the catalogue of metrics and attributes."""

from asr.telemetry.names import ATTRIBUTES, METRICS, Metric

_HEAD = """# Telemetry

<!-- Written by `make docs`; change `asr/telemetry/names.py` and `docs/telemetry_document.py` instead. -->

The app tells of itself by [OpenTelemetry](https://opentelemetry.io): traces, metrics and its log.
Where they go, the environment says; where it says nothing, no exporter is even imported.

| setting | what |
| --- | --- |
| `OTEL_EXPORTER_OTLP_ENDPOINT` | a collector, by OTLP over HTTP; further settings: [the standard][otlp] |
| `APPLICATIONINSIGHTS_CONNECTION_STRING` | Application Insights; with the one above, both |
| `APPLICATIONINSIGHTS_AUTHENTICATION_STRING` | `ClientId=<id>;Authorization=AAD`: signed in by the identity |
| `PYTHON_ENABLE_OPENTELEMETRY` | `true`: calls go on with the host's traces, and the app's log is sent by the app |
| `OTEL_SERVICE_NAME` | the app's name; else that of the function app |

`host.json` has `"telemetryMode": "OpenTelemetry"`, so that the host tells of its own part to the same places.
`PYTHON_APPLICATIONINSIGHTS_ENABLE_TELEMETRY` lets the worker send everything as well: beside a destination of the app's
own that is refused, as `GET /api/health` says.

[otlp]: https://opentelemetry.io/docs/specs/otel/protocol/exporter/

An exporter that is down, slow or lies loses what it would have been told, and nothing else: it works in a thread of its
own behind a bounded queue, and no run waits for it. Spans are sent every 2 seconds, metrics every 30
(`OTEL_BSP_SCHEDULE_DELAY`, `OTEL_METRIC_EXPORT_INTERVAL`); a process that ends sends what waits, for 2 seconds.
A process that is killed loses it, so figures of alerts are gauges and counters that come again.

## Traces

One trace leads from an event to the protected item: the function that took the event (`on_vm_event`), each activity of
the run, and each request to Azure in it (`ARM PUT microsoft.recoveryservices/vaults`).
[ADR {adr}](adr/{adr_file}) tells how it goes on where Durable Functions lets it end.
A run that a sweep asks for has a trace of its own, which begins with the span `ask` and is linked to the sweep's.
A drill and a recovery plan are one trace each, with the runs of all their VMs.
Recipes tell nothing, for they are replayed: the host has spans of its own for them.

No span holds a text of Azure's, a body, a header, an address or a query; of an exception its type is told.
VMs stand in spans by their ids, and in no metric.

## Attributes

| attribute | what |
| --- | --- |
{attributes}

A metric's attribute has as many values as the table says, in one process; what comes beyond that is told as `other`.
So is what is no word of letters, digits and `_ . : / -`: reason codes come from Azure, too.

## Metrics

| metric | kind | unit | attributes | values | what |
| --- | --- | --- | --- | --- | --- |
{metrics}

In Application Insights they are `customMetrics` of these names, the attributes `customDimensions`; spans are
`dependencies`, the log is in `traces`. Runs and steps count at least once: what a killed worker did is done again.

## Alerts and the workbook

`infra/monitoring.bicep` deploys them with the app; the queries are in `infra/alerts/*.kql` and `infra/workbook.json`.
Whom they tell is the parameter `alertEmail` (`ASR_ALERT_EMAIL`); without it they are shown in the portal alone.

| alert | what to do |
| --- | --- |
| `sweep-late` | `GET /api/health` says what the last sweep could not do; where nothing is told, the app is off |
| `runs-failed` | `GET /api/audit?state=failed` names VM and reason; [reasons](reasons.md) has the fix |
| `machines-unwell` | `GET /api/protections?state=unhealthy`, `orphaned` or `failed` |
| `rpo-breached` | `GET /api/protections` with `minRpo`; churn and bandwidth of these VMs in the portal |
| `events-undelivered` | `GET /api/health`, the check `events`: why the topic does not take them |
| `unread` | `problems` of `GET /api/summary`: a right, a lock, or a region that is away |
| `health` | `GET /api/health` |
| dead letters | the blobs of the container for dead letters name what Event Grid could not deliver; sweeps find it |

Both follow `ASR_SWEEP_SCHEDULE` as long as it says every so many minutes or hours, or once a day. Of another schedule
(twice an hour, on weekdays) the longest pause is not known to the template: `ASR_SWEEP_LATE_SECONDS` (twice that pause)
and `ASR_SWEEP_WINDOW` (longer than it: `PT1H`, `PT2H`, `PT6H`, `P1D`, `P2D`) say it.
Every query is run by the tests on what the exporter of Application Insights has really sent.
"""

_ADR = "0033-telemetry.md"


def document() -> str:
    """The text of docs/telemetry.md."""
    attributes = "\n".join(f"| `{name}` | {meaning} |" for name, meaning in ATTRIBUTES.items())
    metrics = "\n".join(map(_row, METRICS))
    return _HEAD.format(adr=_ADR[:4], adr_file=_ADR, attributes=attributes, metrics=metrics)


def _row(metric: Metric) -> str:
    names = ", ".join(f"`{one}`" for one in metric.attributes)
    most = str(metric.most) if metric.attributes else ""
    return f"| `{metric.name}` | {metric.kind} | `{metric.unit}` | {names} | {most} | {metric.meaning} |"
