"""`asr protect`: asks for the protection of machines, as commands that each wait for their turn."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

from asr_cli.api import Listing
from asr_cli.asking import ask
from asr_cli.columns import colour_of
from asr_cli.commanded import conclude
from asr_cli.exits import CliError, ExitCode
from asr_cli.machines import AllOption, GroupOption, MachinesArgument, RegionOption, TagOption, YesOption, select
from asr_cli.options import ProtectionProfileOption, SetOption, WaitOption
from asr_cli.plan_file import read_plan
from asr_cli.plan_text import sums
from asr_cli.planning import Planned, plan_selection, read_choices
from asr_cli.session import Session
from asr_cli.wire import Json
from asr_cli.words import counted, name_of, plain

PlanOption = Annotated[
    Path | None,
    typer.Option("--plan", metavar="FILE", help="Do what asr plan --out has written, or nothing.", show_default=False),
]


def protect(
    session: Session,
    machines: MachinesArgument = None,
    group: GroupOption = None,
    region: RegionOption = None,
    tag: TagOption = None,
    settings: SetOption = None,
    with_profile: ProtectionProfileOption = None,
    plan: PlanOption = None,
    *,
    replace: Annotated[bool, typer.Option("--replace", help="Anew: all recovery points made so far are lost.")] = False,
    everything: AllOption = False,
    yes: YesOption = False,
    wait: WaitOption = False,
) -> ExitCode:
    """Ask for the protection of machines. Of a scope their number is shown, and asked for, first."""
    if plan is not None:
        if machines or group or region or tag or everything or settings or with_profile or replace:
            raise CliError("--plan says which machines and how; leave everything else out.", ExitCode.USAGE)
        kept = read_plan(plan, session.api.address, "protect")
        planned = Planned({"plans": kept.get("plans") or []}, tuple(kept["requests"]))
        requests: Sequence[Json] = planned.requests
    else:
        selection = select(machines, group, region, tag, everything=everything)
        planned = plan_selection(session.api, selection, read_choices(settings, with_profile))
        _tell(session, planned)
        requests = planned.requests
        if selection.is_scope:
            ask(session, f"Protect {_count(planned)} of {selection.words}", yes=yes)
        if replace:
            requests = [_confirmed(session, one, yes=yes) for one in requests]
        if not selection.is_scope or yes:  # nobody was shown a plan and agreed to it: what is asked for is protection
            requests = list(map(_unbound, requests))
    started = list(_started(session, requests))
    return conclude(
        session, Listing("protections", {"total": len(started)}, iter(started)), started, planned.refused, wait=wait
    )


def _started(session: Session, requests: Sequence[Json]) -> Iterator[Json]:
    """What the requests begin. If several are bound to plans, all are compared before the first is sent: what
    the first makes would be a difference to the plan of the next.
    """
    if len(requests) > 1 and all("planHash" in one for one in requests):
        for one in requests:
            now = session.api.ask("POST", "plans", body=_unbound(one), repeat=True)
            if now.get("hash") != one["planHash"]:
                session.api.command("POST", "protections", one)  # it is refused with what has moved
        requests = [requests[0], *map(_unbound, requests[1:])]
    begun = 0
    for body in requests:
        try:
            answer = session.api.command("POST", "protections", body)
        except CliError:
            if begun:
                session.screen.say(f"{counted(begun, 'machine')} begun before this; asr fleet shows them.")
            raise
        found = _protections(answer)
        begun += len(found)
        yield from found


def _unbound(request: Json) -> Json:
    return {name: value for name, value in request.items() if name != "planHash"}


def _confirmed(session: Session, request: Json, *, yes: bool) -> Json:
    """The request to begin anew; what it costs is told, and the name or the number has to be typed."""
    ids = request["vmIds"]
    wanted = name_of(ids[0]) if len(ids) == 1 else str(len(ids))
    about = wanted if len(ids) == 1 else counted(len(ids), "machine")
    ask(session, f"Protect {about} anew: every recovery point made so far is lost", yes=yes, must_type=wanted)
    return request | {"replace": True, "confirm": wanted}


def _protections(answer: Json) -> list[Json]:
    return [one for one in answer.get("protections") or () if isinstance(one, dict)]


def _count(planned: Planned) -> str:
    refused = f" ({len(planned.refused)} of them will be refused)" if planned.refused else ""
    return f"{counted(len(planned.plans), 'machine')}{refused}"


def _tell(session: Session, planned: Planned) -> None:
    session.screen.say(*sums(planned.answer))
    for plan in planned.refused:
        reason = plan["reasons"][0]
        session.screen.say(
            Text.assemble(("  ! ", colour_of("refused")), f"{plain(plan.get('name'))}: {plain(reason.get('sentence'))}")
        )
