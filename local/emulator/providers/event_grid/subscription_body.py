"""What an event subscription's body says: where to, what, how often. Checked before anything is kept."""

from collections.abc import Mapping
from urllib.parse import urlsplit

from local.emulator.arm.errors import ArmError
from local.emulator.arm.schema import Kind, Schema
from local.emulator.arm.store import Resource
from local.emulator.arm.wire import JsonObject
from local.emulator.providers.event_grid import topics
from local.emulator.providers.event_grid.filters import SCHEMA as FILTER
from local.emulator.providers.event_grid.schemas import SCHEMAS

MOST_ATTEMPTS = 30
LONGEST_LIFE_MINUTES = 1440

_DESTINATION: Mapping[str, Schema] = {
    "endpointType": Kind.TEXT,
    "properties": {
        "endpointUrl": Kind.TEXT,
        "maxEventsPerBatch": Kind.WHOLE,
        "preferredBatchSizeInKilobytes": Kind.WHOLE,
    },
}
PROPERTIES: Mapping[str, Schema] = {
    "destination": _DESTINATION,
    "filter": FILTER,
    "labels": [Kind.TEXT],
    "eventDeliverySchema": Kind.TEXT,
    "retryPolicy": {"maxDeliveryAttempts": Kind.WHOLE, "eventTimeToLiveInMinutes": Kind.WHOLE},
    "deadLetterDestination": {
        "endpointType": Kind.TEXT,
        "properties": {"resourceId": Kind.TEXT, "blobContainerName": Kind.TEXT},
    },
}


def destination_in(given: JsonObject) -> tuple[str, JsonObject]:
    """Return the webhook's whole URL and the destination as it is shown.

    Raises:
        ArmError: 501 it is no webhook; 400 it has no absolute URL.
    """
    destination = given.get("destination") or {}
    kind = destination.get("endpointType")
    if kind != "WebHook":
        raise ArmError(
            501, "NotImplemented", f"The destination endpointType '{kind}' is not implemented; use 'WebHook'."
        )
    wanted = destination.get("properties") or {}
    parts = urlsplit(str(wanted.get("endpointUrl") or ""))
    if parts.scheme not in {"http", "https"} or not parts.netloc:
        raise ArmError(400, "InvalidRequest", "The destination's endpointUrl must be an absolute http or https URL.")
    shown = {
        "maxEventsPerBatch": wanted.get("maxEventsPerBatch") or 1,
        "preferredBatchSizeInKilobytes": wanted.get("preferredBatchSizeInKilobytes") or 64,
        "endpointBaseUrl": f"{parts.scheme}://{parts.netloc}{parts.path}",
    }
    return str(wanted["endpointUrl"]), {"endpointType": "WebHook", "properties": shown}


def schema_in(given: JsonObject, source: Resource | None) -> str:
    """Return the schema in which events are delivered; what came in as CloudEvents cannot be made anything else.

    Raises:
        ArmError: 400, the topic cannot deliver so.
    """
    takes = source.properties["inputSchema"] if source and source.id.type == topics.TYPE else "EventGridSchema"
    schema = str(given.get("eventDeliverySchema") or takes)
    possible = (takes,) if takes == "CloudEventSchemaV1_0" else tuple(SCHEMAS)
    if schema not in possible:
        message = f"The eventDeliverySchema '{schema}' is not supported by this topic; use {' or '.join(possible)}."
        raise ArmError(400, "InvalidRequest", message)
    return schema


def retry_policy_in(given: JsonObject) -> JsonObject:
    """Return how often and how long a delivery is tried.

    Raises:
        ArmError: 400, a limit is passed.
    """
    attempts = given.get("maxDeliveryAttempts") or MOST_ATTEMPTS
    life = given.get("eventTimeToLiveInMinutes") or LONGEST_LIFE_MINUTES
    for name, value, most in (
        ("maxDeliveryAttempts", attempts, MOST_ATTEMPTS),
        ("eventTimeToLiveInMinutes", life, LONGEST_LIFE_MINUTES),
    ):
        if not 1 <= value <= most:
            raise ArmError(
                400, "InvalidRequest", f"The retry policy's {name} must be between 1 and {most}, not {value}."
            )
    return {"maxDeliveryAttempts": attempts, "eventTimeToLiveInMinutes": life}
