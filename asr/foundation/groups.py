"""Resource groups."""

from dataclasses import dataclass

from asr.foundation.kind import Examined, Ids, Kind
from asr.foundation.survey import Shelf, Survey
from asr.foundation.verdict import Verdict, create, refuse, reuse
from asr.gateway.resources import put_group, read_group_location
from asr.gateway.session import Azure
from asr.planning.suitability import group_problem

LOCATION = Shelf[str | None](read_group_location, None)
"""The region of a resource group; None if it does not exist."""


@dataclass(frozen=True, slots=True)
class GroupSpec:
    """A group that must exist; it may be anywhere but in the barred region."""

    id: str
    location: str
    barred_region: str | None = None


async def read(survey: Survey, spec: GroupSpec, _ids: Ids) -> str | None:
    """Where the group is."""
    return await survey.see(LOCATION, spec.id)


def judge(found: str | None, spec: GroupSpec, _ids: Ids) -> Verdict:
    """One that exists is used wherever it lies, but for the region that it must outlive."""
    if found is None:
        return create(spec.id, "there is no such group", location=spec.location)
    problem = group_problem(spec.id, found, spec.barred_region) if spec.barred_region else None
    return refuse(spec.id, problem) if problem else reuse(spec.id, "it exists", location=found)


async def apply(azure: Azure, examined: Examined[GroupSpec, str | None]) -> None:
    """Create the group."""
    await put_group(azure, examined.spec.id, examined.spec.location)


async def suppose(survey: Survey, examined: Examined[GroupSpec, str | None]) -> None:
    """The group is there, and empty."""
    survey.suppose(LOCATION, examined.spec.id, examined.spec.location)
    survey.suppose_new(examined.spec.id)


RESOURCE_GROUP = Kind("resource group", GroupSpec, read, judge, apply, suppose)
