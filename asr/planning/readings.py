"""What was read of one VM and of its protected item, before it becomes a row of the fleet. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from asr.choices.request import ProtectionRequest
from asr.model.ending import Ending
from asr.model.fleet import FleetRow, Machine
from asr.model.item_around import NOTHING_READ, ItemAround
from asr.model.outcome import Reason
from asr.model.request import RememberedRequest
from asr.model.resource_id import key
from asr.model.run import VmState
from asr.model.vm_facts import ProtectedItem
from asr.planning.fleet_state import is_ours


@dataclass(frozen=True, slots=True)
class ItemReading:
    """A protected item, when it was read, and what stands around it.

    `shared` is what all VMs that share its policy asked for when the last snapshot was made, None where they differ,
    one is not ours, or one was not known.
    """

    item: ProtectedItem
    at: str
    around: ItemAround = NOTHING_READ
    shared: str | None = None


@dataclass(frozen=True, slots=True)
class VmReading:
    """What was read of one VM. `tagged`: its tags ask; `request` is what is asked for by them or by name.

    `remembered` is what the store knows of who asked, None where it was not read again; `is_remembered`: it knows
    something. `before` is the VM's row in the last snapshot. `item` None: no vault that was read has one. `made_by`
    says that a failover of another VM's item made it.
    """

    vm_id: str
    machine: Machine | None
    item: ItemReading | None
    tagged: bool
    request: ProtectionRequest
    is_remembered: bool = False
    remembered: RememberedRequest | None = None
    state: VmState | None = None
    before: FleetRow | None = None
    ending: Ending | None = None
    stuck_hours: float = 24
    newest_point: str | None = None
    made_by: Reason | None = None


def with_shared_choices(readings: Iterable[ItemReading], before: Mapping[str, FleetRow]) -> list[ItemReading]:
    """The readings with what all VMs that share a policy and a container ask for; `before` are the last rows by place.

    A policy may be changed for one VM only if that is right for every other that replicates by it. What others made,
    a vault of theirs, and what nobody is known to ask for, is not ours to decide.
    """
    found = tuple(readings)
    asked: dict[str, set[str | None]] = {}
    for one in found:
        row = before.get(key(one.item.vm_id))
        ours = is_ours(one.item, one.item.vm_id) and one.around.alone
        known = row.shared if row is not None and row.shared and ours else None
        asked.setdefault(key(one.item.policy_id or ""), set()).add(known)
    agreed = {policy: next(iter(some)) for policy, some in asked.items() if len(some) == 1}
    return [replace(one, shared=agreed.get(key(one.item.policy_id or ""))) for one in found]
