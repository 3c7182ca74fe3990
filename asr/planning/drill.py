"""Drills: what one measures, and when it has passed. What has to hold before is in `drill_gates`. Pure."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from hashlib import sha256

from asr.model.drill import (
    CalledOff,
    CleanUp,
    Drill,
    DrillStatus,
    MachineDrill,
    Moment,
    ProbeResult,
)
from asr.model.outcome import Reason
from asr.model.probe import Probe, ProbeKind
from asr.model.resource_id import same
from asr.model.vm_facts import ProtectedItem
from asr.reasons import reason

DEFAULT_PROBES = (Probe(ProbeKind.VM_RUNNING),)
"""What is probed when nothing is asked for: that Azure runs the VM at all."""


MOST_SCRIPTS = 10
"""How often a script is tried: each is a child of the VM, of which Azure takes 25."""


def not_asked(probe: Probe) -> ProbeResult:
    """The result of a probe that was not asked yet."""
    match probe.kind:
        case ProbeKind.TCP:
            where = f"tcp {probe.port}"
        case ProbeKind.HTTP:
            where = f"http {probe.port or 80}{probe.path}"
        case ProbeKind.RUN_COMMAND:
            where = f"script {script_hash(probe)[:12]}"
        case _:
            where = probe.kind.value
    return ProbeResult(probe.kind, where)


def script_hash(probe: Probe) -> str:
    """By what a script is known where its text is not told: it may hold secrets."""
    return sha256((probe.script or "").encode("utf-8", "surrogatepass")).hexdigest()


def is_open(probe: Probe, result: ProbeResult, began_at: str, now: str) -> bool:
    """Whether a probe is still to be asked."""
    if probe.kind is ProbeKind.RUN_COMMAND and result.attempts >= MOST_SCRIPTS:
        return False
    return result.passed_at is None and _seconds(began_at, now) <= probe.timeout_seconds


def rto_seconds(asked_at: str, results: Iterable[ProbeResult]) -> float | None:
    """From the request to when the last of the probes had passed for the first time; None if one never did."""
    passed = [result.passed_at for result in results]
    if not passed or None in passed:
        return None
    return max(_seconds(asked_at, at) for at in passed if at is not None)


def closed(machine: MachineDrill, called: CalledOff | None = None) -> MachineDrill:
    """The VM's part of the drill once its test VM is down, or could not be taken down: passed, or failed and why.

    Where the drill was called off before it was probed to its end, nothing is said of what its probes would have found.
    """
    cut_short = off(called) if machine.probed_at is None else ()
    found = [*machine.reasons, *cut_short]
    found += [
        reason("ProbeFailed", probe=one.where, attempts=one.attempts, problem=one.problem or "it was not asked")
        for one in machine.probes
        if one.passed_at is None and not cut_short
    ]
    found += _missed(machine)
    is_known = all(one.code != "DrillItemGone" for one in found)
    if (machine.test_vm_id or machine.begun_at) is not None and not machine.clean_up.done and is_known:
        found.append(reason("DrillNotCleanedUp", vm=machine.test_vm_id or "not named yet"))
    codes = {one.code for one in found}
    status = DrillStatus.FAILED if codes & FAILING or machine.test_vm_id is None else DrillStatus.PASSED
    if codes & CANCELLING:
        status = DrillStatus.CANCELLED
    return replace(machine, status=status, reasons=tuple(found))


def restarted(before: MachineDrill | None, again: MachineDrill) -> MachineDrill:
    """A part whose gates are read once more, for the first answer was lost: until its test is begun the last word
    counts, and one that is closed stays closed.
    """
    is_open = before is None or (before.status is DrillStatus.RUNNING and before.begun_at is None)
    return again if before is None or is_open else before


def is_of_another(machine: MachineDrill, item: ProtectedItem) -> bool:
    """Whether the test VM that stands beside the item is not the one of this part: somebody else's, never touched."""
    own, standing = machine.test_vm_id, item.test_vm_id
    return standing is not None and (machine.begun_at is None or (own is not None and not same(standing, own)))


