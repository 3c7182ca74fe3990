"""`python -m local host`."""

import argparse
import json
import logging
import signal
import sys
from pathlib import Path

from local.host.jsonfile import ConfigurationError
from local.host.server import FunctionsHost
from local.host.settings import HIGHEST_PORT, LocalHost, read_origins
from local.host.workers import IndexingError

_DEFAULT_PORT = 7071


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of the command; `start` is accepted so that it reads as `func start` does."""
    parser.add_argument("start", nargs="?", choices=["start"], help="as in `func start`")
    parser.add_argument("--app", type=Path, default=Path(), metavar="DIR", help="the app's folder (default: this one)")
    parser.add_argument(
        "--port", "-p", type=port, help="TCP port; 0 takes any free one (default: the settings', or 7071)"
    )
    parser.add_argument("--cors", default="", metavar="ORIGINS", help="origins, by comma, that browsers may call from")
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
    try:
        host = FunctionsHost(
            arguments.app,
            _port(arguments),
            master_key=arguments.key,
            timer_status=arguments.timer_status,
            cors=read_origins(arguments.cors),
        )
    except ConfigurationError as error:
        return _refuse(error)
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: host.request_stop())
    try:
        host.start()
    except (IndexingError, ConfigurationError, OSError) as error:
        return _refuse(error)
    print(json.dumps({"host": host.url, "key": host.key}), flush=True)  # noqa: T201
    host.wait()
    return 0


def port(text: str) -> int:
    """A TCP port on the command line.

    Raises:
        ArgumentTypeError: it is none.
    """
    if not (text.isascii() and text.isdigit() and int(text) <= HIGHEST_PORT):
        raise argparse.ArgumentTypeError(f"'{text}' is no port; a number from 0 to {HIGHEST_PORT} is expected")
    return int(text)


def _port(arguments: argparse.Namespace) -> int:
    if arguments.port is not None:
        return int(arguments.port)
    wanted = LocalHost.read(arguments.app).port
    return _DEFAULT_PORT if wanted is None else wanted


def _refuse(error: Exception) -> int:
    print(f"The host cannot start: {error}", file=sys.stderr)  # noqa: T201
    return 1
