"""Route templates."""

import pytest

from local.host.catalogue import Function
from local.host.http.routes import Route, find, route_of, routes_of
from local.host.jsonfile import ConfigurationError


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
        ("a/{b:bool}", "/api/a/True", {"b": "True"}),
        ("a/{b:decimal}", "/api/a/1.5", {"b": "1.5"}),
        ("a/{b:alpha}", "/api/a/x1", None),
    ],
)
def test_templates(template: str | None, path: str, parameters: dict[str, str] | None) -> None:
    """Literals ignore case; parameters, constraints, optional segments and catch-alls as in ASP.NET."""
    assert _route(template).match("GET", path) == parameters


@pytest.mark.parametrize(
    "template",
    [
        "a/{b:nothing}",
        "a/{b:range(1,12)}",
        "a/{b=index}",
        "%NOWHERE%",
        "a/{b",
        "a/b}",
        "{a}/{A}",
        "admin/a",
        "Administrators",
    ],
)
def test_what_cannot_be_resolved_is_refused(template: str) -> None:
    """What does not exist, is incomplete or is the host's own is found when the host starts, not by a request."""
    with pytest.raises(ConfigurationError):
        _route(template)


def test_a_route_may_name_a_setting() -> None:
    """`%NAME%`, as in every binding."""
    trigger = {"type": "httpTrigger", "name": "req", "route": "%PLACE%/x"}

    assert route_of(Function("f", "f", (trigger,)), "api", {"PLACE": "here"}).template == "/api/here/x"


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


@pytest.mark.parametrize("second", ["X", "/x/"])
def test_two_functions_with_one_route_for_one_method_are_refused(second: str) -> None:
    """As in Azure; without declared methods a function takes them all."""
    functions = [
        Function(name, name, ({"type": "httpTrigger", "name": "req", "route": route, "methods": methods},))
        for name, route, methods in (("reader", "x", ["get"]), ("writer", "x", ["post"]), ("other", second, None))
    ]

    assert len(routes_of(functions[:2], "api", {})) == 2
    with pytest.raises(ConfigurationError, match=r"'reader' and 'other' have the same route '/api/[xX]'"):
        routes_of(functions, "api", {})


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
