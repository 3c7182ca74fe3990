"""The trail of what was done: from the task hub's history into the store, and only then is history purged."""

import json
import logging
import os
from collections import Counter
from datetime import UTC, date, datetime, time, timedelta

import azure.functions as func
from azure.durable_functions import DurableFunctionsClient
from durabletask.client import OrchestrationQuery

from asr.gateway.clock import now
from asr.gateway.session import Azure, connect
from asr.model.audit import AuditRecord
from asr.services.audit import DAY, record, record_until_now, trail_goes_until
from asr.settings import read_settings
from triggers.asking import ENDED
from triggers.http.histories import record_of, utc

_LOG = logging.getLogger(__name__)

FIRST = datetime(2020, 1, 1, tzinfo=UTC)
"""Before anything of this app ever ran: some task hubs do not take the beginning of time."""


async def audit_timer(timer: func.TimerRequest, client) -> None:  # type: ignore[no-untyped-def]
    """Once a day: record all runs that have ended, then purge what is older than ASR_HISTORY_DAYS."""
    settings, azure = read_settings(os.environ), await connect()
    moment = await now(settings)
    since = await trail_goes_until(azure)
    added = await record_until_now(azure, await runs_since(client, since), moment)
    purged = await purge_before(client, azure, moment - timedelta(days=settings.history_days))
    _LOG.info(json.dumps({"audit": added, "purged": purged}))


async def runs_since(
    client: DurableFunctionsClient, since: datetime | None, until: datetime | None = None
) -> list[AuditRecord]:
    """The runs of VMs that began in this time, as the task hub knows them."""
    query = OrchestrationQuery(created_time_from=since or FIRST, created_time_to=until, fetch_inputs_and_outputs=True)
    found = (record_of(instance) for instance in await client.get_all_orchestration_states(query))
    return [one for one in found if one is not None]


async def purge_before(client: DurableFunctionsClient, azure: Azure, before: datetime) -> int:
    """Purge what began before this time and has ended, a day at a time, each recorded first; how much that was.

    What is under way stays, however old, and so do entities.
    """
    old = await client.get_all_orchestration_states(
        OrchestrationQuery(created_time_from=FIRST, created_time_to=before, runtime_status=list(ENDED))
    )
    purged = 0
    for day in sorted(Counter(utc(instance.created_at).date() for instance in old)):
        begin = _midnight(day)
        end = min(begin + DAY, before)
        await record(azure, await runs_since(client, begin, end))
        purged += (await client.purge_orchestrations_by(begin, end, list(ENDED))).deleted_instance_count
    return purged


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)
