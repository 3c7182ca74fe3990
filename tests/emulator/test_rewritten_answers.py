"""Faults that rewrite answers: headers, bodies and links that are not Azure's own, and answers that arrive slowly."""

import time
from typing import Any

import httpx
import pytest

from tests.emulator.conftest import Arm

LIST = "/resourceGroups"


def ask(arm: Arm, method: str = "GET", path: str = LIST, body: object = None) -> httpx.Response:
    """Send a request whose answer need not fit any description."""
    url = f"{arm.emulator.url}{arm.root}{path}?api-version=2021-04-01"
    return httpx.request(method, url, json=body, headers={"Authorization": "Bearer x"}, trust_env=False)


def test_headers_replace_the_answers_own(arm: Arm) -> None:
    """The write has happened, and its answer points elsewhere; a header is there once, whatever its casing."""
    vault = f"{arm.group()}/Microsoft.RecoveryServices/vaults/v1"
    elsewhere = {"azure-asyncoperation": "https://elsewhere.example/op", "Retry-After": "inf", "Location": "/x"}
    arm.control("POST", "/faults", {"method": "PUT", "headers": elsewhere, "times": 1})
    accepted = arm.request("PUT", vault, {"location": "eastasia", "sku": {"name": "RS0"}})

    assert accepted.status_code == 201
    assert accepted.headers.get_list("Azure-AsyncOperation") == ["https://elsewhere.example/op"]
    assert (accepted.headers["Retry-After"], accepted.headers["Location"]) == ("inf", "/x")
    assert arm.get(vault)["name"] == "v1"


@pytest.mark.parametrize(
    ("body", "sent"),
    [(None, "null"), ([], "[]"), ({"a": [1]}, '{"a": [1]}'), ("null", "null"), ("{", "{"), ("", ""), (7, "7")],
)
def test_bodies_are_verbatim(arm: Arm, body: Any, sent: str) -> None:
    """Text as it is, anything else as JSON; the status stays, or is any that is asked for."""
    arm.control("POST", "/faults", {"body": body, "times": 1})
    arm.control("POST", "/faults", {"status": 202, "body": body, "times": 1})

    assert [(answer.status_code, answer.text) for answer in (ask(arm), ask(arm))] == [(202, sent), (200, sent)]
    assert ask(arm).json() == {"value": []}


def test_a_status_without_a_body_has_none(arm: Arm) -> None:
    """An accepted write that did not happen; an error keeps its envelope beside other headers."""
    headers = {"Location": "https://elsewhere.example/op"}
    arm.control("POST", "/faults", {"method": "PUT", "status": 202, "headers": headers, "times": 1})
    accepted = ask(arm, "PUT", f"{LIST}/a", {"location": "eastasia"})
    arm.control("POST", "/faults", {"status": 429, "headers": {"Retry-After": "99999999999999"}, "times": 1})
    throttled = ask(arm)

    assert (accepted.status_code, accepted.content, accepted.headers["Location"]) == (202, b"", headers["Location"])
    assert arm.request("HEAD", f"{LIST}/a").status_code == 404
    assert throttled.json()["error"]["code"] == "SubscriptionRequestsThrottled"
    assert throttled.headers["Retry-After"] == "99999999999999"


def test_a_list_that_goes_on_elsewhere(arm: Arm) -> None:
    """The true page with another link."""
    arm.group()
    arm.control("POST", "/faults", {"next_link": "https://elsewhere.example/page", "path": "*/resourceGroups"})
    page = ask(arm).json()

    assert [group["name"] for group in page["value"]] == ["app"]
    assert page["nextLink"] == "https://elsewhere.example/page"


def test_values_are_replaced_where_they_are(arm: Arm) -> None:
    """Single ones, or those of every member and entry; what is not there is not made."""
    arm.group()
    path = f"{LIST}/app"
    replace = {"/properties/provisioningState": None, "/tags/x": 1, "/value/*/name": ["x"], "/value/9/id": 1}
    arm.control("POST", "/faults", {"path": "*/resourceGroups*", "replace": replace})
    group, listed = ask(arm, path=path).json(), ask(arm).json()

    assert group["properties"] == {"provisioningState": None}
    assert "tags" not in group
    assert [(one["name"], one["location"]) for one in listed["value"]] == [(["x"], group["location"])]


def test_an_answer_that_trickles(arm: Arm) -> None:
    """One byte at a time, and every one arrives; who leaves earlier holds nobody up."""
    arm.control("POST", "/faults", {"body": "12345", "trickle_s": 0.05, "times": 1})
    begun = time.monotonic()
    assert ask(arm).text == "12345"
    assert time.monotonic() - begun >= 0.2

    arm.control("POST", "/faults", {"trickle_s": 3600, "times": 1})
    url = f"{arm.emulator.url}{arm.root}{LIST}?api-version=2021-04-01"
    with httpx.stream("GET", url, headers={"Authorization": "Bearer x"}, trust_env=False) as slow:
        assert next(slow.iter_bytes()) == b"{"
    assert ask(arm).status_code == 200


@pytest.mark.parametrize(
    ("fault", "named"),
    [
        ({"status": 200}, "status"),
        ({"status": 101, "body": "x"}, "status"),
        ({"body": "x", "phase": "before"}, "phase"),
        ({"headers": {"a b": "x"}}, "headers.a b"),
        ({"headers": {"X": "é"}}, "headers.X"),
        ({"headers": {"X": "a\nb"}}, "headers.X"),
        ({"headers": {"Content-Length": "1"}}, "headers.Content-Length"),
        ({"headers": "X: 1"}, "headers"),
        ({"trickle_s": -1}, "trickle_s"),
        ({"next_link": ["x"]}, "next_link"),
        ({"replace": ["/x"]}, "replace"),
        ({"replace": {"x": 1}}, "replace.x"),
        ({"replace": {"/x": 1}, "phase": "before"}, "phase"),
    ],
)
def test_what_cannot_be_sent_is_refused(arm: Arm, fault: dict[str, object], named: str) -> None:
    """400 that begins with the field."""
    refused = arm.request("POST", "/_emulator/faults", fault)

    assert refused.status_code == 400
    assert refused.json()["error"].startswith(named)
