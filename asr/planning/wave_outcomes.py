"""How the waves of a recovery plan, and the whole, end. Total functions of plain JSON values. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from asr.codec import decode, encode
from asr.model.outcome import Reason, State
from asr.model.run import VmState
from asr.planning.lifecycle import place
from asr.reasons import blocks, reason

_WELL = frozenset({State.FAILED_OVER.value, State.PROTECTED.value, State.ENABLING.value})
"""Outcomes of runs that have done what they were asked for, unless a reason stands against them."""

_MOST_NAMES = 5
"""VMs of a wave that are named; the others are counted."""


def is_well(outcome: Any) -> bool:
    """Whether a VM's run has done what its plan needs: a probe that never passed is a failure of the VM, too."""
    if not isinstance(outcome, Mapping) or outcome.get("state") not in _WELL:
        return False
    return not any(blocks(decode(Reason, one)) for one in outcome.get("reasons", ()))


def ended_unseen(state: VmState, run: str, vm_key: str) -> bool | None:
    """Whether a run that has no instance went well, by what its VM's entity knows: its history may have been purged, or
    there was no place for the command. None while it waits for its turn, or is about to begin.
    """
    entry = next((one for one in state.runs if one.run == run), None)
    if entry is not None and entry.state is not None:
        return is_well({"state": entry.state})
    stands = place(state, run, vm_key)
    return False if stands is not None and stands.queued is None else None


def begun(
    wave: int, done: Sequence[Mapping[str, Any]] = (), resumed: Sequence[Mapping[str, Any]] = ()
) -> dict[str, Any]:
    """What is known of a plan when this wave, counted from 0, begins: `waiting` are the runs under way, `queue` the VMs
    that were read and not begun, `next` where the following ones are (None: there are none).
    """
    return {
        "wave": wave,
        "number": wave,
        "next": 0,
        "queue": [],
        "waiting": {},
        "vms": 0,
        "failed": [],
        "halts": False,
        "done": list(done),
        "resumed": list(resumed),
    }


def wave_result(state: Mapping[str, Any]) -> dict[str, Any]:
    """How a wave ended: its number, its VMs, which of them failed, and whether that ends the plan."""
    names = sorted(state["failed"])
    return {
        "wave": state["number"],
        "vms": state["vms"],
        "failed": len(names),
        "failedVms": names[:_MOST_NAMES],
        "halts": state["halts"],
    }


def expired(wave: int, hours: float, left: int) -> Reason:
    """Nobody resumed the pause after this wave."""
    return reason("PauseExpired", wave=wave, hours=hours, left=left)


def plan_result(
    result: str,
    reasons: Iterable[Reason],
    done: Sequence[Mapping[str, Any]],
    resumed: Sequence[Mapping[str, Any]] = (),
    *,
    waves_left: int = 0,
) -> dict[str, Any]:
    """The output of a plan's run. `result`: `done`, also with failures that stop nothing; `stopped` by a failure;
    `expired` in a pause; `failed`, if the waves could not be followed.
    """
    told = [*reasons, *(_told(one, waves_left) for one in done if one["failed"])]
    return {
        "result": result,
        "reasons": [encode(one) for one in told],
        "waves": list(done),
        "waves_left": waves_left,
        "resumed": list(resumed),
    }


def _told(wave: Mapping[str, Any], left: int) -> Reason:
    facts = {"wave": wave["wave"], "failed": wave["failed"], "vms": list(wave["failedVms"])}
    if wave["halts"] and left:
        return reason("WaveFailed", **facts, left=left)
    return reason("WaveWithFailures", **facts)
