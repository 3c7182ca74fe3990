"""Which handler answers which method and path: a table of routes, matched without case."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from local.emulator.arm.ids import ResourceId, normalised
from local.emulator.arm.request import ArmRequest
from local.emulator.arm.response import ArmResponse
from local.emulator.arm.schema import OBJECT, Schema

type Handler = Callable[[ArmRequest], ArmResponse]

_PLACEHOLDER = re.compile(r"^\{(\*?)(\w+)\}$")
_VERBS: Mapping[str, str] = {"PUT": "write", "PATCH": "write", "DELETE": "delete"}


@dataclass(frozen=True)
class Route:
    """One row of the table.

    Attributes:
        method: the HTTP method.
        template: the path; `{name}` matches one segment, a leading `{*scope}` one or more. Literals give the casing.
        handler: what answers.
        action: the RBAC action name published with the event; derived from the template when "".
        about_scope: whether the event is about `{*scope}` rather than the whole path (the tags API).
        open: whether the path needs neither a bearer token nor an api-version (token service).
        silent: whether a success publishes no event.
        raw: whether the handler reads the request's bytes itself.
        body: what the body is read as.
    """

    method: str
    template: str
    handler: Handler = field(repr=False)
    action: str = ""
    about_scope: bool = False
    open: bool = False
    silent: bool = False
    raw: bool = False
    body: Mapping[str, Schema] = field(default_factory=lambda: OBJECT)

    @cached_property
    def segments(self) -> list[str]:
        """The template's segments."""
        return self.template.strip("/").split("/")

    @cached_property
    def wild(self) -> bool:
        """Whether the template begins with a placeholder for any number of segments."""
        return self.segments[0].startswith("{*")

    @cached_property
    def literals(self) -> int:
        """How many segments are literal; the more, the sooner the route is tried."""
        return sum(not _PLACEHOLDER.match(segment) for segment in self.segments)

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """The template as a regular expression over a normalised path."""
        parts = []
        for segment in self.segments:
            found = _PLACEHOLDER.match(segment)
            if not found:
                parts.append(re.escape(segment))
            else:
                parts.append(f"(?P<{found[2]}>.+)" if found[1] else f"(?P<{found[2]}>[^/]+)")
        return re.compile("/" + "/".join(parts), re.IGNORECASE)

    @cached_property
    def event_action(self) -> str:
        """The action name of this route, as role definitions and events spell it (`Microsoft.X/types/write`)."""
        if self.action:
            return self.action
        kind = ResourceId.parse("/".join(self.segments[self.wild :])).type
        kind = RESOURCE_GROUPS if kind == "Microsoft.Resources/resourceGroups" else kind
        if self.method == "POST":
            return f"{kind}/action"
        return f"{kind}/{_VERBS.get(self.method, 'read')}"

    def filled(self, params: Mapping[str, str]) -> str:
        """Return the path of this template with `params` in place of the placeholders."""
        return "/" + "/".join(
            params[found[2]].strip("/") if (found := _PLACEHOLDER.match(segment)) else segment
            for segment in self.segments
        )


RESOURCE_GROUPS = "Microsoft.Resources/subscriptions/resourceGroups"


@dataclass(frozen=True, slots=True)
class Match:
    """A route that fits a path."""

    route: Route
    params: Mapping[str, str]
    id: ResourceId


class Router:
    """The routes, found by the number of segments and the last literal one: literal segments win over placeholders,
    fixed over wild.
    """

    def __init__(self, routes: Iterable[Route]) -> None:
        self.routes = tuple(routes)
        self._fixed: defaultdict[tuple[str, int, str], list[Route]] = defaultdict(list)
        self._wild: defaultdict[str, list[Route]] = defaultdict(list)
        for route in sorted(self.routes, key=lambda route: -route.literals):
            if route.wild:
                self._wild[route.method].append(route)
            else:
                self._fixed[route.method, len(route.segments), _last_literal(route)].append(route)

    def match(self, method: str, path: str) -> Match | None:
        """Return the route for `method` and `path`, or None."""
        path = normalised(path)
        segments = path.lower().split("/")[1:]
        count, ends = len(segments), segments[-2:]
        fixed = [route for end in ends for route in self._fixed.get((method, count, end), ())]
        fixed.sort(key=lambda route: -route.literals)
        for route in (*fixed, *self._wild[method]):
            if found := route.pattern.fullmatch(path):
                params = found.groupdict()
                return Match(route, params, ResourceId.parse(route.filled(params)))
        return None


def _last_literal(route: Route) -> str:
    """Return the last segment, or the one before when that is a placeholder; no route ends in two placeholders."""
    last = route.segments[-2:] if len(route.segments) > 1 else route.segments
    return next((one.lower() for one in reversed(last) if not _PLACEHOLDER.match(one)), "")
