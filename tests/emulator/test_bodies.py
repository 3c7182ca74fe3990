"""What requests carry: bodies of the wrong shape are refused where they are wrong, and none is a defect."""

import json
from collections.abc import Iterator, Mapping
from copy import deepcopy
from typing import Any

import pytest

from local.emulator.arm.errors import ArmError
from local.emulator.arm.schema import Each, Kind, Schema, SchemaMismatch, deserialized
from local.emulator.server import Emulator
from tests.emulator.conftest import Arm

WRONG = ("x", -1, [None], {"a": 1})
"""What is put in the place of every part of a body, one at a time."""
SCHEMA: Mapping[str, Schema] = {
    "properties": {"size": Kind.WHOLE, "on": Kind.FLAG, "name": Kind.TEXT, "items": [{"lun": Kind.WHOLE}]},
    "tags": Each(Kind.TEXT),
}


@pytest.mark.parametrize(
    ("body", "read"),
    [
        (
            {"Properties": {"SIZE": "32", "on": "True", "name": 5}},
            {"properties": {"size": 32, "on": True, "name": "5"}},
        ),
        ({"properties": None, "other": None}, {"other": None}),
        ({"properties": {"items": [{"lun": 0, "free": [1]}]}}, {"properties": {"items": [{"lun": 0, "free": [1]}]}}),
        ({"tags": {"Ab": 1, "c": None}}, {"tags": {"Ab": "1", "c": None}}),
    ],
)
def test_bodies_are_read_as_services_read_them(body: dict[str, Any], read: dict[str, Any]) -> None:
    """Names in any casing, digits in quotes, null as absent; what no shape knows stays as it is."""
    assert deserialized(body, SCHEMA) == read


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({"properties": "x"}, 'properties: "x"; write an object'),
        ({"properties": {"size": 1.5}}, "properties.size: 1.5; write a whole number"),
        ({"properties": {"size": 2**63}}, "properties.size: 9223372036854775808; write a whole number"),
        ({"properties": {"size": True}}, "properties.size: True; write a whole number"),
        ({"properties": {"items": {}}}, "properties.items: {...}; write a list"),
        ({"properties": {"items": [{"lun": 0}, None]}}, "properties.items[1]: null; write an object"),
        ({"properties": {"items": [{"lun": []}]}}, "properties.items[0].lun: [...]; write a whole number"),
        ({"tags": {"a": {"b": "c"}}}, "tags.a: {...}; write text"),
        ({"tags": ["a"]}, "tags: [...]; write an object"),
    ],
)
def test_what_is_of_another_shape_is_named(body: dict[str, Any], said: str) -> None:
    """The refusal has the path, the value and what it should be."""
    with pytest.raises(SchemaMismatch) as refused:
        deserialized(body, SCHEMA)

    assert said in str(refused.value)


def test_a_refusal_says_where(arm: Arm) -> None:
    """In ARM's words: the value, what it should be, and its path."""
    refused = arm.request("PUT", "/resourceGroups/a", {"location": ["eastasia"]})

    assert (refused.status_code, refused.json()["error"]["code"]) == (400, "InvalidRequestContent")
    assert "Error converting value [...] to text. Path 'location'" in refused.json()["error"]["message"]


def test_no_body_is_a_defect() -> None:
    """Whatever stands in whatever place of a body that fits: it is taken or refused, and what is taken can be read."""
    emulator = Emulator("mixed")
    listed = _sent(emulator, "GET", f"/subscriptions/{emulator.subscription}/resources", {})
    of_each_type = {one["type"]: one["id"] for one in listed["value"]}
    whole = {path: _sent(emulator, "GET", path, {}) for path in of_each_type.values()}
    for path, body in whole.items():
        for wrong in _mutilated({"location": body["location"], "properties": body["properties"]}):
            if _sent(emulator, "PUT", path, wrong):
                _sent(emulator, "GET", path, {})
                _sent(emulator, "PUT", path, body)


def _sent(emulator: Emulator, method: str, path: str, body: Any) -> Any:
    """Return what is answered, None for a refusal; anything but an answer and a refusal is a defect."""
    content, headers = json.dumps(body).encode(), {"authorization": "Bearer x"}
    try:
        query = "api-version=2024-07-01"
        response = emulator.resource_manager.send(emulator.cloud, method, path, query, headers, content, "http://x")
        emulator.cloud.timeline.run_due()
    except ArmError:
        return None
    return deepcopy(response.body) or {}


def _mutilated(body: Any) -> Iterator[Any]:
    for path in _paths(body):
        for wrong in WRONG:
            whole = deepcopy(body)
            place = whole
            for step in path[:-1]:
                place = place[step]
            place[path[-1]] = wrong
            yield whole


def _paths(part: Any) -> Iterator[tuple[Any, ...]]:
    steps = part.items() if isinstance(part, dict) else enumerate(part) if isinstance(part, list) else ()
    for step, inner in steps:
        yield (step,)
        yield from ((step, *rest) for rest in _paths(inner))


@pytest.mark.parametrize(
    ("content", "headers", "expected"),
    [
        (b'{"location": "eastasia", "tags": {"a": "\\ud800"}}', {}, (400, "InvalidRequestContent")),
        (b'{"location": NaN}', {}, (400, "InvalidRequestContent")),
        (b'{"a":' * 50_000 + b"1" + b"}" * 50_000, {}, (400, "InvalidRequestContent")),
        (b"\xff", {}, (400, "InvalidRequestContent")),
        (b'{"location": "eastasia"}', {"Content-Type": "text/plain"}, (415, "UnsupportedMediaType")),
        (
            b'{"location": "eastasia"}',
            {"Content-Type": "application/x-www-form-urlencoded"},
            (415, "UnsupportedMediaType"),
        ),
    ],
)
def test_what_is_no_json_is_refused(
    arm: Arm, content: bytes, headers: dict[str, str], expected: tuple[int, str]
) -> None:
    """Half characters, no numbers, depths without end, other media types."""
    response = arm.request("PUT", "/resourceGroups/a", content=content, headers=headers)

    assert (response.status_code, response.json()["error"]["code"]) == expected
