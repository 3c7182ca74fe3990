"""Plans and sites."""

from local.emulator.arm.errors import ArmError
from local.emulator.arm.ids import ResourceId
from local.emulator.arm.request import ArmRequest
from local.emulator.arm.stored import stored_type
from local.emulator.arm.wire import JsonObject

TYPE = "Microsoft.Web/sites"
PLAN_TYPE = "Microsoft.Web/serverfarms"


def _status(_: ArmRequest) -> JsonObject:
    return {"status": "Ready"}


def _addresses(request: ArmRequest) -> JsonObject:
    """Check that the plan is there, and for Flex Consumption that it is said what runs where from.

    Raises:
        ArmError: 404 the plan does not exist; 400 a part of `functionAppConfig` is missing.
    """
    given = request.body.get("properties") or {}
    plan = request.cloud.resource(ResourceId.parse(str(given.get("serverFarmId") or "")))
    if (plan.body.get("sku") or {}).get("tier") == "FlexConsumption":
        config = given.get("functionAppConfig") or {}
        for part in ("deployment", "runtime", "scaleAndConcurrency"):
            if not config.get(part):
                message = (
                    f"Site.FunctionAppConfig.{part} is invalid. The {part} configuration is required for Flex apps."
                )
                raise ArmError(400, "BadRequest", message)
    host = f"{request.id.name}.azurewebsites.net"
    return {"state": "Running", "enabled": True, "defaultHostName": host, "hostNames": [host]}


PLANS = stored_type(PLAN_TYPE, _status)
SITES = stored_type(TYPE, _addresses)
POLICIES = stored_type(f"{TYPE}/basicPublishingCredentialsPolicies", regional=False)
