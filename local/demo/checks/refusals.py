"""Checks of a machine that cannot be protected: it is told why, everywhere, and nothing was begun for it."""

from local.demo.checks.end_state import EndState
from local.demo.checks.verdict import Verdict
from local.demo.http import Json
from local.demo.story import Refusal, Role


def no_item(azure: EndState, role: Role, refusal: Refusal) -> Verdict:
    """No protected item exists, because of the refusal."""
    items = [item["name"] for item in azure.items_of(role)]
    return Verdict(not items, f"none, as {refusal.code} demands" if not items else ", ".join(items))


def in_status(azure: EndState, role: Role, refusal: Refusal) -> Verdict:
    """The status shows the refusal."""
    return _refused(azure.status(role)["lastOutcome"], refusal)


def in_history(azure: EndState, role: Role, refusal: Refusal) -> Verdict:
    """The history shows a run that ended in the refusal."""
    outcomes = [run["outcome"] for run in azure.history(role)]
    verdicts = [_refused(outcome, refusal) for outcome in outcomes]
    return next((one for one in verdicts if one.ok), Verdict(ok=False, found=f"{len(outcomes)} runs, none refused so"))


def _refused(outcome: Json | None, refusal: Refusal) -> Verdict:
    """The state, the code that Azure itself gives, a sentence and a fix."""
    reasons = (outcome or {}).get("reasons") or ()
    mine = [reason for reason in reasons if reason["code"] == refusal.code and reason["sentence"] and reason["fix"]]
    if outcome is None or outcome["state"] != "refused" or not mine:
        return Verdict(ok=False, found=str(outcome))
    return Verdict(ok=True, found=f"{refusal.code}: {mine[0]['sentence']} {mine[0]['fix']}")
