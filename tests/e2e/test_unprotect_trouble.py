"""A protection is ended while workers die; tests/gateway/test_ending_trouble.py loses the answer of every call."""

from functools import partial
from typing import Any

from tests.e2e.endings import end, ended, state_of, traces
from tests.e2e.processes import kill_worker
from tests.e2e.stack import Stack, stack

WRITES = (("POST", "*/replicationProtectedItems/*/remove"), ("DELETE", "*/availabilitySets/*"))
"""The removal, and one of what the app had made for it."""


def test_a_worker_that_dies_again_and_again() -> None:
    """Azure has done what was asked, nobody has heard of it: the next worker goes on, and nothing is left."""
    with stack(ASR_SWEEP_SCHEDULE="0 0 0 1 1 *") as up:
        before, vm = state_of(up), up.vm("web-0")
        up.tag(vm, asr_protect="true")
        up.outcome(vm, "enabling")
        for method, path in WRITES:
            up.fault(method=method, path=path, client="asr-autoprotect", phase="after", delay_s=60, times=1)
        started = end(up, "web-0", untag="true", cleanUp="true")
        for number, _ in enumerate(WRITES):
            up.until(partial(_has_struck, up, number))
            kill_worker(up)

        outcome = ended(up, started)

        assert (outcome["state"], outcome["reasons"]) == ("unprotected", []), outcome
        assert traces(up, "web-0") == []
        assert {id_ for id_ in state_of(up) if id_ not in before} == set()


def _has_struck(up: Stack, number: int) -> bool:
    """Whether more than so many faults have struck."""
    found: list[dict[str, Any]] = up.http.get(f"{up.arm}/_emulator/faults").json()
    return sum(int(one["struck"]) for one in found) > number
