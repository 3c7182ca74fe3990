"""Event Grid against a real webhook: handshake, delivery, filters, schemas, retries, secrets."""

import json
import ssl
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from local.emulator.server import Emulator
from tests.emulator.conftest import Arm
from tests.emulator.receiver import Receiver

NAME = "/providers/Microsoft.EventGrid/eventSubscriptions/sub"
WRITE = "Microsoft.Resources.ResourceWriteSuccess"
DELETE = "Microsoft.Resources.ResourceDeleteSuccess"
ACTION = "Microsoft.Resources.ResourceActionSuccess"


@pytest.fixture
def hook() -> Iterator[Receiver]:
    """A webhook that answers the handshake and acknowledges everything."""
    with Receiver() as receiver:
        yield receiver


def subscribe(arm: Arm, hook: Receiver, scope: str = "", **properties: Any) -> Any:
    """Create the event subscription and return its operation's last document."""
    destination = {"endpointType": "WebHook", "properties": {"endpointUrl": hook.url}}
    response = arm.request("PUT", f"{scope}{NAME}", {"properties": {"destination": destination, **properties}})
    assert response.status_code == 201, response.text
    assert "topsecret" not in response.text
    return arm.finish(response).json()


def delivered(arm: Arm, hook: Receiver, count: int) -> list[dict[str, Any]]:
    """Wait until nothing is pending and `count` events have arrived; return them."""
    arm.until(lambda: len(hook.events) >= count and arm.control("GET", "/events")["pending"] == 0)
    assert len(hook.events) == count, [(event.get("subject"), event["data"]["operationName"]) for event in hook.events]
    return hook.events


def only(operation: str) -> dict[str, Any]:
    """Return a filter for one operation name."""
    return {"advancedFilters": [{"operatorType": "StringIn", "key": "data.operationName", "values": [operation]}]}


def test_the_handshake_is_asked_and_the_key_is_kept(arm: Arm, hook: Receiver) -> None:
    """The webhook sees one validation event; the subscription shows only the base of its URL."""
    status = subscribe(arm, hook)
    shown = arm.get(NAME)
    validation = hook.received[0]

    assert status["status"] == "Succeeded"
    assert validation.headers["aeg-event-type"] == "SubscriptionValidation"
    assert validation.path == "/hook?code=topsecret"
    assert validation.body[0]["eventType"] == "Microsoft.EventGrid.SubscriptionValidationEvent"
    assert validation.body[0]["topic"] == arm.root
    assert shown["properties"]["provisioningState"] == "Succeeded"
    assert shown["properties"]["destination"]["properties"]["endpointBaseUrl"] == hook.url.split("?")[0]
    assert "topsecret" not in json.dumps(arm.control("GET", "/requests"))
    assert "topsecret" not in json.dumps([shown, arm.get("/providers/Microsoft.EventGrid/eventSubscriptions")])


def test_a_webhook_that_refuses_fails_the_subscription(arm: Arm, hook: Receiver) -> None:
    """No answer: the operation fails, names the endpoint without its key, and nothing is left."""
    with Receiver() as gone:
        pass
    gone_hook = Receiver()
    gone_hook._server = gone._server
    status = subscribe(arm, gone_hook)

    assert status["status"] == "Failed"
    assert status["error"]["code"] == "Url validation"
    assert "/hook" in status["error"]["message"]
    assert "topsecret" not in status["error"]["message"]
    assert arm.request("GET", NAME).status_code == 404


def test_a_webhook_whose_certificate_nobody_vouches_for_is_told_nothing(arm: Arm) -> None:
    """Event Grid takes no certificate that an authority has not signed: the operation fails, and no byte arrives."""
    with Emulator(tls=True) as stranger:
        endpoint = {"endpointUrl": f"{stranger.url}/hook?code=topsecret"}
        destination = {"endpointType": "WebHook", "properties": endpoint}
        status = arm.finish(arm.request("PUT", NAME, {"properties": {"destination": destination}})).json()
        told = httpx.get(
            f"{stranger.url}/_emulator/requests",
            verify=ssl.create_default_context(cafile=str(stranger.authority)),
        ).json()

    assert told == []
    assert status["status"] == "Failed"


