"""A fleet with a machine in every state, as the product's own answers tell it."""

import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from asr.model.drift import Drift, DriftDecision
from asr.model.ending import EndCause, Ending, EndStage
from asr.model.fleet import FleetHead, FleetProblem, FleetRow
from asr.model.objective import ObjectiveState, RpoMonth, RpoRecord
from asr.model.outcome import Reason
from asr.planning.fleet_rows import Member, member_of
from asr.planning.fleet_state import Condition, FleetState, machine_of
from asr.reasons import of_azure, reason
from asr.reasons.render import render
from asr.reporting.answers.base import Answer
from asr.reporting.drilled import NO_DRILLS
from asr.reporting.fleet import Filter, drift_shown, fleet_shown, selected, summary_shown
from asr.reporting.paging import page
from asr.reporting.sorting import sorted_page
from tests.browser.served import Asked, Said, said
from tests.unit.planning.contoso import VM_ID, item, vm

AT = "2026-11-22T12:00:00+00:00"
HOSTILE = "<img src=x onerror=alert(1)>"
"""What somebody may write wherever text is taken."""

VAULT = "/subscriptions/s/resourceGroups/dr/providers/Microsoft.RecoveryServices/vaults/v"
PROBLEM = FleetProblem(
    "vault", VAULT, of_azure("AuthorizationFailed", {"message": HOSTILE}), "2026-11-22T11:00:00+00:00"
)
HEAD = FleetHead("r", AT, machines=30, problems=(PROBLEM,), sweep=AT)

WHY: dict[FleetState, tuple[Reason, ...]] = {
    FleetState.REFUSED: (reason("AzureVmIsNotInDesiredPowerState", state="deallocated"),),
    FleetState.FAILED: (of_azure("InternalError", {"message": HOSTILE, "recommendedAction": "Try again."}),),
    FleetState.UNHEALTHY: (of_azure("153039", {"message": "The churn is too high.", "severity": "Error"}),),
}
WITHOUT_ITEM = {
    FleetState.REFUSED,
    FleetState.FAILED,
    FleetState.PENDING,
    FleetState.UNPROTECTED,
    FleetState.NOT_REQUESTED,
}


def vm_id(name: str) -> str:
    """The id of a machine of the sample."""
    return VM_ID.replace("web-0", name)


def member(name: str, state: FleetState, **changes: Any) -> Member:
    """A machine in this state."""
    id_ = vm_id(name)
    about = None if state in WITHOUT_ITEM else item(rpo_seconds=240, health="Normal", percent=None)
    machine = replace(machine_of(vm()), id=id_, tags={"asr-protect": HOSTILE})
    row = FleetRow(
        id_, "eastasia", machine, about, item_at=AT, item_since=AT, tagged=True, asked_before=True, **changes
    )
    return replace(member_of(row), condition=Condition(state, WHY.get(state, ())))


def every_state() -> tuple[Member, ...]:
    """One machine in each state, and one whose name and tag are an attack."""
    found = [member(f"vm-{state.value.replace('_', '-')}", state) for state in FleetState]
    drifted = member("vm-drifted", FleetState.PROTECTED, drifts=(Drift("vault", HOSTILE, "y", DriftDecision.PROPOSE),))
    months = {"2026-09": RpoMonth(99, 1), "2026-10": RpoMonth(50, 50), "2026-11": RpoMonth(90, 30)}
    aimed = member("vm-aimed", FleetState.PROTECTED, rpo=RpoRecord(15, ObjectiveState.MET, AT, AT, months=months))
    deadline = "2099-01-01T00:00:00+00:00"
    ending = Ending(vm_id("vm-grace"), "/item", EndCause.UNTAGGED, EndStage.GRACE, AT, deadline, "sweep")
    ends = [replace(one, row=replace(one.row, ending=ending)) if "grace" in one.place else one for one in found]
    return tuple(sorted([*ends, drifted, aimed, member("vm-hostile", FleetState.PROTECTED)], key=lambda one: one.place))


def shown(answer: Answer) -> Said:
    """An answer of the product, but for one name, which no id of the product could hold."""
    body = answer.model_dump(mode="json", by_alias=True)
    return said(json.loads(json.dumps(body).replace('"name": "vm-hostile"', json.dumps({"name": HOSTILE})[1:-1])))


def _protectable(name: str, state: str, *reasons: Reason) -> dict[str, Any]:
    told = [dict(render(one, "asr-")) for one in reasons]
    return {"vmId": vm_id(name), "name": name, "region": "eastasia", "tag": None, "state": state, "reasons": told}


PROTECTABLE = [
    _protectable("vm-open", "protectable"),
    _protectable("vm-stopped", "not_protectable", *WHY[FleetState.REFUSED]),
]
"""What GET /api/protectable tells of machines that are not protected."""

ALWAYS: dict[str, Any] = {
    "drills": {"drills": [], "total": 0, "continuation": None},
    "protectable": {"total": 2, "continuation": None, "machines": PROTECTABLE},
    "evidence": {"whole": True, "total": 0, "checked": 0, "problems": [], "evidence": [], "next": None},
}
"""Answers that no machine changes."""


class Sample:
    """The API of a fleet."""

    def __init__(self, members: Sequence[Member]) -> None:
        self.members = members

    def __call__(self, asked: Asked) -> Said:
        """Answer as the app does."""
        query = asked.query
        match asked.path:
            case "summary":
                return shown(summary_shown(HEAD, self.members, "asr-"))
            case "protections" if "vmId" not in query:
                wanted = Filter(
                    FleetState(query["state"]) if "state" in query else None,
                    query.get("health"),
                    query.get("region"),
                    query.get("resourceGroup"),
                    int(query["minRpo"]) if "minRpo" in query else None,
                    query.get("search"),
                )
                chosen = list(selected(self.members, wanted))
                top, after = int(query["top"]), query.get("continuation")
                if "sort" in query:
                    rows, following = sorted_page(chosen, query["sort"], NO_DRILLS, top, after)
                else:
                    rows, following = page(chosen, lambda one: one.place, top, after)
                return shown(fleet_shown(HEAD, rows, len(chosen), following, "asr-"))
            case "drift":
                return shown(drift_shown(HEAD, self.members, "asr-"))
            case path if path in ALWAYS:
                return said(ALWAYS[path])
        return said({"detail": f"{json.dumps(asked.path)} is not part of the sample.", "title": "Missing"}, 404)
