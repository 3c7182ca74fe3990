"""A drill's part of one VM: the gates, the probes, the end; and the evidence of the whole."""

from activities.ended_runs import is_expected, is_over
from activities.operation import begun, failure_of, later, was_begun
from activities.step import Answer, as_steps
from asr.codec import decode, encode_compact
from asr.errors import Rejected
from asr.gateway.clock import now
from asr.gateway.drills import note_health, read_called_off, read_drill, read_machine
from asr.gateway.removal import begin_delete
from asr.gateway.session import connect
from asr.gateway.site_recovery.vault_health import begin_refresh
from asr.model.drill import DrillRequest, DrillStatus
from asr.model.failover import FailoverAction, FailoverPlan
from asr.model.outcome import Reason
from asr.model.step import Failed
from asr.planning.drill_outcomes import drilled
from asr.planning.unread import refusal_told
from asr.services.drill_ends import Left, close_machine, find_left, finish_drill, first_left
from asr.services.drill_probes import probe_machine
from asr.services.drills import begin_machine
from asr.telemetry.names import DRILLS, OUTCOME
from asr.telemetry.signals import tell


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
    """Ask the probes of `{"vm_id", "drill", "point"}` once; `open` while one has not passed and has time left.

    `passed` once all have; `off` if the drill was called off before.
    """
    azure = await connect()
    asked = decode(DrillRequest, request["drill"])
    probed = await probe_machine(azure, request["vm_id"], asked, request["point"])
    return {"status": "ready", "open": probed.is_open, "passed": probed.has_passed, "off": probed.is_off}


async def decide_clean_up(request: dict) -> dict:
    """Of `{"vm_id", "drill"}`, the plan that takes its own test VM down; none if there is none, or not yet (`left`).

    `alone`: its item is gone, and it has to be deleted by its ids.
    """
    azure = await connect()
    machine = await read_machine(azure, decode(DrillRequest, request["drill"]).drill, request["vm_id"])
    item, left = await find_left(azure, machine) if machine else (None, Left.NOTHING)
    at = (await now(azure.settings)).isoformat()
    if item is None or left is not Left.STANDS:
        return {"status": "ready", "plan": None, "left": left is not Left.NOTHING, "alone": left is Left.ALONE}
    plan = FailoverPlan(FailoverAction.CLEAN_UP, item.id, None, item.lifecycle_id)
    return {"status": "ready", "plan": encode_compact(plan), "at": at, "left": True, "alone": False}


async def remove_test_machine(request: dict) -> Answer:
    """Delete what the test of `{"run", "vm_id", "drill"}` made, by the ids that were noted, one after the other."""
    azure = await connect()
    if failure := failure_of(request):
        return Failed((failure,))
    machine = await read_machine(azure, decode(DrillRequest, request["drill"]).drill, request["vm_id"])
    left = await first_left(azure, machine) if machine else None
    if left is None:
        return {"status": "ready"}
    operation = await begin_delete(azure, left)
    return await begun(azure, request["run"], operation) if operation else later(azure, f"{left} is being deleted")


async def close_drill(request: dict) -> dict:
    """The part of `{"run", "vm_id", "drill", "reasons"}` is over, whether its test VM could be taken down or not."""
    azure = await connect()
    reasons = [decode(Reason, one) for one in request["reasons"]]
    asked = decode(DrillRequest, request["drill"])
    machine = await close_machine(azure, request["run"], request["vm_id"], asked, reasons)
    return {"status": "ready", "outcome": drilled(machine)}


async def refresh_health(request: dict) -> Answer:
    """Let the vault of `{"run", "drill", "vault"}` check its items again, and note when; what cannot be, is noted too.

    A vault that may not be refreshed stops no drill: Site Recovery has checked it within 12 hours.
    """
    azure = await connect()
    failure, was = failure_of(request), was_begun(request)
    try:
        operation = None if was else await begin_refresh(azure, request["vault"])
    except Rejected as refusal:
        operation, failure = None, refusal.reason
    if operation is not None:
        return await begun(azure, request["run"], operation)
    told = f"not refreshed: {refusal_told(failure)}" if failure else (await now(azure.settings)).isoformat()
    await note_health(azure, request["drill"], request["vault"], told)
    return {"status": "ready"}


async def keep_evidence(request: dict) -> Answer:
    """The evidence of the drill `{"drill"}`; parts that were not begun will not be, and are closed as skipped."""
    azure = await connect()
    evidence = await finish_drill(azure, request["drill"], is_over=True)
    if evidence is None:
        return {"status": "ready", "evidence": None, "state": DrillStatus.RUNNING.value}
    tell(DRILLS, 1, {OUTCOME: evidence.facts["result"]})
    kept = {"number": evidence.number, "hash": evidence.hash}
    return {"status": "ready", "evidence": kept, "state": str(evidence.facts["result"])}


async def find_ended_parts(request: dict, client) -> dict:  # type: ignore[no-untyped-def]
    """Of the runs of `{"drill", "runs"}`, those that are over, with how: closed in the store, begun and gone since, or
    turned away; and those that have asked their last probe (`probed`).

    `off`: the drill was called off, and what has not begun will not.
    """
    azure = await connect()
    drill = await read_drill(azure, request["drill"])
    off = await read_called_off(azure, request["drill"]) is not None
    vms = {run: vm_id for vm_id, run in drill.runs.items()} if drill else {}
    ended, probed = dict[str, str](), []
    for run in request["runs"]:
        machine = await read_machine(azure, request["drill"], vms.get(run, "")) if run in vms else None
        if machine is not None and machine.status is not DrillStatus.RUNNING:
            ended[run] = machine.status.value
        elif machine is None and off:
            ended[run] = DrillStatus.CANCELLED.value
        elif await is_over(client, run):
            if machine is not None or not await is_expected(client, run):
                ended[run] = DrillStatus.CANCELLED.value
        elif machine is not None and machine.probed_at is not None:
            probed.append(run)
    return {"status": "ready", "ended": ended, "probed": probed, "off": off}


ACTIVITIES = as_steps(
    decide_drill, probe_drill, decide_clean_up, remove_test_machine, close_drill, refresh_health, keep_evidence
)
