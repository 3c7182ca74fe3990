"""What the app tells of itself in a whole story, as it arrives at a collector."""

import json
import uuid
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from asr.telemetry.names import METRICS
from tests.e2e.stack import Stack, event, stack
from tests.telemetry.collector import Collector, Span, collecting, until
from tests.telemetry.kql import Tables, alerts, names_in, workbook

TOKEN = "c2VjcmV0LXRva2Vu"


@dataclass(frozen=True)
class Told:
    """The stack after the story, and what it has told."""

    up: Stack
    collector: Collector


@pytest.fixture(scope="module")
def told() -> Iterator[Told]:
    """An event protects a VM, another VM is refused, Azure throttles once, sweeps go on, one event is poison."""
    with collecting() as collector:
        settings = {
            "OTEL_EXPORTER_OTLP_ENDPOINT": collector.address,
            "OTEL_EXPORTER_OTLP_HEADERS": f"authorization=Bearer%20{TOKEN}",
            "APPLICATIONINSIGHTS_CONNECTION_STRING": f"InstrumentationKey={uuid.UUID(int=1)};"
            f"IngestionEndpoint={collector.address}/",
            "OTEL_BSP_SCHEDULE_DELAY": "200",
            "OTEL_METRIC_EXPORT_INTERVAL": "500",
            "ASR_EVENTS_ENDPOINT": "http://127.0.0.1:9/api/events",
            "ASR_SWEEP_SCHEDULE": "0 0 0 1 1 *",
        }
        with stack("east-asia", "instant", **settings) as up:
            up.fault(method="PUT", path="*/vaults/*", client="asr-autoprotect", status=429, retry_after=1, times=1)
            up.tag(up.vm("web-0"), asr_protect="true")
            up.tag(up.vm("db-0"), asr_protect="no-such-profile")
            up.outcome(up.vm("web-0"), "enabling", "protected")
            up.outcome(up.vm("db-0"), "refused")
            assert up.deliver({**event(up.vm("web-0")), "subject": 5}).status_code < 300
            ticked = up.http.post(
                f"{up.host}/admin/functions/drill_timer", headers={"x-functions-key": up.key}, json={"input": ""}
            )
            assert ticked.status_code == 202
            until(lambda: swept(up, collector).get(("protected",)) == 1)
            until(lambda: not missing(collector), told=lambda: missing(collector))
            yield Told(up, collector)


def swept(up: Stack, collector: Collector) -> dict[tuple[str, ...], float]:
    """How the VMs stand by the last sweep that has told so; another one is begun."""
    assert up.api("POST", "sweeps").status_code == 202
    return collector.latest("asr.machines")


def missing(collector: Collector) -> set[str]:
    """The metrics that have not come yet; the story has no drill."""
    return {one.name for one in METRICS} - {"asr.drills"} - {one.name for one in collector.points()}


def in_trace(told: Told, span: Span) -> list[Span]:
    """The spans of this one's trace."""
    return [one for one in told.collector.spans() if one.trace == span.trace]


def test_one_trace_leads_from_the_event_to_the_protected_item(told: Told) -> None:
    """The function that took the event, every activity of the run, every request to Azure in it."""
    vm = told.up.vm("web-0")
    run = next(one["id"] for one in told.up.status(vm)["runs"] if one["cause"] == "event")
    enabling = next(one for one in told.collector.spans() if one.name == "enable_protection")
    trace = in_trace(told, enabling)
    by_id = {one.id: one for one in trace}
    names = {one.name for one in trace}

    assert {"on_vm_event", "decide_protection", "ensure_vault", "ensure_fabric", "enable_protection"} <= names
    item = (
        "microsoft.recoveryservices/vaults/replicationfabrics/replicationprotectioncontainers/replicationprotecteditems"
    )
    (put,) = [one for one in trace if one.name == f"ARM PUT {item}"]
    assert by_id[put.parent].name == "enable_protection"
    assert put.attributes["asr.status"] in ("200", "201", "202")
    (begun,) = [one for one in trace if one.name == "on_vm_event"]
    assert by_id[enabling.parent] == begun
    assert begun.attributes["asr.vm"] == vm
    activities = [one for one in trace if "asr.step" in one.attributes]
    assert {one.attributes["asr.run"] for one in activities if "asr.run" in one.attributes} == {run}
    assert all(one.parent == begun.id for one in activities)


