"""How drills end: the proof that nothing of a test is left, what a lost run left, and the evidence of the whole."""

from collections.abc import Sequence
from dataclasses import replace
from enum import StrEnum

from asr.errors import Rejected, TransientFault
from asr.gateway.clock import now
from asr.gateway.drills import (
    change_machine,
    forget_open,
    forget_unfinished,
    read_called_off,
    read_drill,
    read_health,
    read_machine,
    read_machines,
)
from asr.gateway.evidence_store import append_evidence
from asr.gateway.removal import read_any
from asr.gateway.resources import read
from asr.gateway.session import Azure
from asr.gateway.site_recovery import get_protected_item
from asr.gateway.site_recovery.running import find_running_scenario
from asr.model.drill import CalledOff, Drill, DrillRequest, DrillStatus, MachineDrill, Moment
from asr.model.evidence import Evidence
from asr.model.failover import FailoverAction
from asr.model.outcome import Reason
from asr.model.resource_id import key
from asr.model.version import PRODUCT_VERSION
from asr.model.vm_facts import ProtectedItem
from asr.planning.drill import cleaned_later, closed, is_of_another, lost, made_by, proof, skipped_part
from asr.planning.evidence import evidence_of
from asr.planning.evidence_facts import facts_of
from asr.planning.failover import allows, has_test_vm, is_doing
from asr.reasons import reason
from asr.services.drilled import next_due, remember_drilled

APP = "app"
"""Who says so, in a timeline."""


class Left(StrEnum):
    """What is left of the test of a VM's part."""

    NOTHING = "nothing"
    UNDER_WAY = "under way"
    """Site Recovery works on it, or does not let it be cleaned up yet."""
    STANDS = "stands"
    ALONE = "alone"
    """The item is gone, which alone could clean it up; what was noted is deleted by its ids."""


async def close_machine(
    azure: Azure, run: str, vm_id: str, request: DrillRequest, reasons: Sequence[Reason]
) -> MachineDrill:
    """The VM's part is over: read back that nothing of the test is left, and say how it went.

    One that is closed stays as it is; only that what was left has gone since is added.
    """
    machine = await read_machine(azure, request.drill, vm_id)
    if machine is None:
        machine = MachineDrill(request.drill, run, vm_id, target=request.target)
    if machine.status is not DrillStatus.RUNNING and (machine.clean_up.done or machine.begun_at is None):
        await forget_open(azure, request.drill, vm_id)
        return machine
    at = (await now(azure.settings)).isoformat()
    reads, gone = await _reads(azure, machine)
    clean = proof(reads, at)
    if machine.status is not DrillStatus.RUNNING:
        done = cleaned_later(machine, clean)
    else:
        shown = (Moment(at, "nothing of the test is left" if clean.done else "something of the test is left", APP),)
        told = replace(
            machine,
            clean_up=clean,
            timeline=(*machine.timeline, *(shown if clean.reads else ())),
            reasons=(*machine.reasons, *reasons, *gone),
        )
        done = closed(told, await read_called_off(azure, request.drill))
    await change_machine(azure, request.drill, vm_id, lambda _: done)
    if clean.done or done.begun_at is None or gone:
        await forget_open(azure, request.drill, vm_id)
    return done


async def close_lost(azure: Azure, noted: MachineDrill) -> Left:
    """Close the part of a VM whose run is over, once nothing of its test is left.

    The test VM is the drill's own, if the item still names the one that the drill's test made: any other is left alone.

    Raises:
        Rejected, TransientFault: the item could not be read.
    """
    known = await read_drill(azure, noted.drill)
    if known is None:
        await forget_open(azure, noted.drill, noted.vm_id)
        return Left.NOTHING
    machine = await read_machine(azure, noted.drill, noted.vm_id) or noted
    _, left = await find_left(azure, machine)
    if left is not Left.NOTHING:
        return left
    called = await read_called_off(azure, machine.drill)
    why = [] if called and machine.probed_at is None else [lost(machine)]
    await close_machine(azure, machine.run, machine.vm_id, known.request, why)
    await finish_drill(azure, machine.drill)
    return Left.NOTHING


