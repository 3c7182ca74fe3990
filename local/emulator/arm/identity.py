"""Managed identities: what Entra adds to the identity that a resource asks for."""

from local.emulator.arm.errors import ArmError
from local.emulator.arm.request import ArmRequest
from local.emulator.arm.wire import JsonObject, stable_guid


def identified(request: ArmRequest) -> JsonObject:
    """Return `{"identity": ...}` with the ids that a system-assigned one gets; nothing when none is asked for."""
    given: JsonObject = request.body.get("identity") or {}
    kind = str(given.get("type") or "None")
    if kind.lower() == "none":
        return {}
    ids = {"principalId": stable_guid(request.id.key), "tenantId": request.cloud.tenant}
    users = given.get("userAssignedIdentities") or {}
    known = {"userAssignedIdentities": {name: _ids_of(request, name) for name in users}} if users else {}
    return {"identity": {**given, **known, **(ids if "systemassigned" in kind.lower() else {})}}


def _ids_of(request: ArmRequest, identity: str) -> JsonObject:
    """Return the ids of a user-assigned identity.

    Raises:
        ArmError: 400, there is no such identity.
    """
    found = request.cloud.store.find(identity)
    if found is None:
        message = f"The identity '{identity}' does not exist. Identities must exist before they are assigned."
        raise ArmError(400, "FailedIdentityOperation", message)
    return {name: found.properties[name] for name in ("principalId", "clientId")}
