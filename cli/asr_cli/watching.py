"""`--watch`: the same answer again and again. On a terminal it is redrawn in place; elsewhere each change is a line."""

import time
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime

from asr_cli.exits import CliError, ExitCode
from asr_cli.output import Format, Lines
from asr_cli.session import Session
from asr_cli.wire import Json

_ENDED_BADLY = {"refused", "failed"}


def watch(
    session: Session,
    read: Callable[[], Sequence[Json]],
    draw: Callable[[Sequence[Json]], Lines],
    tell: Callable[[Json], str],
    interval: float,
    until: str | None = None,
) -> ExitCode:
    """Read and show until Ctrl-C, --timeout, or until every machine is in the state `until`.

    Args:
        session: what is spoken to.
        read: the rows now, each with its `vmId` and `state`.
        draw: the rows for a terminal.
        tell: one row as a line; a row whose line has not changed is not told again.
        interval: seconds between two readings.
        until: the state that ends it.
    """
    deadline = time.monotonic() + session.timeout if session.timeout else None
    in_place = session.screen.is_terminal and session.out.form is Format.TABLE
    before: Mapping[str, str] = {}
    while True:
        rows = read()
        now = {str(row.get("vmId")): tell(row) for row in rows}
        if in_place:
            session.screen.redraw(draw(rows))
        else:
            _tell(session, before, now)
        before = now
        if session.screen.gone:
            return ExitCode.OK
        ended = _ended(rows, until)
        if ended is not None:
            return ended
        if deadline is not None and time.monotonic() + interval > deadline:
            if until is None:
                return ExitCode.OK
            raise CliError(f"Not all are {until} within {session.timeout:g} s.", ExitCode.TIMEOUT)
        time.sleep(interval)


def _tell(session: Session, before: Mapping[str, str], now: Mapping[str, str]) -> None:
    at = datetime.now(UTC).strftime("%H:%M:%S")
    lines = [line for vm, line in now.items() if before.get(vm) != line]
    lines += [f"{line.split(chr(9))[0]}\tno longer there" for vm, line in before.items() if vm not in now]
    for line in lines:
        session.screen.write(f"{at}\t{line}")
    session.screen.flush()


def _ended(rows: Sequence[Json], until: str | None) -> ExitCode | None:
    if until is None or not rows:
        return None
    states = {str(row.get("state")) for row in rows}
    if states == {until}:
        return ExitCode.OK
    if states <= {until, *_ENDED_BADLY}:
        return ExitCode.REFUSED if "refused" in states else ExitCode.FAILED
    return None
