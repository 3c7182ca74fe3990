"""Whether a VM's last good drill still counts, and when the next one is due. Pure.

A drill shows that what was drilled can be recovered. A material change of the VM or of its profile makes that another
thing: the VM is then not verified until it is drilled again.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from asr.choices.drills import DrillChoice
from asr.choices.options import DISKS, OPTIONS, PLACE, POLICY
from asr.choices.request import ProtectionRequest
from asr.model.drilled import Drilled
from asr.model.fleet import FleetRow, Machine
from asr.model.resource_id import key
from asr.model.vm_facts import ProtectedItem
from asr.planning.evidence import hash_of

LONGEST_PAUSE = timedelta(days=1)
"""How long a drill that has failed is not tried again where no window says so."""

_MATERIAL = frozenset({PLACE, DISKS, POLICY})
"""The sections of choices that a drill is a test of."""


class Verified(StrEnum):
    """Whether a VM's last good drill counts: it does, it is too old, what was drilled has changed, or there is none."""

    VERIFIED = "verified"
    OVERDUE = "overdue"
    CHANGED = "changed"
    NEVER = "never"


@dataclass(frozen=True, slots=True)
class Verification:
    """How a VM stands with drills. `due_at` is None where no schedule says so."""

    state: Verified
    drilled: Drilled | None = None
    age_seconds: int | None = None
    due_at: str | None = None


def configuration(machine: Machine | None, item: ProtectedItem | None, request: ProtectionRequest) -> str | None:
    """The hash of what a drill of this VM is a test of; None without a VM or its item."""
    if machine is None or item is None:
        return None
    profile = request.profile
    choices = request.options.model_dump(mode="json")
    return hash_of(
        {
            "vm": [machine.guid, machine.size.lower(), sorted(f"{one.lun} {key(one.id)}" for one in machine.disks)],
            "item": [
                item.recovery_region,
                key(item.recovery_group_id or ""),
                key(item.recovery_network_id or ""),
                (item.recovery_vm_size or "").lower(),
                sorted(map(key, item.disk_ids)),
            ],
            "choices": {one.field: choices[one.field] for one in OPTIONS if one.section in _MATERIAL},
            "drill": _drill(profile.drill) if profile and profile.drill else None,
        }
    )


def verification(row: FleetRow, drilled: Drilled | None, choice: DrillChoice | None, now: datetime) -> Verification:
    """How the VM of a row stands."""
    if drilled is None or drilled.passed_at is None:
        return Verification(Verified.NEVER, drilled, None, now.isoformat() if choice else None)
    passed = datetime.fromisoformat(drilled.passed_at)
    due = passed + choice.every if choice else None
    state = Verified.VERIFIED
    if drilled.configuration is None or drilled.configuration != row.configuration:
        state = Verified.CHANGED
        due = now if choice else None
    elif due is not None and due <= now:
        state = Verified.OVERDUE
    age = round((now - passed).total_seconds())
    return Verification(state, drilled, age, due.isoformat() if due else None)


def slot(choice: DrillChoice, now: datetime) -> datetime | None:
    """The time by which a scheduled drill of now is called: when its window began; None outside of the window.

    Where there is no window it is the hour.
    """
    if choice.window is not None:
        return choice.window.began(now)
    return now.replace(minute=0, second=0, microsecond=0)


def is_due(row: FleetRow, drilled: Drilled | None, choice: DrillChoice, now: datetime) -> bool:
    """Whether the VM is to be drilled now. It is tried once in a window; without one, a failed drill waits a day."""
    begun = slot(choice, now)
    if begun is None or verification(row, drilled, choice, now).state is Verified.VERIFIED:
        return False
    if drilled is None:
        return True
    tried = datetime.fromisoformat(drilled.tried_at)
    if choice.window is not None:
        return tried < begun
    return now - tried >= min(choice.every, LONGEST_PAUSE)


def due_first(rows: Iterable[FleetRow], drilled: Mapping[str, Drilled]) -> list[FleetRow]:
    """The rows in the order in which they are drilled: never drilled first, then the longest ago."""

    def rank(row: FleetRow) -> tuple[str, str]:
        known = drilled.get(key(row.vm_id))
        return (known.tried_at if known else ""), key(row.vm_id)

    return sorted(rows, key=rank)


def _drill(choice: DrillChoice) -> dict[str, Any]:
    """What is tested, and not when."""
    told = choice.model_dump(mode="json", exclude={"every", "window"})
    return {**told, "probes": [hash_of(one) for one in told["probes"]]}
