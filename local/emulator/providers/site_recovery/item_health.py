"""Dismissing health errors of a protected item."""

from local.emulator.arm.cloud import Cloud
from local.emulator.arm.ids import ResourceId
from local.emulator.arm.request import ArmRequest
from local.emulator.arm.response import ArmResponse
from local.emulator.arm.wire import JsonObject
from local.emulator.providers.site_recovery import conditions, inputs, items
from local.emulator.providers.site_recovery.bodies.health_errors import DISKS_NOT_PROTECTED
from local.emulator.providers.site_recovery.shapes import taking
from local.emulator.providers.site_recovery.vaults import BASE, ITEM, Vault

DISMISSED = "site_recovery.health_errors_dismissed"


def resolve(request: ArmRequest) -> ArmResponse:
    """POST resolveHealthErrors: a warning that may be dismissed is not shown again until something new happens.

    Raises:
        ArmError: 404, there is no such item.
    """
    vault = Vault(request)
    ids = [one.get("healthErrorId") for one in request.body["properties"].get("healthErrors") or ()]
    return items.begin(vault, items.find(vault), "item.resolve_health", then=DISMISSED, arguments={"ids": ids})


def dismissed(cloud: Cloud, arguments: JsonObject) -> None:
    """The disks that the warning was about are known from now on; other errors cannot be dismissed."""
    item = cloud.resource(ResourceId.parse(arguments["target"]))
    if DISKS_NOT_PROTECTED.error_id in arguments["ids"]:
        conditions.accept_disks(cloud, item)
    conditions.refresh(cloud, item)


ROUTES = (taking("POST", f"{BASE}{ITEM}/resolveHealthErrors", inputs.HEALTH_ERRORS, resolve),)
CONTINUATIONS = {DISMISSED: dismissed}
