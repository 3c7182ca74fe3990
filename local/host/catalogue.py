"""The functions of an app, and which of them a name of the durable world means."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

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
    def durable_name(self) -> str:
        """The name by which orchestrations call this function."""
        return str(self.trigger.get(_DURABLE_NAME.get(self.trigger_type, ""), None) or self.name)


class Catalogue:
    """Finds functions by trigger and name."""

    def __init__(self, functions: list[Function]) -> None:
        """Hold `functions` as indexed."""
        self.functions = functions
        self._durable = {(one.trigger_type, _key(one.trigger_type, one.durable_name)): one for one in functions}
        self._names = {one.name.lower(): one for one in functions}

    def of_trigger(self, trigger_type: str) -> list[Function]:
        """Every function with that trigger."""
        return [one for one in self.functions if one.trigger_type == trigger_type]

    def durable(self, trigger_type: str, name: str) -> Function | None:
        """The orchestrator, activity or entity that is called `name`; entity names ignore case."""
        return self._durable.get((trigger_type, _key(trigger_type, name)))

    def named(self, name: str) -> Function | None:
        """The function of that name, whatever its trigger; function names ignore case."""
        return self._names.get(name.lower())


def _key(trigger_type: str, name: str) -> str:
    return name.lower() if trigger_type == ENTITY else name
