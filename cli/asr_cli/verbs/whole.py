"""`asr summary`, `asr sweep`, `asr drift` and `asr targets`: the fleet as a whole, and what may be chosen."""

from collections.abc import Iterator
from enum import StrEnum
from typing import Annotated

import typer
from rich.text import Text

from asr_cli.api import Listing
from asr_cli.asking import ask
from asr_cli.columns import not_read
from asr_cli.commanded import code_of, conclude
from asr_cli.exits import ExitCode
from asr_cli.machines import MachineArgument, MachinesArgument, OneGroupOption, YesOption, one_machine, select
from asr_cli.options import WaitOption
from asr_cli.output import Format
from asr_cli.session import Session
from asr_cli.table import Column
from asr_cli.waiting import follow
from asr_cli.wire import Json
from asr_cli.words import counted, name_of, plain, seconds_shown, when, without_ids

RefreshOption = Annotated[bool, typer.Option("--refresh", help="Read Azure anew instead of the last sweep's view.")]

_FIGURES = (Column("NAME", lambda row: row["name"]), Column("VALUE", lambda row: row["value"]))
_DRIFT = (
    Column("VM", lambda one: name_of(one.get("vmId")), weight=1, least=8),
    Column("FIELD", lambda one: one.get("field"), weight=1, least=10),
    Column("WISHED", lambda one: name_of(one.get("wished")), weight=2, least=8),
    Column("PRESENT", lambda one: name_of(one.get("present")), weight=2, least=8),
    Column("DECISION", lambda one: one.get("decision")),
    Column("WHAT", lambda one: without_ids(plain(one.get("sentence"))), below=True),
)
_TARGETS = (
    Column("NAME", lambda one: one.get("name"), weight=1, least=16),
    Column("LOCATION", lambda one: one.get("location"), spare=True),
    Column("SUITS", lambda one: "yes" if one.get("suitable") else "no"),
    Column("EXISTS", lambda one: "yes" if one.get("exists") else "no"),
    Column("SCORE", lambda one: one.get("score"), right=True),
    Column("WHY", lambda one: without_ids(plain(one.get("reason"))), weight=4, least=30),
)


class Kind(StrEnum):
    """What can be chosen for a machine."""

    REGION = "region"
    RESOURCE_GROUP = "resourceGroup"
    VIRTUAL_NETWORK = "virtualNetwork"
    AVAILABILITY_SET = "availabilitySet"
    STORAGE_ACCOUNT = "storageAccount"
    VAULT = "vault"


def summary(session: Session, *, refresh: RefreshOption = False) -> ExitCode:
    """The fleet in figures: coverage, states, health, the worst RPO, what is stuck, orphaned or drifted."""
    told = session.api.get("summary", {"refresh": refresh or None})
    figures = list(_figures(told))

    def lines() -> Iterator[Text]:
        width = max(len(one["name"]) for one in figures)
        for one in figures:
            yield Text.assemble((f"{one['name']:<{width}}  ", "bold"), one["value"])

    session.out.document(told, lines, _FIGURES, figures)
    return ExitCode.OK


def sweep(session: Session, *, wait: WaitOption = False) -> ExitCode:
    """Compare the whole fleet with what was asked for, now."""
    started = session.api.ask("POST", "sweeps", repeat=True)
    run = str(started.get("id"))
    if not wait:
        session.out.document(started, lambda: [f"sweep {run}"], _FIGURES, [{"name": "sweep", "value": run}])
        session.screen.say("Accepted. asr sweep --wait joins it.")
        return ExitCode.OK
    [ended] = follow(session, [(run, "sweep")])
    output = ended.outcome
    figures = [
        {"name": plain(name), "value": plain(len(value) if isinstance(value, list) else value)}
        for name, value in output.items()
    ]
    session.out.document(
        ended.status, lambda: [f"{one['name']:<12} {one['value']}" for one in figures], _FIGURES, figures
    )
    return code_of(ended.status)


