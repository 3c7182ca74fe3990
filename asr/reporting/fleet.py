"""The fleet as HTTP shows it: its rows, what could not be read, its sums, its differences. Pure."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from asr.choices.tags import PROTECT
from asr.model.ending import EndStage
from asr.model.fleet import FleetHead, FleetProblem, FleetRow
from asr.model.objective import ObjectiveState, RpoRecord
from asr.model.resource_id import parse, same
from asr.model.vm_facts import ProtectedItem
from asr.planning.drift import drift_reason
from asr.planning.fleet_rows import Member, belongs
from asr.planning.fleet_state import PROTECTING, Condition, FleetState
from asr.planning.homes import copy_of
from asr.planning.objectives import attainment
from asr.reasons import blocks
from asr.reasons.render import render
from asr.reporting.answers import fleet as answers
from asr.reporting.drilled import NO_DRILLS, Drills
from asr.reporting.outcome import reasons_shown

AGAINST = frozenset({FleetState.REFUSED, FleetState.FAILED})
"""States in which reasons stand against a VM."""


@dataclass(frozen=True, slots=True)
class Filter:
    """Which rows are wanted; None wants all. Regions are lower case without spaces, `min_rpo` is in seconds.

    `search` is a part of the VM's name.
    """

    state: FleetState | None = None
    health: str | None = None
    region: str | None = None
    resource_group: str | None = None
    min_rpo: int | None = None
    search: str | None = None

    def holds(self, member: Member) -> bool:
        """Whether the member is wanted."""
        row, item = member.row, member.row.item
        rpo = item.rpo_seconds if item else None
        return (
            (self.state is None or member.condition.state is self.state)
            and (self.health is None or (item is not None and same(item.health, self.health)))
            and (self.region is None or row.region == self.region)
            and (self.resource_group is None or same(parse(row.vm_id).resource_group, self.resource_group))
            and (self.min_rpo is None or (rpo is not None and rpo >= self.min_rpo))
            and (self.search is None or self.search.lower() in member.place.rpartition("/")[2])
        )


def selected(members: Iterable[Member], wanted: Filter) -> Iterator[Member]:
    """The members of the fleet that are wanted; what nobody asks for and nothing protects is no member."""
    return (member for member in members if belongs(member.row) and wanted.holds(member))


def fleet_shown(
    head: FleetHead,
    shown: Sequence[Member],
    total: int,
    continuation: str | None,
    prefix: str,
    drills: Drills = NO_DRILLS,
) -> answers.Fleet:
    """The answer of GET /api/protections without `vmId`."""
    return answers.Fleet(
        total=total,
        protections=[row_shown(member.row, member.condition, prefix, drills) for member in shown],
        continuation=continuation,
        as_of=head.as_of,
        problems=problems_shown(head.problems, prefix),
    )


def row_shown(row: FleetRow, condition: Condition, prefix: str, drills: Drills = NO_DRILLS) -> answers.FleetRow:
    """One row of the fleet."""
    item, vm = row.item, parse(row.vm_id)
    return answers.FleetRow(
        vm_id=row.vm_id,
        name=vm.name,
        resource_group=vm.resource_group,
        region=row.region,
        home_region=(item.home_region or item.source_region) if item else None,
        side=side_of(item),
        running_vm_id=item.running_vm_id if item else None,
        exists=row.machine is not None,
        copy_of=copy_of(row.made_by),
        tag=_tag(row, prefix),
        state=condition.state,
        reasons=reasons_shown(condition.reasons, prefix),
        profile=row.profile,
        recovery_region=item.recovery_region if item else None,
        item_id=item.id if item else None,
        item_state=item.state if item else None,
        item_read_at=row.item_at,
        health=item.health if item else None,
        rpo_seconds=item.rpo_seconds if item else None,
        rpo_at=item.rpo_at if item else None,
        rpo=objective_shown(row.rpo, item, row.item_at),
        percent=item.percent if item and not item.is_protected else None,
        drifted=len(row.drifts),
        active_run=row.active,
        last_outcome=row.outcome.state if row.outcome else None,
        deadline=deadline_of(row),
        drill=drills.shown(row),
    )


def deadline_of(row: FleetRow) -> str | None:
    """When the VM's protection ends; None: nobody knows of an end, or it is there already."""
    return row.ending.deadline if row.ending and row.ending.stage is EndStage.GRACE else None


def problems_shown(problems: Iterable[FleetProblem], prefix: str) -> list[answers.FleetProblem]:
    """What could not be read; what is known of it is from `lastRead`."""
    return [
        answers.FleetProblem.model_validate(
            {**render(one.reason, prefix), "kind": one.kind, "id": one.id, "last_read": one.last_read}
        )
        for one in problems
    ]


