"""The proof that a webhook wants events, before it gets any.

Source: "Webhook event delivery", and CloudEvents' HTTP 1.1 Web Hooks for Event Delivery.
"""

from urllib.parse import urlsplit

import httpx

from local.emulator.arm.cloud import Cloud
from local.emulator.arm.errors import ArmError
from local.emulator.arm.store import Resource
from local.emulator.arm.wire import JsonObject, fresh_guid, timestamp

ORIGIN = "eventgrid.azure.net"
TIMEOUT_S = 30.0


async def accepted(client: httpx.AsyncClient, cloud: Cloud, subscription: Resource) -> bool:
    """Ask the webhook. False means that it answered without the code: its owner may still follow the validation URL.

    Raises:
        ArmError: it did not answer, or not as the protocol demands.
    """
    if subscription.properties["eventDeliverySchema"] == "CloudEventSchemaV1_0":
        return await _options(client, subscription)
    return await _validation_event(client, cloud, subscription)


async def _validation_event(client: httpx.AsyncClient, cloud: Cloud, subscription: Resource) -> bool:
    code = subscription.private["code"]
    event: JsonObject = {
        "id": fresh_guid(),
        "topic": subscription.properties["topic"],
        "subject": "",
        "data": {"validationCode": code, "validationUrl": _validation_url(subscription)},
        "eventType": "Microsoft.EventGrid.SubscriptionValidationEvent",
        "eventTime": timestamp(cloud.clock.now()),
        "metadataVersion": "1",
        "dataVersion": "2",
    }
    headers = {
        "aeg-event-type": "SubscriptionValidation",
        "aeg-subscription-name": subscription.id.name.upper(),
        "aeg-delivery-count": "0",
        "aeg-data-version": "2",
        "aeg-metadata-version": "1",
    }
    response = await _sent(client, subscription, "POST", headers, [event])
    if response.status_code != 200:
        raise refusal(subscription, f"Http POST request failed with response code {response.status_code}")
    try:
        answered = response.json()
    except ValueError:
        return False
    return isinstance(answered, dict) and str(answered.get("validationResponse", "")).lower() == code


async def _options(client: httpx.AsyncClient, subscription: Resource) -> bool:
    headers = {
        "WebHook-Request-Origin": ORIGIN,
        "WebHook-Request-Callback": _validation_url(subscription),
        "WebHook-Request-Rate": "120",
    }
    response = await _sent(client, subscription, "OPTIONS", headers, None)
    if response.status_code != 200:
        raise refusal(subscription, f"Http OPTIONS request failed with response code {response.status_code}")
    return response.headers.get("WebHook-Allowed-Origin", "") in {ORIGIN, "*"}


async def _sent(
    client: httpx.AsyncClient, subscription: Resource, method: str, headers: dict[str, str], body: object
) -> httpx.Response:
    try:
        url = subscription.private["url"]
        return await client.request(method, url, headers=headers, json=body, timeout=TIMEOUT_S)
    except httpx.HTTPError as error:
        raise refusal(subscription, f"Http {method} request failed: {type(error).__name__}") from None


def _validation_url(subscription: Resource) -> str:
    base, name = subscription.private["base_url"], subscription.id.name
    return f"{base}/eventsubscriptions/{name}/validate?id={subscription.private['code']}"


def refusal(subscription: Resource, why: str) -> ArmError:
    """Return the failure of the subscription's PUT. Names the endpoint without its query, which holds the key."""
    parts = urlsplit(subscription.private["url"])
    message = (
        f"Webhook validation handshake failed for {parts.scheme}://{parts.netloc}{parts.path}. {why}. "
        f"For troubleshooting, visit https://aka.ms/esvalidation. Activity id:{fresh_guid()}."
    )
    return ArmError(400, "Url validation", message)
