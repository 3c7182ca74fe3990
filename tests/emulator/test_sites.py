"""Function apps and what belongs to them: kept, checked, bound to a host, delivered to."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

from tests.emulator.conftest import Arm
from tests.emulator.receiver import Receiver
from tests.infra import arm_schemas

GROUP = "/resourceGroups/app/providers"
SITE = f"{GROUP}/Microsoft.Web/sites/func-app"
PLAN = f"{GROUP}/Microsoft.Web/serverfarms/plan-app"
IDENTITY = f"{GROUP}/Microsoft.ManagedIdentity/userAssignedIdentities/id-app"
TOPIC = f"{GROUP}/Microsoft.EventGrid/systemTopics/all"
EVENTS = f"{TOPIC}/eventSubscriptions/app"
ACCOUNT = f"{GROUP}/Microsoft.Storage/storageAccounts/appstore01"
FLEX = {"deployment": {"storage": {"type": "blobContainer"}}, "runtime": {"name": "python", "version": "3.13"}}


@pytest.fixture
def hook() -> Iterator[Receiver]:
    """Something that stands for a Functions host."""
    with Receiver() as receiver:
        yield receiver


def made(arm: Arm, path: str, body: dict[str, Any], version: str) -> Any:
    """PUT with the type's own version, and read it again."""
    arm.finish(arm.request("PUT", f"{path}?api-version={version}", body))
    return arm.get(f"{path}?api-version={version}")


def site(arm: Arm, **properties: Any) -> httpx.Response:
    """PUT the site of a group with plan and identity."""
    arm.group()
    plan = {"location": "eastasia", "sku": {"name": "FC1", "tier": "FlexConsumption"}, "properties": {"reserved": True}}
    made(arm, PLAN, plan, "2024-11-01")
    made(arm, IDENTITY, {"location": "eastasia", "properties": {}}, "2024-11-30")
    config = {**FLEX, "scaleAndConcurrency": {"maximumInstanceCount": 40, "instanceMemoryMB": 2048}}
    body = {
        "location": "eastasia",
        "kind": "functionapp,linux",
        "identity": {"type": "UserAssigned", "userAssignedIdentities": {arm.root + IDENTITY: {}}},
        "properties": {"serverFarmId": arm.root + PLAN, "functionAppConfig": config, **properties},
    }
    return arm.request("PUT", f"{SITE}?api-version=2024-11-01", body)


def bound(arm: Arm, hook: Receiver, **functions: str) -> None:
    """Say that the site's code runs at the receiver."""
    parts = urlsplit(hook.url)
    code = {"url": f"{parts.scheme}://{parts.netloc}", "key": "local key", "functions": functions}
    arm.control("POST", "/sites", {"site": arm.root + SITE, **code})


def subscription(**properties: Any) -> dict[str, Any]:
    """The body of an event subscription."""
    return {"properties": {"eventDeliverySchema": "EventGridSchema", **properties}}


def to(arm: Arm, function: str) -> dict[str, Any]:
    """The destination of a function."""
    return {"endpointType": "AzureFunction", "properties": {"resourceId": f"{arm.root}{SITE}/functions/{function}"}}


def test_a_site_has_an_address_and_its_identity_ids(arm: Arm) -> None:
    """What a template reads of them: host name, client and principal id."""
    assert site(arm).status_code == 201
    shown, identity = arm.get(SITE), arm.get(IDENTITY)["properties"]

    assert shown["properties"]["defaultHostName"] == "func-app.azurewebsites.net"
    assert shown["identity"]["userAssignedIdentities"] == {
        arm.root + IDENTITY: {key: identity[key] for key in ("principalId", "clientId")}
    }


@pytest.mark.parametrize(
    ("properties", "said"),
    [
        ({"serverFarmId": "/subscriptions/none"}, "not found"),
        ({"functionAppConfig": FLEX}, "scaleAndConcurrency"),
    ],
)
def test_a_site_that_cannot_run_is_refused(arm: Arm, properties: dict[str, Any], said: str) -> None:
    """Its plan is there, and Flex Consumption is told what to run."""
    refused = site(arm, **properties)

    assert refused.is_client_error
    assert said in refused.text


