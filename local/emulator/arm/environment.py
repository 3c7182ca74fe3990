"""What surrounds the resources: clock, paces, switches, subscriptions. One document of the state file."""

from collections.abc import Mapping

from local.emulator.arm.clock import Clock
from local.emulator.arm.pace import Pace
from local.emulator.arm.persistence import DirtyKeys
from local.emulator.arm.wire import JsonObject


class Environment:
    """The surroundings of one cloud.

    Attributes:
        clock, pace: see their modules.
        subscriptions: subscription id -> display name.
        switches: every switch with its allowed values, the default first (see `cloud.Hooks`).
        chosen: the switches that were set.
    """

    collection = "environment"

    def __init__(self, clock: Clock, pace: Pace, switches: Mapping[str, tuple[str, ...]]) -> None:
        self.dirty = DirtyKeys()
        self.clock = clock
        self.pace = pace
        self.subscriptions: dict[str, str] = {}
        self.switches = switches
        self.chosen: dict[str, str] = {}

    def changed(self) -> None:
        """Note that the clock, a pace, a switch or a subscription was changed."""
        self.dirty.mark(self.collection)

    def document(self, _key: str) -> JsonObject:
        """Return clock, paces, switches and subscriptions as JSON. The mode of the pace is chosen at each start."""
        return {
            "clock_offset_s": self.clock.offset_s,
            "durations": self.pace.overrides,
            "switches": self.chosen,
            "subscriptions": self.subscriptions,
        }

    def restore(self, _key: str, document: JsonObject) -> None:
        """Take back what `document` returned."""
        self.clock.advance(max(document["clock_offset_s"] - self.clock.offset_s, 0))
        self.pace.overrides |= document["durations"]
        self.chosen |= document["switches"]
        self.subscriptions = document["subscriptions"]

    def switch(self, name: str) -> str:
        """Return the present value of a named switch."""
        return self.chosen.get(name, self.switches[name][0])

    def clear(self) -> None:
        """Set switches and paces back."""
        self.chosen.clear()
        self.pace.overrides.clear()
        self.changed()
