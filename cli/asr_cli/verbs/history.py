"""`asr history`: the runs of one machine, or of the whole fleet."""

from collections.abc import Iterator
from typing import Annotated

import typer
from rich.text import Text

from asr_cli.api import Listing
from asr_cli.columns import colour_of
from asr_cli.exits import ExitCode
from asr_cli.machines import OneGroupOption, one_machine
from asr_cli.output import Format
from asr_cli.session import Session
from asr_cli.table import Column
from asr_cli.wire import Json
from asr_cli.words import counted, name_of, plain, seconds_shown, when, without_ids

_Machine = Annotated[str | None, typer.Argument(metavar="[VM]", help="One machine; without it, the fleet.")]
_MOST_SHOWN = 200


def _by(run: Json) -> str:
    return plain((run.get("requestedBy") or {}).get("name"))


def _what(run: Json) -> str:
    outcome = run.get("outcome") or {}
    return without_ids(plain(outcome.get("sentence"))) or ", ".join(plain(code) for code in run.get("codes") or ())


def _times(run: Json) -> str:
    return f"{run['count']}x" if int(run.get("count") or 1) > 1 else ""


_OF_ONE = (
    Column("BEGAN", lambda run: when(run.get("first")), weight=1, least=16),
    Column("KIND", lambda run: run.get("kind")),
    Column("BY", _by, weight=1, least=8),
    Column("STATE", lambda run: run.get("state") or "running", style=colour_of),
    Column("", _times),
    Column("RUN", lambda run: run.get("id"), spare=True),
    Column("WHAT", _what, below=True),
)
_OF_ALL = (_OF_ONE[0], Column("VM", lambda run: name_of(run.get("vmId")), weight=2, least=10), *_OF_ONE[1:])


def history(
    session: Session,
    machine: _Machine = None,
    group: OneGroupOption = None,
    limit: Annotated[int, typer.Option("--limit", min=1, max=_MOST_SHOWN, help="Runs of one machine to show.")] = 10,
    since: Annotated[str | None, typer.Option("--since", help="Of the fleet: from this day or time on.")] = None,
    until: Annotated[str | None, typer.Option("--until", help="Of the fleet: before this day or time.")] = None,
    by: Annotated[str | None, typer.Option("--by", help="Of the fleet: asked for by this name.")] = None,
    *,
    steps: Annotated[bool, typer.Option("--steps", help="Of one machine: every step of its latest run.")] = False,
) -> ExitCode:
    """Every run of a machine, or of the fleet: what began it, who asked, how it ended."""
    if machine is None:
        query = {"since": since, "until": until, "requestedBy": by}
        session.out.listing(session.api.pages("audit", "runs", query), _OF_ALL, "No run in this time.")
        return ExitCode.OK
    told = session.api.get("protections/history", {**one_machine(machine, group), "limit": limit})
    runs = [run for run in told.get("runs") or () if isinstance(run, dict)]
    if steps and runs and session.out.form is Format.TABLE:
        session.out.text(_steps(runs[0]))
        return ExitCode.OK
    head = {name: value for name, value in told.items() if name != "runs"}
    shown = session.out.listing(Listing("runs", head, iter(runs)), _OF_ONE, "It has no run yet.")
    total = int(told.get("total") or 0)
    if total > shown and session.out.form is Format.TABLE:
        session.screen.say(f"{shown} of {counted(total, 'run')}; --limit shows more")
    return ExitCode.OK


def _steps(run: Json) -> Iterator[Text]:
    state = plain(run.get("state")) or "running"
    yield Text.assemble(
        (plain(run.get("id")), "bold"), f"  {plain(run.get('kind'))} by {_by(run)}: ", (state, colour_of(state))
    )
    for step in run.get("steps") or ():
        took = seconds_shown(step.get("seconds")) or "runs"
        faults = f"  ({', '.join(plain(fault) for fault in step['faults'])})" if step.get("faults") else ""
        name = plain(step.get("step")).replace("_", " ")
        yield Text(
            f"  {took:>6}  {name:<28} {plain(step.get('result')):<10} {name_of(step.get('detail'))}{faults}".rstrip()
        )
    if _what(run):
        yield Text(f"  {_what(run)}")