def test_app_settings_are_listed_by_post_only(arm: Arm) -> None:
    """They are replaced as a whole, and every one of them is a text."""
    site(arm)
    path = f"{SITE}/config/appsettings"
    for settings in ({"A": "1", "B": "2"}, {"B": "3"}):
        assert arm.request("PUT", path, {"properties": settings}).status_code == 200

    assert arm.request("GET", path).status_code == 405
    assert arm.request("POST", f"{path}/list").json()["properties"] == {"B": "3"}
    assert arm.request("PUT", path, {"properties": {"C": 1}}).status_code == 400


def test_functions_and_keys_are_those_of_the_host(arm: Arm, hook: Receiver) -> None:
    """Before code is deployed there are none."""
    site(arm)
    assert arm.get(f"{SITE}/functions")["value"] == []
    assert arm.request("POST", f"{SITE}/host/default/listkeys").status_code == 404

    bound(arm, hook, on_event="eventGridTrigger", health="httpTrigger")

    assert [one["name"] for one in arm.get(f"{SITE}/functions")["value"]] == ["func-app/on_event", "func-app/health"]
    assert arm.get(f"{SITE}/functions/health")["properties"]["name"] == "health"
    assert arm.request("GET", f"{SITE}/functions/other").status_code == 404
    assert arm.request("POST", f"{SITE}/host/default/listkeys").json()["functionKeys"] == {"default": "local key"}
    assert "local key" not in str(arm.control("GET", "/sites"))


def test_events_reach_a_function(arm: Arm, hook: Receiver) -> None:
    """Event Grid finds the host and its key by itself; the subscription shows the function's id, never the key."""
    site(arm)
    bound(arm, hook, on_event="eventGridTrigger")
    topic = {"location": "global", "properties": {"source": arm.root, "topicType": "Microsoft.Resources.Subscriptions"}}
    made(arm, TOPIC, topic, "2025-02-15")
    shown = made(arm, EVENTS, subscription(destination=to(arm, "on_event")), "2025-02-15")
    arm.until(lambda: arm.get(EVENTS)["properties"]["provisioningState"] == "Succeeded")
    arm.group("told")
    arm.until(lambda: any(one["subject"].endswith("/told") for one in hook.events))

    assert shown["properties"]["destination"]["properties"]["resourceId"].endswith("/sites/func-app/functions/on_event")
    assert "local key" not in str(shown)
    assert all(one.path.startswith("/runtime/webhooks/eventgrid?functionName=on_event") for one in hook.received)
    changed = arm.finish(arm.request("PATCH", EVENTS, {"labels": ["still"]}))
    assert changed.is_success
    assert arm.get(EVENTS)["properties"]["destination"]["endpointType"] == "AzureFunction"


@pytest.mark.parametrize(
    ("functions", "said"),
    [({}, "Destination endpoint not found"), ({"on_event": "httpTrigger"}, "Unsupported Azure Function Trigger")],
)
def test_a_function_must_be_there_before_events(arm: Arm, hook: Receiver, functions: dict[str, str], said: str) -> None:
    """In Event Grid's words: code is deployed first."""
    site(arm)
    if functions:
        bound(arm, hook, **functions)
    path = f"{arm.root}/providers/Microsoft.EventGrid/eventSubscriptions/app"
    refused = arm.request("PUT", path, subscription(destination=to(arm, "on_event")))

    assert (refused.status_code, said in refused.text) == (400, True)


