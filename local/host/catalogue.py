"""The functions of an app, and which of them a name of the durable world means."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from local.host.settings import is_disabled

HTTP = "httpTrigger"
TIMER = "timerTrigger"
EVENT_GRID = "eventGridTrigger"
ORCHESTRATION = "orchestrationTrigger"
ACTIVITY = "activityTrigger"
ENTITY = "entityTrigger"
DURABLE_CLIENT = "durableClient"
HTTP_OUTPUT = "http"

# Triggers that carry a durable name of their own beside the function's.
_DURABLE_NAME = {ORCHESTRATION: "orchestration", ACTIVITY: "activity", ENTITY: "entityName"}
TRIGGERS = frozenset({HTTP, TIMER, EVENT_GRID, *_DURABLE_NAME})


@dataclass(frozen=True, slots=True)
class Function:
    """One function as the worker indexed it.

    Attributes:
        id: the worker's handle for invocations.
        bindings: the bindings as function.json would hold them, trigger included.
    """

    id: str
    name: str
    bindings: tuple[Mapping[str, Any], ...]

    @property
    def trigger(self) -> Mapping[str, Any]:
        """The binding that starts the function."""
        return next(binding for binding in self.bindings if str(binding["type"]).lower().endswith("trigger"))

    @property
    def trigger_type(self) -> str:
        """Such as `httpTrigger`."""
        return str(self.trigger["type"])

    @property
    def unserved_input(self) -> Mapping[str, Any] | None:
        """An input binding whose value this host cannot fetch."""
        inputs = (one for one in self.bindings if one is not self.trigger and str(one["direction"]).upper() == "IN")
        return next((one for one in inputs if one["type"] != DURABLE_CLIENT), None)

    @property
    def durable_name(self) -> str:
        """The name by which orchestrations call this function."""
        return str(self.trigger.get(_DURABLE_NAME.get(self.trigger_type, ""), None) or self.name)


class Catalogue:
    """Finds functions by trigger and name; what is disabled is listed and never found."""

    def __init__(self, functions: list[Function], settings: Mapping[str, str]) -> None:
        """Hold `functions` as indexed, some of them disabled by `settings`."""
        self.functions = functions
        self.disabled = frozenset(one.name for one in functions if is_disabled(one.name, settings))
        self._enabled = [one for one in functions if one.name not in self.disabled]
        self._durable = {(one.trigger_type, _key(one.trigger_type, one.durable_name)): one for one in self._enabled}
        self._names = {one.name.lower(): one for one in self._enabled}

    def of_trigger(self, trigger_type: str) -> list[Function]:
        """Every function with that trigger."""
        return [one for one in self._enabled if one.trigger_type == trigger_type]

    def durable(self, trigger_type: str, name: str) -> Function | None:
        """The orchestrator, activity or entity that is called `name`; entity names ignore case."""
        return self._durable.get((trigger_type, _key(trigger_type, name)))

    def named(self, name: str) -> Function | None:
        """The function of that name, whatever its trigger; function names ignore case."""
        return self._names.get(name.lower())


def _key(trigger_type: str, name: str) -> str:
    return name.lower() if trigger_type == ENTITY else name
