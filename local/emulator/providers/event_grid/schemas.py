"""An event in the two schemas in which Event Grid delivers it.

Source: the samples of "Azure subscription as an Event Grid source"; CloudEvents 1.0.
"""

from collections.abc import Callable, Mapping

from local.emulator.arm.events import ResourceEvent
from local.emulator.arm.ids import ResourceId
from local.emulator.arm.wire import JsonObject, parse_timestamp, stable_guid

type Schema = Callable[[JsonObject], JsonObject]

_STATUSES = {"Success": "Succeeded", "Failure": "Failed", "Cancel": "Canceled"}
_PRINCIPAL = stable_guid("local principal")
_CLAIMS = "http://schemas.microsoft.com/identity/claims"
_LIFETIME_S = 3600


def event_grid_schema(event: ResourceEvent, tenant: str, topic: ResourceId) -> JsonObject:
    """Return `event` as Event Grid's own schema has it."""
    return {
        "subject": event.subject,
        "eventType": event.type,
        "eventTime": event.at,
        "id": event.id,
        "data": _data(event, tenant),
        "dataVersion": "2",
        "metadataVersion": "1",
        "topic": topic.text,
    }


def as_it_is(event: JsonObject) -> JsonObject:
    """Return an event in Event Grid's own schema."""
    return event


def cloud_event(event: JsonObject) -> JsonObject:
    """Return an event as CloudEvents 1.0 has it."""
    return {
        "specversion": "1.0",
        "id": event["id"],
        "source": event["topic"],
        "subject": event["subject"],
        "type": event["eventType"],
        "time": event["eventTime"],
        "data": event["data"],
    }


SCHEMAS: Mapping[str, Schema] = {"EventGridSchema": as_it_is, "CloudEventSchemaV1_0": cloud_event}
"""Delivery schema -> how it is made from an event in Event Grid's own."""


def _data(event: ResourceEvent, tenant: str) -> JsonObject:
    subscription = event.subject_id.subscription
    data: JsonObject = {
        "authorization": {
            "scope": event.scope or event.subject,
            "action": event.action,
            "evidence": {
                "role": "Contributor",
                "roleAssignmentScope": f"/subscriptions/{subscription}",
                "roleAssignmentId": stable_guid("local role assignment"),
                "roleDefinitionId": "b24988ac-6180-42a0-ab88-20f7382dd24c",
                "principalId": event.principal or _PRINCIPAL,
                "principalType": "ServicePrincipal",
            },
        },
        "claims": _claims(event, tenant),
        "correlationId": event.correlation_id,
        "resourceProvider": event.action.split("/")[0],
        "resourceUri": event.subject,
        "operationName": event.action,
        "status": _STATUSES[event.outcome],
        "subscriptionId": subscription,
        "tenantId": tenant,
    }
    # The documentation: only "when updating an existing resource or deleting"; its sample of a creation has none.
    if event.method and not event.created:
        data["httpRequest"] = {
            "clientRequestId": event.client_request_id,
            "clientIpAddress": "203.0.113.7",
            "method": event.method,
            "url": event.url,
        }
    return data


def _claims(event: ResourceEvent, tenant: str) -> JsonObject:
    issued = int(parse_timestamp(event.at).timestamp())
    issuer = f"https://sts.windows.net/{tenant}/"
    return {
        "aud": "https://management.core.windows.net/",
        "iss": issuer,
        "iat": str(issued),
        "nbf": str(issued),
        "exp": str(issued + _LIFETIME_S),
        "appid": event.client or _PRINCIPAL,
        "appidacr": "2",
        f"{_CLAIMS}/identityprovider": issuer,
        f"{_CLAIMS}/objectidentifier": event.principal or _PRINCIPAL,
        "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/nameidentifier": event.principal or _PRINCIPAL,
        f"{_CLAIMS}/tenantid": tenant,
        "uti": event.correlation_id,
        "ver": "1.0",
    }
