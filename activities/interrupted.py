"""Failovers whose run ended without a report: what is known of them is evidence, too, whoever goes on with them."""

from typing import Any

from azure.durable_functions import DurableFunctionsClient

from asr.errors import TransientFault
from asr.gateway.clock import now
from asr.gateway.session import Azure
from asr.model.failover import FailoverAction
from asr.model.run import VmState
from asr.planning.failover_evidence import FailoverRecord
from asr.planning.outcomes import unreported
from asr.services.evidence import keep_failover

EARNEST = frozenset(FailoverAction) - {FailoverAction.TEST, FailoverAction.CLEAN_UP}
"""What moves something; a drill keeps the evidence of the others."""


async def keep_interrupted(client: DurableFunctionsClient, azure: Azure, state: VmState, run: str) -> None:
    """Keep the evidence of the VM's run, if that was a failover in earnest which had begun: once, and nothing where the
    run itself had kept it. Azure may go on with what it was asked for: the tasks of its job are told as they stand.

    Raises:
        TransientFault: the store did not answer.
    """
    entry = next((one for one in state.runs if one.run == run), None)
    if entry is None or entry.kind not in EARNEST or state.active is None or not state.active.begun:
        return
    instance = await client.get_orchestration_state(run)  # purged: the index still tells who and when
    asked = _record(instance.get_input() if instance else None)
    step = _record(instance.get_custom_status() if instance else None).get("step")
    record = FailoverRecord(
        run=run,
        kind=entry.kind,
        action=step if step in EARNEST else entry.kind,
        vm_id=state.vm_id,
        item_id=state.item_id,
        asked_at=str(asked.get("at") or entry.first),
        began_at=entry.first,
        ended_at=(await now(azure.settings)).isoformat(),
        requested_by=entry.requested_by.name,
        verified=entry.requested_by.verified,
        recovery_point=_record(asked.get("failover")).get("recovery_point"),
        outcome=unreported(run),
    )
    try:
        await keep_failover(azure, record)
    except TransientFault:  # of Azure, perhaps: a region that is lost keeps no evidence from being written
        await keep_failover(azure, record, reads=False)


def _record(given: Any) -> dict[str, Any]:
    return given if isinstance(given, dict) else {}
