"""How the command ends: exit codes, and the errors that carry them."""

from enum import IntEnum


class ExitCode(IntEnum):
    """What a script may branch on. They are part of the contract."""

    OK = 0
    FAILED = 1
    USAGE = 2
    TIMEOUT = 3
    NOT_SIGNED_IN = 4
    REFUSED = 5
    PLAN_MOVED = 6
    RUNNING = 8


MEANINGS: dict[ExitCode, str] = {
    ExitCode.OK: "ok; reading verbs also where the answer is a refusal",
    ExitCode.FAILED: "failed: a run, the app, Azure, or the way to it",
    ExitCode.USAGE: "the command, or what it asks for, cannot be understood",
    ExitCode.TIMEOUT: "--timeout has passed, or it was cancelled (Ctrl-C); a run that was begun goes on",
    ExitCode.NOT_SIGNED_IN: "no key, or one that is not taken",
    ExitCode.REFUSED: "a machine is refused, or the command is",
    ExitCode.PLAN_MOVED: "what was planned is not what would be done now",
    ExitCode.RUNNING: "the run or drill that was asked about has not ended",
}
"""Each code in words, as `asr --help` and docs/cli.md tell them."""


class CliError(Exception):
    """What ends the command: one sentence, what to do about it, and the exit code."""

    def __init__(self, sentence: str, code: ExitCode = ExitCode.FAILED, hint: str = "") -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.code = code
        self.hint = hint