def drift(
    session: Session,
    machines: MachinesArgument = None,
    group: OneGroupOption = None,
    *,
    refresh: RefreshOption = False,
    fix: Annotated[bool, typer.Option("--fix", help="Put right what Site Recovery takes in place.")] = False,
    yes: YesOption = False,
    wait: WaitOption = False,
) -> ExitCode:
    """Where protected machines are not as they were asked for; with --fix, put that right."""
    if fix:
        selection = select(machines, group, None, None)
        if selection.is_scope:
            ask(session, f"Put drift right for all machines of {selection.words}", yes=yes)
        answers = selection.each(session.api, lambda body: session.api.command("POST", "drift", body))
        started = [one for answer in answers for one in answer.get("protections") or ()]
        return conclude(session, Listing("protections", {"total": len(started)}, iter(started)), started, wait=wait)
    told = session.api.get("drift", {"refresh": refresh or None})
    wanted = {name.lower() for name in machines or ()}
    items = [one for one in told.get("items") or () if not wanted or _is_one_of(one, wanted)]
    head = {name: value for name, value in told.items() if name != "items"}
    unread = list(not_read(told))
    nothing = "Everything that could be read is" if unread else "Everything is"
    session.out.listing(Listing("items", head, iter(items)), _DRIFT, f"{nothing} as it was asked for.")
    if session.out.form is Format.TABLE:
        session.screen.say(*unread)
    if items and session.out.form is Format.TABLE:
        session.screen.say("fix: by the next sweep; propose: asr drift VM --fix does what needs no new beginning")
    return ExitCode.OK


def targets(
    session: Session,
    machine: MachineArgument,
    kind: Annotated[Kind, typer.Option("--kind", help="What is to be chosen.")] = Kind.REGION,
    group: OneGroupOption = None,
) -> ExitCode:
    """What can be chosen for a machine's recovery side, best first, each with its reason."""
    told = session.api.get("targets", {**one_machine(machine, group), "kind": kind.value})
    found = [one for one in told.get("targets") or () if isinstance(one, dict)]
    head = {name: value for name, value in told.items() if name != "targets"}
    session.out.listing(Listing("targets", head, iter(found)), _TARGETS, "There is nothing to choose from.")
    return ExitCode.OK


def _is_one_of(item: Json, wanted: set[str]) -> bool:
    vm = plain(item.get("vmId")).lower()
    return vm in wanted or vm.rsplit("/", 1)[-1] in wanted


def _figures(told: Json) -> Iterator[dict[str, str]]:
    asked, covered = int(told.get("asked") or 0), int(told.get("covered") or 0)
    share = f" ({told['coverage']:.0%})" if isinstance(told.get("coverage"), int | float) else ""
    yield _figure(
        "covered", f"{covered} of {counted(asked, 'machine')} asked for{share}; {told.get('machines')} watched"
    )
    yield _figure("states", _counts(told.get("states")))
    yield _figure("health", _counts(told.get("health")))
    worst = told.get("worstRpo")
    if worst:
        where, at = name_of(worst.get("vmId")), when(worst.get("at"))
        yield _figure("worst RPO", f"{seconds_shown(worst.get('seconds'))}, {where}{f', measured {at}' if at else ''}")
    objectives = told.get("rpo") or {}
    if objectives.get("objectives"):
        figures = ", ".join(f"{objectives.get(name)} {name}" for name in ("met", "breached", "unknown"))
        yield _figure("objectives", f"{figures} of {objectives['objectives']}")
    attention = [(name, told.get(name)) for name in ("stuck", "orphaned", "drifted", "ending")]
    yield _figure("attention", ", ".join(f"{number} {name}" for name, number in attention if number) or "nothing")
    deadline = told.get("nextDeadline")
    if deadline:
        yield _figure("next end", f"{name_of(deadline.get('vmId'))} at {when(deadline.get('at'))}")
    yield _figure("drills", f"{_counts(told.get('drills'))}; last good one {when(told.get('lastDrill')) or 'never'}")
    yield _figure("last sweep", when(told.get("lastSweep")) or "never")
    for line in not_read(told):
        yield _figure("not read", line.partition(": ")[2])


def _figure(name: str, value: str) -> dict[str, str]:
    return {"name": name, "value": value}


def _counts(counts: object) -> str:
    if not isinstance(counts, dict):
        return ""
    return ", ".join(f"{number} {plain(name)}" for name, number in sorted(counts.items()) if number) or "none"
