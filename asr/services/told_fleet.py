"""What is told of the whole fleet when a sweep has read it, for charts and alerts."""

import logging
from collections import Counter
from datetime import datetime

from asr.errors import AutoprotectError
from asr.gateway.clock import now
from asr.gateway.session import Azure
from asr.model.fleet import FleetHead
from asr.model.objective import ObjectiveState
from asr.planning.fleet_state import FleetState
from asr.services.snapshot import read_members
from asr.telemetry.exporting import is_on
from asr.telemetry.names import (
    KIND,
    MACHINES,
    OBJECTIVE,
    OBJECTIVES,
    RPO,
    STATE,
    SWEEP_AGE,
    SWEEP_DURATION,
    SWEEPS,
    UNREAD,
)
from asr.telemetry.signals import tell

_LOG = logging.getLogger(__name__)

PROBLEM_KINDS = ("machines", "subscription", "vault", "vm", "preflight")
"""Of what cannot be read; each is told also when there is none, so that a chart falls back to nought."""


async def tell_fleet(azure: Azure, head: FleetHead, began: str) -> None:
    """Tell how the fleet stands by the sweep that has just ended. What goes wrong with it is nothing of the sweep's."""
    tell(SWEEPS)
    if not is_on():
        return
    try:
        taken = (await now(azure.settings) - datetime.fromisoformat(began)).total_seconds()
        members = await read_members(azure, head) or ()
    except AutoprotectError as error:
        _LOG.warning("how the fleet stands could not be told: %s", type(error).__name__)
        return
    tell(SWEEP_DURATION, max(taken, 0.0))
    tell(SWEEP_AGE, 0)
    states = Counter(member.condition.state for member in members)
    for state in FleetState:
        tell(MACHINES, states[state], {STATE: state})
    objectives = Counter(member.row.rpo.state for member in members if member.row.rpo)
    for stands in ObjectiveState:
        tell(OBJECTIVES, objectives[stands], {OBJECTIVE: stands})
    for member in members:
        item = member.row.item
        if item is not None and item.rpo_seconds is not None:
            tell(RPO, item.rpo_seconds)
    unread = Counter(problem.kind for problem in head.problems)
    for kind in {*PROBLEM_KINDS, *unread}:
        tell(UNREAD, unread[kind], {KIND: kind})
