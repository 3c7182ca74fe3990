"""Which VMs a drill is of, and in which waves they go: by the last snapshot of the fleet."""

from collections.abc import Iterable

from asr.gateway.fleet_store import read_head
from asr.gateway.session import Azure
from asr.model.fleet import FleetRow
from asr.model.resource_id import key
from asr.planning.fleet_rows import Member
from asr.planning.waves import PlanMember, PlanTags, Waves, in_one_wave, plan_tags, waves_of
from asr.services.snapshot import read_members
from asr.settings import Settings


async def drillable(azure: Azure) -> tuple[Member, ...]:
    """The VMs of the last snapshot that have an item which protects them.

    Raises:
        TransientFault: the store did not answer.
    """
    head = await read_head(azure)
    members = await read_members(azure, head) if head else None
    return tuple(one for one in members or () if one.row.item is not None and one.row.item.is_protected)


async def of_profile(azure: Azure, profile: str) -> list[str]:
    """The VMs that are protected by this profile."""
    return [one.row.vm_id for one in await drillable(azure) if one.row.profile == profile.lower()]


async def waves_by_tags(azure: Azure, vm_ids: Iterable[str]) -> Waves:
    """The VMs in the waves that their tags say, and what is worth knowing of that; a VM that no snapshot knows goes
    first.
    """
    rows = {one.place: one.row for one in await drillable(azure)}
    return waves_of(_member(azure.settings, vm_id, rows.get(key(vm_id))) for vm_id in vm_ids)


def in_one(vm_ids: Iterable[str]) -> Waves:
    """All of them in one wave."""
    return in_one_wave(map(PlanMember, vm_ids))


def _member(settings: Settings, vm_id: str, row: FleetRow | None) -> PlanMember:
    if row is None or row.item is None or row.machine is None:
        return PlanMember(vm_id)
    told = _tags(settings, row)
    group = row.item.consistency_group
    vault = "/".join(row.item.id.split("/")[:9])
    return PlanMember(vm_id, told.wave, told.goes_on, f"{vault}/{group}" if group else None)


def _tags(settings: Settings, row: FleetRow) -> PlanTags:
    tags = row.machine.tags if row.machine else {}
    return plan_tags(tags, settings.tag_prefix, settings.profiles, settings.default_profile)
