"""`python -m local host`."""

import argparse
import logging
import signal
import sys
from pathlib import Path

from local.host.jsonfile import ConfigurationError
from local.host.server import FunctionsHost, HostStopped
from local.host.settings import LocalHost, read_origins
from local.host.workers import IndexingError
from local.options import port
from local.ready import say_ready

_DEFAULT_PORT = 7071


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of the command; `start` is accepted so that it reads as `func start` does."""
    parser.add_argument("start", nargs="?", choices=["start"], help="as in `func start`")
    parser.add_argument("--app", type=Path, default=Path(), metavar="DIR", help="the app's folder (default: this one)")
    parser.add_argument(
        "--port", "-p", type=port, help="TCP port; 0 takes any free one (default: the settings', or 7071)"
    )
    parser.add_argument("--cors", default="", metavar="ORIGINS", help="origins, by comma, that browsers may call from")
    parser.add_argument("--verbose", action="store_true", help="log what the host and the Durable engine do in detail")
    parser.add_argument("--key", default=None, help="the master key (default: a new random one)")


def run(arguments: argparse.Namespace) -> int:
    """Host the app in the foreground until SIGINT or SIGTERM.

    Returns:
        0 after a clean stop, 1 when the app cannot be hosted; the reason is on standard error.
    """
    logging.basicConfig(
        stream=sys.stderr,
        level=logging.DEBUG if arguments.verbose else logging.INFO,
        format="%(asctime)s %(levelname)s host %(name)s: %(message)s",
    )
    logging.getLogger("durabletask").setLevel(logging.DEBUG if arguments.verbose else logging.WARNING)
    try:
        host = FunctionsHost(
            arguments.app,
            _port(arguments),
            master_key=arguments.key,
            cors=read_origins(arguments.cors),
        )
    except ConfigurationError as error:
        return _refuse(error)
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: host.request_stop())
    try:
        host.start()
    except HostStopped:
        return 0
    except (IndexingError, ConfigurationError, OSError) as error:
        return _refuse(error)
    say_ready({"host": host.url, "key": host.key})
    host.wait()
    return 0


def _port(arguments: argparse.Namespace) -> int:
    if arguments.port is not None:
        return int(arguments.port)
    wanted = LocalHost.read(arguments.app).port
    return _DEFAULT_PORT if wanted is None else wanted


def _refuse(error: Exception) -> int:
    print(f"The host cannot start: {error}", file=sys.stderr)  # noqa: T201
    return 1
