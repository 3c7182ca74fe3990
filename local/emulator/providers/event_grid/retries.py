"""When a delivery is tried again, and when it is given up.

Source: "Event Grid message delivery and retry". Waits are scaled down in instant and fast pace.
"""

from collections.abc import Mapping

from local.emulator.arm.cloud import Cloud
from local.emulator.arm.pace import Pace, PaceMode
from local.emulator.arm.wire import JsonObject

DELIVER = "event_grid.deliver"
WAITS_S = (10, 30, 60, 300, 600, 1800, 3600, 10_800, 21_600, 43_200)
"""Seconds before the second, third ... attempt; the last one repeats."""

LEAST_WAITS_S: Mapping[int, int] = {404: 300, 408: 120, 503: 30}
"""Seconds to wait at least, by the status answered."""

FINAL_STATUSES = frozenset({400, 401, 403, 413})
"""Statuses of a webhook that end the attempts: trying again would not help."""

SCALES: Mapping[PaceMode, tuple[float, float]] = {
    PaceMode.INSTANT: (0.01, 2.0),
    PaceMode.FAST: (0.1, 10.0),
    PaceMode.REAL: (1.0, float("inf")),
}
"""Pace -> factor, longest wait in seconds."""


def wait_seconds(pace: Pace, attempt: int, status: int) -> float:
    """Return how long to wait after failed attempt `attempt` (from 1), answered with `status` (0: not at all)."""
    factor, longest = SCALES[pace.mode]
    planned = WAITS_S[min(attempt, len(WAITS_S)) - 1]
    return min(max(planned, LEAST_WAITS_S.get(status, 0)) * factor, longest)


def reason_to_stop(policy: JsonObject, *, attempt: int, status: int, age_s: float, pace: Pace) -> str:
    """Return why a delivery is given up, in the words of a dead message's `deadLetterReason`; "" to go on."""
    if status in FINAL_STATUSES:
        return "EndpointRefused"
    if attempt >= policy["maxDeliveryAttempts"]:
        return "MaxDeliveryAttemptsExceeded"
    if age_s >= policy["eventTimeToLiveInMinutes"] * 60 * SCALES[pace.mode][0]:
        return "TimeToLiveExceeded"
    return ""


def _deliver_again(cloud: Cloud, arguments: JsonObject) -> None:
    cloud.outbox.put(DELIVER, arguments)


CONTINUATIONS = {DELIVER: _deliver_again}
