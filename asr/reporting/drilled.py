"""How VMs stand with drills, as the fleet shows it. Pure."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from asr.choices.profiles import Profile
from asr.model.drilled import Drilled
from asr.model.fleet import FleetRow
from asr.model.resource_id import key
from asr.planning.verification import Verification, Verified, verification
from asr.reporting.answers import fleet as answers

_NEVER = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Drills:
    """What is remembered of the drills of every VM, the schedules of all profiles, and what time it is."""

    drilled: Mapping[str, Drilled] = field(default_factory=dict)
    profiles: Mapping[str, Profile] = field(default_factory=dict)
    now: datetime = _NEVER

    def shown(self, row: FleetRow) -> answers.DrillState | None:
        """How the VM of a row stands; None without an item that protects it."""
        found = self._of(row)
        if found is None:
            return None
        known = found.drilled
        return answers.DrillState(
            state=found.state,
            drill=known.drill if known else None,
            passed_at=known.passed_at if known else None,
            age_seconds=found.age_seconds,
            rto_seconds=known.rto_seconds if known else None,
            rpo_seconds=known.rpo_seconds if known else None,
            last_drill=known.tried if known else None,
            last_drill_at=known.tried_at if known else None,
            due_at=found.due_at,
        )

    def sums(self, rows: Iterable[FleetRow]) -> answers.DrillSums:
        """How many protected VMs stand how."""
        states = Counter(found.state for row in rows if (found := self._of(row)) is not None)
        return answers.DrillSums(**{state.value: states[state] for state in Verified})

    def last(self, rows: Iterable[FleetRow]) -> str | None:
        """When the last good drill of one of these was over."""
        known = (self.drilled.get(key(row.vm_id)) for row in rows)
        return max((one.passed_at for one in known if one and one.passed_at), default=None)

    def _of(self, row: FleetRow) -> Verification | None:
        if row.item is None or not row.item.is_protected:
            return None
        profile = self.profiles.get(row.profile) if row.profile else None
        return verification(row, self.drilled.get(key(row.vm_id)), profile.drill if profile else None, self.now)


NO_DRILLS = Drills()
"""Where nobody was drilled, and no profile has a schedule."""
