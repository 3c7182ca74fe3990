"""What a thousand orchestrations in flight cost the local Functions host: threads, memory, seconds.

`python -m bench.host_thousand [--orchestrations N]` starts N orchestrations at once, each of which waits for a durable
timer, for a child that waits for another, and for an activity. It prints how many were in flight together, the
greatest number of threads and the resident memory of host and worker meanwhile, and how long all of it took.
"""

import argparse
import json
import os
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import httpx

from local.host.server import FunctionsHost

DURABLE = "/runtime/webhooks/durabletask"
PATIENCE_SECONDS = 300.0
# Long enough for all of them to be in flight before the first one wakes.
SLEEP_SECONDS = 10

APP = '''
from datetime import timedelta

import azure.durable_functions as df

app = df.DFApp()


@app.orchestration_trigger(context_name="context")
def family(ctx, seconds: int):
    """Wait for a timer, a child and an activity."""
    yield ctx.create_timer(timedelta(seconds=seconds))
    child = yield ctx.call_sub_orchestrator("child", input=seconds)
    return (yield ctx.call_activity("double", input=child))


@app.orchestration_trigger(context_name="context")
def child(ctx, seconds: int):
    """Wait for a timer."""
    yield ctx.create_timer(timedelta(seconds=seconds))
    return seconds


@app.activity_trigger(input_name="number")
def double(number: int) -> int:
    """Twice the number."""
    return 2 * number
'''


@dataclass(slots=True)
class Peaks:
    """The greatest values seen: threads and megabytes of both processes.

    Attributes:
        threads: of this process, the operating system's count: the host, its task hub and the driver.
        in_flight: families and children that had begun and not ended, at the same time.
    """

    threads: int = 0
    host_megabytes: float = 0.0
    worker_megabytes: float = 0.0
    worker_threads: int = 0
    in_flight: int = 0


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m bench.host_thousand", description=__doc__)
    parser.add_argument("--orchestrations", type=int, default=1000, help="how many at once (default: 1000)")
    count = max(1, parser.parse_args().orchestrations)
    with _host() as host, httpx.Client(base_url=host.url, headers={"x-functions-key": host.key}, timeout=60) as http:
        peaks = Peaks()
        _observe(host, peaks)
        idle = replace(peaks)
        began = time.monotonic()
        with ThreadPoolExecutor(4) as clients:
            list(clients.map(lambda number: _start(http, f"family-{number:05}"), range(count)))
        started = time.monotonic() - began
        while (finished := _finished(http, peaks)) < count:
            _observe(host, peaks)
            if time.monotonic() - began > PATIENCE_SECONDS:
                message = f"{finished} of {count} orchestrations have ended after {PATIENCE_SECONDS:.0f} s"
                raise TimeoutError(message)
            time.sleep(0.5)
        seconds = time.monotonic() - began
    waited = 2 * SLEEP_SECONDS
    lines = (
        f"{count} orchestrations, each with two timers, a child and an activity, on {os.cpu_count()} cores",
        f"started in {started:.1f} s, all completed after {seconds:.1f} s, of which each slept {waited} s",
        f"in flight together, children included: {peaks.in_flight}",
        f"threads of host and driver: {idle.threads} idle, {peaks.threads} at most",
        f"threads of the worker: {idle.worker_threads} idle, {peaks.worker_threads} at most",
        f"resident memory of host and driver: {idle.host_megabytes:.0f} MB idle, {peaks.host_megabytes:.0f} MB at most",
        f"resident memory of the worker: {idle.worker_megabytes:.0f} MB idle, {peaks.worker_megabytes:.0f} MB at most",
    )
    sys.stdout.write("\n".join(lines) + "\n")


@contextmanager
def _host() -> Iterator[FunctionsHost]:
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "function_app.py").write_text(APP)
        Path(folder, "host.json").write_text(
            json.dumps({"version": "2.0", "logging": {"logLevel": {"default": "Warning"}}})
        )
        with FunctionsHost(folder) as host:
            yield host


def _start(http: httpx.Client, instance_id: str) -> None:
    http.post(f"{DURABLE}/orchestrators/family/{instance_id}", json=SLEEP_SECONDS).raise_for_status()


def _finished(http: httpx.Client, peaks: Peaks) -> int:
    """How many families have completed.

    Raises:
        ValueError: one of them came to something else.
    """
    states = http.get(f"{DURABLE}/instances", params={"showInput": "false", "top": 1_000_000}).raise_for_status().json()
    over = [one for one in states if one["runtimeStatus"] not in {"Pending", "Running"}]
    peaks.in_flight = max(peaks.in_flight, sum(one["runtimeStatus"] == "Running" for one in states))
    if wrong := [one for one in over if one["runtimeStatus"] != "Completed"]:
        raise ValueError(f"{len(wrong)} orchestrations did not complete: {wrong[0]}")
    families = [one for one in over if one["name"] == "family"]
    if wrong := [one for one in families if one["output"] != 2 * SLEEP_SECONDS]:
        raise ValueError(f"{len(wrong)} orchestrations have a wrong result: {wrong[0]}")
    return len(families)


def _observe(host: FunctionsHost, peaks: Peaks) -> None:
    peaks.threads = max(peaks.threads, _status("self", "Threads"))
    peaks.host_megabytes = max(peaks.host_megabytes, _status("self", "VmRSS") / 1024)
    if host.worker_pid is not None:
        peaks.worker_megabytes = max(peaks.worker_megabytes, _status(str(host.worker_pid), "VmRSS") / 1024)
        peaks.worker_threads = max(peaks.worker_threads, _status(str(host.worker_pid), "Threads"))


def _status(process: str, name: str) -> int:
    """A number of `/proc/<process>/status`; sizes are in KiB."""
    text = Path("/proc", process, "status").read_text()
    line = next(line for line in text.splitlines() if line.startswith(f"{name}:"))
    return int(line.split()[1])


if __name__ == "__main__":
    main()
