"""`asr unprotect`: ends the protection of machines, with all their recovery points."""

from collections.abc import Iterator
from typing import Annotated

import typer

from asr_cli.api import Listing
from asr_cli.asking import ask
from asr_cli.commanded import conclude, worst
from asr_cli.exits import CliError, ExitCode
from asr_cli.machines import MachinesArgument, RegionOption, YesOption, one_machine, select
from asr_cli.options import WaitOption
from asr_cli.problems import Problem
from asr_cli.session import Session
from asr_cli.wire import Json
from asr_cli.words import counted, name_of

_NOTHING_TO_END = {"not_requested", "unprotected"}

_GroupOption = Annotated[
    str | None,
    typer.Option("-g", "--group", help="All of a resource group; with names: theirs.", show_default=False),
]
_GraceOption = Annotated[
    float | None, typer.Option("--grace-days", min=0, help="End it after so many days.", show_default=False)
]


def unprotect(
    session: Session,
    machines: MachinesArgument = None,
    group: _GroupOption = None,
    region: RegionOption = None,
    grace_days: _GraceOption = None,
    *,
    untag: Annotated[bool, typer.Option("--untag", help="Set a tag that still asks to false.")] = False,
    force: Annotated[bool, typer.Option("--force", help="Purge where the orderly way fails.")] = False,
    clean_up: Annotated[bool, typer.Option("--clean-up", help="Remove what was made on the recovery side.")] = False,
    start: Annotated[bool, typer.Option("--start", help="Start a stopped machine for it, then stop it again.")] = False,
    yes: YesOption = False,
    wait: WaitOption = False,
) -> ExitCode:
    """End the protection of machines. Their recovery points go with it, so it is asked first."""
    selection = select(machines, group, region, None)
    queries = (
        list(_of_scope(session, group, region))
        if selection.is_scope
        else [one_machine(name, group) for name in selection.names or selection.ids]
    )
    if not queries:
        raise CliError(f"Nothing of {selection.words} is protected.")
    when = "now" if not grace_days else f"in {grace_days:g} days"
    named = ", ".join(name_of(one.get("vmId") or one.get("name")) for one in queries[:3])
    which = named if len(queries) <= 3 else f"{counted(len(queries), 'machine')} of {selection.words}"
    ask(session, f"End the protection of {which} {when}, with all recovery points", yes=yes)
    options = {"graceDays": grace_days, "untag": untag or None, "force": force or None}
    options |= {"cleanUp": clean_up or None, "startToDisable": start or None}
    started: list[Json] = []
    codes: list[ExitCode] = []
    for query in queries:
        try:
            answer = session.api.command("DELETE", "protections", query={**query, **options})
        except Problem as error:
            if len(queries) == 1:
                raise
            session.screen.say(f"{name_of(query.get('vmId') or query.get('name'))}: {error.sentence}")
            codes.append(error.code)
            continue
        started += [one for one in answer.get("protections") or () if isinstance(one, dict)]
    listing = Listing("protections", {"total": len(started)}, iter(started))
    return worst([*codes, conclude(session, listing, started, wait=wait)])


def _of_scope(session: Session, group: str | None, region: str | None) -> Iterator[Json]:
    rows = session.api.pages("protections", "protections", {"resourceGroup": group, "region": region}).entries
    for row in rows:
        if row.get("itemId") and row.get("state") not in _NOTHING_TO_END:
            yield {"vmId": row.get("vmId")}
