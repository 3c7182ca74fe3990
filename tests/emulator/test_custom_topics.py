"""Custom topics: as Azure's own publisher client uses them, and what they refuse."""

import asyncio
import json
from collections.abc import Iterator
from types import TracebackType
from typing import Any, Self

import httpx
import pytest
from azure.core.credentials import AccessToken, AzureKeyCredential, AzureSasCredential
from azure.core.exceptions import HttpResponseError
from azure.core.messaging import CloudEvent
from azure.eventgrid import EventGridEvent, EventGridPublisherClient
from azure.eventgrid.aio import EventGridPublisherClient as AsyncPublisher

from local.emulator.arm.tokens import Caller
from tests.emulator.conftest import Arm
from tests.emulator.receiver import Receiver

TOPIC = "/resourceGroups/app/providers/Microsoft.EventGrid/topics/told"
CLOUD, OWN = "CloudEventSchemaV1_0", "EventGridSchema"
SENDER = "d5a91429-5739-47e2-a06b-3470a27159e7"


@pytest.fixture
def hook() -> Iterator[Receiver]:
    """A webhook that answers the handshake and acknowledges everything."""
    with Receiver() as receiver:
        yield receiver


def topic(arm: Arm, schema: str = CLOUD, **properties: Any) -> dict[str, Any]:
    """Make the topic and return it as it is shown."""
    arm.group()
    made: dict[str, Any] = arm.put(TOPIC, {"location": "eastasia", "properties": {"inputSchema": schema, **properties}})
    return made


def subscribe(arm: Arm, hook: Receiver, schema: str = CLOUD, *, nested: bool = True, **properties: Any) -> None:
    """Subscribe a webhook to the topic: as its child, or as an extension of it."""
    path = "eventSubscriptions/hook" if nested else "providers/Microsoft.EventGrid/eventSubscriptions/hook"
    destination = {"endpointType": "WebHook", "properties": {"endpointUrl": hook.url}}
    arm.put(
        f"{TOPIC}/{path}",
        {"properties": {"destination": destination, "eventDeliverySchema": schema, **properties}},
    )


def key(arm: Arm, name: str = "key1") -> str:
    """Return one of the topic's keys."""
    return str(arm.request("POST", f"{TOPIC}/listKeys").json()[name])


def publisher(arm: Arm, made: dict[str, Any], credential: Any = None) -> EventGridPublisherClient:
    """Return Azure's own client; `retry_total` 0, for a test asks once."""
    return EventGridPublisherClient(
        made["properties"]["endpoint"], credential or AzureKeyCredential(key(arm)), retry_total=0
    )


def event(number: int = 0, **about: Any) -> CloudEvent:
    """Return one event."""
    return CloudEvent(source="/tests", type="Test.Happened", subject=f"s{number}", data={"number": number}, **about)


def events_of(arm: Arm, hook: Receiver, count: int) -> list[dict[str, Any]]:
    """Wait until nothing is pending and `count` events have arrived."""
    arm.until(lambda: len(hook.events) >= count and arm.control("GET", "/events")["pending"] == 0)
    assert len(hook.events) == count
    return hook.events


@pytest.mark.parametrize("nested", [True, False])
def test_what_is_published_is_delivered(arm: Arm, hook: Receiver, nested: bool) -> None:
    """A batch of CloudEvents by the real client reaches the webhook one by one, and the view of events."""
    made = topic(arm)
    subscribe(arm, hook, nested=nested)
    with publisher(arm, made) as client:
        client.send([event(0), event(1)])

    arrived = events_of(arm, hook, 2)
    assert sorted(one["data"]["number"] for one in arrived) == [0, 1]
    assert {one["type"] for one in arrived} == {"Test.Happened"}
    assert "told.eastasia-1.eventgrid.azure.net" in made["properties"]["endpoint"]
    view = arm.control("GET", "/events")
    assert [one["event"]["subject"] for one in view["received"]] == ["s0", "s1"]
    assert {one["topic"] for one in view["received"]} == {arm.root + TOPIC}
    assert [one["outcome"] for one in view["deliveries"]] == ["Delivered", "Delivered"]
    assert hook.received[0].method == "OPTIONS"


