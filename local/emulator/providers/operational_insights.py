"""Microsoft.OperationalInsights: workspaces (2025-02-01). Nothing is ever logged into them."""

from local.emulator.arm.provider import Provider
from local.emulator.arm.request import ArmRequest
from local.emulator.arm.stored import stored_type
from local.emulator.arm.wire import JsonObject, stable_guid


def _customer(request: ArmRequest) -> JsonObject:
    return {"customerId": stable_guid(request.id.key)}


WORKSPACES = stored_type("Microsoft.OperationalInsights/workspaces", _customer)

PROVIDER = Provider(namespace="Microsoft.OperationalInsights", routes=WORKSPACES.routes())
