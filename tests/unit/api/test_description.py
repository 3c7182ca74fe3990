"""The description of the API is made of its routes; here it is held against the functions that are indexed."""

import re
from pathlib import Path
from typing import Any

import pytest

from function_app import app
from triggers.http.openapi import description
from triggers.http.service import EVERY_ROUTE

DOCUMENT = description(EVERY_ROUTE)
GUIDE = Path(__file__).parents[3] / "docs" / "api.md"


def indexed() -> dict[tuple[str, str], str | None]:
    """Method and path of every HTTP function of the app, with its name."""
    found: dict[tuple[str, str], str | None] = {}
    for function in app.get_functions():
        trigger = function.get_trigger()
        if trigger is not None and trigger.type == "httpTrigger":
            about: dict[str, Any] = trigger.get_dict_repr()
            for method in about["methods"]:
                found[str(getattr(method, "value", method)), f"/api/{about['route']}"] = function.get_function_name()
    return found


def described() -> dict[tuple[str, str], str]:
    """Method and path of every operation of the document, with its id."""
    return {
        (method.upper(), path): operation["operationId"]
        for path, operations in DOCUMENT["paths"].items()
        for method, operation in operations.items()
    }


def test_every_http_function_is_described_and_nothing_else() -> None:
    """Names, methods and paths are those of the function index."""
    assert described() == indexed()


def test_every_operation_says_what_it_does_takes_and_answers() -> None:
    """A summary, a schema for each success, a problem for each failure."""
    for operations in DOCUMENT["paths"].values():
        for operation in operations.values():
            assert operation["summary"].endswith("."), operation["operationId"]
            assert all(parameter["description"] for parameter in operation["parameters"]), operation["operationId"]
            assert {"400", "401", "500", "502", "503"} <= set(operation["responses"])


def test_every_reference_leads_to_a_schema() -> None:
    """None is missing, and none is left over."""
    references = set(re.findall(r"'#/components/schemas/(\w+)'", str(DOCUMENT)))

    assert references == set(DOCUMENT["components"]["schemas"])


def test_only_get_has_no_body() -> None:
    """What is sent is described where it is read."""
    bodies = {key for key, name in described().items() if "requestBody" in DOCUMENT["paths"][key[1]][key[0].lower()]}

    assert bodies == {("POST", "/api/protections"), ("POST", "/api/plans")}


@pytest.mark.parametrize("route", EVERY_ROUTE, ids=lambda route: route.name)
def test_the_guide_has_an_example_of_every_route(route: Any) -> None:
    """docs/api.md has a heading for it."""
    assert f"## {route.method} /api/{route.path}\n" in GUIDE.read_text(encoding="utf-8")
