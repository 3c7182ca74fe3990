"""`python -m local emulator | host | up`: a local Azure, a local Functions host, or both."""

import argparse
import importlib
import sys

# Each is imported only when it is asked for: they need nothing of each other.
_COMMANDS = {
    "emulator": ("local.emulator.command", "emulate Azure Resource Manager, Entra and Event Grid"),
    "host": ("local.host.command", "host a Durable Python function app"),
    "up": ("local.up", "start emulator and host, and subscribe the app to the subscription's events"),
}


def main() -> int:
    """Run the command that is named first on the command line."""
    parser = argparse.ArgumentParser(prog="python -m local", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    for name, (_, purpose) in _COMMANDS.items():
        commands.add_parser(name, help=purpose, add_help=False)
    chosen, rest = parser.parse_known_args(sys.argv[1:2])[0].command, sys.argv[2:]
    module = importlib.import_module(_COMMANDS[chosen][0])
    own = argparse.ArgumentParser(prog=f"python -m local {chosen}", description=module.__doc__)
    module.add_arguments(own)
    return int(module.run(own.parse_args(rest)))


if __name__ == "__main__":
    sys.exit(main())