async def find_left(azure: Azure, machine: MachineDrill) -> tuple[ProtectedItem | None, Left]:
    """What is left of this part's own test, and the item as it is now; None if nothing was begun, or it is gone.

    What stands is the drill's own if it is the one that was noted; where the run was lost before that, if it had begun
    its test, for no test VM stood before.

    Raises:
        Rejected, TransientFault: the item could not be read.
    """
    if machine.begun_at is None or machine.item_id is None:
        return None, Left.NOTHING
    item = await get_protected_item(azure, machine.item_id)
    if item is None:
        found = [await _exists(azure, id_) for id_ in made_by(machine)]
        return None, Left.ALONE if True in found else Left.UNDER_WAY if None in found else Left.NOTHING
    if is_of_another(machine, item):
        return item, Left.NOTHING
    if has_test_vm(item):
        return item, Left.STANDS if allows(item, FailoverAction.CLEAN_UP) else Left.UNDER_WAY
    if is_doing(item, FailoverAction.TEST) and await find_running_scenario(azure, item) is not None:
        return item, Left.UNDER_WAY
    return item, Left.NOTHING


async def first_left(azure: Azure, machine: MachineDrill) -> str | None:
    """The first of what the test made that is still there, in the order in which it can be deleted; None: nothing is.

    Raises:
        Rejected, TransientFault: it could not be read.
    """
    for id_ in made_by(machine):
        if await read_any(azure, id_) is not None:
            return id_
    return None


async def finish_drill(azure: Azure, drill: str, *, is_over: bool = False) -> Evidence | None:
    """Keep the evidence of a drill once the parts of all its VMs are closed; None while one is not.

    `is_over`: nobody will begin the parts that have not begun; they are closed as skipped.
    """
    known = await read_drill(azure, drill)
    if known is None:
        return None
    at = (await now(azure.settings)).isoformat()
    machines = list(await read_machines(azure, drill))
    missing = {key(vm_id): vm_id for vm_id in known.runs} if is_over else {}
    for machine in machines:
        missing.pop(key(machine.vm_id), None)
    called = await read_called_off(azure, drill)
    machines += [await _skip(azure, known, vm_id, at, called) for vm_id in missing.values()]
    if len(machines) < len(known.runs) or any(one.status is DrillStatus.RUNNING for one in machines):
        return None
    due = next_due(azure.settings.profiles, known.profile, at)
    health = await read_health(azure, drill)
    facts = facts_of(known, machines, PRODUCT_VERSION, at, health=health, next_due=due, called=called)
    evidence = await append_evidence(
        azure, drill, lambda number, previous: evidence_of(number, drill, facts, previous, at)
    )
    await remember_drilled(azure, known, machines, at)
    await forget_unfinished(azure, drill)
    return evidence


async def _skip(azure: Azure, drill: Drill, vm_id: str, at: str, called: CalledOff | None) -> MachineDrill:
    made = skipped_part(drill, vm_id, at, called)
    return await change_machine(azure, drill.id, vm_id, lambda before: before or made)


async def _reads(azure: Azure, machine: MachineDrill) -> tuple[dict[str, bool | None], tuple[Reason, ...]]:
    """Whether anything of the test is there, by what was read: each thing that it made, and the item's own word.

    The second is why nobody will ever know: the item is gone, and no test VM was noted before.
    """
    made = made_by(machine)
    reads = {id_: await _exists(azure, id_) for id_ in made}
    gone: tuple[Reason, ...] = ()
    if machine.begun_at is not None and machine.item_id is not None:
        stands: bool | None = None
        try:
            item, left = await find_left(azure, machine)
            stands = left is not Left.NOTHING
            if item is None and not made:
                stands, gone = None, (reason("DrillItemGone", item=machine.item_id),)
            if item is not None and item.test_vm_id is not None and stands:
                reads.setdefault(item.test_vm_id, True)
        except (Rejected, TransientFault):
            pass
        reads[f"test VM by {machine.item_id}"] = stands
    return reads, gone


async def _exists(azure: Azure, id_: str) -> bool | None:
    """Whether it is there; None if Azure does not tell. Lists lag behind, so each is read on its own."""
    try:
        return await read(azure, id_) is not None
    except (Rejected, TransientFault):
        return None