def test_a_sweep_s_runs_are_traces_of_their_own_linked_to_it(told: Told) -> None:
    """The completing run is asked for by a sweep."""
    asks = until(lambda: [one for one in told.collector.spans() if one.name == "ask"])
    until(lambda: any(one.name == "decide_protection" for one in in_trace(told, asks[0])))
    sweeps = {one.trace for one in told.collector.spans() if one.name in ("compare_page", "finish_sweep")}

    assert asks
    assert len({one.trace for one in asks}) == len(asks)
    assert all(set(one.links) <= sweeps and one.parent == "" for one in asks)


def test_every_figure_is_told(told: Told) -> None:
    """What the story did, in numbers."""
    latest = told.collector.latest

    assert latest("asr.runs")["converge", "refused"] >= 1
    assert latest("asr.refusals")["refused", "ProfileUnknown"] >= 1
    assert latest("asr.machines")["refused",] == 1
    assert latest("asr.machines")["orphaned",] == 0
    assert latest("asr.arm.requests")["microsoft.recoveryservices", "PUT", "202"] >= 1
    assert latest("asr.arm.throttled")["microsoft.recoveryservices", "azure"] >= 1
    assert latest("asr.events.undelivered")[()] >= 1
    assert latest("asr.events.poison")[()] == 1
    assert latest("asr.health")["azure",] == 0
    assert latest("asr.health")["events",] == 1
    assert 0 <= latest("asr.sweep.age")[()] < 60
    steps = {one.attributes["asr.step"]: one for one in told.collector.points("asr.step.duration")}
    assert 0 < steps["enable_protection"].value / steps["enable_protection"].count < 30


def test_refusals_and_failures_are_seen_in_spans(told: Told) -> None:
    """A refusal is told by its code, on the activity that decided."""
    decided = [one for one in told.collector.spans() if one.attributes.get("asr.reason") == "ProfileUnknown"]

    assert {one.name for one in decided} == {"decide_protection"}
    assert {one.attributes["asr.vm"] for one in decided} == {told.up.vm("db-0")}
    assert any(
        one.failed and one.attributes["asr.status"] == "429" for one in told.collector.spans() if one.name[:4] == "ARM "
    )


def test_the_app_s_log_arrives_with_its_trace(told: Told) -> None:
    """The line of an outcome, as the runbook has it."""

    def named() -> set[str]:
        logs = [json.loads(text) for text, about, _ in told.collector.logs() if about["asr.logger"][:8] == "entities"]
        return {line["vm"].rsplit("/", 1)[1] for line in logs if "outcome" in line}

    until(lambda: {"web-0", "db-0"} <= named())


def test_nothing_secret_and_no_address_is_told(told: Told) -> None:
    """Neither the collector's own token, nor a key, nor a query, nor a bearer token."""
    sent = b"".join(body for _, body, _ in told.collector.bodies)

    signed = {headers.get("authorization") for path, _, headers in told.collector.bodies if path.startswith("/v1/")}
    assert signed == {f"Bearer {TOKEN}"}
    for secret in (TOKEN, told.up.key, "api-version=", "Bearer", "eyJ", "http://127"):
        assert secret.encode() not in sent, secret


NOTHING_OF_IT = {"drills", "sweep-late", "runs-failed"}
"""Queries whose answer this story does not have: nothing was drilled, and nothing failed."""


def test_every_query_of_workbook_and_alerts_finds_what_was_told(told: Told) -> None:
    """Run on the envelopes of Application Insights: tables, columns and attributes are there by the names they use."""
    queries = workbook() | {name: one["query"] for name, one in alerts().items()}

    def tables() -> Tables:
        found = Tables()
        found.take(told.collector.envelopes())
        return found

    def silent() -> set[str]:
        present = tables()
        return {name for name, query in queries.items() if not present.ask(query)}

    until(lambda: silent() <= NOTHING_OF_IT, told=silent)
    assert silent() == NOTHING_OF_IT - {"sweep-late"}
    sent = {one.name for one in told.collector.points()}
    sent.update(*(one.attributes for one in told.collector.points()))
    sent.update(*(one.attributes for one in told.collector.spans()))
    sent.update(*(about for _, about, _ in told.collector.logs()))
    assert set().union(*map(names_in, queries.values())) - sent == {"asr.drills"}
    (late,) = tables().ask(queries["sweep-late"])
    assert 0 <= late["Seconds"] < 60
    fleet = {row["State"]: row["Machines"] for row in tables().ask(queries["fleet-now"])}
    assert (fleet["protected"], fleet["refused"]) == (1, 1)
    runs = tables().ask(queries["machines-runs"])
    web = next(row for row in runs if row["VM"] == told.up.vm("web-0"))
    assert web["Trace"] in {one.trace for one in told.collector.spans()}
