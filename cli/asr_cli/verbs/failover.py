"""`asr failover` and what follows it: commit, cancel, reprotect, failback, cleanup."""

from typing import Annotated

import typer

from asr_cli.api import Listing
from asr_cli.asking import ask
from asr_cli.commanded import conclude
from asr_cli.exits import CliError, ExitCode
from asr_cli.forecasts import ask_forecast
from asr_cli.machines import MachinesArgument, OneGroupOption, YesOption
from asr_cli.options import Kind, NetworkOption, PointOption, RecoveryPlanOption, WaitOption
from asr_cli.plan_text import forecast_lines
from asr_cli.session import Session
from asr_cli.wire import Json
from asr_cli.words import counted

SkipOption = Annotated[bool, typer.Option("--skip-refused", help="With --plan: leave out those that cannot follow.")]


def failover(
    session: Session,
    machines: MachinesArgument = None,
    kind: Annotated[Kind | None, typer.Option("--kind", help="test, planned or unplanned.", show_default=False)] = None,
    group: OneGroupOption = None,
    plan: RecoveryPlanOption = None,
    point: PointOption = None,
    network: NetworkOption = None,
    *,
    pause: Annotated[bool, typer.Option("--pause", help="With --plan: wait before each wave for a resume.")] = False,
    skip: SkipOption = False,
    yes: YesOption = False,
    wait: WaitOption = False,
) -> ExitCode:
    """Fail machines over. What would be lost is shown, and the name or number has to be typed, first."""
    if kind is None:
        raise CliError("Which kind?", ExitCode.USAGE, "--kind test, planned or unplanned")
    which = _which(machines, group, plan)
    body: Json = {**which, "kind": kind.value}
    body |= _given(recoveryPoint=point, testNetworkId=network)
    if kind is not Kind.TEST:
        forecast = ask_forecast(session.api, "failover", body)
        session.screen.say(*forecast_lines(forecast, session.screen.width))
        body |= _confirmed(session, which, f"Fail over ({kind.value})", yes=yes)
        if not yes:
            body |= {"planHash": forecast.get("hash")}
    return _begin(session, "failovers", body | _given(pauseBetweenWaves=pause, skipRefused=skip), wait=wait)


def commit(
    session: Session,
    machines: MachinesArgument = None,
    group: OneGroupOption = None,
    plan: RecoveryPlanOption = None,
    *,
    skip: SkipOption = False,
    yes: YesOption = False,
    wait: WaitOption = False,
) -> ExitCode:
    """Make failovers final. Their recovery points go."""
    return _follow_up(
        session, "commit", "Commit the failover of", _which(machines, group, plan), skip=skip, yes=yes, wait=wait
    )


def cancel(
    session: Session,
    machines: MachinesArgument = None,
    group: OneGroupOption = None,
    plan: RecoveryPlanOption = None,
    *,
    skip: SkipOption = False,
    yes: YesOption = False,
    wait: WaitOption = False,
) -> ExitCode:
    """Take back failovers that are not committed."""
    return _follow_up(
        session, "cancel", "Take back the failover of", _which(machines, group, plan), skip=skip, yes=yes, wait=wait
    )


def reprotect(
    session: Session,
    machines: MachinesArgument = None,
    group: OneGroupOption = None,
    plan: RecoveryPlanOption = None,
    *,
    skip: SkipOption = False,
    yes: YesOption = False,
    wait: WaitOption = False,
) -> ExitCode:
    """Replicate machines that were failed over back to where they came from."""
    return _follow_up(
        session, "reprotect", "Replicate back", _which(machines, group, plan), skip=skip, yes=yes, wait=wait
    )


def failback(
    session: Session,
    machines: MachinesArgument = None,
    group: OneGroupOption = None,
    plan: RecoveryPlanOption = None,
    *,
    skip: SkipOption = False,
    yes: YesOption = False,
    wait: WaitOption = False,
) -> ExitCode:
    """Bring machines home: over, committed, and protected again."""
    return _follow_up(session, "failback", "Bring home", _which(machines, group, plan), skip=skip, yes=yes, wait=wait)


def cleanup(
    session: Session,
    machines: MachinesArgument = None,
    group: OneGroupOption = None,
    plan: RecoveryPlanOption = None,
    *,
    left_vm: Annotated[bool, typer.Option("--left-vm", help="Delete what a fail-back left instead.")] = False,
    yes: YesOption = False,
    wait: WaitOption = False,
) -> ExitCode:
    """Take test machines down."""
    which = _which(machines, group, plan)
    body = which | _given(leftVm=left_vm)
    if left_vm:
        body |= _confirmed(session, which, "Delete what a fail-back left of", yes=yes)
    return _begin(session, "failovers/cleanup", body, wait=wait)


def _which(machines: list[str] | None, group: str | None, plan: str | None) -> Json:
    if plan is not None:
        if machines or group:
            raise CliError("A recovery plan says which machines; leave them out.", ExitCode.USAGE)
        return {"plan": plan}
    if not machines:
        raise CliError("Which machines?", ExitCode.USAGE, "Name them, or a recovery plan with --plan")
    ids = [one for one in machines if one.startswith("/")]
    if ids and len(ids) < len(machines):
        raise CliError("Give names, or ids; not both.", ExitCode.USAGE)
    return {"vmIds": ids} if ids else {"names": list(dict.fromkeys(machines)), **_given(resourceGroup=group)}


def _given(**values: object) -> Json:
    return {name: value for name, value in values.items() if value}


def _confirmed(session: Session, which: Json, what: str, *, yes: bool) -> Json:
    """What the API takes as a confirmation; a person types it."""
    named = which.get("vmIds") or which.get("names") or []
    if "plan" in which:
        wanted, about = str(which["plan"]), f"the recovery plan {which['plan']}"
    elif len(named) == 1:
        wanted = about = str(named[0]).rstrip("/").rsplit("/", 1)[-1]
    else:
        wanted, about = str(len(named)), counted(len(named), "machine")
    ask(session, f"{what} {about}", yes=yes, must_type=wanted)
    return {"confirm": wanted}


def _follow_up(session: Session, step: str, what: str, which: Json, *, skip: bool, yes: bool, wait: bool) -> ExitCode:
    body = which | _given(skipRefused=skip) | _confirmed(session, which, what, yes=yes)
    return _begin(session, f"failovers/{step}", body, wait=wait)


def _begin(session: Session, path: str, body: Json, *, wait: bool) -> ExitCode:
    answer = session.api.command("POST", path, body)
    started = [one for one in answer.get("protections") or () if isinstance(one, dict)]
    head = {name: value for name, value in answer.items() if name != "protections"} | {"total": len(started)}
    return conclude(session, Listing("protections", head, iter(started)), started, wait=wait)