def test_a_silent_webhook_waits_for_its_owner(arm: Arm) -> None:
    """200 without the code: AwaitingManualAction until the validation URL is followed."""
    with Receiver(validates=False) as hook:
        subscribe(arm, hook)
        waiting = arm.get(NAME)["properties"]["provisioningState"]
        arm.request("GET", hook.received[0].body[0]["data"]["validationUrl"])

        assert waiting == "AwaitingManualAction"
        assert arm.get(NAME)["properties"]["provisioningState"] == "Succeeded"


def test_tag_changes_both_ways(east_asia: Arm, hook: Receiver) -> None:
    """By VM PATCH it is virtualMachines/write, by the tags API tags/write; the subject is the VM both times."""
    subscribe(east_asia, hook, filter={"subjectBeginsWith": f"{east_asia.root}/resourceGroups/contoso-app"})
    vm = f"{east_asia.root}/resourceGroups/contoso-app/providers/Microsoft.Compute/virtualMachines/web-0"

    east_asia.finish(east_asia.request("PATCH", vm, {"tags": {"a": "1"}}))
    [patched] = delivered(east_asia, hook, 1)
    tags = f"{vm}/providers/Microsoft.Resources/tags/default".lower()
    body = {"operation": "Merge", "properties": {"tags": {"a": "2"}}}
    assert east_asia.request("PATCH", f"{east_asia.emulator.url}{tags}", body).status_code == 200
    tagged = delivered(east_asia, hook, 2)[1]

    assert (patched["subject"], patched["eventType"]) == (vm, WRITE)
    assert patched["data"]["operationName"] == "Microsoft.Compute/virtualMachines/write"
    assert patched["data"]["httpRequest"]["method"] == "PATCH"
    assert tagged["subject"] == tagged["data"]["resourceUri"] == vm
    assert tagged["data"]["operationName"] == "Microsoft.Resources/tags/write"
    assert tagged["data"]["authorization"]["scope"].lower() == tags
    assert tagged["data"]["resourceProvider"] == "Microsoft.Resources"
    assert tagged["topic"] == east_asia.root


def test_deletes_and_actions(east_asia: Arm, hook: Receiver) -> None:
    """Each kind of request has its own event type; a refused one has none."""
    subscribe(east_asia, hook, filter={"includedEventTypes": [DELETE, ACTION]})
    vm = f"{east_asia.root}/resourceGroups/contoso-app/providers/Microsoft.Compute/virtualMachines/db-0"

    east_asia.finish(east_asia.request("POST", f"{vm}/deallocate"))
    delivered(east_asia, hook, 1)
    east_asia.finish(east_asia.request("DELETE", vm))
    action, delete = delivered(east_asia, hook, 2)
    assert east_asia.request("DELETE", f"{vm}-none").status_code == 204

    assert (action["eventType"], action["subject"]) == (ACTION, vm)
    assert action["data"]["operationName"] == "Microsoft.Compute/virtualMachines/deallocate/action"
    assert (delete["eventType"], delete["data"]["operationName"]) == (
        DELETE,
        "Microsoft.Compute/virtualMachines/delete",
    )
    delivered(east_asia, hook, 2)


def test_cloud_events(arm: Arm, hook: Receiver) -> None:
    """The OPTIONS handshake, then CloudEvents 1.0 one by one."""
    status = subscribe(
        arm,
        hook,
        eventDeliverySchema="CloudEventSchemaV1_0",
        filter=only("Microsoft.Resources/subscriptions/resourceGroups/write"),
    )
    arm.group()
    [event] = delivered(arm, hook, 1)
    asked = hook.received[0]

    assert status["status"] == "Succeeded"
    assert (asked.method, asked.headers["webhook-request-origin"]) == ("OPTIONS", "eventgrid.azure.net")
    assert event.keys() == {"specversion", "id", "source", "subject", "type", "time", "data"}
    assert event["subject"] == f"{arm.root}/resourceGroups/app"
    assert hook.received[1].headers["content-type"].startswith("application/cloudevents+json")
    assert "httpRequest" not in event["data"]


def test_only_what_was_there_tells_of_the_request(arm: Arm, hook: Receiver) -> None:
    """A creation has no `httpRequest`, whatever status it is answered with (202 for disks); an update has."""
    disk = f"{arm.group()}/Microsoft.Compute/disks/d"
    subscribe(arm, hook, filter=only("Microsoft.Compute/disks/write"))
    body = {"location": "eastasia", "properties": {"creationData": {"createOption": "Empty"}, "diskSizeGB": 4}}
    arm.put(disk, body)
    [created] = delivered(arm, hook, 1)
    arm.put(disk, body)
    updated = delivered(arm, hook, 2)[1]

    assert "httpRequest" not in created["data"]
    assert updated["data"]["httpRequest"]["method"] == "PUT"


