"""How many tagged VMs get their replication enabled under Azure's documented limits, and what that costs.

`python -m bench.throttled [--machines N] [--limits on|off] [--state running|deallocated]`: N VMs are tagged at once in
a fresh local Azure whose operations end at the first look. One JSON line, then the app's requests by kind.
"""

import argparse
import json
import sys
import time
from collections import Counter
from http import HTTPStatus
from typing import Any

import httpx

from bench.many_machines import GROUP, local_azure, settled_requests
from local.demo.operator import Json, Operator

PATIENCE_SECONDS = 900.0
STEP_SECONDS = 2.0
SHOWN_KINDS = 30
OPERATOR = {"Authorization": "Bearer local-operator"}


def measure(machines: int, limits: str, *, running: bool) -> dict[str, Any]:
    """Tag so many machines and wait until each has its item, or if they do not run until the app is silent."""
    with local_azure(machines) as (arm, operator), httpx.Client(base_url=arm, headers=OPERATOR, timeout=60) as client:
        for number in range(0 if running else machines):
            client.post(f"{_machine(number)}/deallocate?api-version=2024-07-01").raise_for_status()
        client.post("/_emulator/settings", json={"throttling": limits}).raise_for_status()
        began = time.monotonic()
        for number in range(machines):
            _tag(client, _machine(number))
        tagged = time.monotonic() - began
        items = _wait(operator, machines, began) if running else 0
        seconds = time.monotonic() - began
        requests = settled_requests(operator)
        return {"machines": machines, "tagged": tagged, "items": items, "seconds": seconds, **_summary(requests)}


def _machine(number: int) -> str:
    return f"{GROUP}/providers/Microsoft.Compute/virtualMachines/vm-{number}"


def _tag(client: httpx.Client, machine: str) -> None:
    """The operator keeps to Azure's limits, too."""
    path = f"{machine}/providers/Microsoft.Resources/tags/default?api-version=2025-04-01"
    body = {"operation": "Merge", "properties": {"tags": {"asr-protect": "true"}}}
    while (answer := client.patch(path, json=body)).status_code == HTTPStatus.TOO_MANY_REQUESTS:
        time.sleep(float(answer.headers["Retry-After"]))
    answer.raise_for_status()


def _wait(operator: Operator, machines: int, began: float) -> int:
    found = 0
    while found < machines and time.monotonic() - began < PATIENCE_SECONDS:
        time.sleep(STEP_SECONDS)
        found = len(operator.protected_items())
        sys.stderr.write(f"{time.monotonic() - began:.0f} s: {found}\n")
    return found


def _summary(requests: list[Json]) -> dict[str, Any]:
    kinds = Counter((str(one["method"]), _kind(str(one["path"]))) for one in requests)
    return {
        "requests": len(requests),
        "writes": sum(one["method"] not in {"GET", "HEAD"} for one in requests),
        "refused": sum(one["status"] == 429 for one in requests),
        "kilobytes": sum(int(str(one["bytes_out"])) for one in requests) // 1000,
        "kinds": [f"{count:6} {method} {kind}" for (method, kind), count in kinds.most_common(SHOWN_KINDS)],
    }


def _kind(path: str) -> str:
    parts = path.lower().rpartition("/providers/")[2].split("/")
    return "/".join([parts[0], *parts[1::2]]) + ("" if len(parts) % 2 else " (list)")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m bench.throttled", description=__doc__)
    parser.add_argument("--machines", type=int, default=100)
    parser.add_argument("--limits", choices=("on", "off"), default="on")
    parser.add_argument("--state", choices=("running", "deallocated"), default="running")
    given = parser.parse_args()
    told = measure(given.machines, given.limits, running=given.state == "running")
    kinds = told.pop("kinds")
    sys.stdout.write("\n".join([json.dumps(told), *kinds]) + "\n")


if __name__ == "__main__":
    main()
