"""Microsoft.KeyVault vaults, so far as something may refer to one (2023-07-01). No keys or secrets are kept in them."""

from local.emulator.arm.provider import Provider
from local.emulator.arm.request import ArmRequest
from local.emulator.arm.schema import Kind
from local.emulator.arm.store import Resource
from local.emulator.arm.tracked import TrackedType
from local.emulator.arm.wire import JsonObject


def render(request: ArmRequest, _: Resource | None) -> JsonObject:
    """Keep tenant and SKU; roles decide about keys and secrets unless access policies are asked for."""
    given = request.body.get("properties") or {}
    properties: JsonObject = {
        "sku": given.get("sku") or {"family": "A", "name": "standard"},
        "tenantId": given.get("tenantId") or request.cloud.tenant,
        "accessPolicies": given.get("accessPolicies") or [],
        "enableRbacAuthorization": given.get("enableRbacAuthorization", True),
        "enabledForDiskEncryption": given.get("enabledForDiskEncryption", False),
        "enableSoftDelete": True,
        "vaultUri": f"https://{request.id.name.lower()}.vault.azure.net/",
        "provisioningState": "Succeeded",
    }
    return {"properties": properties}


VAULTS = TrackedType(
    type="Microsoft.KeyVault/vaults",
    schema={
        "sku": {"family": Kind.TEXT, "name": Kind.TEXT},
        "tenantId": Kind.TEXT,
        "accessPolicies": [Kind.ANY],
        "enableRbacAuthorization": Kind.FLAG,
        "enabledForDiskEncryption": Kind.FLAG,
    },
    render=render,
)

PROVIDER = Provider(namespace="Microsoft.KeyVault", routes=VAULTS.routes())
