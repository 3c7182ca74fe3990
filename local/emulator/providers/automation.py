"""Microsoft.Automation accounts, so far as something may refer to one (2023-11-01). Nothing runs in them."""

from local.emulator.arm.identity import identified
from local.emulator.arm.provider import Provider
from local.emulator.arm.request import ArmRequest
from local.emulator.arm.schema import Kind
from local.emulator.arm.store import Resource
from local.emulator.arm.tracked import TrackedType
from local.emulator.arm.wire import JsonObject, timestamp


def render(request: ArmRequest, present: Resource | None) -> JsonObject:
    """Keep SKU and identity; a system-assigned identity gets its ids."""
    now = timestamp(request.cloud.clock.now())
    given = request.body.get("properties") or {}
    created = present.properties["creationTime"] if present else now
    properties: JsonObject = {
        "sku": given.get("sku") or {"name": "Basic"},
        "state": "Ok",
        "publicNetworkAccess": given.get("publicNetworkAccess", True),
        "disableLocalAuth": given.get("disableLocalAuth", False),
        "creationTime": created,
        "lastModifiedTime": now,
    }
    return {"properties": properties, **identified(request)}


ACCOUNTS = TrackedType(
    type="Microsoft.Automation/automationAccounts",
    schema={"sku": {"name": Kind.TEXT}, "publicNetworkAccess": Kind.FLAG},
    render=render,
)

PROVIDER = Provider(namespace="Microsoft.Automation", routes=ACCOUNTS.routes())
