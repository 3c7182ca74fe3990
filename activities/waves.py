"""A recovery plan's waves: which VMs are next, and which of their runs are over; and what a recovered VM answers."""

from azure.durable_functions import DurableFunctionsClient
from durabletask.client import OrchestrationStatus
from durabletask.entities import EntityInstanceId

from activities.ended_runs import ENDED
from activities.step import Answer, as_steps
from asr.codec import decode, encode
from asr.gateway.recovery_runs import read_recovery_run
from asr.gateway.session import connect
from asr.model.failover import FailoverAction
from asr.model.probe import Probe
from asr.model.run import VmState
from asr.model.step import Failed
from asr.planning.failover import LEAVING
from asr.planning.wave_outcomes import ended_unseen, is_well
from asr.reasons import reason
from asr.services.failover_probes import probe_recovered
from asr.services.giving_way import note_failover

PAGE = 10
"""VMs of an answer, unless one consistency group has more: an answer stays small whatever the wave's size."""


async def read_wave(request: dict) -> Answer:
    """The parts of `{"plan", "wave", "start"}` from this one on, some VMs, and where to go on: `next`, None at the end.

    `number` is what the tags call the wave. Drills of VMs that are about to be failed over are called off.
    """
    azure = await connect()
    run = await read_recovery_run(azure, request["plan"])
    if run is None:
        return Failed((reason("PlanRunUnknown", run=request["plan"]),))
    wave = run.waves[request["wave"]]
    count, place = 0, request["start"]
    while place < len(wave.parts) and (not count or count + len(wave.parts[place]) <= PAGE):
        count += len(wave.parts[place])
        place += 1
    parts = [[encode(vm) for vm in part] for part in wave.parts[request["start"] : place]]
    if FailoverAction(run.action) in LEAVING:  # of drills that were asked for while earlier waves went
        asked = [vm.vm_id for part in wave.parts[request["start"] : place] for vm in part]
        await note_failover(azure, asked, run.requested_by, verified=run.verified)
    following = place if place < len(wave.parts) else None
    return {"status": "ready", "number": wave.number, "parts": parts, "next": following}


async def probe_failover(request: dict) -> Answer:
    """Ask the probes of `{"vm_id", "probes", "passed", "since"}` once, save those that have `passed`; `open` while one
    of the others has time left. `problems` are what those answer that have not passed, by their places.
    """
    azure = await connect()
    probes = [decode(Probe, one) for one in request["probes"]]
    found = await probe_recovered(azure, request["vm_id"], probes, request["passed"], request["since"])
    return {"status": "ready", **found}


async def find_ended_members(request: dict, client) -> dict:  # type: ignore[no-untyped-def]
    """Of the runs of `{"plan", "runs"}` those that are over, each with whether it went well."""
    over: dict[str, bool] = {}
    for run in request["runs"]:
        well = await _ended_well(client, run)
        if well is not None:
            over[run] = well
    return {"status": "ready", "runs": over}


async def _ended_well(client: DurableFunctionsClient, run: str) -> bool | None:
    """Whether the run has done what it should; None while it is under way, or waits for its turn."""
    state = await client.get_orchestration_state(run)
    if state is not None:
        if state.runtime_status not in ENDED:
            return None
        return state.runtime_status is OrchestrationStatus.COMPLETED and is_well(state.get_output())
    vm = run.rpartition("-")[0]
    entity = await client.get_entity(EntityInstanceId("VirtualMachine", vm), include_state=True)
    known = entity.get_typed_state(dict) if entity else None
    return ended_unseen(decode(VmState, known), run, vm) if known else None


ACTIVITIES = as_steps(read_wave, probe_failover)
