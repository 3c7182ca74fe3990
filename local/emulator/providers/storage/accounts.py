"""Storage accounts, name availability, keys.

Source: Microsoft.Storage 2021-04-01 `storage.json`; recorded traffic of 2022-09-01.
"""

import base64
import hashlib
import re

from local.emulator.arm.cloud import Cloud
from local.emulator.arm.errors import ArmError
from local.emulator.arm.operations import Operation
from local.emulator.arm.regions import regions
from local.emulator.arm.request import ArmRequest
from local.emulator.arm.response import ArmResponse
from local.emulator.arm.router import Route
from local.emulator.arm.schema import OBJECT, Kind
from local.emulator.arm.store import Resource
from local.emulator.arm.styles import STORAGE
from local.emulator.arm.tracked import TrackedType
from local.emulator.arm.wire import JsonObject, timestamp

TYPE = "Microsoft.Storage/storageAccounts"
KINDS = ("Storage", "StorageV2", "BlobStorage", "FileStorage", "BlockBlobStorage")
SKUS = (
    "Standard_LRS",
    "Standard_GRS",
    "Standard_RAGRS",
    "Standard_ZRS",
    "Standard_GZRS",
    "Standard_RAGZRS",
    "Premium_LRS",
    "Premium_ZRS",
)
PRIVATE_BLOBS_SINCE = "2023-01-01"
"""From this api-version on the documentation says that public blob access is off unless asked for."""

_NAME = re.compile(r"^[a-z0-9]{3,24}$")
_ENDPOINTS = {
    "Storage": ("blob", "queue", "table", "file"),
    "StorageV2": ("dfs", "web", "blob", "queue", "table", "file"),
    "BlobStorage": ("dfs", "blob", "table"),
    "FileStorage": ("file",),
    "BlockBlobStorage": ("dfs", "web", "blob"),
}


def render(request: ArmRequest, present: Resource | None) -> JsonObject:
    """Check name, kind and SKU; the name is the world's, so it may be taken elsewhere."""
    _check_name(request, present)
    given, moment = request.body.get("properties") or {}, timestamp(request.cloud.clock.now())
    kind = _choice("kind", str(request.body.get("kind") or (present.body["kind"] if present else "")), KINDS)
    sku = _choice(
        "sku.name", str((request.body.get("sku") or (present.body["sku"] if present else {})).get("name") or ""), SKUS
    )
    name, before = request.id.name, present.properties if present else {}
    properties: JsonObject = {
        "keyCreationTime": {"key1": moment, "key2": moment},
        "privateEndpointConnections": [],
        "minimumTlsVersion": "TLS1_0",
        "allowBlobPublicAccess": request.api_version < PRIVATE_BLOBS_SINCE,
        "networkAcls": {"bypass": "AzureServices", "virtualNetworkRules": [], "ipRules": [], "defaultAction": "Allow"},
        "supportsHttpsTrafficOnly": True,
        "encryption": _encryption(moment),
        **(
            {"accessTier": "Premium" if kind == "BlockBlobStorage" else "Hot"}
            if kind not in {"Storage", "FileStorage"}
            else {}
        ),
        "creationTime": moment,
        **before,
        **{key: value for key, value in given.items() if key not in {"encryption", "networkAcls"}},
        "primaryEndpoints": {service: f"https://{name}.{service}.core.windows.net/" for service in _ENDPOINTS[kind]},
        "primaryLocation": request.body["location"],
        "statusOfPrimary": "available",
    }
    if present:
        _check_unchanged(present, kind, given)
    properties |= _secondary(name, sku, kind, request.body["location"])
    if given.get("networkAcls"):
        properties["networkAcls"] = {**properties["networkAcls"], **given["networkAcls"]}
    return {"sku": {"name": sku, "tier": sku.split("_")[0]}, "kind": kind, "properties": properties}


def _check_unchanged(present: Resource, kind: str, given: JsonObject) -> None:
    """Refuse another kind (the old ones may become StorageV2) and a change of the hierarchical namespace."""
    before = present.body["kind"]
    becomes_new = before in {"Storage", "BlobStorage"} and kind == "StorageV2"
    hierarchical = present.properties.get("isHnsEnabled", False)
    changed = {
        "kind": kind != before and not becomes_new,
        "isHnsEnabled": bool(given.get("isHnsEnabled", hierarchical)) != bool(hierarchical),
    }
    for name, refused in changed.items():
        if refused:
            message = f"The property '{name}' was specified in the input, but it cannot be updated."
            raise ArmError(409, "AccountPropertyCannotBeUpdated", message)


def _secondary(name: str, sku: str, kind: str, location: str) -> JsonObject:
    """Return what an account that is kept in a second region, too, says about that; nothing of another."""
    pair = regions()[location].paired if location in regions() else ""
    if not pair or not sku.removeprefix("Standard_").startswith(("GRS", "RAGRS", "GZRS", "RAGZRS")):
        return {}
    readable = {
        "secondaryEndpoints": {
            service: f"https://{name}-secondary.{service}.core.windows.net/"
            for service in _ENDPOINTS[kind]
            if service != "file"
        }
    }
    shown = {"secondaryLocation": pair, "statusOfSecondary": "available"}
    return shown | (readable if "_RA" in sku else {})