def made_by(machine: MachineDrill) -> tuple[str, ...]:
    """The ids of what the test made, as far as it was noted: the VM first, for what it holds can go only after it."""
    return tuple(id_ for id_ in dict.fromkeys((machine.test_vm_id or "", *machine.made)) if id_)


def cleaned_later(machine: MachineDrill, clean: CleanUp) -> MachineDrill:
    """A part that was closed while something of its test was left, and what is read of that now; its result stays."""
    shown = (Moment(clean.at or "", "nothing of the test is left", "app"),) if clean.done else ()
    return replace(machine, clean_up=clean, timeline=(*machine.timeline, *shown))


def skipped_part(drill: Drill, vm_id: str, at: str, called: CalledOff | None = None) -> MachineDrill:
    """The part of a VM that was never begun: a wave before it failed, or the drill was lost or called off."""
    return MachineDrill(
        drill=drill.id,
        run=drill.runs[vm_id],
        vm_id=vm_id,
        status=DrillStatus.CANCELLED,
        target=drill.request.target,
        timeline=(Moment(drill.asked_at, "asked for", "app"), Moment(at, "skipped", "app")),
        reasons=off(called) or (reason("DrillSkipped"),),
    )


def off(called: CalledOff | None) -> tuple[Reason, ...]:
    """Why a part ends that was not probed to its end, where its drill was called off."""
    if called is None:
        return ()
    return (reason("DrillCalledOff", who=called.by, at=called.at, note=called.note or "no reason was given"),)


def lost(machine: MachineDrill) -> Reason:
    """Why the part of a VM ended whose run is over without having closed it."""
    return reason("DrillCancelled", run=machine.run)


CANCELLING = frozenset({"DrillCancelled", "DrillCalledOff"})
"""Reasons with which a part neither passed nor failed."""

FAILING = frozenset(
    {
        "DrillItemGone",
        "ProbeFailed",
        "RtoMissed",
        "RpoMissed",
        "DrillNotCleanedUp",
        "DrillCancelled",
        "TransientFaultPersisted",
    }
)
"""Reasons with which a drill has failed, beside those that ended it before its test VM was there."""


def _missed(machine: MachineDrill) -> Iterator[Reason]:
    rto, rpo = machine.target.rto_minutes, machine.target.rpo_minutes
    if rto is not None and machine.rto_seconds is not None and machine.rto_seconds > rto * 60:
        yield reason("RtoMissed", seconds=round(machine.rto_seconds), minutes=rto)
    if rpo is not None and machine.rpo_seconds is not None and machine.rpo_seconds > rpo * 60:
        yield reason("RpoMissed", seconds=round(machine.rpo_seconds), minutes=rpo)


def status_of(machines: Iterable[MachineDrill]) -> DrillStatus:
    """How the whole drill stands: running while one VM's part is, failed if one has failed."""
    found = {machine.status for machine in machines}
    for status in (DrillStatus.RUNNING, DrillStatus.FAILED, DrillStatus.CANCELLED):
        if status in found:
            return status
    return DrillStatus.PASSED if found else DrillStatus.RUNNING


def status_of_all(machines: Sequence[MachineDrill], total: int) -> DrillStatus:
    """The same, of a drill of so many VMs; those whose part has not begun are to come, unless another's has failed."""
    found = status_of(machines)
    return DrillStatus.RUNNING if found is DrillStatus.PASSED and len(machines) < total else found


def passed(machines: Iterable[MachineDrill]) -> int:
    """How many parts have passed."""
    return sum(1 for machine in machines if machine.status is DrillStatus.PASSED)


def proof(reads: dict[str, bool | None], at: str) -> CleanUp:
    """The clean-up as the reads of what the test had made show it: done when nothing of it is there any more."""
    return CleanUp(done=all(exists is False for exists in reads.values()), at=at, reads=reads)


def _seconds(first: str, last: str) -> float:
    return (datetime.fromisoformat(last) - datetime.fromisoformat(first)).total_seconds()