def test_dead_letters_by_identity_need_the_identity_and_the_container(arm: Arm, hook: Receiver) -> None:
    """Then what cannot be delivered names the container as its destination."""
    site(arm)
    bound(arm, hook, on_event="eventGridTrigger")
    properties = {"source": arm.root, "topicType": "Microsoft.Resources.Subscriptions"}
    topic: dict[str, Any] = {"location": "global", "properties": properties}
    place = {"resourceId": arm.root + ACCOUNT, "blobContainerName": "dead-letters"}
    destination = {"endpointType": "StorageBlob", "properties": place}
    body = subscription(
        destination=to(arm, "on_event"),
        retryPolicy={"maxDeliveryAttempts": 1, "eventTimeToLiveInMinutes": 1},
        deadLetterWithResourceIdentity={
            "identity": {"type": "SystemAssigned"},
            "deadLetterDestination": destination,
        },
    )
    made(arm, TOPIC, topic, "2025-02-15")
    assert "no identity" in arm.request("PUT", EVENTS, body).text
    shown = made(arm, TOPIC, {**topic, "identity": {"type": "SystemAssigned"}}, "2025-02-15")
    assert shown["identity"]["principalId"]
    assert "container" in arm.request("PUT", EVENTS, body).text
    made(arm, ACCOUNT, {"location": "eastasia", "kind": "StorageV2", "sku": {"name": "Standard_LRS"}}, "2025-01-01")
    container = f"{ACCOUNT}/blobServices/default/containers/dead-letters"
    made(arm, container, {"properties": {"publicAccess": "None"}}, "2025-01-01")
    made(arm, EVENTS, body, "2025-02-15")
    arm.until(lambda: arm.get(EVENTS)["properties"]["provisioningState"] == "Succeeded")

    hook.statuses = [400] * 9
    arm.group("told")
    dead = arm.until(lambda: arm.control("GET", "/events")["dead_letters"] or None)
    assert dead[0]["destination"] == place


def test_containers(arm: Arm) -> None:
    """They are made, listed and deleted; a name that is none is refused, and so is public access."""
    arm.group()
    made(arm, ACCOUNT, {"location": "eastasia", "kind": "StorageV2", "sku": {"name": "Standard_LRS"}}, "2025-01-01")
    path = f"{ACCOUNT}/blobServices/default/containers"
    made(arm, f"{path}/asr-store", {"properties": {}}, "2025-01-01")

    assert [one["name"] for one in arm.get(path)["value"]] == ["asr-store"]
    assert arm.request("PUT", f"{path}/No-Name", {"properties": {}}).status_code == 400
    public = {"properties": {"publicAccess": "Blob"}}
    assert arm.request("PUT", f"{path}/open?api-version=2025-01-01", public).status_code == 409
    assert [arm.request("DELETE", f"{path}/asr-store").status_code for _ in range(2)] == [200, 204]
    assert arm.request("GET", f"{path}/asr-store").status_code == 404


@pytest.mark.parametrize(
    ("path", "version", "body", "said"),
    [
        (PLAN, "2024-11-01", {"location": "eastasia", "properties": {"reservd": True}}, "reservd"),
        (f"{GROUP}/Microsoft.DurableTask/schedulers/dts-app", "2025-11-01", {"location": "eastasia"}, "properties"),
        (
            f"{GROUP}/Microsoft.Insights/components/x",
            "2020-02-02",
            {"location": "eastasia", "kind": "web", "properties": {"Application_Typ": "web"}},
            "Application_Typ",
        ),
    ],
)
def test_what_azures_schemas_do_not_take_is_refused(
    arm: Arm, monkeypatch: pytest.MonkeyPatch, path: str, version: str, body: dict[str, Any], said: str
) -> None:
    """Where the schemas are at hand; without them the same body is kept."""
    monkeypatch.setenv("ASR_ARM_SCHEMAS", str(arm_schemas.needed()))
    arm.group()
    refused = arm.request("PUT", f"{path}?api-version={version}", body)
    assert (refused.status_code, said in refused.text) == (400, True), refused.text

    monkeypatch.delenv("ASR_ARM_SCHEMAS")
    assert arm.request("PUT", f"{path}?api-version={version}", body).is_success
