"""`asr plan`: what protecting machines would take, or a drill, a failover, an end. Nothing is written to Azure."""

from pathlib import Path
from typing import Annotated

import typer

from asr_cli.exits import CliError, ExitCode
from asr_cli.forecasts import ask_forecast, drill_body, machines_body
from asr_cli.machines import AllOption, GroupOption, MachinesArgument, RegionOption, Selection, TagOption, select
from asr_cli.options import (
    Kind,
    NetworkOption,
    PointOption,
    ProbeOption,
    ProtectionProfileOption,
    RecoveryPlanOption,
    RpoOption,
    RtoOption,
    SetOption,
)
from asr_cli.plan_file import write_plan
from asr_cli.plan_text import forecast_lines, plan_lines
from asr_cli.planning import plan_selection, read_choices
from asr_cli.session import Session
from asr_cli.table import Column
from asr_cli.wire import Json
from asr_cli.words import counted, name_of, plain

OutOption = Annotated[
    Path | None, typer.Option("--out", metavar="FILE", help="Keep the plan for asr protect --plan.", show_default=False)
]
FailoverOption = Annotated[
    Kind | None,
    typer.Option("--failover", metavar="KIND", help="Of a failover: test, planned or unplanned.", show_default=False),
]

_ROWS = (
    Column("VM", lambda row: row.get("vm")),
    Column("ACTION", lambda row: row.get("action")),
    Column("KIND", lambda row: row.get("kind")),
    Column("NAME", lambda row: row.get("name")),
    Column("BECAUSE", lambda row: row.get("because")),
)

_FORECAST = (
    Column("VM", lambda one: name_of(one.get("vmId"))),
    Column("POSSIBLE", lambda one: one.get("possible")),
    Column("NETWORK", lambda one: one.get("networkId")),
    Column("AGE", lambda one: (one.get("recoveryPoint") or {}).get("ageSeconds")),
    Column("REASONS", lambda one: ",".join(plain(reason.get("code")) for reason in one.get("reasons") or ())),
)
"""Of a drill or a failover."""


def plan(
    session: Session,
    machines: MachinesArgument = None,
    group: GroupOption = None,
    region: RegionOption = None,
    tag: TagOption = None,
    settings: SetOption = None,
    with_profile: ProtectionProfileOption = None,
    out: OutOption = None,
    failover: FailoverOption = None,
    recovery_plan: RecoveryPlanOption = None,
    network: NetworkOption = None,
    point: PointOption = None,
    probes: ProbeOption = None,
    rto: RtoOption = None,
    rpo: RpoOption = None,
    *,
    drill: Annotated[bool, typer.Option("--drill", help="Of a drill.")] = False,
    unprotect: Annotated[bool, typer.Option("--unprotect", help="Of the end of a protection.")] = False,
    everything: AllOption = False,
) -> ExitCode:
    """What protecting machines would take, resource by resource, with its cost; or of a drill or failover."""
    if sum((drill, unprotect, failover is not None)) > 1:
        raise CliError("--drill, --failover and --unprotect exclude each other.", ExitCode.USAGE)
    others: Json = drill_body(recovery_plan, None, network, point, probes, rto, rpo)
    if not drill and failover is None:
        if others:
            raise CliError(f"{_option(others)} goes with --drill or --failover.", ExitCode.USAGE)
        return _of_changes(
            session,
            select(machines, group, region, tag, everything=everything),
            {} if unprotect else read_choices(settings, with_profile),
            "unprotect" if unprotect else "protect",
            out,
        )
    if out is not None or settings:
        raise CliError("--out and --set go with the plan of a protection.", ExitCode.USAGE)
    named = bool(machines or group or region or tag or everything)
    selection = select(machines, group, region, tag, everything=everything) if named else None
    if selection is None and not (recovery_plan or (drill and with_profile)):
        select(None, None, None, None)
    body = machines_body(session.api, selection, "drill" if drill else "failover") | others
    if drill:
        told = ask_forecast(session.api, "drill", body | ({"profile": with_profile} if with_profile else {}))
    else:
        told = ask_forecast(session.api, "failover", body | {"kind": str(failover)})
    parts = [one for one in told.get("vms") or () if isinstance(one, dict)]
    session.out.document(told, lambda: forecast_lines(told, session.screen.width), _FORECAST, parts)
    return ExitCode.OK


def _of_changes(session: Session, selection: Selection, choices: Json, operation: str, out: Path | None) -> ExitCode:
    if out is not None and operation != "protect":
        raise CliError("--out goes with the plan of a protection.", ExitCode.USAGE)
    planned = plan_selection(session.api, selection, choices, operation)
    session.out.document(
        planned.answer,
        lambda: plan_lines(planned.answer, session.screen.width),
        _ROWS,
        (row for one in planned.plans for row in _rows(one)),
    )
    if out is not None:
        write_plan(out, session.api.address, "protect", planned.requests, planned.plans)
        machines_told = counted(len(planned.plans), "machine")
        session.screen.say(f"The plan of {machines_told} is in {out}; to do exactly that: asr protect --plan {out}")
    return ExitCode.OK


_OPTIONS = {"plan": "--plan", "testNetworkId": "--network", "recoveryPoint": "--point", "probes": "--probe"}


def _option(given: Json) -> str:
    return next((_OPTIONS[name] for name in given if name in _OPTIONS), "--rto or --rpo")


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
