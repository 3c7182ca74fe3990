"""The HTTP API of the whole fleet, from its last snapshot: rows, sums, differences."""

from collections.abc import Mapping
from datetime import datetime
from functools import partial

import azure.functions as func

from asr.gateway.clock import now
from asr.gateway.drilled_store import list_drilled
from asr.gateway.session import connect
from asr.gateway.urgency import Urgency, with_urgency
from asr.model.resource_id import key
from asr.model.run import VmState
from asr.reporting.answers.fleet import Drift, Summary
from asr.reporting.drilled import Drills
from asr.reporting.fleet import Filter, drift_shown, fleet_shown, selected, summary_shown
from asr.reporting.paging import page
from asr.reporting.sorting import sorted_page
from asr.services.fleet import Fleet, read_fleet
from triggers.asking import read_states
from triggers.http.models import DriftQuery, FleetQuery, SnapshotQuery
from triggers.http.problems import answer
from triggers.http.route import Call, Route

DRILLED_SECONDS = 5.0
"""How long what is remembered of drills counts: sixteen documents."""


async def fleet_page(call: Call, query: FleetQuery) -> func.HttpResponse:
    """One page of the fleet."""
    fleet = await _fleet(call, refresh=query.refresh)
    wanted = Filter(query.state, query.health, query.region, query.resource_group, query.min_rpo, query.search)
    chosen = list(selected(fleet.members, wanted))
    drills = await _drills(call)
    if query.sort is None:
        shown, following = page(chosen, lambda member: member.place, query.top, query.continuation)
    else:
        shown, following = sorted_page(chosen, query.sort, drills, query.top, query.continuation)
    return answer(fleet_shown(fleet.head, shown, len(chosen), following, call.settings.tag_prefix, drills))


async def read_summary(call: Call) -> func.HttpResponse:
    """Read the fleet's sums: by state and health, coverage, the worst RPO, what is stuck, orphaned or drifted."""
    query: SnapshotQuery = call.query
    fleet = await _fleet(call, refresh=query.refresh)
    return answer(summary_shown(fleet.head, fleet.members, call.settings.tag_prefix, await _drills(call)))


async def read_drift(call: Call) -> func.HttpResponse:
    """Read where protected items are not as they were asked for, and what is right to do about each difference."""
    query: DriftQuery = call.query
    fleet = await _fleet(call, refresh=query.refresh)
    wanted = [one for one in fleet.members if query.vm_id is None or one.place == key(query.vm_id)]
    return answer(drift_shown(fleet.head, wanted, call.settings.tag_prefix))


async def _fleet(call: Call, *, refresh: bool) -> Fleet:
    async def states(since: datetime | None) -> Mapping[str, VmState]:
        return await read_states(call.client, since)

    with with_urgency(Urgency.PEOPLE):
        return await read_fleet(await connect(), states, refresh=refresh)


async def _drills(call: Call) -> Drills:
    azure = await connect()
    known = await azure.memory.recall("drilled", DRILLED_SECONDS, partial(list_drilled, azure))
    return Drills(known, call.settings.profiles, await now(call.settings))


ROUTES = (
    Route("GET", "summary", read_summary, {200: (Summary,)}, query=SnapshotQuery),
    Route("GET", "drift", read_drift, {200: (Drift,)}, query=DriftQuery),
)
