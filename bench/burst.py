"""Many machines tagged at once: how long until each has its item, and what that costs Azure and this machine.

`python -m bench.burst [--machines N] [--networks M] [--limits on|off]` measures one burst and tells all of it as JSON.
"""

import argparse
import json
import sys
import time
from collections import Counter
from dataclasses import asdict, dataclass
from typing import Any

from bench.azure import Azure, History, local_azure
from bench.fleet import world

type Json = dict[str, Any]

PATIENCE_SECONDS = 900.0
_STEP_SECONDS = 0.5
WRITES_AT_ONCE, WRITES_A_SECOND = 200, 10.0
READS_AT_ONCE, READS_A_SECOND = 250, 25.0
"""Azure's buckets, per subscription and principal."""


@dataclass(frozen=True, slots=True)
class Burst:
    """What came of it. Seconds are from the first tag on.

    Attributes:
        machines: how many were tagged.
        networks: on how many networks they are.
        throttling: whether Azure kept its limits.
        done: how many had their item in the end.
        tagged_seconds: until the last tag was written.
        seconds: until the last item was there.
        bound_seconds: what Azure's bucket for writes allows for the app's writes, or the tagging, whichever is longer.
        reads, writes, queries: the app's requests; queries are those to Resource Graph.
        throttled: how many of them were answered 429.
        kilobytes: what Azure answered.
        first_history, further_history: bytes of the first run's history, and of the median of the others.
        further_events: how many events of each kind the latter has.
        cpu: seconds by part.
        memory: megabytes at the greatest, by part.
        kinds: how often what was asked: method, and type of what it is about.
    """

    machines: int
    networks: int
    throttling: bool
    done: int
    tagged_seconds: float
    seconds: float
    bound_seconds: float
    reads: int
    writes: int
    queries: int
    throttled: int
    kilobytes: float
    first_history: int
    further_history: int
    further_events: dict[str, int]
    cpu: dict[str, float]
    memory: dict[str, float]
    kinds: dict[str, int]

    @property
    def reads_bound_seconds(self) -> float:
        """What Azure's bucket for reads allows for the app's reads."""
        return max(0.0, (self.reads - READS_AT_ONCE) / READS_A_SECOND) if self.throttling else 0.0

    @property
    def requests(self) -> int:
        """All of them."""
        return self.reads + self.writes + self.queries


def burst(machines: int, *, throttling: bool, networks: int = 1) -> Burst:
    """Tag so many machines in a fresh local Azure and wait until each has its item, or `PATIENCE_SECONDS`."""
    with local_azure(world(machines, networks)) as azure:
        azure.throttle(on=throttling)
        before = {part: used.seconds for part, used in azure.used().items()}
        began = time.monotonic()
        for number in range(machines):
            azure.tag(number)
        tagged = time.monotonic() - began
        while (done := azure.items()) < machines and time.monotonic() - began < PATIENCE_SECONDS:
            time.sleep(_STEP_SECONDS)
        seconds = time.monotonic() - began
        azure.settle()
        used = azure.used()
        first, further = _histories(azure)
        requests = azure.requests()
        queries = sum("microsoft.resourcegraph" in one["path"].lower() for one in requests)
        writes = sum(one["method"] not in ("GET", "HEAD") for one in requests) - queries
        allowed = max(0.0, (writes - WRITES_AT_ONCE) / WRITES_A_SECOND) if throttling else 0.0
        return Burst(
            machines,
            networks,
            throttling,
            done,
            tagged,
            seconds,
            max(tagged, allowed),
            reads=len(requests) - writes - queries,
            writes=writes,
            queries=queries,
            throttled=sum(one["status"] == 429 for one in requests),
            kilobytes=sum(one["bytes_out"] for one in requests) / 1000,
            first_history=first.size,
            further_history=further.size,
            further_events=dict(further.kinds),
            cpu={part: round(one.seconds - before.get(part, 0.0), 2) for part, one in used.items()},
            memory={part: round(one.megabytes, 1) for part, one in used.items()},
            kinds=dict(Counter(_kind(one) for one in requests).most_common()),
        )


def _kind(request: Json) -> str:
    """Method and resource type, and whether it is a list that was read."""
    parts = str(request["path"]).lower().rpartition("/providers/")[2].split("/")
    listed = "" if len(parts) % 2 or request["method"] != "GET" else " (list)"
    return f"{request['method']} {'/'.join([parts[0], *parts[1::2]])}{listed}"


def _histories(azure: Azure) -> tuple[History, History]:
    """The largest history, which is that of a run that built the foundation, and the median one; of sixty runs."""
    runs = [one["instanceId"] for one in azure.instances() if one["name"] == "protect_vm"]
    histories = [azure.history(run) for run in {*runs[:: max(1, len(runs) // 60)], *runs[:3]}]
    by_size = sorted(histories, key=lambda one: one.size)
    return by_size[-1], by_size[len(by_size) // 2]


def main() -> None:
    """Measure one burst and print it."""
    parser = argparse.ArgumentParser(prog="python -m bench.burst", description=__doc__)
    parser.add_argument("--machines", type=int, default=100, help="how many are tagged at once (default: 100)")
    parser.add_argument("--networks", type=int, default=1, help="how many networks they are on (default: 1)")
    parser.add_argument("--limits", choices=("on", "off"), default="on", help="whether Azure keeps its request limits")
    given = parser.parse_args()
    measured = burst(given.machines, throttling=given.limits == "on", networks=given.networks)
    sys.stdout.write(json.dumps(asdict(measured), indent=1) + "\n")


if __name__ == "__main__":
    main()