class Anybody:
    """A credential whose token says nothing, as the emulator accepts unless it is told otherwise."""

    async def get_token(self, *_scopes: str, **_options: Any) -> AccessToken:
        """Return it."""
        return AccessToken("anything", 2**31)

    async def close(self) -> None:
        """Close nothing."""

    async def __aenter__(self) -> Self:
        """Open nothing."""
        return self

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None = None,
        exc_value: BaseException | None = None,
        traceback: TracebackType | None = None,
    ) -> None:
        """Close nothing."""


def test_the_async_client_with_a_token(arm: Arm, hook: Receiver) -> None:
    """A bearer token serves, and nothing else does where local keys are switched off."""
    made = topic(arm, disableLocalAuth=True)
    subscribe(arm, hook)
    body = [{"specversion": "1.0", "id": "1", "source": "/s", "type": "T", "subject": "x", "data": {}}]
    with pytest.raises(HttpResponseError) as refused, publisher(arm, made) as client:
        client.send([event()])

    async def send() -> None:
        async with AsyncPublisher(made["properties"]["endpoint"], Anybody(), retry_total=0) as client:
            await client.send(body, enforce_https=False)

    asyncio.run(send())
    assert refused.value.status_code == 401
    assert [one["id"] for one in events_of(arm, hook, 1)] == ["1"]


def test_its_own_schema_can_be_delivered_either_way(arm: Arm, hook: Receiver) -> None:
    """What comes in as Event Grid's own events is delivered so or as CloudEvents; CloudEvents only as such."""
    made = topic(arm, OWN)
    subscribe(arm, hook, OWN)
    with Receiver() as other:
        subscribe(arm, other, CLOUD, nested=False)
        with publisher(arm, made) as client:
            client.send(EventGridEvent(subject="s", event_type="Test.Own", data={"a": 1}, data_version="1"))
        [own], [cloud] = events_of(arm, hook, 1), events_of(arm, other, 1)
    assert (own["eventType"], own["topic"], own["data"]) == ("Test.Own", arm.root + TOPIC, {"a": 1})
    assert (cloud["type"], cloud["source"], cloud["id"]) == ("Test.Own", arm.root + TOPIC, own["id"])


def test_filters_by_made_up_types(arm: Arm, hook: Receiver) -> None:
    """A custom topic has whatever types its publishers make up; advanced filters look into the data."""
    made = topic(arm)
    number = {"operatorType": "NumberGreaterThan", "key": "data.number", "value": 0}
    subscribe(arm, hook, filter={"includedEventTypes": ["Test.Happened"], "advancedFilters": [number]})
    with publisher(arm, made) as client:
        client.send([event(0), event(1), CloudEvent(source="/s", type="Test.Other", data={"number": 5})])
    assert [one["data"]["number"] for one in events_of(arm, hook, 1)] == [1]


def test_a_lazy_webhook_gets_it_again(arm: Arm) -> None:
    """Deliveries of a custom topic are tried again, and end as dead letters, as those of a system topic."""
    with Receiver(statuses=[500, 403]) as hook:
        made = topic(arm)
        subscribe(arm, hook)
        with publisher(arm, made) as client:
            client.send(event(7, id="seven"))
        [letter] = arm.until(lambda: arm.control("GET", "/events")["dead_letters"] or None)
    assert (letter["reason"], letter["attempts"], letter["event"]["id"]) == ("EndpointRefused", 2, "seven")


def test_keys_are_made_anew(arm: Arm) -> None:
    """Both keys serve until one is made anew; a signature or a wrong key does not."""
    made = topic(arm)
    old = {name: key(arm, name) for name in ("key1", "key2")}
    renewed = arm.request("POST", f"{TOPIC}/regenerateKey", {"keyName": "key1"}).json()
    assert (renewed["key1"] != old["key1"], renewed["key2"]) == (True, old["key2"])
    for credential, serves in (
        (AzureKeyCredential(old["key2"]), True),
        (AzureKeyCredential(old["key1"]), False),
        (AzureSasCredential("r=x&e=y&s=z"), False),
    ):
        with publisher(arm, made, credential) as client:
            if serves:
                client.send(event())
                continue
            with pytest.raises(HttpResponseError) as refused:
                client.send(event())
            assert refused.value.status_code == 401
            assert "Unauthorized" in refused.value.message


