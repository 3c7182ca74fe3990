"""An account's blob service: soft delete and its relatives (`BlobServices`, Microsoft.Storage 2021-04-01 `blob.json`).

Every account that can hold blobs has exactly one, called `default`; until it is written it says what a new one says.
"""

from collections.abc import Mapping

from local.emulator.arm.errors import ArmError
from local.emulator.arm.paging import page
from local.emulator.arm.request import ArmRequest
from local.emulator.arm.response import ArmResponse
from local.emulator.arm.router import Route
from local.emulator.arm.schema import Kind, Schema
from local.emulator.arm.store import Resource
from local.emulator.arm.wire import JsonObject
from local.emulator.providers.storage.accounts import TYPE as ACCOUNTS

TYPE = f"{ACCOUNTS}/blobServices"
POLICIES = ("deleteRetentionPolicy", "containerDeleteRetentionPolicy")
LONGEST_RETENTION_DAYS = 365
_SCHEMA: Mapping[str, Schema] = {
    **{key: {"enabled": Kind.FLAG, "days": Kind.WHOLE} for key in POLICIES},
    "isVersioningEnabled": Kind.FLAG,
}
_ALL = (
    "/subscriptions/{subscription}/resourceGroups/{group}/providers/Microsoft.Storage/storageAccounts/{account}"
    "/blobServices"
)
_ONE = _ALL + "/default"
_NEW: JsonObject = {
    "cors": {"corsRules": []},
    "deleteRetentionPolicy": {"allowPermanentDelete": False, "enabled": False},
}


def get(request: ArmRequest) -> ArmResponse:
    """Return the blob service."""
    return ArmResponse(body=_shown(request))


def list_all(request: ArmRequest) -> ArmResponse:
    """List the one blob service."""
    return page(request, [_shown(request)])


def put(request: ArmRequest) -> ArmResponse:
    """Set what is given; what is not given stays.

    Raises:
        ArmError: 404 there is no such account; 400 a policy is on without days between 1 and 365.
    """
    present = _shown(request)["properties"]
    given = request.body.get("properties") or {}
    for name in POLICIES:
        _check(name, given.get(name) or {})
    request.cloud.write(request.id, {"properties": {**present, **given}})
    return ArmResponse(body=_shown(request))


def _check(name: str, policy: JsonObject) -> None:
    days = policy.get("days")
    if policy.get("enabled") and not (isinstance(days, int) and 1 <= days <= LONGEST_RETENTION_DAYS):
        message = f"The value {days} of properties.{name}.days is not between 1 and {LONGEST_RETENTION_DAYS}."
        raise ArmError(400, "InvalidValuesForRequestParameters", message, target=f"{name}.days")


def _account(request: ArmRequest) -> Resource:
    """Return the account whose service is meant.

    Raises:
        ArmError: 404 ResourceNotFound.
    """
    segments = request.id.text.split("/blobServices")
    return request.cloud.resource(request.id.parse(segments[0]))


def _shown(request: ArmRequest) -> JsonObject:
    account = _account(request)
    own = account.id.child("blobServices", "default")
    kept = request.cloud.store.find(own)
    properties = kept.properties if kept else _NEW
    body: JsonObject = {"id": own.text, "name": "default", "type": TYPE, "properties": properties}
    return {"sku": account.body["sku"], **body}


ROUTES = (Route("GET", _ALL, list_all), Route("GET", _ONE, get), Route("PUT", _ONE, put, body={"properties": _SCHEMA}))
