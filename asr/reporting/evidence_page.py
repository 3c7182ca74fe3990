"""Evidence as one self-contained page: what an auditor reads of a drill or a failover. Pure."""

import json
from collections.abc import Mapping
from typing import Any

from asr.codec import decode
from asr.model.evidence import Evidence
from asr.model.outcome import Reason
from asr.planning.evidence import is_whole
from asr.reasons.render import render
from asr.reporting.answers.drills import Drill
from asr.reporting.paper import heading, page, table

_STATES = {True: "yes", False: "no", None: "not told"}
_HEALTH = {"healthBefore": "Health before", "healthAfter": "Health afterwards"}
_GONE = {True: "still there", False: "gone", None: "not told"}


def evidence_page(evidence: Evidence, prefix: str) -> str:
    """The page of a drill or a failover that is over. Whatever Azure or a caller wrote is text in it,
    never markup. `prefix` is that of tags.
    """
    facts = evidence.facts
    result = str(facts.get("result"))
    title = f"{str(facts.get('kind')).replace('_', ' ')} {facts.get('id')}"
    return page(
        title,
        result,
        [
            table("What it was", _about(evidence)),
            table("Skipped steps", [(str(index), one) for index, one in enumerate(facts.get("skipped", ()), 1)]),
            *(part for machine in facts.get("machines", ()) for part in _machine(machine, prefix)),
            table("Not measured", [(str(index), one) for index, one in enumerate(facts.get("notMeasured", ()), 1)]),
            table("The chain", _chain(evidence)),
        ],
    )


def pending_page(drill: Drill) -> str:
    """The page of a drill whose evidence is not kept yet."""
    rows = [(machine.vm_id, machine.status.value, machine.run) for machine in drill.machines]
    called = drill.called_off
    off = [("Called off", f"{called.at} by {called.by.name}: {called.note or 'no reason was given'}")] if called else []
    return page(
        f"drill {drill.id}",
        drill.status.value,
        [
            "<p>It is not over: its evidence is kept when all of it is.</p>",
            *([table("What it waits for", off)] if off else []),
            table("Machines", rows, ("Machine", "Status", "Run")),
        ],
    )


def _about(evidence: Evidence) -> list[tuple[str, object]]:
    facts = evidence.facts
    by: Mapping[str, Any] = facts.get("requestedBy") or {}
    said = "verified" if by.get("verified") else "as the caller said"
    health: Mapping[str, str] = facts.get("vaultHealthRefreshed") or {}
    return [
        ("Kind", f"{facts.get('kind')}: {facts.get('scenario')}"),
        ("Asked for by", f"{by.get('name')} ({said})"),
        ("Approved by", facts.get("approvedBy") or "not recorded: the app asks nobody to approve"),
        ("Asked for at", facts.get("askedAt")),
        *_called_off(facts.get("calledOff")),
        ("Kept at", facts.get("keptAt")),
        *([("Took", _seconds(facts["durationSeconds"]))] if "durationSeconds" in facts else []),
        ("By the schedule of", facts.get("profile") or "no profile"),
        ("Next due", facts.get("nextDue") or "no schedule"),
        ("Version of the app", facts.get("toolVersion")),
        ("Hash of what was asked for", facts.get("configurationHash") or "none"),
        *((f"Health of {vault.rpartition('/')[2]} refreshed", at) for vault, at in health.items()),
        ("Deviations", facts.get("deviations") or "none"),
    ]


def _called_off(called: Mapping[str, Any] | None) -> list[tuple[str, object]]:
    if not called:
        return []
    said = "verified" if called.get("verified") else "as the caller said"
    return [("Called off", f"{called.get('at')} by {called.get('by')} ({said}): {called.get('note') or 'no reason'}")]


def _source(source: Mapping[str, Any] | None) -> list[tuple[str, object]]:
    """Whether the source of a real failover has stopped, and who read that."""
    if not source:
        return []
    stopped = source.get("stopped")
    said = "not measured" if stopped is None else "it has stopped" if stopped else "it has not stopped"
    by = f", it is {source.get('power')} ({source.get('readBy')})" if source.get("power") else ""
    return [("Source", f"{said}{by}")]


