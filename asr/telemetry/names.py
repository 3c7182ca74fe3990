"""The catalogue: every metric and attribute of the app, by the names that workbook, alerts and people use. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

SCOPE = "asr_autoprotect"
"""The instrumentation scope of every span and metric, and the service's name unless OTEL_SERVICE_NAME is set."""


class Kind(StrEnum):
    """How values become one: a counter adds, a histogram keeps count, sum, least and greatest, a gauge the latest."""

    COUNTER = "counter"
    HISTOGRAM = "histogram"
    GAUGE = "gauge"


VM = "asr.vm"
STEP = "asr.step"
REASON = "asr.reason"
RUN = "asr.run"
KIND = "asr.kind"
OUTCOME = "asr.outcome"
STATE = "asr.state"
OBJECTIVE = "asr.objective"
PROVIDER = "asr.provider"
METHOD = "asr.method"
STATUS = "asr.status"
LIMIT = "asr.limit"
CHECK = "asr.check"

ATTRIBUTES: Mapping[str, str] = {
    VM: "The VM's resource id. On spans only: a metric has no value for each VM.",
    STEP: "The activity.",
    REASON: "The code of a reason, as docs/reasons.md has it; on a span several, comma-separated.",
    RUN: "The id of the run, as GET /api/runs takes it. On spans only.",
    KIND: "The kind of a run (`converge`, `protect`, `unprotect`, `drift`, `drill`, and the kinds of failover), or of "
    "what could not be read.",
    OUTCOME: "How it ended: of a run its outcome's state, of a step its answer's status, or `raised`.",
    STATE: "How a VM stands: `state` of GET /api/protections.",
    OBJECTIVE: "How a recovery point objective stands: `met`, `breached` or `unknown`.",
    PROVIDER: "The resource provider of a request to Azure Resource Manager, in lower case.",
    METHOD: "The request's HTTP method.",
    STATUS: "The HTTP status of the answer; `none` where there was none.",
    LIMIT: "Whose limit held a request back: `azure` (a 429), or `app` (its own budget; nothing was sent).",
    CHECK: "A check of GET /api/health.",
}
"""What each attribute means."""


@dataclass(frozen=True, slots=True)
class Metric:
    """One metric. `unit` is by UCUM; `most` is how many values each attribute may have in one process.

    What comes beyond that is told as `other`.
    """

    name: str
    kind: Kind
    unit: str
    meaning: str
    attributes: tuple[str, ...] = ()
    most: int = 50


RUNS = Metric("asr.runs", Kind.COUNTER, "{run}", "Runs that have ended.", (KIND, OUTCOME))
RUN_DURATION = Metric("asr.run.duration", Kind.HISTOGRAM, "s", "From a run's beginning to its report.", (KIND, OUTCOME))
REFUSALS = Metric(
    "asr.refusals", Kind.COUNTER, "{refusal}", "Reasons of runs that ended refused or failed.", (OUTCOME, REASON), 200
)
STEP_DURATION = Metric(
    "asr.step.duration",
    Kind.HISTOGRAM,
    "s",
    "What one call of an activity takes; the waits between its calls are not in it.",
    (STEP, OUTCOME),
    100,
)
ARM_REQUESTS = Metric(
    "asr.arm.requests",
    Kind.COUNTER,
    "{request}",
    "Requests that were sent to Azure Resource Manager.",
    (PROVIDER, METHOD, STATUS),
)
ARM_DURATION = Metric("asr.arm.duration", Kind.HISTOGRAM, "s", "From such a request to its answer.", (PROVIDER,))
THROTTLES = Metric(
    "asr.arm.throttled", Kind.COUNTER, "{request}", "Requests that a limit held back.", (PROVIDER, LIMIT)
)
MACHINES = Metric("asr.machines", Kind.GAUGE, "{machine}", "VMs of the fleet at the end of a sweep.", (STATE,))
OBJECTIVES = Metric(
    "asr.objectives",
    Kind.GAUGE,
    "{machine}",
    "VMs that have a recovery point objective, at the end of a sweep.",
    (OBJECTIVE,),
)
RPO = Metric(
    "asr.rpo", Kind.HISTOGRAM, "s", "The recovery point lag of each protected VM that Azure tells, at a sweep's end."
)
SWEEPS = Metric("asr.sweeps", Kind.COUNTER, "{sweep}", "Sweeps that have ended.")
SWEEP_DURATION = Metric("asr.sweep.duration", Kind.HISTOGRAM, "s", "From a sweep's beginning to its snapshot.")
SWEEP_AGE = Metric(
    "asr.sweep.age", Kind.GAUGE, "s", "Since the last sweep ended; told by timers, so also while no sweep ends."
)
UNREAD = Metric("asr.unread", Kind.GAUGE, "{problem}", "What the last sweep could not read.", (KIND,))
UNDELIVERED = Metric("asr.events.undelivered", Kind.GAUGE, "{event}", "Events out that wait, after a try to send them.")
POISON = Metric(
    "asr.events.poison", Kind.COUNTER, "{event}", "Events in that could not be understood; they do nothing."
)
DRILLS = Metric("asr.drills", Kind.COUNTER, "{drill}", "Drills whose evidence was kept.", (OUTCOME,))
HEALTH = Metric(
    "asr.health",
    Kind.GAUGE,
    "1",
    "A check of the app's health: 0 healthy, 1 degraded, 2 unhealthy; told every ten minutes and when asked.",
    (CHECK,),
)

METRICS: tuple[Metric, ...] = (
    MACHINES,
    OBJECTIVES,
    RPO,
    RUNS,
    RUN_DURATION,
    REFUSALS,
    STEP_DURATION,
    DRILLS,
    SWEEPS,
    SWEEP_DURATION,
    SWEEP_AGE,
    UNREAD,
    ARM_REQUESTS,
    ARM_DURATION,
    THROTTLES,
    UNDELIVERED,
    POISON,
    HEALTH,
)
"""Every metric, in the order in which docs/telemetry.md shows them."""

ARM_SPAN = "ARM "
"""How the name of a request's span begins; the method and the resource type follow."""

ASK_SPAN = "ask"
"""The span that begins the trace of a run which a sweep asks for."""
