"""What a VM that a failover made answers to the probes of its plan."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from asr.gateway.clock import now
from asr.gateway.session import Azure
from asr.model.probe import Probe
from asr.planning.drill import not_asked
from asr.services.decide import find_machine
from asr.services.drill_probes import probe_problem

LONGEST_PROBLEM = 200
"""Characters of what a probe answered that are kept."""


async def probe_recovered(
    azure: Azure, vm_id: str, probes: Sequence[Probe], passed: Sequence[int], since: str
) -> dict[str, Any]:
    """Ask once each probe that has not `passed`, by its place; `since` is when they were asked first.

    `open`: one that has not passed has time left. `problems` tell of those that have not, each with what it asked.
    """
    at = await now(azure.settings)
    waited = (at - datetime.fromisoformat(since)).total_seconds()
    vm = await find_machine(azure, vm_id)
    found, problems, is_open = list(passed), [], False
    for place, probe in enumerate(probes):
        if place in passed:
            continue
        problem = "the VM is not there" if vm is None else await probe_problem(azure, probe, vm)
        if problem is None:
            found.append(place)
            continue
        problems.append({"probe": not_asked(probe).where, "problem": problem[:LONGEST_PROBLEM]})
        is_open = is_open or waited < probe.timeout_seconds
    return {"passed": found, "open": is_open, "problems": problems}
