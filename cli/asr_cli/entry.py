"""The script `asr`: it takes Ctrl-C before the command itself is imported, which is most of a short call's time.

What it imports itself is little, for the same reason.
"""

import os
import signal

_CANCELLED = 3


def main() -> None:
    """Import the command, run it and end the process with its exit code."""
    takes_interrupts = signal.getsignal(signal.SIGINT) is signal.default_int_handler
    if takes_interrupts:  # what is started in the background leaves them alone
        signal.signal(signal.SIGINT, _end)
    from asr_cli.main import main as command  # noqa: PLC0415 - the point of this module

    if takes_interrupts:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    command()


def _end(*_: object) -> None:
    """Nothing was asked of the app yet. An exception would show a stack, or be swallowed by what is imported."""
    os.write(2, b"asr: Cancelled. Nothing was begun.\n")
    os._exit(_CANCELLED)