def _encryption(moment: str) -> JsonObject:
    service = {"keyType": "Account", "enabled": True, "lastEnabledTime": moment}
    return {"services": {"file": dict(service), "blob": dict(service)}, "keySource": "Microsoft.Storage"}


def _choice(field: str, value: str, allowed: tuple[str, ...]) -> str:
    for known in allowed:
        if known.lower() == value.lower():
            return known
    if not value:
        raise ArmError(400, "MissingRequiredParameter", f"The required parameter '{field}' is missing.", target=field)
    message = f"Values for request parameters are invalid: {field}. '{value}' is not one of {', '.join(allowed)}."
    raise ArmError(400, "InvalidValuesForRequestParameters", message, target=field)


def _check_name(request: ArmRequest, present: Resource | None) -> None:
    name = request.id.name
    if not _NAME.match(name):
        message = (
            f"{name} is not a valid storage account name. Storage account name must be between 3 and 24 characters in "
            "length and use numbers and lower-case letters only."
        )
        raise ArmError(400, "AccountNameInvalid", message)
    if present is None and name_taken(request.cloud, name):
        raise ArmError(409, "StorageAccountAlreadyTaken", f"The storage account named {name} is already taken.")


def name_taken(cloud: Cloud, name: str) -> bool:
    """Say whether any account of this Azure has the name."""
    return any(account.id.name.lower() == name.lower() for account in cloud.store.of_type(TYPE))


def check_name_availability(request: ArmRequest) -> ArmResponse:
    """Say whether an account name is valid and free."""
    name = str(request.body.get("name") or "")
    if not _NAME.match(name):
        message = (
            f"{name} is not a valid storage account name. Storage account name must be between 3 and 24 characters in "
            "length and use numbers and lower-case letters only."
        )
        return ArmResponse(body={"nameAvailable": False, "reason": "AccountNameInvalid", "message": message})
    if name_taken(request.cloud, name):
        message = f"The storage account named {name} is already taken."
        return ArmResponse(body={"nameAvailable": False, "reason": "AlreadyExists", "message": message})
    return ArmResponse(body={"nameAvailable": True})


def list_keys(request: ArmRequest) -> ArmResponse:
    """Return the account's two keys. They open nothing."""
    account = request.cloud.resource(request.id.without_action)
    made = account.properties["keyCreationTime"]
    keys = [
        {"creationTime": made[name], "keyName": name, "value": _key(account, name), "permissions": "FULL"}
        for name in ("key1", "key2")
    ]
    return ArmResponse(body={"keys": keys})


def renew_key(request: ArmRequest) -> ArmResponse:
    """Make one of the two keys anew (`StorageAccounts_RegenerateKey`).

    Raises:
        ArmError: 400, there is no such key.
    """
    account = request.cloud.resource(request.id.without_action)
    name = str(request.body.get("keyName") or "")
    if name not in account.properties["keyCreationTime"]:
        message = f"Values for request parameters are invalid: keyName. '{name}' is not one of key1, key2."
        raise ArmError(400, "InvalidValuesForRequestParameters", message, target="keyName")
    account.private[name] = account.private.get(name, 0) + 1
    account.properties["keyCreationTime"][name] = timestamp(request.cloud.clock.now())
    return list_keys(request)


def _key(account: Resource, name: str) -> str:
    made = f"{account.id.key}{account.created}{name}{account.private.get(name, '')}"
    return base64.b64encode(hashlib.sha512(made.encode()).digest()).decode()


def _created(request: ArmRequest, operation: Operation) -> ArmResponse:
    return ArmResponse(body=request.cloud.resource(operation.resource_id).body)


STORAGE_ACCOUNTS = TrackedType(
    type=TYPE,
    schema={
        **dict.fromkeys(("networkAcls", "encryption"), OBJECT),
        **dict.fromkeys(("minimumTlsVersion", "accessTier"), Kind.TEXT),
        **dict.fromkeys(("allowBlobPublicAccess", "supportsHttpsTrafficOnly", "allowSharedKeyAccess"), Kind.FLAG),
    },
    render=render,
    style=STORAGE,
    asynchronous=frozenset({"create"}),
    bodies=False,
)
_SUBSCRIPTION = "/subscriptions/{subscription}"
_ONE = _SUBSCRIPTION + "/resourceGroups/{group}/providers/Microsoft.Storage/storageAccounts/{name}"
ROUTES = (
    Route(
        "POST",
        _SUBSCRIPTION + "/providers/Microsoft.Storage/checkNameAvailability",
        check_name_availability,
        silent=True,
        body={"name": Kind.TEXT, "type": Kind.TEXT},
    ),
    Route("POST", _ONE + "/listKeys", list_keys),
    Route("POST", _ONE + "/regenerateKey", renew_key, body={"keyName": Kind.TEXT}),
    *STORAGE.routes(_created),
)