def test_the_event_comes_when_the_operation_ends(hook: Receiver) -> None:
    """A write that takes time is announced at its end, not at its acceptance."""
    with Emulator("east-asia") as emulator:
        arm = Arm(emulator)
        subscribe(arm, hook, filter=only("Microsoft.Compute/virtualMachines/write"))
        arm.control("POST", "/pace", {"pace": "real"})
        vm = f"{arm.root}/resourceGroups/contoso-app/providers/Microsoft.Compute/virtualMachines/web-0"

        accepted = arm.request("PATCH", vm, {"tags": {"a": "1"}})
        assert accepted.headers["Retry-After"] == "10"
        assert arm.request("GET", accepted.headers["Azure-AsyncOperation"]).json()["status"] == "InProgress"
        assert hook.events == []
        arm.control("POST", "/clock", {"advance_s": 60})
        delivered(arm, hook, 1)
        arm.close()


def test_retries_until_acknowledged(arm: Arm) -> None:
    """A 500 and a 503 are tried again with the delivery count going up; the event id stays."""
    with Receiver(statuses=[500, 503]) as hook:
        subscribe(arm, hook, filter=only("Microsoft.Resources/subscriptions/resourceGroups/write"))
        arm.group()
        arm.until(lambda: len(hook.events) == 3)
        arm.until(lambda: arm.control("GET", "/events")["pending"] == 0)
        deliveries = arm.control("GET", "/events")["deliveries"]

        assert {event["id"] for event in hook.events} == {hook.events[0]["id"]}
        assert [one.headers["aeg-delivery-count"] for one in hook.received[1:]] == ["0", "1", "2"]
        assert [(one["attempt"], one["status"], one["outcome"]) for one in deliveries] == [
            (1, 500, "Failed"),
            (2, 503, "Failed"),
            (3, 200, "Delivered"),
        ]


@pytest.mark.parametrize(
    ("statuses", "policy", "reason", "attempts"),
    [
        ([403], {}, "EndpointRefused", 1),
        ([500, 500], {"maxDeliveryAttempts": 2}, "MaxDeliveryAttemptsExceeded", 2),
    ],
)
def test_dead_letters(arm: Arm, statuses: list[int], policy: dict[str, int], reason: str, attempts: int) -> None:
    """A refusal that trying again cannot cure, and the last allowed attempt, end as dead letters with the event."""
    with Receiver(statuses=statuses) as hook:
        subscribe(arm, hook, filter=only("Microsoft.Resources/subscriptions/resourceGroups/write"), retryPolicy=policy)
        arm.group()
        [letter] = arm.until(lambda: arm.control("GET", "/events")["dead_letters"] or None)

    assert (letter["reason"], letter["attempts"]) == (reason, attempts)
    assert letter["event"]["subject"] == f"{arm.root}/resourceGroups/app"


@pytest.mark.parametrize(
    ("wanted", "names"),
    [
        ({"subjectEndsWith": "/RESOURCEGROUPS/B"}, ["b"]),
        ({"subjectEndsWith": "/RESOURCEGROUPS/B", "isSubjectCaseSensitive": True}, []),
        ({"subjectBeginsWith": "/subscriptions/other"}, []),
        ({"includedEventTypes": [DELETE]}, []),
        ({"advancedFilters": [{"operatorType": "StringContains", "key": "Subject", "values": ["groups/A"]}]}, ["a"]),
        ({"advancedFilters": [{"operatorType": "StringNotContains", "key": "subject", "values": ["groups/a"]}]}, ["b"]),
        ({"advancedFilters": [{"operatorType": "IsNullOrUndefined", "key": "data.nothing"}]}, ["a", "b"]),
        ({"advancedFilters": [{"operatorType": "NumberGreaterThan", "key": "data.status", "value": 1}]}, []),
    ],
)
def test_filters(arm: Arm, hook: Receiver, wanted: dict[str, Any], names: list[str]) -> None:
    """Subject with and without case, types, advanced filters on envelope and data."""
    subscribe(arm, hook, filter=wanted)
    for name in ("a", "b"):
        arm.group(name)

    arm.until(lambda: len(arm.control("GET", "/events")["published"]) >= 2 + 1)
    events = delivered(arm, hook, len(names) + (0 if "subjectEndsWith" in wanted or not names else _own(hook)))
    assert (
        sorted(event["subject"].rsplit("/", 1)[1] for event in events if "/resourceGroups/" in event["subject"])
        == names
    )


