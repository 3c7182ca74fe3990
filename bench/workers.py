"""Many machines at once, dealt out to several workers of one app that share a store and an identity, within the limits.

`python -m bench.workers [--machines N] [--workers M]` prints how long it took, and what of it was answered 429.
"""

import argparse
import json
import os
import sys
import tempfile
import time
import uuid
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import httpx

from bench.azure import APP, NEVER
from bench.fleet import machine_id, world
from local.stack import ROOT, part
from local.up import host_settings

PATIENCE_SECONDS = 900.0
_STARTING_SECONDS = 300.0
_DELIVERIES_AT_ONCE = 8


def workers(machines: int, hosts: int) -> dict[str, float]:
    """Deliver an event about each of so many tagged machines, and wait until each has its item, or for the patience."""
    with tempfile.TemporaryDirectory() as folder, ExitStack() as parts:
        path = Path(folder, "world.json")
        path.write_text(json.dumps(world(machines, 2, tagged=machines)))
        log = parts.enter_context(Path(folder, "log").open("wb"))
        options = ("--port", "0", "--world", str(path), "--pace", "instant")
        started = part("emulator", *options, environment=os.environ, log=log, ready_seconds=_STARTING_SECONDS)
        azure = parts.enter_context(started).ready
        own = host_settings(azure, "instant") | {"ASR_SWEEP_SCHEDULE": NEVER, "ASR_STORE": f"{folder}/store"}
        app = ("--port", "0", "--app", str(ROOT))
        running = [
            parts.enter_context(part("host", *app, environment=os.environ | own, folder=ROOT, log=log)).ready
            for _ in range(hosts)
        ]
        client = parts.enter_context(httpx.Client(timeout=_STARTING_SECONDS))
        client.post(f"{azure['arm']}/_emulator/settings", json={"throttling": "on"}).raise_for_status()
        began = time.monotonic()
        with ThreadPoolExecutor(_DELIVERIES_AT_ONCE) as pool:
            list(pool.map(lambda number: _deliver(client, running[number % hosts], number), range(machines)))
        while _enabled(asked := _asked(client, azure)) < machines and time.monotonic() - began < PATIENCE_SECONDS:
            time.sleep(1)
        seconds = time.monotonic() - began
    throttled = Counter(one["status"] for one in asked)[429]
    return {
        "machines": machines,
        "workers": hosts,
        "done": _enabled(asked),
        "seconds": round(seconds, 1),
        "requests": len(asked),
        "throttled": throttled,
    }


def _deliver(client: httpx.Client, host: dict[str, str], number: int) -> None:
    event = {
        "id": str(uuid.uuid4()),
        "topic": "bench",
        "subject": machine_id(number),
        "eventType": "Microsoft.Resources.ResourceWriteSuccess",
        "eventTime": "2026-11-22T10:00:00Z",
        "data": {"operationName": "Microsoft.Resources/tags/write"},
        "dataVersion": "2",
    }
    url = f"{host['host']}/runtime/webhooks/eventgrid"
    query = {"functionName": "on_vm_event", "code": host["key"]}
    headers = {"aeg-event-type": "Notification"}
    client.post(url, params=query, json=[event], headers=headers).raise_for_status()


def _asked(client: httpx.Client, azure: dict[str, str]) -> list[dict[str, Any]]:
    logged: list[dict[str, Any]] = client.get(f"{azure['arm']}/_emulator/requests").json()
    return [one for one in logged if APP in (one["client"] or "")]


def _enabled(asked: list[dict[str, Any]]) -> int:
    """How many items were put, and the put accepted."""
    puts = (one for one in asked if one["method"] == "PUT" and one["status"] < httpx.codes.BAD_REQUEST)
    return len({path for one in puts if "/replicationprotecteditems/" in (path := one["path"].lower())})


def main() -> None:
    """Measure and print as JSON."""
    parser = argparse.ArgumentParser(prog="python -m bench.workers", description=__doc__)
    parser.add_argument("--machines", type=int, default=100)
    parser.add_argument("--workers", type=int, default=2)
    given = parser.parse_args()
    sys.stdout.write(json.dumps(workers(given.machines, given.workers)) + "\n")


if __name__ == "__main__":
    main()
