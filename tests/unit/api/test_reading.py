"""What callers send wrongly is answered with the field, the value and the fix."""

import azure.functions as func
import pytest

from asr.errors import BadRequest
from triggers.http.ending_models import PlanRequest
from triggers.http.models import FleetQuery, StartRequest, TargetsQuery
from triggers.http.reading import read_body, read_query


@pytest.mark.parametrize(
    ("body", "field", "told"),
    [
        ("", "body", "send a JSON object"),
        ("[]", "body", "[] will not do: input should be an object. Send a JSON object."),
        ('{"vmIds": "web-0"}', "vmIds", "'web-0' will not do"),
        ('{"vmIds": ["a", 1]}', "vmIds[1]", "1 will not do: input should be a valid string. Full resource ids of VMs."),
        ('{"vmIds": ["a"], "wait": -1}', "wait", "-1 will not do"),
        ('{"vmIds": ["a"], "wait": "1"}', "wait", "'1' will not do"),
        ('{"vmIds": ["a"], "wait": true}', "wait", "True will not do"),
        ('{"vmIds": ["a"], "wait": NaN}', "wait", "200 at most"),
        (
            '{"vmIds": ["a"], "wait": 1e9}',
            "wait",
            "1000000000.0 will not do: input should be less than or equal to 200.",
        ),
        (
            '{"vmIds": ["a"], "color": "red"}',
            "color",
            "there are vmIds, names, resourceGroup, scope, profile, overrides, wait, planHash",
        ),
        ('{"vm": 1, "ids": 2}', "vm", "there is no such field or parameter; "),
        ('{"names": [""]}', "names[0]", "'' will not do"),
        ('{"scope": {"tag": 1}}', "scope.tag", "1 will not do"),
        ('{"vmIds": ["a"], "replace": "yes"}', "replace", "make it anew"),
        ('{"vmIds": ["a"], "confirm": true}', "confirm", "the name of the VM"),
        ('{"vmIds": ["a"], "overrides": {"vault": "' + "x" * 3000 + '"}}', "overrides", "2048 characters"),
        (
            '{"vmIds": ["a"], "overrides": {' + ",".join(f'"{number}": 1' for number in range(65)) + "}}",
            "overrides",
            "make at most 64 choices",
        ),
        ('{"vmIds": ["' + "x" * 262_144 + '"]}', "body", "send 262144 at most"),
    ],
)
def test_a_wrong_body_is_told_with_field_value_and_fix(body: str, field: str, told: str) -> None:
    """The message stands on its own: whoever reads it knows what to write."""
    with pytest.raises(BadRequest) as caught:
        read_body(StartRequest, body.encode())

    assert caught.value.field == field
    assert told in caught.value.problem


@pytest.mark.parametrize("depth", [300, 100_000])
def test_deep_and_long_bodies_are_refused_in_few_words(depth: int) -> None:
    """Neither nesting nor length breaks the reader, and the answer does not echo them."""
    for body in ("[" * depth, f'{{"vmIds": {"[" * depth}{"]" * depth}}}', f'{{"vmIds": "{"x" * depth}"}}'):
        with pytest.raises(BadRequest) as caught:
            read_body(PlanRequest, body.encode())
        assert len(caught.value.problem) < 300


def test_what_can_be_planned_is_named() -> None:
    """A sweep, say, is not."""
    with pytest.raises(BadRequest, match="'sweep' will not do: input should be 'protect'") as caught:
        read_body(PlanRequest, b'{"names": ["db-0"], "operation": "sweep"}')
    assert caught.value.field == "operation"


def test_a_wrong_query_is_told_with_field_value_and_fix() -> None:
    """The function key is no parameter of ours."""

    def request(**params: str) -> func.HttpRequest:
        return func.HttpRequest("GET", "http://127.0.0.1/", params=params, body=b"")

    assert read_query(FleetQuery, request(code="key", top="7")).top == 7
    with pytest.raises(BadRequest, match=r"'many' will not do.*200 at most") as caught:
        read_query(FleetQuery, request(top="many"))
    assert caught.value.field == "top"
    with pytest.raises(BadRequest, match=r"it is missing\. What is to be chosen\.") as caught:
        read_query(TargetsQuery, request(name="db-0"))
    assert caught.value.field == "kind"
