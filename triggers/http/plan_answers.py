"""What a request of a recovery plan is answered."""

from collections.abc import Sequence

import azure.functions as func

from asr.model.outcome import Reason
from asr.model.recovery_run import RecoveryRun
from asr.model.resource_id import key
from asr.planning.lifecycle import run_id
from asr.planning.naming import vm_key
from asr.reporting.answers.plans_of_tags import StartedPart, StartedPlan
from asr.reporting.outcome import reasons_shown
from triggers.http.failover_machines import Refused
from triggers.http.problems import problem
from triggers.http.route import Call
from triggers.http.runs import addresses, status_address


def nothing_left(call: Call, name: str, refused: Sequence[Refused]) -> func.HttpResponse:
    """The 409 for a plan of which all is left out."""
    prefix = call.settings.tag_prefix
    left_out = [
        {"vmId": vm_id, "reasons": [one.model_dump(mode="json", by_alias=True) for one in reasons_shown(why, prefix)]}
        for vm_id, _, why in refused
    ]
    return problem(
        409,
        "RecoveryPlanEmpty",
        "Nothing is left of the plan",
        f"None of the {len(refused)} VMs of the plan {name!r} can be followed as it is now. Nothing was started.",
        refused=left_out,
    )


def started_plan(call: Call, run: RecoveryRun, notes: Sequence[Reason], skipped: Sequence[Refused]) -> StartedPlan:
    """The VMs that are begun, wave by wave, and those that are not."""
    prefix = call.settings.tag_prefix
    parts = []
    for wave in run.waves:
        for vm in (one for part in wave.parts for one in part):
            id_ = run_id(vm_key(vm.vm_id), run.id)
            parts.append(
                StartedPart(
                    vm_id=vm.vm_id,
                    id=id_,
                    status_query_get_uri=status_address(call.request, id_),
                    wave=wave.number,
                )
            )
    why = {key(vm_id): reasons for vm_id, _, reasons in skipped}
    left_out = [{"vm_id": one, "reasons": reasons_shown(why.get(key(one), ()), prefix)} for one in run.skipped]
    return StartedPlan.model_validate(
        {
            **addresses(call, run.id),
            "plan": run.plan,
            "protections": parts,
            "skipped": left_out,
            "reasons": reasons_shown(notes, prefix),
        }
    )
