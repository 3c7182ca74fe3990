"""Route templates of HTTP triggers: which function a request is for."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from local.host.catalogue import Function

_SEGMENT = re.compile(r"\{(?P<rest>\*{0,2})(?P<name>\w+)(?P<constraint>(?::[^?}]+)*)(?P<optional>\?)?\}")
_CONSTRAINTS = {
    "int": r"-?\d+",
    "long": r"-?\d+",
    "bool": r"(?i:true|false)",
    "alpha": r"[A-Za-z]+",
    "guid": r"[0-9A-Fa-f]{8}-?(?:[0-9A-Fa-f]{4}-?){3}[0-9A-Fa-f]{12}",
}
_ALL_METHODS = frozenset({"GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "TRACE"})


@dataclass(frozen=True, slots=True)
class Route:
    """One HTTP function's address.

    Attributes:
        template: as declared, under the host's route prefix.
        rank: literal segments win over parameters, parameters over a catch-all.
    """

    function: Function
    template: str
    methods: frozenset[str]
    pattern: re.Pattern[str]
    rank: tuple[int, ...]

    @property
    def auth_level(self) -> str:
        """`anonymous`, `function` (the default) or `admin`."""
        return str(self.function.trigger.get("authLevel") or "function")

    def match(self, method: str, path: str) -> dict[str, str] | None:
        """The route's parameters, or `None` when the request is not for it."""
        found = self.pattern.fullmatch(path)
        if found is None or method not in self.methods:
            return None
        return {name: unquote(value) for name, value in found.groupdict().items() if value is not None}


def route_of(function: Function, prefix: str) -> Route:
    """The route of an HTTP function; without a template it is the function's name."""
    trigger: Mapping[str, Any] = function.trigger
    template = str(trigger.get("route") or function.name).strip("/")
    full = f"/{prefix}/{template}" if prefix else f"/{template}"
    methods = frozenset(str(method).upper() for method in trigger.get("methods") or ()) or _ALL_METHODS
    segments = full.strip("/").split("/")
    pattern = "".join(_segment_pattern(segment) for segment in segments)
    return Route(function, full, methods, re.compile(pattern + "/?", re.IGNORECASE), tuple(map(_rank, segments)))


def find(routes: Iterable[Route], method: str, path: str) -> tuple[Route, dict[str, str]] | None:
    """The best route for a request, with its parameters."""
    for route in sorted(routes, key=lambda one: one.rank):
        parameters = route.match(method, path)
        if parameters is not None:
            return route, parameters
    return None


def _segment_pattern(segment: str) -> str:
    whole = _SEGMENT.fullmatch(segment)
    if whole and whole["rest"]:
        return f"(?:/(?P<{whole['name']}>.*))?"
    if whole and whole["optional"]:
        return f"(?:/{_parameter(whole)})?"
    pattern, end = "/", 0
    for part in _SEGMENT.finditer(segment):
        pattern += re.escape(segment[end : part.start()]) + _parameter(part)
        end = part.end()
    return pattern + re.escape(segment[end:])


def _parameter(part: re.Match[str]) -> str:
    names = [name for name in part["constraint"].split(":") if name]
    value = next((_CONSTRAINTS[name] for name in names if name in _CONSTRAINTS), "[^/]+")
    return f"(?P<{part['name']}>{value})"


def _rank(segment: str) -> int:
    found = _SEGMENT.search(segment)
    if found is None:
        return 0
    return 3 if found["rest"] else 2 if not found["constraint"] else 1
