"""Tell the runs that wait for a vault's jobs which of them have ended: one read for all."""

import asyncio
from collections.abc import Sequence

from azure.durable_functions import DurableFunctionsClient
from durabletask.entities import EntityInstanceId

from activities.ended_runs import is_over
from activities.step import as_step
from asr.codec import decode
from asr.errors import AutoprotectError, Rejected, Throttled, TransientFault
from asr.gateway.clock import now
from asr.gateway.session import Azure, connect
from asr.gateway.site_recovery.jobs import list_job_states
from asr.model.step import JobState
from asr.planning.job_waiters import Waiters, earliest, ended_of, event_of
from asr.services.run_plans import delete_run_plans

FORGOTTEN_AT_ONCE = 8
"""Runs whose documents are deleted side by side."""


async def tell_job_waiters(request: dict, client) -> dict:  # type: ignore[no-untyped-def]
    """Read the jobs that the waiters of `{"key", "follower"}` wait for, and tell who can go on; `ended` says how many.

    Where the vault does not tell, everybody has to ask by himself: his own operation may be readable, and says why not.
    """

    async def body(asked: dict) -> dict:
        entity = EntityInstanceId("JobWaiters", asked["key"])
        state = await _waiters(client, entity)
        if not state.waiters or state.follower != asked["follower"]:
            return {"status": "ready", "ended": 0}
        azure = await connect()
        jobs = await _jobs(azure, state)
        moment = (await now(azure.settings)).timestamp()
        ended = ended_of(state, jobs, moment)
        forgotten = await _forgotten(azure, [run for run, good in ended.items() if good and state.waiters[run].last])
        for run, succeeded in ended.items():
            news = {"succeeded": succeeded, **({"forgotten": True} if run in forgotten else {})}
            await _tell(client, run, state.waiters[run].job, news)
        said = {run: state.waiters[run].job for run in ended}
        message = {"follower": asked["follower"], "now": moment, "ended": said}
        await client.signal_entity(entity, "told", input=message)
        return {"status": "ready", "ended": len(ended)}

    return await as_step(body)(request)


async def _forgotten(azure: Azure, runs: Sequence[str]) -> frozenset[str]:
    """Those of the runs whose documents could be deleted; the others delete theirs themselves."""
    few = asyncio.Semaphore(FORGOTTEN_AT_ONCE)

    async def forget(run: str) -> str | None:
        async with few:
            try:
                await delete_run_plans(azure, run)
            except AutoprotectError:
                return None
            return run

    return frozenset(run for run in await asyncio.gather(*map(forget, runs)) if run is not None)


async def _tell(client: DurableFunctionsClient, run: str, job: str, said: dict[str, bool]) -> None:
    """A run that was terminated or purged need not be told."""
    try:
        await client.raise_orchestration_event(run, event_of(job), data=said)
    except Exception:
        if not await is_over(client, run):
            raise


async def _waiters(client: DurableFunctionsClient, entity: EntityInstanceId) -> Waiters:
    found = await client.get_entity(entity, include_state=True)
    kept = found.get_typed_state(dict) if found else None
    return decode(Waiters, kept) if kept else Waiters()


async def _jobs(azure: Azure, state: Waiters) -> dict[str, JobState] | None:
    """The states of the jobs by name; None where the vault does not tell them."""
    try:
        return await list_job_states(azure, state.vault, earliest(state.waiters.values()))
    except Throttled:
        raise
    except (Rejected, TransientFault):
        return None
