"""Route templates of HTTP triggers: which function a request is for."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from local.host.catalogue import Function
from local.host.jsonfile import ConfigurationError
from local.host.settings import resolve

_SEGMENT = re.compile(r"\{(?P<rest>\*{0,2})(?P<name>\w+)(?::(?P<constraint>[A-Za-z]+))?(?P<optional>\?)?\}")
# ASP.NET's constraints without arguments; an app that declares another is refused.
_CONSTRAINTS = {
    "int": r"-?\d{1,10}",
    "long": r"-?\d{1,19}",
    "bool": r"true|false",
    "alpha": r"[a-z]+",
    "decimal": r"-?\d+(?:\.\d+)?",
    "guid": r"[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}",
}
# As in Azure, whatever the prefix is.
_RESERVED = "admin"
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


def routes_of(functions: Iterable[Function], prefix: str, settings: Mapping[str, str]) -> list[Route]:
    """The routes of HTTP functions.

    Raises:
        ConfigurationError: one cannot be read, is the host's own, or is another function's for the same methods.
    """
    routes: list[Route] = []
    for function in functions:
        route = route_of(function, prefix, settings)
        for other in routes:
            # Without declared methods a function takes them all.
            if route.template.lower() == other.template.lower() and route.methods & other.methods:
                raise ConfigurationError(
                    f"The functions '{other.function.name}' and '{function.name}' have the same route "
                    f"'{route.template}' for the same methods; give one of them another"
                )
        routes.append(route)
    return routes


def route_of(function: Function, prefix: str, settings: Mapping[str, str] | None = None) -> Route:
    """The route of an HTTP function; without a template it is the function's name.

    Raises:
        ConfigurationError: it names a setting or a constraint that does not exist, has braces that hold no parameter,
            or is the host's own.
    """
    trigger: Mapping[str, Any] = function.trigger
    template = resolve(str(trigger.get("route") or function.name), settings or {}).strip("/")
    _check(function.name, template)
    full = f"/{prefix}/{template}" if prefix else f"/{template}"
    segments = _segments(full)
    pattern = "".join(_segment_pattern(segment) for segment in segments)
    return Route(
        function=function,
        template=full,
        methods=frozenset(str(method).upper() for method in trigger.get("methods") or ()) or _ALL_METHODS,
        pattern=re.compile(pattern + "/?", re.IGNORECASE),
        rank=tuple(map(_rank, segments)),
    )


def find(routes: Iterable[Route], method: str, path: str) -> tuple[Route, dict[str, str]] | None:
    """The best route for a request, with its parameters."""
    for route in sorted(routes, key=lambda one: one.rank):
        parameters = route.match(method, path)
        if parameters is not None:
            return route, parameters
    return None


def _check(name: str, template: str) -> None:
    if template.lower().startswith(_RESERVED):
        raise ConfigurationError(f"The route '{template}' of '{name}' begins with '{_RESERVED}', which the host keeps")
    if re.search("[{}]", _SEGMENT.sub("", template)):
        raise ConfigurationError(f"The route '{template}' of '{name}' has a brace that belongs to no parameter")
    for found in _SEGMENT.finditer(template):
        if found["constraint"] and found["constraint"].lower() not in _CONSTRAINTS:
            raise ConfigurationError(f"The route '{template}' of '{name}' has a constraint that is not served here")
    names = [found["name"].lower() for found in _SEGMENT.finditer(template)]
    if twice := {one for one in names if names.count(one) > 1}:
        raise ConfigurationError(f"The route '{template}' of '{name}' has more than one parameter '{twice.pop()}'")


def _segments(template: str) -> list[str]:
    return template.strip("/").split("/")


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
    return f"(?P<{part['name']}>{_CONSTRAINTS.get((part['constraint'] or '').lower(), '[^/]+')})"


def _rank(segment: str) -> int:
    found = _SEGMENT.search(segment)
    if found is None:
        return 0
    return 3 if found["rest"] else 2 if not found["constraint"] else 1
