"""How a drill is begun: its record first, then its orchestration; begun twice it is one drill."""

from collections.abc import Sequence
from dataclasses import replace
from hashlib import sha256
from typing import Any

from azure.durable_functions import DurableFunctionsClient

from asr.codec import encode_compact
from asr.gateway.drills import keep_drill, read_drill
from asr.gateway.session import Azure
from asr.model.drill import Drill, DrillRequest
from asr.model.run import DRILL, RECIPE_VERSION, Cause, RequestedBy, RunRequest
from asr.planning.lifecycle import run_id
from asr.planning.naming import vm_key
from asr.planning.waves import PlanMember, Waves
from asr.settings import Settings
from asr.telemetry.tracing import carried
from triggers.asking import pacing_of


def drill_id(request_id: str) -> str:
    """The id of the drill that is asked for under this id: the same one, however often."""
    return f"drill-{sha256(request_id.encode('utf-8', 'surrogatepass')).hexdigest()[:16]}"


async def begin_drill(
    client: DurableFunctionsClient,
    settings: Settings,
    azure: Azure,
    by: RequestedBy,
    cause: Cause,
    request_id: str,
    request: DrillRequest,
    waves: Waves,
    vaults: Sequence[str],
    profile: str | None = None,
) -> Drill:
    """Begin the drill of these VMs, wave by wave, and answer it; one that is known already is not begun again.

    A drill that was kept and not begun, for its process died between the two, is begun.
    """
    request = replace(request, holds=len(waves.waves) > 1)
    runs = {one.vm_id: run_id(vm_key(one.vm_id), request.drill) for one in waves.members}
    drill = Drill(request.drill, request.asked_at, by.name, by.verified, request_id, runs, request, profile)
    if not await keep_drill(azure, drill):
        known = await read_drill(azure, drill.id)
        if await client.get_orchestration_state(drill.id, fetch_payloads=False) is not None:
            return known or drill
        drill = known or drill
    ask = RunRequest(DRILL, drill.id, "", by, cause, request.asked_at, pacing_of(settings), drill=request)
    ask = replace(ask, trace=carried())
    order = {
        "version": RECIPE_VERSION,
        "drill": drill.id,
        "waves": [[_member(one) for one in wave.members] for wave in waves.waves],
        "at_once": settings.failovers_at_once,
        "vaults": list(vaults),
        "ask": encode_compact(ask),
        "pacing": pacing_of(settings),
    }
    await client.schedule_new_orchestration("drill", input=order, instance_id=drill.id)
    return drill


def _member(vm: PlanMember) -> dict[str, Any]:
    return {"vm_id": vm.vm_id, "vm_key": vm_key(vm.vm_id), **({"goes_on": True} if vm.goes_on else {})}
