"""Blob containers as ARM shows them (`BlobContainers`, Microsoft.Storage 2025-01-01). Their blobs are elsewhere."""

import re
from collections.abc import Mapping

from local.emulator.arm.errors import ArmError, resource_not_found
from local.emulator.arm.paging import page
from local.emulator.arm.request import ArmRequest
from local.emulator.arm.response import ArmResponse
from local.emulator.arm.router import Route
from local.emulator.arm.schema import Kind, Schema
from local.emulator.arm.store import Resource
from local.emulator.providers.storage.accounts import TYPE as ACCOUNTS

TYPE = f"{ACCOUNTS}/blobServices/containers"
_NAME = re.compile(r"(?!.*--)[a-z0-9][a-z0-9-]{1,61}[a-z0-9]")
_SCHEMA: Mapping[str, Schema] = {"publicAccess": Kind.TEXT, "metadata": {}}
_ALL = (
    "/subscriptions/{subscription}/resourceGroups/{group}/providers/Microsoft.Storage/storageAccounts/{account}"
    "/blobServices/default/containers"
)
_ONE = _ALL + "/{container}"


def put(request: ArmRequest) -> ArmResponse:
    """Create a container, or change what is kept about it.

    Raises:
        ArmError: 404 there is no such account; 400 the name is not one of a container; 409 public access is forbidden.
    """
    account = _account(request)
    if not _NAME.fullmatch(request.id.name):
        raise ArmError(400, "ContainerOperationFailure", "The specifed resource name contains invalid characters.")
    given = request.body.get("properties") or {}
    if given.get("publicAccess", "None") != "None" and not account.properties.get("allowBlobPublicAccess"):
        raise ArmError(409, "PublicAccessNotPermitted", "Public access is not permitted on this storage account.")
    present = request.cloud.store.find(request.id)
    defaults = {"publicAccess": "None", "hasImmutabilityPolicy": False, "hasLegalHold": False}
    kept = {**defaults, **(present.properties if present else {}), **given}
    made = request.cloud.write(request.id, {"properties": kept})
    return ArmResponse(status=200 if present else 201, body=made.body)


def get(request: ArmRequest) -> ArmResponse:
    """Return one container.

    Raises:
        ArmError: 404 there is no such account or container.
    """
    _account(request)
    found = request.cloud.store.find(request.id)
    if found is None:
        raise resource_not_found(request.id)
    return ArmResponse(body=found.body)


def list_all(request: ArmRequest) -> ArmResponse:
    """List an account's containers."""
    account = _account(request)
    return page(request, [one.body for one in request.cloud.store.of_type(TYPE, account.id)])


def delete(request: ArmRequest) -> ArmResponse:
    """Delete a container; 204 when there is none."""
    _account(request)
    gone = request.cloud.delete(request.id)
    return ArmResponse(status=200 if gone else 204, silent=not gone)


def _account(request: ArmRequest) -> Resource:
    return request.cloud.resource(request.id.parse(request.id.text.split("/blobServices")[0]))


ROUTES = (
    Route("PUT", _ONE, put, body={"properties": _SCHEMA}),
    Route("PATCH", _ONE, put, body={"properties": _SCHEMA}),
    Route("GET", _ONE, get),
    Route("DELETE", _ONE, delete),
    Route("GET", _ALL, list_all),
)
