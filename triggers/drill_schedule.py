"""Drills by schedule: a timer looks which VMs are due, by what the store remembers of their last drills.

Nothing else is kept of the schedule, so nothing can be missed: what was due while the app stood still is due when it
goes on, and a window that was missed is made up for in the next.
"""

import json
import logging
import os
from collections.abc import Sequence
from datetime import datetime

import azure.functions as func
from azure.durable_functions import DurableFunctionsClient

from asr.choices.drills import DrillChoice
from asr.choices.profiles import Profile
from asr.errors import AutoprotectError
from asr.gateway.clock import now
from asr.gateway.drill_turns import take_machines
from asr.gateway.drilled_store import list_drilled
from asr.gateway.drills import find_open, read_unfinished
from asr.gateway.session import Azure, connect
from asr.model.drill import DrillRequest
from asr.model.fleet import FleetRow
from asr.model.resource_id import key
from asr.model.run import Cause, RequestedBy
from asr.planning.drill_gates import DrillFacts, standing_at_once, together
from asr.planning.evidence import hash_of
from asr.planning.fleet_state import FleetState
from asr.planning.verification import due_first, is_due, slot
from asr.services.drill_machines import drillable, in_one, waves_by_tags
from asr.services.drills import explain_drill
from asr.settings import Settings, read_settings
from triggers.drill_starting import begin_drill, drill_id
from triggers.wellbeing import tell_wellbeing

_LOG = logging.getLogger(__name__)

MOST_AT_ONCE = 20
"""VMs of one scheduled drill: each takes quota while its test VM stands, and the next is begun when it is over."""


async def drill_timer(timer: func.TimerRequest, client) -> None:  # type: ignore[no-untyped-def]
    """Tell how the app is, and begin the drills that are due, one at a time of each profile.

    A store or an Azure that does not answer stops nothing: the next time looks again.
    """
    await tell_wellbeing(client)
    settings = read_settings(os.environ)
    scheduled = [profile for profile in settings.profiles.values() if profile.drill is not None]
    if not scheduled:
        return
    azure = await connect()
    try:
        busy = await read_unfinished(azure)
        taken = {key(vm_id) for drill in busy for vm_id in drill.runs}
        taken |= {key(one.vm_id) for one in await find_open(azure)}
        for profile in scheduled:
            if all(drill.profile != profile.name for drill in busy):
                await _begin_due(client, settings, azure, profile, taken)
    except AutoprotectError as error:
        _LOG.warning("drills that are due could not be begun: %s", type(error).__name__)


async def _begin_due(
    client: DurableFunctionsClient, settings: Settings, azure: Azure, profile: Profile, taken: set[str]
) -> None:
    """Begin a drill of the VMs of the profile that are due, as many as there is room for."""
    choice, at = profile.drill, await now(settings)
    begun = slot(choice, at) if choice else None
    if choice is None or begun is None:
        return
    due = await _due(azure, profile.name, choice, at, taken)
    if not due:
        return
    by = RequestedBy(f"schedule of profile {profile.name}", verified=True)
    request_id = f"schedule {profile.name} {begun.isoformat()} {hash_of(sorted(key(row.vm_id) for row in due))[:16]}"
    request = DrillRequest(
        drill_id(request_id),
        at.isoformat(),
        choice.network,
        None,
        tuple(one.probe() for one in choice.probes),
        choice.target.target(),
    )
    machines, vaults = await _with_room(azure, due, request, in_waves=choice.waves)
    if await take_machines(azure, request.drill, machines, request.asked_at, by.name):
        return  # somebody has asked for a drill of one of them in this instant; the rest is due next time
    waves = await waves_by_tags(azure, machines) if choice.waves else in_one(machines)
    drill = await begin_drill(
        client, settings, azure, by, Cause.SCHEDULE, request_id, request, waves, vaults, profile.name
    )
    _LOG.info(json.dumps({"drill": drill.id, "profile": profile.name, "machines": len(machines), "due": len(due)}))


async def _due(azure: Azure, profile: str, choice: DrillChoice, at: datetime, taken: set[str]) -> list[FleetRow]:
    """The VMs that are due. While one runs on the recovery side, its test would be of the way home, into a network that
    the profile does not name.
    """
    drilled = await list_drilled(azure)
    rows = [
        one.row
        for one in await drillable(azure)
        if one.row.profile == profile
        and one.place not in taken
        and one.condition.state in (FleetState.PROTECTED, FleetState.UNHEALTHY)
        and one.row.item is not None
        and one.row.item.is_home
        and is_due(one.row, drilled.get(one.place), choice, at)
    ]
    return due_first(rows, drilled)[:MOST_AT_ONCE]


async def _with_room(
    azure: Azure, due: Sequence[FleetRow], request: DrillRequest, *, in_waves: bool
) -> tuple[list[str], list[str]]:
    """Of the VMs that are due those that quota has room for at once, and their vaults; the rest is due again next time.

    One that a gate stands against, or whose vault cannot be read, is among them: its part says so, and that is
    evidence, too.
    """
    machines, vaults, taken = list[str](), dict[str, str](), list[DrillFacts]()
    for row in due:
        try:
            explained = await explain_drill(azure, row.vm_id, request)
        except AutoprotectError as error:
            _LOG.warning("what a drill of %s needs could not be read: %s", row.vm_id, type(error).__name__)
            machines.append(row.vm_id)
            continue
        if explained.plan is not None and explained.facts is not None:
            at_once = standing_at_once(len(due) if in_waves else 1, azure.settings.failovers_at_once)
            if machines and any(together([*taken, explained.facts], at_once)):
                continue
            taken.append(explained.facts)
        machines.append(row.vm_id)
        if explained.item is not None:
            vaults[key(explained.item.vault_id)] = explained.item.vault_id
    return machines, sorted(vaults.values())
