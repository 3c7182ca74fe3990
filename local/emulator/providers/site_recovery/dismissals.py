"""Dismissing health errors: POST resolveHealthErrors of an item."""

from local.emulator.arm.cloud import Cloud
from local.emulator.arm.ids import ResourceId
from local.emulator.arm.request import ArmRequest
from local.emulator.arm.response import ArmResponse
from local.emulator.arm.store import Resource
from local.emulator.arm.wire import JsonObject
from local.emulator.providers.site_recovery import conditions, inputs, items, refusals
from local.emulator.providers.site_recovery.bodies.health_errors import CONDITIONS
from local.emulator.providers.site_recovery.refusals import failure
from local.emulator.providers.site_recovery.shapes import taking
from local.emulator.providers.site_recovery.vaults import BASE, ITEM, Vault

RESOLVED = "site_recovery.health_errors_resolved"


def resolve(request: ArmRequest) -> ArmResponse:
    """POST resolveHealthErrors: dismiss the errors with these ids, as far as they may be.

    Raises:
        ArmError: 400, no error is named; 404, there is no such item.
    """
    vault = Vault(request)
    item = items.find(vault)
    named = (request.body.get("properties") or {}).get("healthErrors") or ()
    wanted = [str(error.get("healthErrorId") or "") for error in named]
    if not wanted:
        raise refusals.invalid(request, "properties.healthErrors", "names no error")
    return items.begin(
        vault,
        item,
        "item.resolve_health",
        then=RESOLVED,
        arguments={"errors": wanted},
        check=lambda: _check(vault.cloud, item, wanted),
    )


def _check(cloud: Cloud, item: Resource, wanted: list[str]) -> None:
    conditions.look(cloud, item)
    present = {error["errorId"]: error["customerResolvability"] for error in item.properties["healthErrors"]}
    for error_id in wanted:
        if present.get(error_id) != "Allowed":
            raise failure(cloud, "HealthErrorNotResolvable", error=error_id, item=item.id.name)


def resolved(cloud: Cloud, arguments: JsonObject) -> None:
    """The errors are dismissed until their causes come back."""
    item = cloud.resource(ResourceId.parse(arguments["target"]))
    _check(cloud, item, arguments["errors"])
    named = [one.name for one in CONDITIONS.values() if one.error_id in arguments["errors"]]
    item.private[conditions.DISMISSED] = sorted({*(item.private.get(conditions.DISMISSED) or ()), *named})
    conditions.look(cloud, item)


ROUTES = (taking("POST", f"{BASE}{ITEM}/resolveHealthErrors", inputs.HEALTH_ERRORS, resolve),)
CONTINUATIONS = {RESOLVED: resolved}
