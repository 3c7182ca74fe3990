"""Drills: a test failover that is probed, measured and cleaned up, and what is kept of it.

Times are ISO 8601 texts in UTC.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from asr.model.evidence import JobTask
from asr.model.failover import RecoveryPoint
from asr.model.outcome import Reason
from asr.model.probe import Probe, ProbeKind


@dataclass(frozen=True, slots=True)
class DrillTarget:
    """What the drill is measured against, in minutes; None measures without a target."""

    rto_minutes: float | None = None
    rpo_minutes: float | None = None


@dataclass(frozen=True, slots=True)
class DrillRequest:
    """What a VM's drill is asked with. `drill` is the id of the drill that the VM is part of.

    `holds`: the test VM stands until the drill says that its last wave is probed, for a later wave may need it.
    """

    drill: str
    asked_at: str
    test_network_id: str | None = None
    recovery_point: str | None = None
    probes: tuple[Probe, ...] = ()
    target: DrillTarget = DrillTarget()
    holds: bool = False


class DrillStatus(StrEnum):
    """How a drill, or one VM's part of it, stands."""

    RUNNING = "running"
    PASSED = "passed"
    FAILED = "failed"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class ProbeResult:
    """What came of one probe: `passed_at` when it first passed, None if it never did; `problem` is its last trouble.

    `output` is the end of what a script said last, without what looks like a secret.
    """

    kind: ProbeKind
    where: str
    attempts: int = 0
    passed_at: str | None = None
    problem: str | None = None
    output: str | None = None


@dataclass(frozen=True, slots=True)
class Gate:
    """One thing that had to hold before the test: whether it did (None: it was not told), and the read that shows it.

    `found` are plain JSON values.
    """

    name: str
    holds: bool | None
    read: str
    found: Mapping[str, Any] = field(default_factory=dict)


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
    failover, `probed_at` when it had asked its last probe. `made` are the ids of what the test made, `gates` what had
    to hold before it, with the reads that show it. `health` is the item's replication health before, `point` the chosen
    recovery point, of `disks` disks. `configuration` is the hash of what a change of would make the result worthless;
    `tasks` are those of the test failover's job.
    """

    drill: str
    run: str
    vm_id: str
    status: DrillStatus = DrillStatus.RUNNING
    item_id: str | None = None
    source_region: str | None = None
    recovery_region: str | None = None
    health: str | None = None
    configuration: str | None = None
    point: RecoveryPoint | None = None
    disks: int | None = None
    test_vm_id: str | None = None
    network_id: str | None = None
    point_at: str | None = None
    begun_at: str | None = None
    probing_since: str | None = None
    probed_at: str | None = None
    made: tuple[str, ...] = ()
    rto_seconds: float | None = None
    rpo_seconds: float | None = None
    target: DrillTarget = DrillTarget()
    probes: tuple[ProbeResult, ...] = ()
    timeline: tuple[Moment, ...] = ()
    gates: tuple[Gate, ...] = ()
    clean_up: CleanUp = CleanUp()
    reasons: tuple[Reason, ...] = ()
    tasks: tuple[JobTask, ...] = ()


@dataclass(frozen=True, slots=True)
class Drill:
    """A whole drill, as it was asked for: who, what, and the run of each of its VMs. `profile`: by whose schedule."""

    id: str
    asked_at: str
    requested_by: str
    verified: bool
    request_id: str
    runs: Mapping[str, str]
    request: DrillRequest
    profile: str | None = None


@dataclass(frozen=True, slots=True)
class DrillTurn:
    """The drill that has a VM, when it took it, and who asked for it."""

    drill: str
    at: str
    by: str


@dataclass(frozen=True, slots=True)
class DrillTurns:
    """Which drill has which VM, by the VMs' keys; of drills that are over as well, until the next one is asked for."""

    machines: Mapping[str, DrillTurn]


@dataclass(frozen=True, slots=True)
class CalledOff:
    """That a drill was called off: when, by whom, and why if that was said."""

    at: str
    by: str
    verified: bool
    note: str | None = None


@dataclass(frozen=True, slots=True)
class ZoneLink:
    """A private DNS zone that a network is linked to. `registers`: the network's VMs write their names into it.
    `others` are the other networks that are linked to it, as far as the app may read them.
    """

    zone: str
    registers: bool
    others: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DrillNetwork:
    """The test network as its isolation is told by: what it reaches beyond itself.

    `zones` is None where nobody could tell the private DNS zones that it is linked to; `missing` is the right that the
    app lacks for that, if it is known: `<action> on <scope>`.
    """

    id: str
    location: str
    peerings: tuple[str, ...] = ()
    gateways: tuple[str, ...] = ()
    private_endpoints: tuple[str, ...] = ()
    route_tables: tuple[str, ...] = ()
    nat_gateways: tuple[str, ...] = ()
    dns_servers: tuple[str, ...] = ()
    zones: tuple[ZoneLink, ...] | None = ()
    missing: str | None = None
