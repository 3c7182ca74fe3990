"""Runs: what somebody asks of a VM's entity, and what the entity knows of its VM. The rules: `asr.planning.lifecycle`.

Times are ISO 8601 texts in UTC, as the durable boundary takes them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from asr.model.drill import DrillRequest
from asr.model.ending import EndOptions
from asr.model.failover import FailoverAction, FailoverRequest

RECIPE_VERSION = 1
"""The version of the orchestrations, which stands in the input of each: see CONTRIBUTING.md, "Changing a recipe"."""

KNOWN_RECIPES = frozenset({RECIPE_VERSION})
"""The versions that today's code can go on with."""


@dataclass(frozen=True, slots=True)
class RunKind:
    """What carries a kind of request out: an orchestrator by its name.

    A command is a person's: each is a run of its own and is answered. Every other request asks to converge; those
    that come during a run become one.
    """

    orchestrator: str
    is_command: bool


CONVERGE = "converge"
"""Read the VM, and make true what its tags ask for."""

PROTECT = "protect"
"""Protect the VM, whether or not a tag asks for it, by the choices of the request."""

UNPROTECT = "unprotect"
"""End the VM's protection, and put away what it left. A sweep asks for it, too, when a grace period is over."""
DRIFT = "drift"
"""Put right where the VM's item is not as it was asked for, as far as that needs no new beginning."""

DRILL = "drill"
"""Fail the VM over for a test, probe it, measure, and clean up."""

KINDS: Mapping[str, RunKind] = {
    CONVERGE: RunKind("protect_vm", is_command=False),
    PROTECT: RunKind("protect_vm", is_command=True),
    UNPROTECT: RunKind("unprotect_vm", is_command=True),
    **{action.value: RunKind("fail_over", is_command=True) for action in FailoverAction},
    DRIFT: RunKind("protect_vm", is_command=True),
    DRILL: RunKind("drill_vm", is_command=True),
}
"""Every kind of request; a new one is one row."""


TRACE = "trace"
"""The key under which a run's request, and the input of each activity that it calls, carries the trace it is part of.

Durable Functions drops the trace of a signal to an entity, so the request carries it: `asr.telemetry.tracing`.
"""


class Cause(StrEnum):
    """Why there is a request."""

    EVENT = "event"
    SWEEP = "sweep"
    SCHEDULE = "schedule"
    HTTP = "http"


@dataclass(frozen=True, slots=True)
class RequestedBy:
    """Who asks. `verified`: the platform or the app itself vouches for the name, not only the caller."""

    name: str
    verified: bool


@dataclass(frozen=True, slots=True)
class EventRef:
    """The Event Grid event behind a request: its id, the operation it tells of, and when that was."""

    id: str
    operation: str
    at: str | None = None


@dataclass(frozen=True, slots=True)
class Choices:
    """What an operator chose on top of the VM's tags: a profile, and overrides named as the tags are."""

    profile: str | None = None
    overrides: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SweepFinding:
    """What a sweep found about a VM. A run is needed unless its last outcome is one of `expects`.

    `by_name`: no tag asks, so a run is needed only if an operator did. `fingerprint` changes with the VM's tags (and
    whatever else the sweep saw that could make a refused VM possible), and with nothing else.
    """

    expects: tuple[str, ...] = ()
    by_name: bool = False
    fingerprint: str | None = None


@dataclass(frozen=True, slots=True)
class RunRequest:
    """What is asked of a VM's entity. `at` is when; `request_id` is unique, and a command's may be its caller's own.

    `choices` are what an operator asks by. In a converging run that the entity starts they are those of the operator's
    request that is still to be completed, and count only where no tag asks. `plan_hash` is the plan that the operator
    agreed to: such a run asks Azure, as the plan did, and not its memory. `confirm` is what the operator typed to
    confirm. `failover` and `drill` are what those are asked with, `ending` how a protection is to end (None: as the
    store remembers). `pacing` is what orchestrators need of the settings. `trace` is the trace that the run is part of,
    as W3C's `traceparent` has it; None while nobody listens.
    """

    kind: str
    request_id: str
    vm_id: str
    requested_by: RequestedBy
    cause: Cause
    at: str
    pacing: dict[str, float]
    event: EventRef | None = None
    choices: Choices | None = None
    plan_hash: str | None = None
    confirm: str | None = None
    finding: SweepFinding | None = None
    failover: FailoverRequest | None = None
    ending: EndOptions | None = None
    drill: DrillRequest | None = None
    trace: str | None = None


@dataclass(frozen=True, slots=True)
class RunEntry:
    """One line of a VM's index of runs: a run, or several converging runs in a row with equal outcomes.

    `run` is the latest of `count` runs, `first` when the first of them began, `last` when the latest ended (or began).
    `state` is None while it is active; `codes` are those of the outcome's reasons.
    """

    run: str
    kind: str
    cause: Cause
    requested_by: RequestedBy
    first: str
    last: str
    count: int = 1
    state: str | None = None
    codes: tuple[str, ...] = ()
    request_id: str | None = None
    event: EventRef | None = None
    choices: Choices | None = None
    plan_hash: str | None = None


@dataclass(frozen=True, slots=True)
class ActiveRun:
    """The run that is under way. It has `begun` once its first step has asked whether it is the active one."""

    run: str
    at: str
    begun: bool = False


@dataclass(frozen=True, slots=True)
class VmState:
    """What is known of one VM between runs. It stays small however long the VM lives.

    `dirty` is the latest request to converge that waits, `queue` the commands that do. `answered` and `turned_away` are
    the run ids of recent commands that were accepted, and for which there was no place. `standing` are the choices of
    the operator who asked last by name, until a run has said that nothing is left to do of it. `item_id` is the VM's
    protected item, as far as runs have seen one. A sweep starts no run before `retry_at`, unless its `fingerprint` is
    another.
    """

    vm_id: str
    count: int = 0
    active: ActiveRun | None = None
    dirty: RunRequest | None = None
    queue: tuple[RunRequest, ...] = ()
    runs: tuple[RunEntry, ...] = ()
    answered: tuple[str, ...] = ()
    turned_away: tuple[str, ...] = ()
    last: dict[str, object] | None = None
    standing: Choices | None = None
    item_id: str | None = None
    fingerprint: str | None = None
    retry_at: str | None = None
