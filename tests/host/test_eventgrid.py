"""The Event Grid webhook."""

import json

import httpx
import pytest

from local.host.server import FunctionsHost
from tests.host.conftest import Operator

WEBHOOK = "/runtime/webhooks/eventgrid"
NOTIFICATION = {"aeg-event-type": "Notification"}


def _event(key: str, kind: str = "Microsoft.Resources.ResourceWriteSuccess") -> dict:
    return {
        "id": key,
        "topic": "/subscriptions/0",
        "subject": "/subscriptions/0/x",
        "eventType": kind,
        "eventTime": "2026-11-22T10:00:00.1234567Z",
        "dataVersion": "2",
        "metadataVersion": "1",
        "data": {"operationName": "Microsoft.Compute/virtualMachines/write"},
    }


def _cloud_event(key: str) -> dict:
    return {
        "specversion": "1.0",
        "id": key,
        "source": "/subscriptions/0",
        "subject": "/subscriptions/0/x",
        "type": "Microsoft.Resources.ResourceWriteSuccess",
        "time": "2026-11-22T10:00:00.1234567Z",
        "data": {},
    }


def _deliver(operator: Operator, content: object, function: str = "on_event", **headers: str) -> httpx.Response:
    given = headers or NOTIFICATION
    return operator.http.post(WEBHOOK, params={"functionName": function}, content=json.dumps(content), headers=given)


def _ids(operator: Operator) -> list[str]:
    return [json.loads(line)["id"] for line in operator.recorded("events")]


def test_each_event_of_a_delivery_calls_the_function_once(operator: Operator, key: str) -> None:
    """Cardinality is one: an array of three is three calls."""
    answer = _deliver(operator, [_event(f"{key}-{number}") for number in range(3)])

    assert answer.status_code == 202
    assert sorted(name for name in _ids(operator) if name.startswith(key)) == [f"{key}-{number}" for number in range(3)]


def test_a_single_object_is_a_delivery_too(operator: Operator, key: str) -> None:
    """Event Grid sends arrays, tools often one object."""
    assert _deliver(operator, _event(key)).status_code == 202
    assert key in _ids(operator)


@pytest.mark.parametrize("batch", [False, True])
def test_cloud_events_arrive_alone_and_in_batches(operator: Operator, key: str, batch: bool) -> None:
    """With their media types, and without Event Grid's own header."""
    media = "application/cloudevents-batch+json" if batch else "application/cloudevents+json"
    answer = _deliver(operator, [_cloud_event(key)] if batch else _cloud_event(key), **{"content-type": media})

    assert answer.status_code == 202
    assert key in _ids(operator)


def test_a_failing_call_asks_event_grid_to_deliver_again(operator: Operator, key: str) -> None:
    """One failure fails the whole delivery, while the other events have been seen."""
    answer = _deliver(operator, [_event(key), _event(f"{key}-refused", "Refuse")])

    assert (answer.status_code, answer.content) == (500, b"")
    assert key in _ids(operator)


def test_the_validation_handshake_returns_the_code(operator: Operator) -> None:
    """Event Grid takes a 200 with its code for consent."""
    content = [
        {"id": "1", "eventType": "Microsoft.EventGrid.SubscriptionValidationEvent", "data": {"validationCode": "c"}}
    ]

    answer = _deliver(operator, content, **{"aeg-event-type": "SubscriptionValidation"})

    assert (answer.status_code, answer.json()) == (200, {"validationResponse": "c"})


def test_the_cloud_events_handshake_names_the_origin(operator: Operator) -> None:
    """OPTIONS with an origin, as the CloudEvents webhook specification says."""
    headers = {"WebHook-Request-Origin": "eventgrid.azure.net", "WebHook-Request-Rate": "120"}

    answer = operator.http.options(WEBHOOK, params={"functionName": "on_event"}, headers=headers)

    assert answer.status_code == 200
    assert answer.headers["webhook-allowed-origin"] == "eventgrid.azure.net"
    assert answer.headers["webhook-allowed-rate"] == "120"


def test_what_is_not_a_delivery_is_refused(host: FunctionsHost, operator: Operator) -> None:
    """Unknown function 404, unknown event type 400, no JSON 400, no key 401; an unsubscription is taken note of."""
    unknown = _deliver(operator, [], function="nobody")

    assert (unknown.status_code, unknown.text) == (404, "cannot find function: 'nobody'")
    assert _deliver(operator, [], function="greet").status_code == 404
    assert _deliver(operator, [], **{"aeg-event-type": "Surprise"}).status_code == 400
    assert _deliver(operator, [], **{"aeg-event-type": "Unsubscribe"}).status_code == 202
    assert operator.http.post(f"{WEBHOOK}?functionName=on_event", content="{", headers=NOTIFICATION).status_code == 400
    assert httpx.post(f"{host.url}{WEBHOOK}?functionName=on_event", json=[]).status_code == 401


def test_the_system_key_opens_the_webhook(host: FunctionsHost) -> None:
    """A subscription needs no more than the extension's own key."""
    query = {"functionName": "on_event", "code": host.keys.eventgrid_extension}

    assert httpx.post(f"{host.url}{WEBHOOK}", params=query, json=[], headers=NOTIFICATION).status_code == 202


@pytest.mark.parametrize("data", ["text", None, [], {"validationCode": ""}])
def test_a_handshake_without_a_code_is_refused(operator: Operator, data: object) -> None:
    """Whatever stands in its place; the kind of a delivery ignores case."""
    event = _event("handshake") | {"data": data}

    assert _deliver(operator, [event], **{"aeg-event-type": "subscriptionvalidation"}).status_code == 400


def test_a_body_that_is_no_json_is_refused(operator: Operator) -> None:
    """Also one that is nested without end."""
    for body in (b"\xff", b"[" * 100_000):
        answer = operator.http.post(WEBHOOK, params={"functionName": "on_event"}, content=body, headers=NOTIFICATION)
        assert answer.status_code == 400
