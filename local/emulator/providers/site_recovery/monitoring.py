"""What is watched: vault health, alert settings, vault settings, events, supported operating systems."""

import json
from functools import cache
from pathlib import Path

from local.emulator.arm.request import ArmRequest
from local.emulator.arm.response import ArmResponse
from local.emulator.arm.router import Route
from local.emulator.arm.wire import JsonObject
from local.emulator.providers.site_recovery import conditions, inputs, names, vaults, writes
from local.emulator.providers.site_recovery.bodies import health
from local.emulator.providers.site_recovery.shapes import taking
from local.emulator.providers.site_recovery.vaults import BASE, Vault

ALERT = "/replicationAlertSettings/{alert}"
VAULT_SETTING = "/replicationVaultSettings/{setting}"
_SYSTEMS = Path(__file__).parent / "operating_systems.json"


def vault_health(request: ArmRequest) -> ArmResponse:
    """GET the health of the vault, counted from what is in it."""
    vault = Vault(request)
    items = vault.under(names.PROTECTED_ITEMS)
    conditions.look_at_all(vault.cloud, items)
    counts = health.Counts.of([item.body for item in items])
    body = health.vault_health(
        vault.id.child("replicationVaultHealth", "Default"),
        counts,
        fabrics=len(vault.under(names.FABRICS)),
        containers=len(vault.under(names.CONTAINERS)),
    )
    return ArmResponse(body=body)


def refresh(request: ArmRequest) -> ArmResponse:
    """POST refresh: a job that counts again."""
    vault = Vault(request)
    return writes.begin(
        vault,
        "health.refresh",
        vault.id,
        then=writes.NOTED,
        results=vault.id.child("replicationVaultHealth"),
    )


def put_alert(request: ArmRequest) -> ArmResponse:
    """PUT who is mailed. Synchronous, unlike everything else."""
    vault = Vault(request)
    given = request.body.get("properties") or {}
    kept = vault.cloud.write(
        vault.child(ALERT),
        {
            "properties": {
                "sendToOwners": given.get("sendToOwners") or "DoNotSend",
                "customEmailAddresses": given.get("customEmailAddresses") or [],
                "locale": given.get("locale") or "",
            }
        },
    )
    return ArmResponse(body=kept.body)


def put_vault_setting(request: ArmRequest) -> ArmResponse:
    """PUT settings of migration; kept and shown, without effect on region-to-region replication."""
    vault = Vault(request)
    kept = vault.cloud.write(vault.child(VAULT_SETTING), {"properties": request.body.get("properties") or {}})
    return ArmResponse(body=kept.body)


@cache
def _systems() -> JsonObject:
    table: JsonObject = json.loads(_SYSTEMS.read_text(encoding="utf-8"))
    return table


def operating_systems(request: ArmRequest) -> ArmResponse:
    """GET which operating systems can be protected region to region."""
    vault = Vault(request)
    wanted = request.query.get("instancetype", "A2A")
    listed = [
        {
            "instanceType": "A2A",
            "supportedOs": [
                {"osName": row["name"], "osType": row["type"], "osVersions": row["versions"]}
                for row in _systems()["operatingSystems"]
            ],
        }
    ]
    own = vault.id.child("replicationSupportedOperatingSystems", "Default")
    return ArmResponse(
        body={
            "id": own.text,
            "name": own.name,
            "type": f"{names.VAULTS}/replicationSupportedOperatingSystems",
            "properties": {"supportedOsList": listed if wanted.lower() == "a2a" else []},
        }
    )


ROUTES = (
    Route("GET", f"{BASE}/replicationVaultHealth", vault_health),
    Route("POST", f"{BASE}/replicationVaultHealth/default/refresh", refresh),
    taking("PUT", BASE + ALERT, inputs.ALERT, put_alert),
    vaults.getter(ALERT),
    vaults.lister("/replicationAlertSettings", names.ALERT_SETTINGS),
    taking("PUT", BASE + VAULT_SETTING, inputs.VAULT_SETTING, put_vault_setting),
    vaults.getter(VAULT_SETTING),
    vaults.lister("/replicationVaultSettings", names.VAULT_SETTINGS),
    Route("GET", f"{BASE}/replicationSupportedOperatingSystems", operating_systems),
)
