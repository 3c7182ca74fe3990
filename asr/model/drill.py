"""Drills: a test failover that is probed, measured and cleaned up, and what is kept of it.

Times are ISO 8601 texts in UTC.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from asr.model.outcome import Reason


class ProbeKind(StrEnum):
    """What a probe asks of a test VM: two of Azure, two of the VM itself."""

    VM_RUNNING = "vmRunning"
    AGENT_READY = "agentReady"
    TCP = "tcp"
    HTTP = "http"


@dataclass(frozen=True, slots=True)
class Probe:
    """One probe. `path` and `status` are of HTTP; it is asked again until `timeout_seconds` have passed."""

    kind: ProbeKind
    port: int | None = None
    path: str = "/"
    status: int = 200
    timeout_seconds: float = 600


@dataclass(frozen=True, slots=True)
class DrillTarget:
    """What the drill is measured against, in minutes; None measures without a target."""

    rto_minutes: float | None = None
    rpo_minutes: float | None = None


@dataclass(frozen=True, slots=True)
class DrillRequest:
    """What a VM's drill is asked with. `drill` is the id of the drill that the VM is part of."""

    drill: str
    asked_at: str
    test_network_id: str | None = None
    recovery_point: str | None = None
    probes: tuple[Probe, ...] = ()
    target: DrillTarget = DrillTarget()


class DrillStatus(StrEnum):
    """How a drill, or one VM's part of it, stands."""

    RUNNING = "running"
    PASSED = "passed"
    FAILED = "failed"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class ProbeResult:
    """What came of one probe: `passed_at` when it first passed, None if it never did; `problem` is its last trouble."""

    kind: ProbeKind
    where: str
    attempts: int = 0
    passed_at: str | None = None
    problem: str | None = None


@dataclass(frozen=True, slots=True)
class Moment:
    """One line of a timeline: what happened, and who says so (`app`, `site recovery`, or a probe)."""

    at: str
    what: str
    source: str


@dataclass(frozen=True, slots=True)
class CleanUp:
    """Whether the test VM was taken down, by the reads that show it: each id with whether it still exists."""

    done: bool = False
    at: str | None = None
    reads: Mapping[str, bool | None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class MachineDrill:
    """One VM's part of a drill.

    `rto_seconds` is from the request to when the last probe had passed for the first time, `rpo_seconds` the age of the
    chosen point when it was asked for; None is not measured. `begun_at` is when the drill began its test
    failover. `made` are the ids of what the test made, `isolation` the
    reads that show what the test network reaches.
    """

    drill: str
    run: str
    vm_id: str
    status: DrillStatus = DrillStatus.RUNNING
    item_id: str | None = None
    test_vm_id: str | None = None
    network_id: str | None = None
    point_at: str | None = None
    begun_at: str | None = None
    probing_since: str | None = None
    made: tuple[str, ...] = ()
    rto_seconds: float | None = None
    rpo_seconds: float | None = None
    target: DrillTarget = DrillTarget()
    probes: tuple[ProbeResult, ...] = ()
    timeline: tuple[Moment, ...] = ()
    isolation: Mapping[str, Any] = field(default_factory=dict)
    clean_up: CleanUp = CleanUp()
    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True)
class Drill:
    """A whole drill, as it was asked for: who, what, and the run of each of its VMs."""

    id: str
    asked_at: str
    requested_by: str
    verified: bool
    request_id: str
    runs: Mapping[str, str]
    request: DrillRequest


@dataclass(frozen=True, slots=True)
class DrillNetwork:
    """The test network as its isolation is told by: what it reaches beyond itself."""

    id: str
    location: str
    peerings: tuple[str, ...] = ()
    gateways: tuple[str, ...] = ()
    route_tables: tuple[str, ...] = ()
    public_addresses: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Evidence:
    """What was kept of a drill or a failover. `about` is its id; `facts` are plain JSON values.

    `previous` is the hash of the evidence before it, `hash` that of this one with the previous: a later change of any
    of them shows.
    """

    number: int
    about: str
    kept_at: str
    facts: Mapping[str, Any]
    previous: str | None
    hash: str
