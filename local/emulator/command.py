"""`python -m local emulator`: the emulator in the foreground."""

import argparse
import logging
import os
import signal
import sys
from pathlib import Path

from local.emulator.arm.pace import PaceMode
from local.emulator.server import Emulator
from local.options import port
from local.ready import say_ready

log = logging.getLogger("local.emulator")
CAPTURE = "EMULATOR_CAPTURE"
"""The environment variable with the default of `--capture`: it reaches the emulator of `python -m local up`, too."""
ENDING = {signal.SIGINT, signal.SIGTERM}
"""The signals that end the emulator."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options on `parser`."""
    parser.add_argument("--port", type=port, default=0, help="port on 127.0.0.1; 0 (the default) for any free one")
    parser.add_argument("--world", default="empty", help="name of a world in local/worlds, or a file (default: empty)")
    parser.add_argument(
        "--pace",
        choices=[mode.value for mode in PaceMode],
        default=PaceMode.INSTANT.value,
        help="how long operations take: not at all, seconds, or as recorded (default: instant)",
    )
    parser.add_argument(
        "--state",
        type=Path,
        default=None,
        metavar="FILE",
        help="keep the state in this file; what is in it wins over --world",
    )
    parser.add_argument(
        "--tls",
        nargs="?",
        type=Path,
        const=True,
        default=None,
        metavar="FILE",
        help="serve https; the certificate to trust is written to FILE (default: a new temporary file)",
    )
    parser.add_argument(
        "--capture",
        type=Path,
        default=Path(os.environ[CAPTURE]) if os.environ.get(CAPTURE) else None,
        metavar="FILE",
        help=f"append every request with its answer to FILE, as JSON lines (default: ${CAPTURE}, or nothing is kept)",
    )


def run(arguments: argparse.Namespace) -> int:
    """Serve until SIGINT or SIGTERM; return the exit status.

    Prints `{"arm": url, "subscription": id}` on standard output when the first request would be answered; with `--tls`
    also `"authority"`, the file with the certificate to trust.
    """
    logging.basicConfig(stream=sys.stderr, level=logging.INFO, format="%(asctime)s emulator %(levelname)s %(message)s")
    logging.getLogger("httpx").setLevel(logging.WARNING)  # it logs whole URLs, and a webhook's URL holds its key
    # Blocked and waited for: a handler would run in the main thread and could meet a lock that it holds itself.
    signal.pthread_sigmask(signal.SIG_BLOCK, ENDING)
    try:
        emulator = Emulator(
            arguments.world,
            arguments.pace,
            arguments.port,
            arguments.state,
            tls=arguments.tls is not None,
            authority=arguments.tls if isinstance(arguments.tls, Path) else None,
            capture=arguments.capture,
        )
        with emulator:
            say_ready(_ready(emulator))
            signal.sigwait(ENDING)
    except (ValueError, OSError) as error:
        sys.stderr.write(f"emulator: {error}\n")
        return 2
    return 0


def _ready(emulator: Emulator) -> dict[str, str]:
    ready = {"arm": emulator.url, "subscription": emulator.subscription}
    if emulator.authority:
        log.info("trust the certificate in %s (REQUESTS_CA_BUNDLE for the Azure CLI)", emulator.authority)
        ready["authority"] = str(emulator.authority)
    return ready
