"""Spans, and a trace that goes on where Durable Functions lets it end.

A signal to an entity carries no trace context, nor does what an entity starts: so a request carries its own, as the
text of W3C's `traceparent`, and each activity of its run goes on with it.
Source: https://www.w3.org/TR/trace-context/#traceparent-header
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from opentelemetry import context as contexts
from opentelemetry import trace
from opentelemetry.trace import Link, SpanKind, StatusCode
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from asr.telemetry.names import ASK_SPAN, SCOPE, VM

_W3C = TraceContextTextMapPropagator()
_HEADER = "traceparent"


@contextmanager
def span(
    name: str,
    attributes: Mapping[str, str | None] | None = None,
    *,
    within: str | None = None,
    kind: SpanKind = SpanKind.INTERNAL,
) -> Iterator[trace.Span]:
    """A span around what the context does; an exception that leaves it marks it as failed, by its type alone.

    `within` is a carried trace that it belongs to; where the platform says that this call belongs to another one, that
    is linked. Without it the span is a child of the present one. Texts of exceptions are not told: they may hold what
    Azure said.
    """
    parent, links = _parent(within)
    told = {key: value for key, value in (attributes or {}).items() if value}
    tracer = trace.get_tracer(SCOPE)
    with tracer.start_as_current_span(
        name,
        context=parent,
        kind=kind,
        attributes=told,
        links=links,
        record_exception=False,
        set_status_on_exception=False,
    ) as made:
        try:
            yield made
        except BaseException as error:
            failed(made, type(error).__name__)
            raise


def failed(made: trace.Span, why: str) -> None:
    """What the span is about did not succeed; `why` is a word, no sentence."""
    made.set_status(StatusCode.ERROR, why)


def mention(attribute: str, value: str) -> None:
    """Let the present span tell this, too."""
    trace.get_current_span().set_attribute(attribute, value)


def carried() -> str | None:
    """The present trace for a request to carry; None while nobody listens, so that nothing is carried for nothing."""
    if not trace.get_current_span().is_recording():
        return None
    carrier: dict[str, str] = {}
    _W3C.inject(carrier)
    return carrier.get(_HEADER)


def carried_by_its_own(vm_id: str) -> str | None:
    """A new trace for a request to carry, which begins here and is linked to the present one.

    A sweep asks for many runs: each is a trace of its own, and not a part of one that nobody can read.
    """
    present = trace.get_current_span()
    if not present.is_recording():
        return None
    begun = trace.get_tracer(SCOPE).start_span(
        ASK_SPAN, context=contexts.Context(), links=[Link(present.get_span_context())], attributes={VM: vm_id}
    )
    carrier: dict[str, str] = {}
    _W3C.inject(carrier, trace.set_span_in_context(begun, contexts.Context()))
    begun.end()
    return carrier.get(_HEADER)


def _parent(within: str | None) -> tuple[contexts.Context | None, list[Link]]:
    if not within:
        return None, []
    parent = _W3C.extract({_HEADER: within}, contexts.Context())
    wanted = trace.get_current_span(parent).get_span_context()
    if not wanted.is_valid:
        return None, []
    present = trace.get_current_span().get_span_context()
    others = present.is_valid and present.trace_id != wanted.trace_id
    return parent, [Link(present)] if others else []
