"""What telemetry costs: a worker's start, and each run; with a collector, with Application Insights, and with neither.

`python -m bench.telemetry [--machines N] [--pairs M]`. What is compared is measured in turn, in one go: seconds are of
processor, and whatever else the machine does befalls all alike. What is sent to is on this machine and answers at once.
"""

import argparse
import os
import statistics
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from bench.burst import burst
from bench.tables import table
from local.stack import ROOT

_START = """
import logging, os, sys
logging.disable()
os.chdir(sys.argv[1])
import function_app
assert function_app.app.get_functions()
from triggers.on_demand import tracing
tracing()
os._exit(0)
"""

WAYS = ("nowhere", "a collector", "Application Insights", "both")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m bench.telemetry", description=__doc__)
    parser.add_argument("--machines", type=int, default=50, help="VMs of a burst (default: 50)")
    parser.add_argument("--pairs", type=int, default=3, help="bursts of each way (default: 3)")
    given = parser.parse_args()
    with sink() as address:
        ways = environments(address)
        _start(ways["both"])  # bytecode is written
        starts: dict[str, list[tuple[float, float]]] = {name: [] for name in ways}
        for _ in range(3 * given.pairs):
            for name, environment in ways.items():
                starts[name].append(_start(environment))
        started = []
        base = statistics.median(seconds for seconds, _ in starts["nowhere"])
        for name, taken in starts.items():
            seconds, megabytes = (statistics.median(column) for column in zip(*taken, strict=True))
            started.append((name, f"{seconds:.2f}", f"{1000 * (seconds - base):+.0f}", f"{megabytes:.0f}"))
        _say(table(("a worker's start, telemetry to", "CPU s", "ms more", "MB"), started))
        runs: dict[str, list[tuple[float, float]]] = {name: [] for name in ("nowhere", "a collector", "both")}
        for _ in range(given.pairs):
            for name, measured in runs.items():
                measured.append(_run(ways[name], given.machines))
    rows = []
    for name, measured in runs.items():
        milliseconds, history = (statistics.median(column) for column in zip(*measured, strict=True))
        rows.append((name, f"{milliseconds:.0f}", f"{history:.0f}"))
    _say(table((f"each of {given.machines} VMs, telemetry to", "app CPU ms", "history bytes"), rows))


def environments(address: str) -> dict[str, dict[str, str]]:
    """The settings of each way."""
    collector = {"OTEL_EXPORTER_OTLP_ENDPOINT": address}
    insights = {
        "APPLICATIONINSIGHTS_CONNECTION_STRING": "InstrumentationKey=00000000-0000-0000-0000-000000000001;"
        f"IngestionEndpoint={address}/"
    }
    return dict(zip(WAYS, ({}, collector, insights, collector | insights), strict=True))


@contextmanager
def sink() -> Iterator[str]:
    """Something that takes whatever is posted to it."""

    class Taking(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers.get("content-length", 0)))
            answer = b'{"itemsReceived": 1, "itemsAccepted": 1, "errors": []}' if "track" in self.path else b""
            self.send_response(200)
            self.send_header("content-length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's own name
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Taking) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


def _start(environment: Mapping[str, str]) -> tuple[float, float]:
    """Seconds and greatest megabytes of a process that indexes the app and starts its exporters.

    Raises:
        OSError: it failed.
    """
    pid = os.posix_spawn(
        sys.executable,
        [sys.executable, "-c", _START, str(ROOT)],
        {**os.environ, "PYTHONPATH": str(ROOT), **environment},
    )
    _, status, used = os.wait4(pid, 0)
    if status:
        raise OSError(f"the app cannot be started: exit status {status}")
    return used.ru_utime + used.ru_stime, used.ru_maxrss / 1024


def _run(environment: Mapping[str, str], machines: int) -> tuple[float, float]:
    """The app's milliseconds of processor for a VM of a burst, and the bytes of a further VM's history."""
    os.environ.update(environment)
    try:
        measured = burst(machines, throttling=False)
    finally:
        for name in environment:
            del os.environ[name]
    if measured.done < machines:
        raise OSError(f"only {measured.done} of {machines} VMs were protected")
    return 1000 * measured.cpu["worker"] / machines, measured.further_history


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