def _machine(machine: Mapping[str, Any], prefix: str) -> list[str]:
    name = str(machine.get("vmId")).rpartition("/")[2]
    regions, point = machine.get("regions") or {}, machine.get("recoveryPoint") or {}
    measured = [
        (what.upper(), _seconds(one.get("seconds")), _seconds(one.get("targetSeconds"), "no target"), _met(one), by)
        for what in ("rto", "rpo")
        for one in (machine.get(what) or {},)
        for by in (one.get("measuredBy") or "nobody",)
    ]
    clean: Mapping[str, Any] = machine.get("cleanUp") or {}
    about = [
        ("Machine", machine.get("vmId")),
        ("Item", machine.get("itemId") or "none"),
        ("Regions", f"{regions.get('source')} to {regions.get('recovery')}"),
        *((said, machine[name] or "not told") for name, said in _HEALTH.items() if name in machine),
        ("Recovery point", _point(point)),
        ("Machine that came up", machine.get("testVmId") or machine.get("recoveredVmId") or "none"),
        *_source(machine.get("source")),
        ("Test network", machine.get("testNetwork") or "none"),
        ("Configuration", machine.get("configuration") or "not told"),
    ]
    gates = [
        (one.get("name"), _STATES[one.get("holds")], one.get("read"), _found(one.get("found") or {}))
        for one in machine.get("gates", ())
    ]
    probes = [
        (
            one.get("what"),
            one.get("passedAt") or f"never: {one.get('problem') or 'it was not asked'}",
            one.get("attempts"),
            one.get("from"),
            one.get("output") or "",
        )
        for one in machine.get("probes", ())
    ]
    timeline = [(one.get("at"), one.get("what"), one.get("source")) for one in machine.get("timeline", ())]
    cleaned = [(id_, _GONE.get(exists, "not told")) for id_, exists in (clean.get("reads") or {}).items()]
    reasons = [(one.get("code"), render(decode(Reason, one), prefix)["sentence"]) for one in machine.get("reasons", ())]
    parts = [
        heading(name, str(machine["result"]) if "result" in machine else None),
        table("About it", about),
        table("Measured", measured, ("What", "Measured", "Target", "Met", "By whom")),
    ]
    if "gates" in machine:
        parts.append(table("Gates", gates, ("Gate", "Holds", "Read", "Found")))
    if "gates" in machine or probes:
        parts.append(table("Probes", probes, ("Probe", "First passed", "Attempts", "Asked from", "Said")))
    if "gates" in machine:
        parts += [
            table(f"Clean-up, read at {clean.get('at') or 'no time'}", cleaned, ("What the test made", "Afterwards")),
        ]
    return [
        *parts,
        table("Timeline (UTC)", timeline, ("At", "What", "Who says so")),
        table("Deviations", reasons, ("Code", "What")),
    ]


def _chain(evidence: Evidence) -> list[tuple[str, object]]:
    return [
        ("Number", evidence.number),
        ("Hash", evidence.hash),
        ("Hash of the one before", evidence.previous or "none: it is the first"),
        ("As it was written", "yes" if is_whole(evidence) else "NO: it was changed since"),
    ]


def _point(point: Mapping[str, Any]) -> str:
    if not point.get("at"):
        return "none"
    kind = {True: ", app-consistent", False: ", crash-consistent", None: ""}[point.get("appConsistent")]
    disks = f", {point['disks']} of {point['ofDisks']} disks" if point.get("disks") and point.get("ofDisks") else ""
    return f"{point['at']}{kind}{disks}"


def _seconds(seconds: float | None, missing: str = "not measured") -> str:
    return missing if seconds is None else f"{round(seconds, 1):g} s"


def _met(one: Mapping[str, Any]) -> str:
    return {True: "yes", False: "no", None: "not told"}[one.get("met")]


def _found(found: Mapping[str, object]) -> str:
    return "; ".join(f"{name}: {json.dumps(value, ensure_ascii=False)}" for name, value in found.items())
