"""`python -m local host`."""

import argparse
import json
import logging
import signal
import sys
from pathlib import Path

from local.host.server import FunctionsHost
from local.host.settings import ConfigurationError
from local.host.workers import IndexingError


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of the command; `start` is accepted so that it reads as `func start` does."""
    parser.add_argument("start", nargs="?", choices=["start"], help="as in `func start`")
    parser.add_argument("--app", type=Path, default=Path(), metavar="DIR", help="the app's folder (default: this one)")
    parser.add_argument("--port", "-p", type=int, default=7071, help="TCP port; 0 takes any free one")
    parser.add_argument("--key", default=None, help="the master key (default: a new random one)")
    parser.add_argument("--timer-status", type=Path, metavar="FILE", help="remember when timers ran, for past-due runs")


def run(arguments: argparse.Namespace) -> int:
    """Host the app in the foreground until SIGINT or SIGTERM.

    Returns:
        0 after a clean stop, 1 when the app cannot be hosted; the reason is on standard error.
    """
    logging.basicConfig(
        stream=sys.stderr, level=logging.INFO, format="%(asctime)s %(levelname)s host %(name)s: %(message)s"
    )
    logging.getLogger("durabletask").setLevel(logging.WARNING)
    host = FunctionsHost(arguments.app, arguments.port, master_key=arguments.key, timer_status=arguments.timer_status)
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: host.request_stop())
    try:
        host.start()
    except (IndexingError, ConfigurationError, OSError) as error:
        print(f"The host cannot start: {error}", file=sys.stderr)  # noqa: T201
        return 1
    print(json.dumps({"host": host.url, "key": host.key}), flush=True)  # noqa: T201
    host.wait()
    return 0
