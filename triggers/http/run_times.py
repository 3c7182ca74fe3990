"""How long a run will still take, as statuses tell it."""

from functools import partial

from asr.gateway.clock import now
from asr.gateway.run_times_store import read_run_times
from asr.gateway.session import Azure
from asr.planning.run_times import seconds_left
from asr.reporting.answers.runs import SecondsLeft

FRESH_SECONDS = 60.0
"""How long what was read of past runs counts; sweeps write it."""


async def time_left(azure: Azure, kind: str, since: str) -> SecondsLeft | None:
    """How long a run of this kind that began then will still take; None where too little is known.

    Raises:
        TransientFault: the store did not answer.
    """
    times = await azure.memory.recall("run times", FRESH_SECONDS, partial(read_run_times, azure))
    left = seconds_left(times, kind, since, await now(azure.settings))
    return SecondsLeft(low=left.low, high=left.high, runs=left.runs) if left else None
