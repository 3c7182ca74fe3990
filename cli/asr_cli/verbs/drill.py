"""`asr drill`: test failovers with probes, clean-up and evidence; and the evidence of earlier ones."""

from pathlib import Path
from typing import Annotated

import typer

from asr_cli.asking import ask
from asr_cli.columns import colour_of
from asr_cli.drill_text import MACHINES, drill_lines
from asr_cli.exits import CliError, ExitCode
from asr_cli.forecasts import ask_forecast, drill_body, machines_body
from asr_cli.machines import GroupOption, MachinesArgument, RegionOption, TagOption, YesOption, select
from asr_cli.options import (
    NetworkOption,
    PointOption,
    ProbeOption,
    ProtectionProfileOption,
    RecoveryPlanOption,
    RpoOption,
    RtoOption,
    WaitOption,
)
from asr_cli.plan_text import forecast_lines
from asr_cli.session import Session
from asr_cli.table import Column
from asr_cli.waiting import follow
from asr_cli.wire import user_name
from asr_cli.words import counted, in_path, plain, when

_CODES = {"passed": ExitCode.OK, "failed": ExitCode.FAILED, "cancelled": ExitCode.TIMEOUT, "running": ExitCode.RUNNING}
_DRILLS = (
    Column("DRILL", lambda one: one.get("id")),
    Column("STATUS", lambda one: one.get("status"), style=colour_of),
    Column("PASSED", lambda one: f"{one.get('passed')} of {one.get('total')}"),
    Column("BEGAN", lambda one: when(one.get("askedAt"))),
    Column("BY", lambda one: (one.get("requestedBy") or {}).get("name"), weight=1, least=6),
)
_ShowOption = Annotated[
    str | None, typer.Option("--show", metavar="ID", help="Show a drill's evidence instead.", show_default=False)
]
_CancelOption = Annotated[
    str | None, typer.Option("--cancel", metavar="ID", help="Call a drill off instead.", show_default=False)
]
_OutOption = Annotated[
    Path | None,
    typer.Option("--out", metavar="FILE", help="Write the evidence as a page (.html) or JSON.", show_default=False),
]


def drill(
    session: Session,
    machines: MachinesArgument = None,
    group: GroupOption = None,
    region: RegionOption = None,
    tag: TagOption = None,
    plan: RecoveryPlanOption = None,
    with_profile: ProtectionProfileOption = None,
    network: NetworkOption = None,
    point: PointOption = None,
    probes: ProbeOption = None,
    rto: RtoOption = None,
    rpo: RpoOption = None,
    show: _ShowOption = None,
    cancel: _CancelOption = None,
    out: _OutOption = None,
    *,
    yes: YesOption = False,
    wait: WaitOption = False,
) -> ExitCode:
    """Test the failover of machines: probes, clean-up always, evidence. Without any machine, the drills that were.

    What would be done is told first; asr plan --drill tells it alone.
    """
    if show is not None:
        return _show(session, show, out)
    if cancel is not None:
        session.api.ask("POST", f"drills/{in_path(cancel)}/cancel", body={"requestedBy": user_name()}, repeat=True)
        session.screen.say("Called off: nothing more of it begins, and what has come up is cleaned up.")
        return _show(session, cancel, out)
    by_name = bool(machines or group or region or tag)
    if not by_name and not plan and not with_profile:
        session.out.listing(session.api.pages("drills", "drills"), _DRILLS, "There was no drill yet.")
        return ExitCode.OK
    selection = select(machines, group, region, tag) if by_name else None
    body = machines_body(session.api, selection, "drill")
    body |= drill_body(plan, with_profile, network, point, probes, rto, rpo)
    forecast = ask_forecast(session.api, "drill", body)
    session.screen.say(*forecast_lines(forecast, session.screen.width))
    if selection and selection.is_scope:
        ask(session, f"Drill {counted(len(forecast.get('vms') or ()), 'machine')} of {selection.words}", yes=yes)
    started = session.api.command("POST", "drills", body)
    run = str(started.get("id"))
    if not wait:
        number = counted(len(started.get("machines") or ()), "machine")
        session.out.document(started, lambda: [f"{run}: {number}"], (Column("ID", lambda one: one["id"]),), [started])
        session.screen.say(f"Accepted. asr drill --show {run} tells how it goes.")
        return ExitCode.OK
    follow(session, [(run, "drill")])
    return _show(session, run, out)


def _show(session: Session, drill_id: str, out: Path | None) -> ExitCode:
    told = session.api.get(f"drills/{in_path(drill_id)}")
    parts = [one for one in told.get("machines") or () if isinstance(one, dict)]
    session.out.document(told, lambda: drill_lines(told), MACHINES, parts)
    if out is not None:
        page = out.suffix.lower() in {".html", ".htm"}
        content, kind = session.api.raw("GET", f"drills/{in_path(drill_id)}", accept="text/html" if page else None)
        if page and kind != "text/html":
            raise CliError("The evidence is kept when all of the drill is over.", ExitCode.RUNNING)
        try:
            out.write_bytes(content)
        except OSError as error:
            raise CliError(f"The evidence cannot be written: {error}") from error
        session.screen.say(f"The evidence is in {out}.")
    return _CODES.get(plain(told.get("status")), ExitCode.FAILED)