@pytest.mark.parametrize(
    ("media_type", "body", "version", "status"),
    [
        ("application/cloudevents-batch+json", b"[]", "2018-01-01", 400),
        ("application/cloudevents-batch+json", b"{", "2018-01-01", 400),
        ("application/cloudevents-batch+json", b'[{"id": "1"}]', "2018-01-01", 400),
        ("application/cloudevents-batch+json", b'[{"id":"1","source":"s","type":"t","specversion":"9"}]', "", 400),
        ("application/json", b'[{"id":"1","source":"s","type":"t","specversion":"1.0"}]', "2018-01-01", 400),
        ("application/cloudevents+json", b'{"id":"1","source":"s","type":"t","specversion":"1.0"}', "2018-01-01", 200),
        ("application/cloudevents-batch+json", b'["' + b"x" * 2**20 + b'"]', "2018-01-01", 413),
    ],
)
def test_what_is_no_event_is_refused(arm: Arm, media_type: str, body: bytes, version: str, status: int) -> None:
    """Nothing of a batch is taken unless all of it can be."""
    made = topic(arm)
    response = httpx.post(
        made["properties"]["endpoint"],
        params={"api-version": version},
        content=body,
        headers={"aeg-sas-key": key(arm), "Content-Type": media_type},
        trust_env=False,
    )
    assert response.status_code == status
    assert len(arm.control("GET", "/events")["received"]) == (status == 200)


def test_who_may_not_send_is_refused(arm: Arm) -> None:
    """With enforcement on, a token needs the data action; to manage topics is another right."""
    made = topic(arm)
    body = [{"specversion": "1.0", "id": "1", "source": "/s", "type": "T", "data": {}}]

    def post() -> int:
        return httpx.post(
            f"{made['properties']['endpoint']}?api-version=2018-01-01",
            content=json.dumps(body),
            headers={"Authorization": "Bearer somebody", "Content-Type": "application/cloudevents-batch+json"},
            trust_env=False,
        ).status_code

    principal = Caller.of({"authorization": "Bearer somebody"}).object_id
    definition = f"{arm.root}/providers/Microsoft.Authorization/roleDefinitions/"
    for number, role in enumerate(("1e241071-0855-49ea-94dc-649edcd759de", SENDER)):
        assignment = {"roleDefinitionId": definition + role, "principalId": principal}
        name = f"00000000-0000-0000-0000-00000000000{number}"
        arm.control("POST", "/settings", {"authorization": "open"})
        path = f"{TOPIC}/providers/Microsoft.Authorization/roleAssignments/{name}"
        assert arm.request("PUT", path, {"properties": assignment}).is_success
        arm.control("POST", "/settings", {"authorization": "enforced"})
        assert post() == (401, 200)[number]


def test_topics_that_cannot_be(arm: Arm) -> None:
    """Unknown schemas, a name that is taken in the region, a schema that changes, CloudEvents made into others."""
    topic(arm)
    arm.group("other")
    for path, schema, status in (
        (TOPIC, OWN, 409),
        (f"{TOPIC}2", "Morse", 400),
        (f"{TOPIC}2", "CustomEventSchema", 501),
        (f"{TOPIC}!", CLOUD, 400),
        (TOPIC.replace("/app/", "/other/"), CLOUD, 409),
    ):
        response = arm.request("PUT", path, {"location": "eastasia", "properties": {"inputSchema": schema}})
        assert response.status_code == status, response.text
    webhook = {"endpointType": "WebHook", "properties": {"endpointUrl": "http://127.0.0.1:9/hook"}}
    wrong = {"properties": {"destination": webhook, "eventDeliverySchema": OWN}}
    assert arm.request("PUT", f"{TOPIC}/eventSubscriptions/hook", wrong).status_code == 400
    arm.finish(arm.request("DELETE", TOPIC))
    assert arm.request("GET", TOPIC).status_code == 404
