"""What becomes of commands: told when they are accepted, or followed to their ends; and the exit code that follows."""

from collections.abc import Iterator, Sequence

from asr_cli.api import Listing
from asr_cli.columns import colour_of
from asr_cli.exits import ExitCode
from asr_cli.output import Format
from asr_cli.session import Session
from asr_cli.table import Column
from asr_cli.waiting import Followed, follow
from asr_cli.wire import Json
from asr_cli.words import name_of, plain, without_ids


def _what(one: Json) -> str:
    reasons = (one.get("outcome") or {}).get("reasons") or ()
    if reasons:
        return without_ids(plain(reasons[0].get("sentence")))
    return plain((one.get("outcome") or {}).get("sentence") or one.get("note"))


ACCEPTED = (
    Column("VM", lambda one: name_of(one.get("vmId")), weight=1, least=10),
    Column("STATE", lambda one: one.get("state"), style=colour_of),
    Column("QUEUED", lambda one: one.get("queued") or ""),
    Column("RUN", lambda one: one.get("id"), spare=True),
    Column("WHAT", _what, below=True),
)
"""Of the commands that were accepted."""

_ENDED = (ACCEPTED[0], ACCEPTED[1], ACCEPTED[-1])
"""Of those that have ended, for people."""

_CODES = {"refused": ExitCode.REFUSED, "failed": ExitCode.FAILED, "waiting": ExitCode.RUNNING}
_WORST = (ExitCode.FAILED, ExitCode.TIMEOUT, ExitCode.REFUSED, ExitCode.RUNNING)


def conclude(
    session: Session, listing: Listing, started: Sequence[Json], refused: Sequence[Json] = (), *, wait: bool
) -> ExitCode:
    """Show what was started, and wait for it if that is wanted.

    Args:
        session: where it is shown.
        listing: the answer.
        started: its entries, each with `vmId` and `id`.
        refused: machines that are known to be refused, though their commands were taken.
        wait: whether to follow the runs.

    Raises:
        CliError: --timeout has passed.
    """
    if not wait:
        session.out.listing(listing, ACCEPTED, "Nothing was started.")
        if started and session.out.form is Format.TABLE:
            session.screen.say(f"Accepted. asr status {name_of(started[0].get('vmId'))} --watch follows it.")
        return ExitCode.REFUSED if refused else ExitCode.OK
    followed = follow(session, [(str(one.get("id")), name_of(one.get("vmId"))) for one in started])
    ended = Listing(listing.name, listing.head, _with_outcomes(started, followed))
    columns = _ENDED if session.out.form is Format.TABLE else ACCEPTED
    session.out.listing(ended, columns, "Nothing was started.")
    return worst([code_of(one.status) for one in followed])


def code_of(status: Json) -> ExitCode:
    """The exit code that the end of a run means."""
    match status.get("runtimeStatus"):
        case "Failed":
            return ExitCode.FAILED
        case "Terminated" | "Canceled":
            return ExitCode.TIMEOUT
    output = status.get("output")
    return _CODES.get(str(output.get("state")), ExitCode.OK) if isinstance(output, dict) else ExitCode.OK


def worst(codes: Sequence[ExitCode]) -> ExitCode:
    """The one that a script has to know of."""
    return next((code for code in _WORST if code in codes), ExitCode.OK)


def _with_outcomes(started: Sequence[Json], followed: Sequence[Followed]) -> Iterator[Json]:
    for one, run in zip(started, followed, strict=True):
        outcome = run.outcome
        state = outcome.get("state") or plain(run.status.get("runtimeStatus")).lower()
        yield {**one, "state": state, "reasons": outcome.get("reasons") or [], "outcome": outcome or None}
