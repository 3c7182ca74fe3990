"""A reading of the fleet becomes its snapshot: the VMs that are in no page of machines, then the head."""

import asyncio
import secrets
from collections.abc import Collection, Iterable
from datetime import datetime, timedelta

from asr.errors import Rejected, TransientFault
from asr.gateway.clock import now
from asr.gateway.fleet_store import delete_old, read_part, write_head, write_part
from asr.gateway.machines import read_virtual_machine
from asr.gateway.session import Azure
from asr.model.announcement import Announcement
from asr.model.fleet import FleetHead, FleetPart, FleetProblem, FleetRow, Machine, ReadMachines
from asr.model.resource_id import key, subscription_of
from asr.model.run import VmState
from asr.planning.fleet_rows import belongs, kept, member_of, row_of
from asr.planning.fleet_state import machine_of
from asr.planning.readings import VmReading
from asr.services.events_out import is_telling, keep_reading, tell_reading
from asr.services.fleet_joining import (
    Joining,
    forget_joining,
    join_page,
    joining_of,
    part_of,
    reading_of,
    told_of,
    with_records,
)
from asr.services.fleet_needs import Needed, needed_to_end
from asr.services.fleet_reading import keep_states, read_machines, read_vaults, reason_of

READINGS_KEPT = timedelta(hours=1)
"""A reading that was not finished in this time never will be."""

GRAPH = "/providers/Microsoft.ResourceGraph"

MOST_CONFIRMED = 200
"""VMs that Resource Graph did not show and that one reading looks for where they live."""

CONFIRMED_AT_ONCE = 8


def new_reading(at: datetime) -> str:
    """The id of a reading that begins now: in the order of time."""
    return f"{at:%Y%m%d%H%M%S}-{secrets.token_hex(4)}"


async def read_fleet_anew(azure: Azure, states: Iterable[VmState]) -> FleetHead:
    """Read the whole fleet and make that its snapshot; no run is started.

    Raises:
        TransientFault: the store did not answer.
    """
    at = await now(azure.settings)
    reading = new_reading(at)
    await keep_states(azure, reading, states)
    pages = 1
    while await read_machines(azure, reading, pages - 1):
        pages += 1
    steps = 1
    while await read_vaults(azure, reading, pages, steps - 1):
        steps += 1
    joining = await joining_of(azure, reading, steps)
    for page in range(pages):
        await join_page(azure, joining, page, at.isoformat(), remember=False)
    return (await finish(azure, joining, pages, at.isoformat(), is_sweep=False))[0]


async def finish(
    azure: Azure, joining: Joining, pages: int, at: str, *, is_sweep: bool
) -> tuple[FleetHead, tuple[Needed, ...]]:
    """Add the VMs that are in no page, and make the reading the snapshot; answer also the runs that endings need.

    A VM that is not shown and yet has an item, or had a row, is looked for where it lives: only Azure's own answer that
    it does not exist makes it gone.
    """
    present, machines = set[str](), 0
    parts: list[FleetPart] = []
    last = joining.head.as_of if joining.head else None
    for page in range(pages):
        found = await read_part(azure, joining.reading, f"machines-{page}", Machine) or ()
        present |= {key(machine.id) for machine in found}
        machines += len(found)
        parts += await read_part(azure, joining.reading, f"part-{page}", FleetPart) or ()
    cursor = await read_part(azure, joining.reading, f"cursor-{pages - 1}", ReadMachines)
    cut_short = cursor[0].problem if cursor else None
    rest, unknown = await _rest(azure, joining, present, cut_short=cut_short is not None)
    await write_part(azure, joining.reading, "rows-rest", rest)
    if is_telling(azure):
        await keep_reading(azure, joining.reading, "rest", _told_of_rest(joining, present, rest, at))
    graph = [FleetProblem("machines", GRAPH, cut_short, last)] if cut_short else []
    head = FleetHead(
        id=joining.reading,
        as_of=at,
        parts=(*parts, *part_of("rows-rest", rest)),
        machines=machines,
        vaults=joining.vaults,
        problems=(*joining.problems, *graph, *unknown),
        previous=joining.head.id if joining.head else None,
        sweep=at if is_sweep else (joining.head.sweep if joining.head else None),
    )
    if joining.head is not None:
        await tell_reading(azure, joining.head.id)  # what a process left undone that died after the head
    await write_head(azure, head)
    await tell_reading(azure, head.id)
    superseded = joining.head.previous if joining.head else None
    oldest = new_reading(datetime.fromisoformat(at) - READINGS_KEPT)
    await delete_old(azure, keep=[head.id, head.previous or ""], delete=[superseded or ""], older_than=oldest)
    forget_joining(azure)
    return head, needed_to_end(joining.endings, joining.states, rest, at)


