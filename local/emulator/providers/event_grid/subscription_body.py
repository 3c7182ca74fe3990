"""What an event subscription's body says: where to, what, how often. Checked before anything is kept."""

from collections.abc import Mapping
from urllib.parse import urlsplit

from local.emulator.arm.cloud import Cloud
from local.emulator.arm.errors import ArmError
from local.emulator.arm.ids import ResourceId
from local.emulator.arm.schema import Kind, Schema
from local.emulator.arm.store import Resource
from local.emulator.arm.wire import JsonObject
from local.emulator.providers.event_grid import topics
from local.emulator.providers.event_grid.filters import SCHEMA as FILTER
from local.emulator.providers.event_grid.schemas import SCHEMAS
from local.emulator.providers.web.deployed import webhook_of

WEBHOOK, FUNCTION = "WebHook", "AzureFunction"
_DEAD_LETTER_PLACES = ("deadLetterDestination", "deadLetterWithResourceIdentity")

MOST_ATTEMPTS = 30
LONGEST_LIFE_MINUTES = 1440

_DESTINATION: Mapping[str, Schema] = {
    "endpointType": Kind.TEXT,
    "properties": {
        "endpointUrl": Kind.TEXT,
        "resourceId": Kind.TEXT,
        "maxEventsPerBatch": Kind.WHOLE,
        "preferredBatchSizeInKilobytes": Kind.WHOLE,
    },
}
_DEAD_LETTERS: Mapping[str, Schema] = {
    "endpointType": Kind.TEXT,
    "properties": {"resourceId": Kind.TEXT, "blobContainerName": Kind.TEXT},
}
PROPERTIES: Mapping[str, Schema] = {
    "destination": _DESTINATION,
    "filter": FILTER,
    "labels": [Kind.TEXT],
    "eventDeliverySchema": Kind.TEXT,
    "retryPolicy": {"maxDeliveryAttempts": Kind.WHOLE, "eventTimeToLiveInMinutes": Kind.WHOLE},
    "deadLetterDestination": _DEAD_LETTERS,
    "deadLetterWithResourceIdentity": {
        "identity": {"type": Kind.TEXT, "userAssignedIdentity": Kind.TEXT},
        "deadLetterDestination": _DEAD_LETTERS,
    },
}


def destination_in(cloud: Cloud, given: JsonObject) -> tuple[str, JsonObject]:
    """Return the whole URL that is delivered to and the destination as it is shown.

    Raises:
        ArmError: 501 it is neither a webhook nor a function; 400 it has no absolute URL, or the function is not there.
    """
    destination = given.get("destination") or {}
    kind, wanted = destination.get("endpointType"), destination.get("properties") or {}
    batches = {
        "maxEventsPerBatch": wanted.get("maxEventsPerBatch") or 1,
        "preferredBatchSizeInKilobytes": wanted.get("preferredBatchSizeInKilobytes") or 64,
    }
    if kind == FUNCTION:
        own = str(wanted.get("resourceId") or "")
        return webhook_of(cloud, own), {"endpointType": kind, "properties": {**batches, "resourceId": own}}
    if kind != WEBHOOK:
        message = f"The destination endpointType '{kind}' is not implemented; use '{WEBHOOK}' or '{FUNCTION}'."
        raise ArmError(501, "NotImplemented", message)
    parts = urlsplit(str(wanted.get("endpointUrl") or ""))
    if parts.scheme not in {"http", "https"} or not parts.netloc:
        raise ArmError(400, "InvalidRequest", "The destination's endpointUrl must be an absolute http or https URL.")
    shown = {**batches, "endpointBaseUrl": f"{parts.scheme}://{parts.netloc}{parts.path}"}
    return str(wanted["endpointUrl"]), {"endpointType": kind, "properties": shown}


def dead_letters_in(cloud: Cloud, given: JsonObject, source: Resource | None) -> JsonObject:
    """Return where events go that could not be delivered, if anywhere: by key, or by the topic's own identity.

    Raises:
        ArmError: 400, the topic has no such identity, or the account is not there.
    """
    found = {name: given[name] for name in _DEAD_LETTER_PLACES if given.get(name)}
    by_identity = found.get("deadLetterWithResourceIdentity") or {}
    if not by_identity:
        return found
    wanted = str((by_identity.get("identity") or {}).get("type") or "")
    held = str((source.body.get("identity") or {}).get("type") or "None") if source else "None"
    if wanted.lower() not in held.lower():
        message = (
            f"The topic has no identity of type '{wanted}', which is to be used for dead letters; it has '{held}'."
        )
        raise ArmError(400, "InvalidRequest", message)
    place = (by_identity.get("deadLetterDestination") or {}).get("properties") or {}
    account = ResourceId.parse(str(place.get("resourceId") or ""))
    if cloud.store.find(account.child("blobServices", "default", "containers", str(place.get("blobContainerName")))):
        return found
    raise ArmError(400, "InvalidRequest", f"The container of dead letters does not exist: {place}.")


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
