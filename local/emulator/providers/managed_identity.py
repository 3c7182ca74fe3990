"""Microsoft.ManagedIdentity: user-assigned identities (2024-11-30). Their tokens come from Entra's emulation."""

from local.emulator.arm.provider import Provider
from local.emulator.arm.request import ArmRequest
from local.emulator.arm.stored import stored_type
from local.emulator.arm.tokens import object_id_of
from local.emulator.arm.wire import JsonObject, stable_guid


def _ids(request: ArmRequest) -> JsonObject:
    """The application, and its object id, by which roles are assigned to it."""
    client = stable_guid(request.id.key)
    return {"clientId": client, "principalId": object_id_of(client), "tenantId": request.cloud.tenant}


IDENTITIES = stored_type("Microsoft.ManagedIdentity/userAssignedIdentities", _ids)

PROVIDER = Provider(namespace="Microsoft.ManagedIdentity", routes=IDENTITIES.routes())