def summary_shown(
    head: FleetHead, members: Iterable[Member], prefix: str, drills: Drills = NO_DRILLS
) -> answers.Summary:
    """The answer of GET /api/summary."""
    fleet = list(selected(members, Filter()))
    rows = [member.row for member in fleet]
    states = Counter(member.condition.state for member in fleet)
    health = Counter(row.item.health for row in rows if row.item)
    asked = [member for member in fleet if _counts(member.row)]
    covered = sum(member.condition.state in PROTECTING for member in asked)
    against = [member.condition.reasons for member in fleet if member.condition.state in AGAINST]
    refusals = Counter(code for reasons in against for code in {one.code for one in reasons if blocks(one)})
    lags = [(row.item.rpo_seconds, row) for row in rows if row.item and row.item.rpo_seconds is not None]
    deadlines = [(at, row.vm_id) for row in rows if (at := deadline_of(row)) is not None]
    soonest = min(deadlines, default=None)
    worst = max(lags, key=lambda lag: lag[0], default=None)
    return answers.Summary(
        as_of=head.as_of,
        machines=head.machines,
        total=len(fleet),
        states={state.value: states[state] for state in FleetState if states[state]},
        refusals=dict(sorted(refusals.items(), key=lambda one: (-one[1], one[0]))),
        health=dict(sorted(health.items())),
        asked=len(asked),
        covered=covered,
        recovery_side=sum(side_of(row.item) == "recovery" for row in rows),
        copies=sum(row.made_by is not None for row in rows),
        coverage=round(covered / len(asked), 4) if asked else None,
        worst_rpo=_worst(*worst) if worst else None,
        stuck=sum(row.stuck for row in rows),
        rpo=_objectives(head, rows),
        orphaned=states[FleetState.ORPHANED],
        drifted=sum(bool(row.drifts) for row in rows),
        ending=len(deadlines),
        next_deadline=answers.NextDeadline(vm_id=soonest[1], at=soonest[0]) if soonest else None,
        last_sweep=head.sweep,
        last_drill=drills.last(rows),
        drills=drills.sums(rows),
        problems=problems_shown(head.problems, prefix),
    )


def _worst(seconds: int, row: FleetRow) -> answers.WorstRpo:
    """With the time of the figure, not of the reading: Azure may tell an old one for long."""
    measured = row.item.rpo_at if row.item else None
    return answers.WorstRpo(vm_id=row.vm_id, seconds=seconds, at=measured or row.item_at)


def _counts(row: FleetRow) -> bool:
    """Whether it is a VM that somebody asked for: not one that a failover made of another, nor one that is gone."""
    exists = row.machine is not None or (row.item is not None and row.item.is_away)
    return row.asked_before and exists and row.made_by is None


def side_of(item: ProtectedItem | None) -> answers.Side | None:
    """Where the VM of the item runs."""
    if item is None:
        return None
    return "recovery" if item.is_away else "primary"


def _objectives(head: FleetHead, rows: Iterable[FleetRow]) -> answers.RpoSummary:
    """How many objectives there are, how they stand, and how they were met in each month that is remembered."""
    records = [row.rpo for row in rows if row.rpo]
    states = Counter(record.state for record in records)
    months = sorted({month for record in records for month in record.months} | {head.as_of[:7]})
    return answers.RpoSummary(
        objectives=len(records),
        met=states[ObjectiveState.MET],
        breached=states[ObjectiveState.BREACHED],
        unknown=states[ObjectiveState.UNKNOWN],
        attainment={month: attainment(records, month) for month in months if records},
    )


def objective_shown(rpo: RpoRecord | None, item: ProtectedItem | None, at: str | None) -> answers.Rpo | None:
    """The objective with the age of the newest point, and Site Recovery's figure with the age of that."""
    if rpo is None:
        return None
    return answers.Rpo(
        minutes=rpo.minutes,
        state=rpo.state,
        since=rpo.since,
        newest_point_at=rpo.newest_point,
        newest_point_age_seconds=_age(rpo.newest_point, at),
        azure_seconds=item.rpo_seconds if item else None,
        azure_age_seconds=_age(item.rpo_at if item else None, at),
    )


def _age(then: str | None, at: str | None) -> int | None:
    if then is None or at is None:
        return None
    return round((datetime.fromisoformat(at) - datetime.fromisoformat(then)).total_seconds())


def drift_shown(head: FleetHead, members: Iterable[Member], prefix: str) -> answers.Drift:
    """The answer of GET /api/drift: every difference of every VM of the fleet."""
    return answers.Drift(
        items=[
            answers.DriftItem(
                vm_id=row.vm_id,
                field=drift.field,
                wished=drift.wished,
                present=drift.present,
                decision=drift.decision,
                sentence=render(drift_reason(drift), prefix)["sentence"],
            )
            for row in (member.row for member in members)
            for drift in row.drifts
        ],
        as_of=head.as_of,
        problems=problems_shown(head.problems, prefix),
    )


def _tag(row: FleetRow, prefix: str) -> str | None:
    tags = row.machine.tags if row.machine else {}
    return next((value for name, value in tags.items() if name.lower() == f"{prefix}{PROTECT}"), None)