def _own(hook: Receiver) -> int:
    """Return how many events were about the event subscription itself, which is a resource like any other."""
    return sum("eventSubscriptions" in event["subject"] for event in hook.events)


def test_scope_limits_what_is_delivered(arm: Arm, hook: Receiver) -> None:
    """An event subscription on a group hears of that group only, and goes with it."""
    arm.group("a")
    arm.group("b")
    subscribe(arm, hook, "/resourceGroups/a", filter=only("Microsoft.Resources/tags/write"))
    for name in ("b", "a"):
        arm.request(
            "PUT", f"/resourceGroups/{name}/providers/Microsoft.Resources/tags/default", {"properties": {"tags": {}}}
        )

    [event] = delivered(arm, hook, 1)
    assert event["subject"].endswith("/resourceGroups/a")
    assert arm.get("/providers/Microsoft.EventGrid/eventSubscriptions")["value"] == []


def test_reset_keeps_the_wiring_unless_told(arm: Arm, hook: Receiver) -> None:
    """A reset empties the world; the subscription's own event subscriptions stay, and go when asked."""
    subscribe(arm, hook, filter=only("Microsoft.Resources/subscriptions/resourceGroups/write"))
    arm.group("before")
    delivered(arm, hook, 1)

    arm.control("POST", "/reset")
    assert arm.get("/resourceGroups")["value"] == []
    arm.group("after")
    delivered(arm, hook, 2)
    arm.control("POST", "/reset", {"event_subscriptions": "drop"})
    assert arm.get("/providers/Microsoft.EventGrid/eventSubscriptions")["value"] == []


@pytest.mark.parametrize(
    ("properties", "status"),
    [
        ({"destination": {"endpointType": "StorageQueue"}}, 501),
        ({"destination": {"endpointType": "WebHook", "properties": {"endpointUrl": "nowhere"}}}, 400),
        ({"eventDeliverySchema": "Custom"}, 400),
        ({"filter": {"includedEventTypes": ["Nothing"]}}, 400),
        ({"filter": {"advancedFilters": [{"operatorType": "Sounds", "key": "x"}]}}, 400),
        ({"retryPolicy": {"maxDeliveryAttempts": 31}}, 400),
    ],
)
def test_wrong_subscriptions_are_refused(arm: Arm, properties: dict[str, Any], status: int) -> None:
    """Each wrong part is named."""
    webhook = {"endpointType": "WebHook", "properties": {"endpointUrl": "http://127.0.0.1:9/hook"}}
    response = arm.request("PUT", NAME, {"properties": {"destination": webhook, **properties}})

    assert response.status_code == status
    assert response.json()["error"]["message"]


def test_a_subscription_is_changed_in_part(arm: Arm, hook: Receiver) -> None:
    """PATCH has its parts at the top of the body; what it does not name stays, the webhook's key too."""
    subscribe(arm, hook, filter=only("Microsoft.Resources/tags/write"), labels=["old"])
    changed = arm.request("PATCH", NAME, {"labels": ["new"]})
    arm.finish(changed)
    arm.group("a")
    arm.request("PUT", "/resourceGroups/a/providers/Microsoft.Resources/tags/default", {"properties": {"tags": {}}})

    assert changed.json()["properties"]["labels"] == ["new"]
    assert [event["data"]["operationName"] for event in delivered(arm, hook, 1)] == ["Microsoft.Resources/tags/write"]
    assert {one.path for one in hook.received} == {"/hook?code=topsecret"}
    assert arm.request("PATCH", f"{NAME}x", {"labels": []}).status_code == 404


TOPIC = "/resourceGroups/app/providers/Microsoft.EventGrid/systemTopics/all"
NOTIFICATIONS = "Microsoft.ResourceNotifications.Resources"


def notified(arm: Arm, receiver: Receiver, **properties: Any) -> None:
    """Subscribe a webhook to what resources of the subscription look like."""
    arm.group()
    topic = {"location": "global", "properties": {"source": arm.root, "topicType": NOTIFICATIONS}}
    assert arm.request("PUT", TOPIC, topic).is_success
    destination = {"endpointType": "WebHook", "properties": {"endpointUrl": receiver.url}}
    arm.put(f"{TOPIC}/eventSubscriptions/hook", {"properties": {"destination": destination, **properties}})


