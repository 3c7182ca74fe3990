"""`python -m local emulator | host | up`: a local Azure, a local Functions host, or both."""

import argparse
import importlib
import os
import signal
import sys
import threading

# Each is imported only when it is asked for: they need nothing of each other.
_COMMANDS = {
    "emulator": ("local.emulator.command", "emulate Azure Resource Manager, Entra and Event Grid"),
    "host": ("local.host.command", "host a Durable Python function app"),
    "up": ("local.up", "start emulator and host, and subscribe the app to the subscription's events"),
}


def main() -> int:
    """Run the command that is named on the command line; its own options follow its name."""
    _end_at_once_on_signals()
    parser = argparse.ArgumentParser(prog="python -m local", description=__doc__)
    parser.add_argument("--with-parent", action="store_true", help="stop when standard input closes")
    commands = parser.add_subparsers(dest="command", required=True)
    for name, (_, purpose) in _COMMANDS.items():
        commands.add_parser(name, help=purpose, add_help=False)
    given = sys.argv[1:]
    place = next((index for index, word in enumerate(given) if not word.startswith("-")), len(given))
    chosen = parser.parse_args(given[: place + 1])
    if chosen.with_parent:
        threading.Thread(target=_end_with_parent, daemon=True).start()
    module = importlib.import_module(_COMMANDS[chosen.command][0])
    own = argparse.ArgumentParser(prog=f"python -m local {chosen.command}", description=module.__doc__)
    module.add_arguments(own)
    return int(module.run(own.parse_args(given[place + 1 :])))


def _end_at_once_on_signals() -> None:
    """Until the command takes signals itself nothing runs that would have to be stopped.

    Python's own answer to Ctrl-C is an exception, which imports may swallow.
    """
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: os._exit(0))


def _end_with_parent() -> None:
    """A parent that was killed cannot stop its children, but its end of their standard input closes."""
    while os.read(sys.stdin.fileno(), 1024):
        pass
    os.kill(os.getpid(), signal.SIGTERM)


if __name__ == "__main__":
    sys.exit(main())
