"""What a resource provider is: a namespace, its routes, what it does later, how long that takes, what it forbids."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from local.emulator.arm.operations import Operation
from local.emulator.arm.pace import Duration
from local.emulator.arm.router import Match, Route
from local.emulator.arm.store import Resource
from local.emulator.arm.tokens import Caller
from local.emulator.arm.wire import JsonObject

if TYPE_CHECKING:
    from local.emulator.arm.cloud import Cloud

type Continuation = Callable[["Cloud", JsonObject], None]
"""A step that runs later. Raises ArmError to fail the operation it completes."""

type Guard = Callable[["Cloud", Resource], None]
"""Raises ArmError when the resource must not be deleted now."""

type Observer = Callable[["Cloud", Resource], None]
"""Told about a resource after the fact."""

type Admission = Callable[["Cloud", Match, Caller], None]
"""Raises ArmError when the caller may not do what the match says."""


type OperationObserver = Callable[["Cloud", Operation], None]
"""Told about an operation that has ended, good or bad."""

type Control = Callable[["Cloud", JsonObject], object]
"""Answers a control route with JSON. Raises ValueError naming field, value and fix."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Provider:
    """One resource provider.

    Attributes:
        namespace: `Microsoft.Compute`.
        title: what it is called in the coverage table, when the namespace alone would be ambiguous.
        routes: its rows of the route table.
        continuations: name -> step; names are global, so begin them with the provider's word (`compute.vm_written`).
        durations: kind of work -> duration.
        deletion_guards: resource type -> what may forbid deleting such a resource (also when its group is deleted).
        deletion_observers: resource type -> what follows from the deletion of such a resource.
        operation_observers: who is told of every operation that ends.
        switches: name -> allowed values, the default first: behaviour of the real service that nobody has recorded.
            Read with `cloud.switch(name)`, set through `POST /_emulator/settings`.
        controls: method and path below `/_emulator` -> what answers there: how tests and people bring about what no
            request of a tenant can. A world may use the POST ones.
        admissions: what is asked about every request to ARM before its scope is looked up and its handler runs.
    """

    namespace: str
    routes: tuple[Route, ...]
    title: str = ""
    continuations: Mapping[str, Continuation] = field(default_factory=dict)
    durations: Mapping[str, Duration] = field(default_factory=dict)
    deletion_guards: Mapping[str, Guard] = field(default_factory=dict)
    deletion_observers: Mapping[str, Observer] = field(default_factory=dict)
    operation_observers: tuple[OperationObserver, ...] = ()
    switches: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    controls: Mapping[tuple[str, str], Control] = field(default_factory=dict)
    admissions: tuple[Admission, ...] = ()
