"""What can be chosen for a VM."""

from collections.abc import Iterable
from typing import Annotated

from pydantic import Field

from asr.planning.candidates import Candidate, TargetKind
from asr.reporting.answers.base import Answer


class Target(Answer):
    """One that can be chosen, or cannot."""

    name: str
    id: Annotated[str | None, Field(description="Null for a region.")]
    location: str
    suitable: bool
    exists: Annotated[bool, Field(description="False for what protecting the VM would create.")]
    score: Annotated[int, Field(ge=0, le=100, description="100 is what a decision takes; 0 what does not suit.")]
    reason: Annotated[str, Field(description="Why it has this score.")]


class Targets(Answer):
    """What can be chosen, best first; the unsuitable last."""

    vm_id: str
    kind: TargetKind
    total: Annotated[int, Field(ge=0)]
    targets: list[Target]


def targets(vm_id: str, kind: TargetKind, candidates: Iterable[Candidate]) -> Targets:
    """The answer of GET /api/targets."""
    found = [
        Target(
            name=one.name,
            id=one.id,
            location=one.location,
            suitable=one.suits,
            exists=one.exists,
            score=one.score,
            reason=one.because,
        )
        for one in candidates
    ]
    return Targets(vm_id=vm_id, kind=kind, total=len(found), targets=found)
