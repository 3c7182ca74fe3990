"""Route templates."""

import pytest

from local.host.catalogue import Function
from local.host.front.routes import Route, find, route_of


def _route(template: str | None, *methods: str, prefix: str = "api", name: str = "named") -> Route:
    trigger = {"type": "httpTrigger", "name": "req", "route": template, "methods": list(methods) or None}
    return route_of(Function(name, name, (trigger,)), prefix)


@pytest.mark.parametrize(
    ("template", "path", "parameters"),
    [
        (None, "/api/named", {}),
        (None, "/api/NAMED/", {}),
        ("a/{b}", "/api/a/x%2Fy", {"b": "x/y"}),
        ("a/{b}", "/api/a", None),
        ("a/{b}", "/api/a/x/y", None),
        ("a/{b?}", "/api/a", {}),
        ("a/{b:int?}", "/api/a/12", {"b": "12"}),
        ("a/{b:int}", "/api/a/twelve", None),
        ("a/{b:guid}", "/api/a/0f8fad5b-d9cb-469f-a165-70867728950e", {"b": "0f8fad5b-d9cb-469f-a165-70867728950e"}),
        ("files/{*rest}", "/api/files/a/b.txt", {"rest": "a/b.txt"}),
        ("files/{*rest}", "/api/files", {}),
        ("{name}.{kind}", "/api/report.pdf", {"name": "report", "kind": "pdf"}),
    ],
)
def test_templates(template: str | None, path: str, parameters: dict[str, str] | None) -> None:
    """Literals ignore case; parameters, constraints, optional segments and catch-alls as in ASP.NET."""
    assert _route(template).match("GET", path) == parameters


def test_a_prefix_may_be_empty() -> None:
    """`routePrefix: ""`."""
    assert _route("x", prefix="").match("GET", "/x") == {}


def test_methods_are_part_of_the_route() -> None:
    """Two functions may share a path."""
    routes = [_route("x", "get", name="reader"), _route("x", "post", name="writer")]

    found = find(routes, "POST", "/api/x")

    assert found is not None
    assert found[0].function.name == "writer"
    assert find(routes, "PUT", "/api/x") is None


def test_literals_win_over_parameters_and_parameters_over_the_rest() -> None:
    """In whatever order the functions are declared."""
    routes = [_route(template, name=template) for template in ("{*all}", "a/{id}", "a/{id:int}", "a/fixed")]

    winners = {
        path: found[0].function.name
        for path in ("/api/a/fixed", "/api/a/7", "/api/a/x", "/api/b/c")
        if (found := find(routes, "GET", path))
    }

    assert winners == {
        "/api/a/fixed": "a/fixed",
        "/api/a/7": "a/{id:int}",
        "/api/a/x": "a/{id}",
        "/api/b/c": "{*all}",
    }
