"""Settings of an item that somebody else sets back each time they are put right: nobody fights over them. Pure.

A difference that comes back after a run of ours has put it right is meant by somebody: another tool, or a person in the
portal. It is put right twice; when it comes back once more it is proposed, and no longer done. So is what Site Recovery
says that it has changed, and does not show.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta

from asr.model.drift import Drift, DriftDecision
from asr.model.fleet import FleetRow, Reverted
from asr.model.outcome import Outcome
from asr.planning.drift import OF_THE_VM

MOST_APPEARANCES = 3
"""How often a difference may appear before it is taken to be meant."""

REMEMBERED = timedelta(days=7)
"""How long an appearance counts."""


def reverted(
    before: FleetRow | None, found: tuple[Drift, ...], outcome: Outcome | None, outcome_at: str | None, at: str
) -> Mapping[str, Reverted]:
    """By field, how often a difference has appeared, with what is found now; what is long ago is forgotten."""
    known = {field: one for field, one in (before.reverted if before else {}).items() if _counts(one, at)}
    fixed = _fixed(before, outcome, outcome_at)
    was = {one.field for one in before.drifts} if before else set()
    for drift in found:
        if drift.field in OF_THE_VM or not drift.in_place:
            continue
        last = known.get(drift.field)
        times = last.times if last and last.wished == drift.wished else 0
        appears = drift.field not in was or drift.field in fixed or not times
        seen = at if appears or last is None else last.at
        known[drift.field] = Reverted(drift.wished, times + appears, seen)
    return known


def contested(known: Mapping[str, Reverted]) -> frozenset[str]:
    """The fields that are not put right any more."""
    return frozenset(field for field, one in known.items() if one.times >= MOST_APPEARANCES)


def _fixed(before: FleetRow | None, outcome: Outcome | None, outcome_at: str | None) -> frozenset[str]:
    """What a run has put right since the last snapshot; also what Site Recovery says that it did, and has not done."""
    if before is None or outcome is None or not outcome_at or outcome_at <= (before.outcome_at or before.item_at or ""):
        return frozenset()
    if any(one.code == "ChangeNotTaken" for one in outcome.reasons):
        return frozenset(one.field for one in before.drifts if one.decision is DriftDecision.FIX)
    fields = outcome.facts.get("fixed")
    return frozenset(one for one in fields if isinstance(one, str)) if isinstance(fields, list) else frozenset()


def _counts(known: Reverted, at: str) -> bool:
    return datetime.fromisoformat(at) - datetime.fromisoformat(known.at) < REMEMBERED
