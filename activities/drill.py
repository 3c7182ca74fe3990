"""A drill's part of one VM: the gates, the probes, the end; and the evidence of the whole."""

from activities.ended_runs import is_over
from activities.step import Answer, as_steps
from asr.codec import decode, encode_compact
from asr.gateway.clock import now
from asr.gateway.drills import read_drill, read_machine
from asr.gateway.session import connect
from asr.model.drill import DrillRequest, DrillStatus
from asr.model.outcome import Reason
from asr.planning.drill_outcomes import drilled
from asr.services.drill_probes import probe_machine
from asr.services.drills import begin_machine, close_machine, finish_drill


async def decide_drill(request: dict) -> dict:
    """Of `{"run", "vm_id", "drill"}`, the plan of the test failover; none, with the outcome, if a gate is closed."""
    azure = await connect()
    asked = decode(DrillRequest, request["drill"])
    plan = await begin_machine(azure, request["run"], request["vm_id"], asked)
    if plan is not None:
        return {"status": "ready", "plan": encode_compact(plan), "at": (await now(azure.settings)).isoformat()}
    machine = await read_machine(azure, asked.drill, request["vm_id"])
    return {"status": "ready", "plan": None, "outcome": drilled(machine)}


async def probe_drill(request: dict) -> dict:
    """Ask the probes of `{"vm_id", "drill", "point"}` once; `open` while one has not passed and has time left."""
    azure = await connect()
    asked = decode(DrillRequest, request["drill"])
    still = await probe_machine(azure, request["vm_id"], asked, request["point"])
    return {"status": "ready", "open": still}


async def close_drill(request: dict) -> dict:
    """The part of `{"vm_id", "drill", "reasons"}` is over, whether its test VM could be taken down or not."""
    azure = await connect()
    reasons = [decode(Reason, one) for one in request["reasons"]]
    machine = await close_machine(azure, request["vm_id"], decode(DrillRequest, request["drill"]), reasons)
    return {"status": "ready", "outcome": drilled(machine)}


async def keep_evidence(request: dict) -> Answer:
    """The evidence of the drill `{"drill"}`, once all its parts are closed."""
    azure = await connect()
    evidence = await finish_drill(azure, request["drill"])
    if evidence is None:
        return {"status": "ready", "evidence": None, "state": DrillStatus.RUNNING.value}
    kept = {"number": evidence.number, "hash": evidence.hash}
    return {"status": "ready", "evidence": kept, "state": str(evidence.facts["result"])}


async def find_ended_parts(request: dict, client) -> dict:  # type: ignore[no-untyped-def]
    """Of the runs of `{"drill", "runs"}`, those that are over: closed in the store, or begun and gone since."""
    azure = await connect()
    drill = await read_drill(azure, request["drill"])
    vms = {run: vm_id for vm_id, run in drill.runs.items()} if drill else {}
    ended = []
    for run in request["runs"]:
        machine = await read_machine(azure, request["drill"], vms.get(run, "")) if run in vms else None
        if machine is None:
            continue
        if machine.status is not DrillStatus.RUNNING or await is_over(client, run):
            ended.append(run)
    return {"status": "ready", "runs": ended}


ACTIVITIES = as_steps(decide_drill, probe_drill, close_drill, keep_evidence)