@pytest.mark.parametrize("schema", ["EventGridSchema", "CloudEventSchemaV1_0"])
def test_notifications_show_the_resource(arm: Arm, schema: str) -> None:
    """Created or updated with tags and location; deleted with its name only; failures and actions not at all."""
    with Receiver() as receiver:
        notified(arm, receiver, eventDeliverySchema=schema)
        disk = "/resourceGroups/app/providers/Microsoft.Compute/disks/told"
        body = {"creationData": {"createOption": "Empty"}, "diskSizeGB": 4}
        arm.put(disk, {"location": "eastasia", "tags": {"dr": "on"}, "properties": body})
        arm.finish(arm.request("DELETE", disk))
        kind = "type" if schema.startswith("Cloud") else "eventType"

        def told_of_disk() -> dict[str, Any]:
            told = [one for one in receiver.events if one["subject"].endswith("told")]
            return {one[kind].removeprefix(f"{NOTIFICATIONS}."): one for one in told}

        arm.until(lambda: len(told_of_disk()) == 2)
        told = told_of_disk()
        shown = told["CreatedOrUpdated"]["data"]["resourceInfo"]
        assert (shown["tags"], shown["location"], shown["properties"]["diskSizeGB"]) == ({"dr": "on"}, "eastasia", 4)
        assert told["Deleted"]["data"]["resourceInfo"].keys() == {"id", "name", "type"}
        tagged = {"operatorType": "StringIn", "key": "data.resourceInfo.tags.dr", "values": ["on"]}
        notified(arm, receiver, filter={"advancedFilters": [tagged]})
        before = len(receiver.events)
        arm.group("silent")
        arm.put(disk, {"location": "eastasia", "tags": {"dr": "on"}, "properties": body})
        arm.until(lambda: len(receiver.events) > before)
        assert [one["subject"].rpartition("/")[2] for one in receiver.events[before:]] == ["told"]


def test_system_topics_that_cannot_be(arm: Arm) -> None:
    """An unknown kind, a foreign source, an event type of another kind."""
    arm.group()
    for properties in ({"source": arm.root, "topicType": "Microsoft.Magic"}, {"topicType": NOTIFICATIONS}):
        response = arm.request("PUT", TOPIC, {"location": "global", "properties": properties})
        assert (response.status_code, response.json()["error"]["code"]) == (400, "InvalidRequest")


def test_events_out_of_order_and_twice(arm: Arm) -> None:
    """By switch; every event arrives, and the order of arrival is not the order of what happened."""
    with Receiver() as receiver:
        body = {"properties": {"destination": {"endpointType": "WebHook", "properties": {"endpointUrl": receiver.url}}}}
        arm.put("/providers/Microsoft.EventGrid/eventSubscriptions/hook", body)
        arm.control("POST", "/settings", {"event_grid_order": "shuffled", "event_grid_copies": "doubled"})
        names = [f"group-{index:02}" for index in range(12)]
        for name in names:
            arm.group(name)

        def arrived() -> list[str]:
            return [name for one in receiver.events if (name := one["subject"].rpartition("/")[2]) in names]

        arm.until(lambda: len(arrived()) == 2 * len(names))
        assert sorted(arrived()) == sorted(names * 2)
        assert arrived() != sorted(arrived())


def test_a_dead_letter_names_its_destination(arm: Arm) -> None:
    """What is given up is kept in the view of events, with where it would have gone and why."""
    with Receiver() as receiver:
        blob = {"resourceId": f"{arm.root}/resourceGroups/app", "blobContainerName": "dead"}
        body = {
            "properties": {
                "destination": {"endpointType": "WebHook", "properties": {"endpointUrl": receiver.url}},
                "deadLetterDestination": {"endpointType": "StorageBlob", "properties": blob},
            }
        }
        arm.put("/providers/Microsoft.EventGrid/eventSubscriptions/hook", body)
        receiver.statuses = [400] * 5
        arm.group("lost")
        letter = arm.until(lambda: next(iter(arm.control("GET", "/events")["dead_letters"]), None))
        assert (letter["reason"], letter["destination"], letter["last_status"]) == ("EndpointRefused", blob, 400)
