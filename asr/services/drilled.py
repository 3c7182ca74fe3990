"""What is remembered of drills: what was drilled, with which result, and when the next one is due."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from asr.choices.profiles import Profile
from asr.gateway.drilled_store import note_drilled
from asr.gateway.session import Azure
from asr.model.drill import Drill, DrillStatus, MachineDrill
from asr.model.drilled import Drilled
from asr.services.known import snapshot_row


async def configuration_of(azure: Azure, vm_id: str) -> str | None:
    """The hash of what is drilled, as the last snapshot of the fleet saw it; None if it did not see the VM.

    What changed since then makes another hash at the next sweep, and the drill is then not one of what is there.
    """
    row = await snapshot_row(azure, vm_id)
    return row.configuration if row else None


async def remember_drilled(azure: Azure, drill: Drill, machines: Iterable[MachineDrill], at: str) -> None:
    """Remember how the parts of a drill ended."""
    for machine in machines:
        passed = machine.status is DrillStatus.PASSED
        await note_drilled(
            azure,
            Drilled(
                vm_id=machine.vm_id,
                tried=drill.id,
                tried_at=at,
                drill=drill.id if passed else None,
                passed_at=at if passed else None,
                configuration=machine.configuration if passed else None,
                rto_seconds=machine.rto_seconds if passed else None,
                rpo_seconds=machine.rpo_seconds if passed else None,
            ),
        )


def next_due(profiles: Mapping[str, Profile], profile: str | None, at: str) -> str | None:
    """When the next drill by the profile's schedule is due after one that ended at `at`; None: it has none."""
    known = profiles.get(profile.lower()) if profile else None
    if known is None or known.drill is None:
        return None
    return (datetime.fromisoformat(at) + known.drill.every).isoformat()
