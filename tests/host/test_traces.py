"""Traces go through the host as through the real one: on where Durable Functions carries them, and no further."""

import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from local.host.server import FunctionsHost
from local.host.traces import span, within
from tests.host.conftest import APPS, DURABLE, Operator, until

FORM = re.compile(r"00-[0-9a-f]{32}-[0-9a-f]{16}-0[01]")
GIVEN = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


@pytest.fixture(scope="module")
def traced() -> Iterator[Operator]:
    """A host whose app tells which trace it sees."""
    with (
        FunctionsHost(APPS / "traced") as host,
        httpx.Client(base_url=host.url, timeout=60, headers={"x-functions-key": host.key}) as http,
    ):
        yield Operator(http, Path())


def trace_id(traceparent: str) -> str:
    """The trace's id."""
    assert FORM.fullmatch(traceparent), traceparent
    return traceparent.split("-")[1]


def test_a_request_s_trace_goes_on_to_activities_children_and_generations(traced: Operator) -> None:
    """Each call is a span of its own in the caller's trace."""
    seen = traced.http.get("/api/start/first", headers={"traceparent": GIVEN}).text
    told = traced.finished("first")["output"]

    assert {trace_id(one) for one in (seen, *told)} == {trace_id(GIVEN)}
    assert len(told) == 2
    assert len({GIVEN, seen, *told}) == 4


def test_what_an_entity_starts_is_in_no_trace_of_its_caller_s(traced: Operator) -> None:
    """The SDK sends no trace with a signal, so each activity begins one."""
    seen = traced.http.get("/api/signal/second", headers={"traceparent": GIVEN}).text
    until(lambda: traced.http.get(f"{DURABLE}/instances/second").status_code != 404)
    told = traced.finished("second")["output"]

    assert trace_id(seen) == trace_id(GIVEN)
    assert len({trace_id(GIVEN), *map(trace_id, told)}) == 3


@pytest.mark.parametrize(
    "header",
    ["", "x", GIVEN.upper(), "ff" + GIVEN[2:], f"00-{'0' * 32}-b7ad6b7169203331-01", f"00-{GIVEN[3:35]}-{'0' * 16}-01"],
)
def test_what_is_no_trace_begins_one(header: str) -> None:
    """Recorded where the host takes part in traces, else not."""
    with within(header):
        kept, dropped = span(recorded=True), span(recorded=False)

    assert (kept[-2:], dropped[-2:]) == ("01", "00")
    assert trace_id(kept) != trace_id(dropped)
    assert "0af7651916cd43dd8448eb211c80319c" not in kept + dropped


def test_what_a_caller_does_not_record_is_not_recorded() -> None:
    """Its decision goes with the trace; versions to come may tell more."""
    with within(GIVEN[:-2] + "00"):
        assert span(recorded=True).endswith("-00")
    with within("01" + GIVEN[2:] + "-more"):
        assert trace_id(span(recorded=False)) == trace_id(GIVEN)
