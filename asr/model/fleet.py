"""The fleet as a sweep reads it, and the snapshot of it that the store keeps.

Of each VM only what tells how it stands. Ids keep the casing Azure answered with; compare with `resource_id.same`.
Times are ISO 8601 texts in UTC.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from asr.model.drift import Drift
from asr.model.ending import Ending
from asr.model.objective import RpoRecord
from asr.model.outcome import Outcome, Reason
from asr.model.request import NamedRequest, SeenVm
from asr.model.vault_facts import AgentUpdates, PolicyValues
from asr.model.vm_facts import ProtectedItem

STANDARD = "Standard"
"""The security type of a VM for which Azure names none."""


@dataclass(frozen=True, slots=True)
class MachineDisk:
    """A disk of a VM: a managed disk's id, or the URI of the blob. `lun` is None for the OS disk.

    Site Recovery does not replicate a disk with a write accelerator.
    """

    id: str
    lun: int | None = None
    write_accelerator: bool = False


@dataclass(frozen=True, slots=True)
class Machine:
    """A VM as Resource Graph shows it, some seconds to minutes late. `tags` are those that the app reads.

    `guid` is `properties.vmId`: a VM that is deleted and made again under its name has another. `power_state` is the
    last part of `PowerState/running`; both are None where Azure gives none. `security_type` is `Standard` where Azure
    names none; `generation` is `V1` or `V2`.
    """

    id: str
    location: str
    guid: str | None
    size: str
    power_state: str | None
    tags: Mapping[str, str] = field(default_factory=dict)
    disks: tuple[MachineDisk, ...] = ()
    security_type: str | None = None
    generation: str | None = None


@dataclass(frozen=True, slots=True)
class MachinePage:
    """Some machines in the order of their ids. `continuation` asks for the next page; None after the last."""

    machines: tuple[Machine, ...]
    continuation: str | None


@dataclass(frozen=True, slots=True)
class FleetProblem:
    """What could not be read, and why. `kind` is `machines`, `subscription`, `vault`, `vm` or `preflight` (the
    `id` is then the request, for example `GET <id>`).

    What is known of it is from `last_read`; None: nothing is known.
    """

    kind: str
    id: str
    reason: Reason
    last_read: str | None = None


@dataclass(frozen=True, slots=True)
class Reverted:
    """How often a difference of this field has appeared, last at `at`, while this was asked for."""

    wished: str
    times: int
    at: str


@dataclass(frozen=True, slots=True)
class FleetRow:
    """One VM of the fleet, with all that tells how it stands; see `asr.planning.fleet_state.Standing`.

    `machine` is None when the VM does not exist. `item_at` is when the item was read: earlier than the snapshot where
    its vault could not be read; `item_since` is when its state or its progress was seen so first. `tagged`: its tags
    ask; `named` is the latest request by name; `asked_before`: somebody is known to have asked, whether or not it still
    counts; `tag_seen`: its tags were seen to ask. `ending` is the end of its protection, if that is to come. `runs`
    counts the runs that the VM's entity knew of, `active` is the one that was under way, `outcome` how the last one
    ended, at `outcome_at`. `reverted` tells by field how often a difference has appeared, `contested` are those that
    came back once too often. `stuck`: initial replication does not move; `rpo` is how the objective stands. `awaited`:
    a run is under way, and none has told of this item yet. `made_by` says that a failover of another VM's item made the
    VM, so that it is no VM of its own. `shared` is what is asked for of what VMs share, `alone`: only VMs that ask for
    the same share it with this one.
    `configuration` is the hash of what a drill of the VM is a test of.
    """

    vm_id: str
    region: str
    machine: Machine | None
    item: ProtectedItem | None = None
    item_at: str | None = None
    item_since: str | None = None
    tagged: bool = False
    asked_before: bool = False
    named: NamedRequest | None = None
    seen: SeenVm | None = None
    excluded_luns: tuple[int, ...] = ()
    profile: str | None = None
    drifts: tuple[Drift, ...] = ()
    stuck: bool = False
    rpo: RpoRecord | None = None
    reverted: Mapping[str, Reverted] = field(default_factory=dict)
    contested: frozenset[str] = frozenset()
    runs: int = 0
    active: str | None = None
    outcome: Outcome | None = None
    outcome_at: str | None = None
    tag_seen: bool = False
    ending: Ending | None = None
    awaited: bool = False
    made_by: Reason | None = None
    shared: str = ""
    alone: bool = False
    configuration: str | None = None

    @property
    def asks(self) -> bool:
        """Whether protection is asked for: by the tags, or by a request by name that is still to be fulfilled."""
        return self.tagged or (self.named is not None and not self.named.fulfilled)


@dataclass(frozen=True, slots=True)
class ReadVault:
    """A vault of the fleet, and when its items were last read. `ours`: its tags say that the app made it."""

    id: str
    at: str | None
    ours: bool = False


@dataclass(frozen=True, slots=True)
class FleetPart:
    """One document of rows: its name, and the least and the greatest id in it, in compared form."""

    name: str
    first: str
    last: str
    rows: int


@dataclass(frozen=True, slots=True)
class FleetHead:
    """What says which documents are the snapshot: it is written last, so nobody ever sees half of a fleet.

    `id` is that of the reading, `parts` are its documents. `machines` counts the VMs that were read, in the fleet or
    not. `sweep` is when the last sweep ended; a reading on demand is none.
    """

    id: str
    as_of: str
    parts: tuple[FleetPart, ...] = ()
    machines: int = 0
    vaults: tuple[ReadVault, ...] = ()
    problems: tuple[FleetProblem, ...] = ()
    previous: str | None = None
    sweep: str | None = None

    @property
    def total(self) -> int:
        """How many rows the snapshot has."""
        return sum(part.rows for part in self.parts)


@dataclass(frozen=True, slots=True)
class ReadMachines:
    """How the reading of one page of machines went. `continuation` asks for the next page."""

    continuation: str | None = None
    problem: Reason | None = None


@dataclass(frozen=True, slots=True)
class ReadItems:
    """How the reading of one vault's items went, and what its policies say, by their ids in compared form. `mapped` are
    the pairs of networks that it maps, `updates` what its container mappings say of agents, None where that was not
    read. `ours`: the app made the vault, and so what is in it.

    `part` is the document that holds the items; None where they could not be read.
    """

    vault: str
    at: str
    part: str | None = None
    problem: Reason | None = None
    policies: Mapping[str, PolicyValues] = field(default_factory=dict)
    mapped: tuple[tuple[str, str], ...] | None = None
    updates: tuple[AgentUpdates, ...] | None = None
    ours: bool = False
