"""A question before a write. Where nobody can answer, the command says that --yes is wanted, and does nothing."""

import sys

from asr_cli.exits import CliError, ExitCode
from asr_cli.session import Session


def ask(session: Session, question: str, *, yes: bool, must_type: str | None = None) -> None:
    """Go on only if a person agrees, or has agreed by --yes.

    Args:
        session: where the question is shown.
        question: what will be done, without the question mark.
        yes: --yes was given.
        must_type: what has to be typed instead of `yes`.

    Raises:
        CliError: the answer is no, or nobody can be asked.
    """
    if yes:
        return
    if not sys.stdin.isatty() or not session.screen.talks_to_terminal:
        raise CliError(f"{question}: that is asked before it is done.", ExitCode.USAGE, "--yes answers it")
    wanted = must_type or "yes"
    session.screen.say(f"{question}?")
    session.screen.talk.print(f"Type {wanted} to go on: ", end="", markup=False, highlight=False)
    if sys.stdin.readline().strip().lower() not in {wanted.lower(), *(() if must_type else ("y",))}:
        raise CliError("Nothing was done.", ExitCode.TIMEOUT)
