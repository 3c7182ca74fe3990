"""`asr plan`: what protecting machines would take. Nothing is written to Azure."""

from pathlib import Path
from typing import Annotated

import typer

from asr_cli.exits import ExitCode
from asr_cli.machines import AllOption, GroupOption, MachinesArgument, RegionOption, TagOption, select
from asr_cli.plan_file import write_plan
from asr_cli.plan_text import plan_lines
from asr_cli.planning import plan_selection, read_choices
from asr_cli.session import Session
from asr_cli.table import Column
from asr_cli.words import counted, plain

SetOption = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="NAME=VALUE", help="A choice, as its tag would say it.", show_default=False),
]
ProtectionProfileOption = Annotated[
    str | None,
    typer.Option("--with-profile", metavar="NAME", help="The protection profile to go by.", show_default=False),
]
OutOption = Annotated[
    Path | None, typer.Option("--out", metavar="FILE", help="Keep the plan for asr protect --plan.", show_default=False)
]

_ROWS = (
    Column("VM", lambda row: row.get("vm")),
    Column("ACTION", lambda row: row.get("action")),
    Column("KIND", lambda row: row.get("kind")),
    Column("NAME", lambda row: row.get("name")),
    Column("BECAUSE", lambda row: row.get("because")),
)


def plan(
    session: Session,
    machines: MachinesArgument = None,
    group: GroupOption = None,
    region: RegionOption = None,
    tag: TagOption = None,
    settings: SetOption = None,
    with_profile: ProtectionProfileOption = None,
    out: OutOption = None,
    *,
    everything: AllOption = False,
) -> ExitCode:
    """What protecting machines would take, resource by resource, and what it would cost."""
    selection = select(machines, group, region, tag, everything=everything)
    planned = plan_selection(session.api, selection, read_choices(settings, with_profile))
    session.out.document(
        planned.answer,
        lambda: plan_lines(planned.answer, session.screen.width, fancy=session.screen.fancy),
        _ROWS,
        (row for one in planned.plans for row in _rows(one)),
    )
    if out is not None:
        write_plan(out, session.api.address, "protect", planned.requests, planned.plans)
        machines_told = counted(len(planned.plans), "machine")
        session.screen.say(f"The plan of {machines_told} is in {out}; to do exactly that: asr protect --plan {out}")
    return ExitCode.OK


def _rows(planned: dict[str, object]) -> list[dict[str, object]]:
    name = plain(planned.get("name"))
    item = planned.get("protectedItem")
    resources = planned.get("resources")
    changes = [*(resources if isinstance(resources, list) else ()), *([item] if isinstance(item, dict) else ())]
    rows = [{"vm": name, **change} for change in changes]
    reasons = planned.get("reasons")
    for reason in reasons if isinstance(reasons, list) else ():
        rows.append(
            {"vm": name, "action": "refuse", "kind": "reason", "name": reason["code"], "because": reason["sentence"]}
        )
    return rows
