"""Recovery services providers: one for every Azure fabric, the one that its items name.

The keys are those of the published sample; nobody has published the values of an Azure fabric's provider.
"""

from datetime import timedelta

from local.emulator.arm.cloud import Cloud
from local.emulator.arm.ids import ResourceId
from local.emulator.arm.request import ArmRequest
from local.emulator.arm.response import ArmResponse
from local.emulator.arm.router import Route
from local.emulator.arm.store import Resource
from local.emulator.arm.wire import JsonObject, timestamp
from local.emulator.providers.site_recovery import names, refusals, vaults
from local.emulator.providers.site_recovery.bodies.protected_item import provider_of
from local.emulator.providers.site_recovery.vaults import BASE, FABRIC, Vault

PROVIDERS = "replicationRecoveryServicesProviders"
VERSION = "5.1.2250.0"
HEARTBEAT_EVERY = timedelta(seconds=30)


def _body(cloud: Cloud, fabric: Resource) -> JsonObject:
    own: ResourceId = provider_of(fabric.id)
    now, friendly = cloud.clock.now(), fabric.properties["friendlyName"]
    return {
        "id": own.text,
        "name": own.name,
        "type": f"{names.FABRICS}/{PROVIDERS}",
        "properties": {
            "fabricType": "Azure",
            "friendlyName": friendly,
            "providerVersion": VERSION,
            "serverVersion": VERSION,
            "providerVersionState": "Latest",
            "fabricFriendlyName": friendly,
            "lastHeartBeat": timestamp(now - timedelta(seconds=now.second % HEARTBEAT_EVERY.seconds)),
            "connectionStatus": "Connected",
            "protectedItemCount": len(cloud.store.of_type(names.PROTECTED_ITEMS, fabric.id)),
            "allowedScenarios": ["Refresh"],
            "healthErrorDetails": [],
        },
    }


def of_vault(request: ArmRequest) -> ArmResponse:
    """GET the providers of every fabric of the vault.

    Raises:
        ArmError: 404, there is no such vault.
    """
    vault = Vault(request)
    return vaults.listed(request, [_body(vault.cloud, fabric) for fabric in vault.under(names.FABRICS)])


def of_fabric(request: ArmRequest) -> ArmResponse:
    """GET the one provider of a fabric, as a list.

    Raises:
        ArmError: 400 or 404, there is no such fabric.
    """
    vault = Vault(request)
    return vaults.listed(request, [_body(vault.cloud, vault.find(FABRIC))])


def get(request: ArmRequest) -> ArmResponse:
    """GET one provider.

    Raises:
        ArmError: 400 or 404, there is no such fabric or provider.
    """
    vault = Vault(request)
    body = _body(vault.cloud, vault.find(FABRIC))
    if body["name"] != request.params["provider"].lower():
        raise refusals.not_found(request, request.params["provider"])
    return ArmResponse(body=body)


ROUTES = (
    Route("GET", f"{BASE}/{PROVIDERS}", of_vault),
    Route("GET", f"{BASE}{FABRIC}/{PROVIDERS}", of_fabric),
    Route("GET", f"{BASE}{FABRIC}/{PROVIDERS}/{{provider}}", get),
)
