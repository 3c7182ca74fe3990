"""Evidence of a drill: what an auditor asks for, and the hash that shows a later change. Pure.

The fields are the union of what DORA (article 25 of 2024/1774), SOC 2 (A1.3), ISO 22301 (8.5) and FFIEC ask for; what
was not measured is null, never guessed.
"""

import json
from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import Any

from asr.codec import encode
from asr.model.drill import Drill, Evidence, MachineDrill
from asr.planning.drill import status_of

SCHEMA = "asr-autoprotect/evidence/1"
"""The form of the facts."""


def facts_of(drill: Drill, machines: Sequence[MachineDrill], version: str, kept_at: str) -> dict[str, Any]:
    """Everything that is kept of a drill, as plain JSON values."""
    return {
        "schema": SCHEMA,
        "id": drill.id,
        "kind": "drill",
        "scenario": "test failover into an isolated network",
        "result": status_of(machines).value,
        "requestedBy": {"name": drill.requested_by, "verified": drill.verified},
        "approvedBy": None,
        "askedAt": drill.asked_at,
        "keptAt": kept_at,
        "toolVersion": version,
        "configurationHash": configuration_hash(drill),
        "request": encode(drill.request),
        "machines": [encode(machine) for machine in sorted(machines, key=lambda one: one.vm_id.lower())],
        "notMeasured": sorted(not_measured(machines)),
    }


def not_measured(machines: Sequence[MachineDrill]) -> set[str]:
    """What an auditor may look for and will not find, in words."""
    missing = {"data inside the test VM was not compared with the source"}
    for machine in machines:
        if machine.rto_seconds is None:
            missing.add(f"RTO of {machine.vm_id}")
        if machine.rpo_seconds is None:
            missing.add(f"RPO of {machine.vm_id}")
    return missing


def configuration_hash(drill: Drill) -> str:
    """What was asked for, in short: equal requests have equal hashes, whoever made them and whenever."""
    request = {name: value for name, value in encode(drill.request).items() if name not in ("drill", "asked_at")}
    return _hash({"request": request, "machines": sorted(drill.runs)})


def evidence_of(number: int, about: str, facts: Mapping[str, Any], previous: str | None, kept_at: str) -> Evidence:
    """The evidence of these facts, as the next of the chain."""
    return Evidence(number, about, kept_at, facts, previous, chained(number, about, facts, previous, kept_at))


def chained(number: int, about: str, facts: Mapping[str, Any], previous: str | None, kept_at: str) -> str:
    """The hash of the facts together with the hash before: SHA-256 of their canonical JSON."""
    return _hash({"number": number, "about": about, "keptAt": kept_at, "facts": facts, "previous": previous})


def is_whole(evidence: Evidence) -> bool:
    """Whether the evidence is as it was written."""
    known = chained(evidence.number, evidence.about, evidence.facts, evidence.previous, evidence.kept_at)
    return known == evidence.hash


def _hash(value: Any) -> str:
    return sha256(json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()).hexdigest()
