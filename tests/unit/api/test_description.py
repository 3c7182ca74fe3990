"""The description of the API is made of its routes; here it is held against the functions that are indexed."""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from openapi_spec_validator import validate

from asr.model.change import Change, ChangeType
from asr.model.decision import Action, Decision
from asr.planning.plan import VmPlan
from asr.reporting.plan import vm_plan
from tests.unit.api.indexed import functions
from triggers.http.openapi import description
from triggers.http.service import EVERY_ROUTE

DOCUMENT = description(EVERY_ROUTE)
GUIDE = Path(__file__).parents[3] / "docs" / "api.md"


def parts(document: Any) -> Iterator[dict[str, Any]]:
    """Every object in the document."""
    if isinstance(document, dict):
        yield document
    for part in document.values() if isinstance(document, dict) else document if isinstance(document, list) else ():
        yield from parts(part)


def examples() -> Iterator[Any]:
    """Each JSON text of the guide with the schemas that it may fit: what its route takes, answers or refuses."""
    for section in GUIDE.read_text(encoding="utf-8").split("\n## ")[1:]:
        heading = section.partition("\n")[0]
        method, _, path = heading.partition(" ")
        operation = DOCUMENT["paths"].get(path, {}).get(method.lower())
        if operation is None:
            continue
        contents = [operation.get("requestBody", {}), *operation["responses"].values()]
        fitting = [one["schema"] for content in contents for one in content.get("content", {}).values()]
        for number, text in enumerate(re.findall(r"```json\n(.*?)```", section, re.DOTALL)):
            yield pytest.param(json.loads(text), fitting, id=f"{heading} {number}")


def indexed() -> dict[tuple[str, str], str | None]:
    """Method and path of every HTTP function of the app, with its name."""
    found: dict[tuple[str, str], str | None] = {}
    for function in functions():
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


def test_the_document_is_valid_openapi() -> None:
    """By a linter that others wrote."""
    validate(DOCUMENT)


def test_every_array_says_what_is_in_it_and_every_example_is_valid() -> None:
    """Clients are generated from it."""
    for part in parts(DOCUMENT):
        if part.get("type") == "array":
            assert "items" in part, part
        for example in part.get("examples", ()):
            Draft202012Validator(part).validate(example)


def test_there_is_one_casing() -> None:
    """Every field is written in camelCase."""
    names = {name for part in parts(DOCUMENT["components"]) for name in part.get("properties", {})}

    assert {name for name in names if not re.fullmatch(r"[a-z]+([A-Z][a-z]*)*", name)} == set()


def test_the_disks_of_a_planned_item_have_one_shape() -> None:
    """Whether the item is there or would be created."""
    there = Change(ChangeType.NONE, "/item", "it is there", {"disks": ["/a"]}, kind="protected item")
    new = replace(there, values={"disks": [{"id": "/a", "replicaSku": "Premium_LRS"}]})
    plans = [vm_plan(VmPlan("/vm", Decision(Action.LEAVE, "/vm"), item=item), "asr-") for item in (there, new)]

    shapes = [set(plan.model_dump(by_alias=True)["protectedItem"]["disks"][0]) for plan in plans]

    assert shapes[0] == shapes[1] == set(DOCUMENT["components"]["schemas"]["PlannedDisk"]["required"])


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

    assert {method for method, _ in bodies} == {"POST"}
    without = {path for method, path in described() if method == "POST"} - {path for _, path in bodies}
    assert without == {"/api/sweeps"}


@pytest.mark.parametrize(("example", "fitting"), list(examples()))
def test_the_examples_of_the_guide_are_as_described(example: Any, fitting: list[dict[str, Any]]) -> None:
    """They were given by the app once; the app may have changed since."""
    schema = {"anyOf": fitting, "components": DOCUMENT["components"]}

    wrong = [error for each in Draft202012Validator(schema).iter_errors(example) for error in each.context or [each]]
    assert not wrong, [f"{error.json_path}: {error.message[:200]}" for error in wrong]


@pytest.mark.parametrize("route", EVERY_ROUTE, ids=lambda route: route.name)
def test_the_guide_has_an_example_of_every_route(route: Any) -> None:
    """docs/api.md has a heading for it."""
    assert f"## {route.method} /api/{route.path}\n" in GUIDE.read_text(encoding="utf-8")
