"""In which order, and how often, events reach a webhook: Event Grid promises at least once and no order.

Two switches bring out what that may mean. `event_grid_order`: `shuffled` lets each event wait for a moment of its own.
`event_grid_copies`: `doubled` sends each event twice.
"""

from collections.abc import Iterator, Mapping
from random import Random

from local.emulator.arm.cloud import Cloud
from local.emulator.arm.wire import JsonObject
from local.emulator.providers.event_grid.retries import DELIVER

ORDER, COPIES = "event_grid_order", "event_grid_copies"
SWITCHES: Mapping[str, tuple[str, ...]] = {ORDER: ("kept", "shuffled"), COPIES: ("single", "doubled")}
LONGEST_WAIT_S = 0.5


def send(cloud: Cloud, message: JsonObject) -> None:
    """Send one event to one subscription, as the switches say."""
    for wait in _waits(cloud, message["event"]["id"]):
        if wait:
            cloud.timeline.schedule(wait, DELIVER, message)
        else:
            cloud.outbox.put(DELIVER, message)


def _waits(cloud: Cloud, seed: str) -> Iterator[float]:
    chance = Random(seed)  # noqa: S311 - from the event's id, so that a delivery can be understood afterwards
    for _ in range(2 if cloud.switch(COPIES) == "doubled" else 1):
        yield chance.uniform(0.001, LONGEST_WAIT_S) if cloud.switch(ORDER) == "shuffled" else 0.0
