"""Managed identities: what Entra adds to the identity that a resource asks for."""

from local.emulator.arm.request import ArmRequest
from local.emulator.arm.wire import JsonObject, stable_guid


def identified(request: ArmRequest) -> JsonObject:
    """Return `{"identity": ...}` with the ids that a system-assigned one gets; nothing when none is asked for."""
    given: JsonObject = request.body.get("identity") or {}
    kind = str(given.get("type") or "None")
    if kind.lower() == "none":
        return {}
    ids = {"principalId": stable_guid(request.id.key), "tenantId": request.cloud.tenant}
    return {"identity": given | (ids if "systemassigned" in kind.lower() else {})}
