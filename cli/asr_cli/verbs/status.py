"""`asr status` and `asr why`: one machine as it is now."""

from collections.abc import Iterator, Sequence

from rich.text import Text

from asr_cli.api import Listing
from asr_cli.columns import STATUS, colour_of, first_reason, not_read
from asr_cli.exits import CliError, ExitCode
from asr_cli.fixes import fix_lines
from asr_cli.machines import MachineArgument, MachinesArgument, OneGroupOption, one_machine
from asr_cli.output import Format
from asr_cli.session import Session
from asr_cli.table import Column, table_lines
from asr_cli.verbs.fleet import IntervalOption, UntilOption, WatchOption
from asr_cli.waiting import progress_of
from asr_cli.watching import watch
from asr_cli.wire import Json
from asr_cli.words import group_of, name_of, plain, seconds_shown, when, without_ids


def _item(told: Json) -> Json:
    item = told.get("protectedItem")
    return item if isinstance(item, dict) else {}


def _step(told: Json) -> str:
    """The step of the run that is under way; without the time that is left, which is another one at each look."""
    run = told.get("activeRun")
    return progress_of(run)[1].split(",")[0] if isinstance(run, dict) else ""


_SEVERAL = (
    Column("VM", lambda told: told.get("name") or name_of(told.get("vmId")), weight=1, least=8),
    Column("STATE", lambda told: told.get("state"), style=colour_of),
    Column("%", lambda told: _item(told).get("percent"), right=True),
    Column("HEALTH", lambda told: _item(told).get("health"), style=colour_of),
    Column("RPO", lambda told: seconds_shown(_item(told).get("rpoSeconds")), right=True),
    Column("NOW", lambda told: _step(told) or (first_reason(told) or {}).get("code"), weight=4, least=16),
)
"""Of several machines, for people."""


def status(
    session: Session,
    machines: MachinesArgument = None,
    group: OneGroupOption = None,
    *,
    watch_it: WatchOption = False,
    until: UntilOption = None,
    interval: IntervalOption = 2.0,
) -> ExitCode:
    """How machines stand now: state, replication, recovery side, last run, reasons."""
    if not machines:
        raise CliError("Which machine?", ExitCode.USAGE, "asr fleet lists all of them")

    def read() -> list[Json]:
        return [session.api.get("protections", one_machine(name, group)) for name in machines]

    if watch_it or until:
        return watch(session, read, lambda told: _frame(session, told), _told, interval, until)
    if len(machines) == 1:
        [told] = read()
        session.out.document(told, lambda: _lines(told), STATUS, [told])
    else:
        entries = (session.api.get("protections", one_machine(name, group)) for name in machines)
        columns = _SEVERAL if session.out.form is Format.TABLE else STATUS
        session.out.listing(Listing("protections", {"total": len(machines)}, entries), columns, "")
    return ExitCode.OK


def why(session: Session, machine: MachineArgument, group: OneGroupOption = None) -> ExitCode:
    """Why a machine stands as it does, and the command that mends it, in five lines."""
    told = session.api.get("protections", one_machine(machine, group))
    if told.get("state") in {"not_requested", "unprotected"} and first_reason(told) is None:
        told = told | {"reasons": _against(session, told)}
    where = group or (group_of(told.get("vmId")) if machine.startswith("/") else None)
    session.out.document(
        told, lambda: fix_lines(told, session.screen.width, session.api.address, where), STATUS, [told]
    )
    return ExitCode.OK


def _against(session: Session, told: Json) -> list[Json]:
    """What would keep a machine from being protected that nobody asks for, and what is worth knowing before: its plan
    says so, and writes nothing.
    """
    if not told.get("exists"):
        return []
    planned = session.api.ask("POST", "plans", body={"vmIds": [told.get("vmId")]}, repeat=True)
    plan: Json = next(iter(planned.get("plans") or ()), {})
    return [one for one in (*(plan.get("reasons") or ()), *(plan.get("warnings") or ())) if isinstance(one, dict)]


def _lines(told: Json) -> Iterator[Text]:
    item, run = told.get("protectedItem") or {}, told.get("activeRun")
    state = plain(told.get("state"))
    name = plain(told.get("name")) or name_of(told.get("vmId"))
    yield Text.assemble((name, "bold"), "  ", (state, colour_of(state)), f"  in {group_of(told.get('vmId'))}")
    if item:
        percent = f", {item['percent']} %" if item.get("percent") is not None else ""
        yield _row("replication", f"{plain(item.get('stateDescription') or item.get('state'))}{percent}", item)
        where = name_of(item.get("recoveryResourceGroupId")), name_of(item.get("recoveryNetworkId"))
        yield _row("recovery", f"{plain(item.get('recoveryRegion'))}: {', '.join(one for one in where if one)}")
        yield _row("disks", f"{len(item.get('disks') or ())} replicated")
    if told.get("side") == "recovery":
        yield _row("runs as", f"{name_of(told.get('runningVmId'))} on the recovery side")
    if told.get("copyOf"):
        yield _row("made by", f"a failover or test of {name_of(told['copyOf'])} in {group_of(told['copyOf'])}")
    if told.get("allowedOperations"):
        yield _row("allows", ", ".join(map(plain, told["allowedOperations"])))
    if told.get("deadline"):
        yield _row("ends", when(told["deadline"]))
    if run:
        yield _row("run now", f"{plain(run.get('kind'))}, since {when(run.get('first'))}: {progress_of(run)[1]}")
        if told.get("queued"):
            yield _row("queued", f"{told['queued']} behind it")
    last = next(iter(told.get("runs") or ()), None)
    if last and not run:
        by = plain((last.get("requestedBy") or {}).get("name"))
        yield _row(
            "last run", f"{plain(last.get('kind'))} by {by}: {plain(last.get('state'))}, {when(last.get('last'))}"
        )
    for reason in told.get("reasons") or ():
        colour = "red" if reason.get("severity") == "error" else "yellow"
        yield Text.assemble(
            "  ", (plain(reason.get("code")), colour), f": {without_ids(plain(reason.get('sentence')))}"
        )
    if told.get("reasons"):
        yield Text(f"  asr why {name} says what to do")
    yield from (Text(f"  {line}") for line in not_read(told))


def _row(title: str, text: str, item: Json | None = None) -> Text:
    row = Text(f"  {title:<12} {text}")
    if item and item.get("health"):
        row.append(", health ")
        row.append(plain(item["health"]), colour_of(plain(item["health"])))
        if item.get("rpoSeconds") is not None:
            row.append(f", RPO {seconds_shown(item['rpoSeconds'])}")
    return row


def _frame(session: Session, told: Sequence[Json]) -> Iterator[Text]:
    if len(told) == 1:
        yield from _lines(told[0])
    else:
        yield from table_lines(_SEVERAL, iter(told), session.screen.width)


def _told(told: Json) -> str:
    item = told.get("protectedItem") or {}
    percent = f"{item['percent']} %" if item.get("percent") is not None else ""
    step = _step(told)
    parts = plain(told.get("name")), plain(told.get("state")), percent or step, plain(item.get("health"))
    return "\t".join(parts).rstrip("\t")
