"""The fleet as a sweep reads it, and the snapshot of it that the store keeps.

Of each VM only what tells how it stands. Ids keep the casing Azure answered with; compare with `resource_id.same`.
Times are ISO 8601 texts in UTC.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from asr.model.drift import Drift
from asr.model.outcome import Outcome, Reason
from asr.model.request import NamedRequest, SeenVm
from asr.model.vm_facts import ProtectedItem


@dataclass(frozen=True, slots=True)
class MachineDisk:
    """A disk of a VM: a managed disk's id, or the URI of the blob. `lun` is None for the OS disk."""

    id: str
    lun: int | None = None


@dataclass(frozen=True, slots=True)
class Machine:
    """A VM as Resource Graph shows it, some seconds to minutes late. `tags` are those that the app reads.

    `guid` is `properties.vmId`: a VM that is deleted and made again under its name has another. `power_state` is the
    last part of `PowerState/running`; both are None where Azure gives none.
    """

    id: str
    location: str
    guid: str | None
    size: str
    power_state: str | None
    tags: Mapping[str, str] = field(default_factory=dict)
    disks: tuple[MachineDisk, ...] = ()


@dataclass(frozen=True, slots=True)
class MachinePage:
    """Some machines in the order of their ids. `continuation` asks for the next page; None after the last."""

    machines: tuple[Machine, ...]
    continuation: str | None


@dataclass(frozen=True, slots=True)
class FleetProblem:
    """What could not be read, and why. `kind` is `machines`, `subscription`, `vault` or `vm`.

    What is known of it is from `last_read`; None: nothing is known.
    """

    kind: str
    id: str
    reason: Reason
    last_read: str | None = None


@dataclass(frozen=True, slots=True)
class FleetRow:
    """One VM of the fleet, with all that tells how it stands; see `asr.planning.fleet_state.Standing`.

    `machine` is None when the VM does not exist. `item_at` is when the item was read: earlier than the snapshot where
    its vault could not be read. `named` is the request by name that stands. `runs` counts the runs that the VM's entity
    knew of, `active` is the one that was under way, `outcome` how the last one ended.
    """

    vm_id: str
    region: str
    machine: Machine | None
    item: ProtectedItem | None = None
    item_at: str | None = None
    asks: bool = False
    asked_before: bool = False
    named: NamedRequest | None = None
    seen: SeenVm | None = None
    excluded_luns: tuple[int, ...] = ()
    profile: str | None = None
    drifts: tuple[Drift, ...] = ()
    runs: int = 0
    active: str | None = None
    outcome: Outcome | None = None
    outcome_at: str | None = None


@dataclass(frozen=True, slots=True)
class ReadVault:
    """A vault of the fleet, and when its items were last read."""

    id: str
    at: str | None


@dataclass(frozen=True, slots=True)
class FleetHead:
    """What says which documents are the snapshot: it is written last, so nobody ever sees half of a fleet.

    `id` is that of the reading, `parts` are its documents. `machines` counts the VMs that were read, in the fleet or
    not. `sweep` is when the last sweep ended; a reading on demand is none.
    """

    id: str
    as_of: str
    parts: tuple[str, ...] = ()
    total: int = 0
    machines: int = 0
    vaults: tuple[ReadVault, ...] = ()
    problems: tuple[FleetProblem, ...] = ()
    previous: str | None = None
    sweep: str | None = None
