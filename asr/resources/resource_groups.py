"""Resource groups."""

from asr.gateway.resources import put_group, read_group_location
from asr.gateway.session import Azure
from asr.model.change import Change, create, refuse, reuse
from asr.model.specs import GroupSpec
from asr.planning.suitability import group_problem
from asr.resources.azure_view import AzureView, Query
from asr.resources.kind import Compared, Ids, Kind

LOCATION = Query[str | None](read_group_location, None)
"""The region of a resource group; None if it does not exist."""


async def read(view: AzureView, spec: GroupSpec, _ids: Ids) -> str | None:
    """Where the group is."""
    return await view.see(LOCATION, spec.id)


def diff(found: str | None, spec: GroupSpec, _ids: Ids) -> Change:
    """One that exists is used wherever it lies, but for the region that it must outlive."""
    if found is None:
        return create(spec.id, "there is no such group", location=spec.location)
    problem = group_problem(spec.id, found, spec.barred_region) if spec.barred_region else None
    return refuse(spec.id, problem) if problem else reuse(spec.id, "it exists", location=found)


async def apply(azure: Azure, compared: Compared[GroupSpec, str | None]) -> None:
    """Create the group."""
    await put_group(azure, compared.spec.id, compared.spec.location)


async def assume(view: AzureView, compared: Compared[GroupSpec, str | None]) -> None:
    """The group is there, and empty."""
    view.assume(LOCATION, compared.spec.id, compared.spec.location)
    view.assume_new(compared.spec.id)


RESOURCE_GROUP = Kind("resource group", GroupSpec, read, diff, apply, assume)