def _told_of_rest(joining: Joining, present: Collection[str], rest: Iterable[FleetRow], at: str) -> list[Announcement]:
    """What is to be told of the VMs in no page: those that have a row, and those that have none any more."""
    rows = {key(row.vm_id): row for row in rest}
    found = list[Announcement]()
    for place, row in rows.items():
        found += told_of(joining, joining.before.get(place), member_of(row), at)
    for place, before in joining.before.items():
        if place not in present and place not in rows:
            found += told_of(joining, before, None, at)
    return found


async def _rest(
    azure: Azure, joining: Joining, present: set[str], *, cut_short: bool
) -> tuple[list[FleetRow], list[FleetProblem]]:
    """Rows of the VMs in no page, and what could not be found out about them."""
    watched = azure.settings.subscriptions
    wanted = {place: one.item.home_vm_id for place, one in joining.items.items() if key(one.item.home_vm_id) == place}
    wanted |= {place: row.vm_id for place, row in joining.before.items() if row.item or cut_short}
    wanted |= {place: ending.vm_id for place, ending in joining.endings.items()}
    missing = [vm for place, vm in wanted.items() if place not in present and subscription_of(vm) in watched]
    few = asyncio.Semaphore(CONFIRMED_AT_ONCE)
    left = MOST_CONFIRMED
    tasks = []
    for vm_id in sorted(missing, key=key):
        before = joining.before.get(key(vm_id))
        known_gone = before is not None and before.machine is None
        reads = not known_gone and not (cut_short and before is not None) and left > 0
        left -= reads
        tasks.append(_row_of_missing(azure, joining, vm_id, few, reads=reads, gone=known_gone))
    found = await asyncio.gather(*tasks)
    rows = [row for row, _ in found if row is not None and belongs(row)]
    return rows, [problem for _, problem in found if problem is not None]


async def _row_of_missing(
    azure: Azure, joining: Joining, vm_id: str, few: asyncio.Semaphore, *, reads: bool, gone: bool
) -> tuple[FleetRow | None, FleetProblem | None]:
    machine: Machine | None = None
    if reads:
        try:
            async with few:
                vm = await read_virtual_machine(azure, vm_id)
        except (Rejected, TransientFault) as error:
            problem = FleetProblem("vm", vm_id, reason_of(error), joining.head.as_of if joining.head else None)
            return _known(azure, joining, vm_id), problem
        machine = machine_of(vm, azure.settings.tag_prefix) if vm else None
    elif not gone:
        return _known(azure, joining, vm_id), None
    (read,) = await with_records(azure, [reading_of(azure, joining, vm_id, machine)])
    if machine is None and read.item is None and read.ending is None:
        return None, None  # neither the VM nor an item is left
    return row_of(read), None


def _known(azure: Azure, joining: Joining, vm_id: str) -> FleetRow | None:
    """The row of a VM about which nothing was found out: as before, or with nothing but its item."""
    before = joining.before.get(key(vm_id))
    read: VmReading = reading_of(azure, joining, vm_id, before.machine if before else None)
    if before is not None and (read.item is None or before.machine is None):
        return kept(before, read.state)
    unknown = Machine(vm_id, read.item.item.source_region or "" if read.item else "", None, "", None)
    return row_of(reading_of(azure, joining, vm_id, before.machine if before and before.machine else unknown))
