"""What is told of each call of an activity: a span with the VM, the run and the reasons, and how long it took."""

from collections.abc import Awaitable, Callable, Iterable
from time import perf_counter
from typing import Any

from asr.model.run import TRACE
from asr.planning.run_index import codes_of
from asr.telemetry.names import OUTCOME, REASON, RUN, STEP, STEP_DURATION, VM
from asr.telemetry.signals import tell, word
from asr.telemetry.tracing import failed, mention, span

MOST_CODES = 10
"""Codes that a span tells."""


async def observed(
    name: str, request: dict[str, Any], body: Callable[[dict[str, Any]], Awaitable[dict[str, Any]]]
) -> dict[str, Any]:
    """Call the activity of this name, and tell of it. The trace that the request carries is no part of its input."""
    asked = {key: value for key, value in request.items() if key != TRACE}
    about = {STEP: name, VM: asked.get("vm_id"), RUN: asked.get("run")}
    began, outcome = perf_counter(), "raised"
    with span(name, about, within=request.get(TRACE)) as made:
        try:
            answer = await body(asked)
            outcome = str(answer.get("status"))
            codes = _codes(answer)
            if codes:
                mention(REASON, ",".join(codes))
            if outcome == "failed":
                failed(made, codes[0] if codes else outcome)
        finally:
            tell(STEP_DURATION, perf_counter() - began, {STEP: name, OUTCOME: outcome})
    return answer


def _codes(answer: dict[str, Any]) -> tuple[str, ...]:
    """The codes of the reasons that an answer gives: its own, or those of the outcome in it."""
    outcome = answer.get("outcome")
    found: Iterable[str] = codes_of(answer)
    if isinstance(outcome, dict):
        found = (*found, *codes_of(outcome))
    return tuple(dict.fromkeys(map(word, found)))[:MOST_CODES]
