"""`asr fleet`: every machine that is asked for or protected; `--unprotected`: those that are not, and why."""

from collections.abc import Iterator, Sequence
from typing import Annotated

import typer
from rich.text import Text

from asr_cli.api import Listing
from asr_cli.columns import FLEET, UNPROTECTED, not_read
from asr_cli.exits import ExitCode
from asr_cli.machines import RegionOption
from asr_cli.output import Format
from asr_cli.session import Session
from asr_cli.table import table_lines
from asr_cli.watching import watch
from asr_cli.wire import Json
from asr_cli.words import counted, plain, when

_DONE = {"protected", "already_protected"}

StateOption = Annotated[str | None, typer.Option("--state", help="Only those in this state.", show_default=False)]
HealthOption = Annotated[str | None, typer.Option("--health", help="Normal, Warning or Critical.", show_default=False)]
FleetGroupOption = Annotated[
    str | None, typer.Option("-g", "--group", help="Only those of a resource group.", show_default=False)
]
WatchOption = Annotated[bool, typer.Option("-w", "--watch", help="Show it again and again.")]
UntilOption = Annotated[
    str | None,
    typer.Option("--until", help="Watch until all are in this state, such as protected.", show_default=False),
]
IntervalOption = Annotated[float, typer.Option("--interval", min=0.2, help="Seconds between two looks.")]


def fleet(
    session: Session,
    group: FleetGroupOption = None,
    region: RegionOption = None,
    state: StateOption = None,
    health: HealthOption = None,
    *,
    unprotected: Annotated[
        bool, typer.Option("--unprotected", help="The machines that are not protected, and why.")
    ] = False,
    refresh: Annotated[
        bool, typer.Option("--refresh", help="Read Azure anew instead of the last sweep's view.")
    ] = False,
    watch_it: WatchOption = False,
    until: UntilOption = None,
    interval: IntervalOption = 2.0,
) -> ExitCode:
    """Every machine that is asked for or protected, as the last sweep saw it."""
    if unprotected:
        return _unprotected(session, group, region)
    query = {"resourceGroup": group, "region": region, "state": state, "health": health}

    def read() -> Listing:
        return session.api.pages("protections", "protections", {**query, "refresh": refresh or None})

    if watch_it or until:
        return watch(session, lambda: list(read().entries), lambda rows: _frame(session, rows), _told, interval, until)
    listing = read()
    count = session.out.listing(listing, FLEET, _nothing(query))
    if session.out.form is Format.TABLE and not session.screen.gone:
        _say_more(session, listing.head, count)
    return ExitCode.OK


def _unprotected(session: Session, group: str | None, region: str | None) -> ExitCode:
    listing = session.api.pages("protectable", "machines", {"resourceGroup": group, "location": region}, page=100)
    entries = (one for one in listing.entries if one.get("state") not in _DONE and not one.get("copyOf"))
    head = {name: value for name, value in listing.head.items() if name != "summary"}
    count = session.out.listing(Listing("machines", head, entries), UNPROTECTED, "Every machine is protected.")
    if session.out.form is Format.TABLE and not session.screen.gone:
        session.screen.say(*not_read(head))
    if session.out.form is Format.TABLE and count and not session.screen.gone:
        total = listing.head.get("total")
        session.screen.say(
            f"{count} of {counted(int(total or 0), 'machine')} not protected; asr why VM tells how to mend one"
        )
    return ExitCode.OK


def _frame(session: Session, rows: Sequence[Json]) -> Iterator[str | Text]:
    """A screen of the table: those that are not protected come first, and what does not fit is counted."""
    states: dict[str, int] = {}
    for row in rows:
        states[plain(row.get("state"))] = states.get(plain(row.get("state")), 0) + 1
    sums = ", ".join(f"{number} {state}" for state, number in sorted(states.items()))
    foot = f"{counted(len(rows), 'machine')}: {sums}. Ctrl-C ends."
    width, room = session.screen.width or 0, session.screen.height - 1
    whole = [*table_lines(FLEET, iter(rows), width), Text(foot)]
    if len(list(session.screen.folded(whole))) <= room:
        yield from whole
        return
    ordered = sorted(rows, key=lambda row: row.get("state") == "protected")
    few = len(ordered)
    while few:
        few -= max((few + 1) // 8, 1)
        more = f"{foot[:-12]}; {len(rows) - few} not shown. Ctrl-C ends."
        frame = [*table_lines(FLEET, iter(ordered[:few]), width), Text(more)]
        if len(list(session.screen.folded(frame))) <= room:
            yield from frame
            return


def _told(row: Json) -> str:
    """A machine as a line of the log; RPO changes all the time and is no news."""
    percent = row.get("percent")
    parts = [plain(row.get("name")), plain(row.get("state")), f"{percent} %" if percent is not None else ""]
    return "\t".join([*parts, plain(row.get("health"))]).rstrip("\t")


def _say_more(session: Session, head: Json, count: int) -> None:
    session.screen.say(*not_read(head))
    if count:
        session.screen.say(f"{counted(count, 'machine')} as of {when(head.get('asOf'))}")


def _nothing(query: Json) -> str:
    if any(query.values()):
        return "No such machine in the fleet."
    return "No machine is asked for or protected yet. asr fleet --unprotected shows which could be."
