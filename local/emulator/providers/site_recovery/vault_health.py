"""The vault's health, counted from what is in it, and the job that counts again."""

from local.emulator.arm.request import ArmRequest
from local.emulator.arm.response import ArmResponse
from local.emulator.arm.router import Route
from local.emulator.providers.site_recovery import conditions, names, writes
from local.emulator.providers.site_recovery.bodies import health
from local.emulator.providers.site_recovery.vaults import BASE, Vault


def get(request: ArmRequest) -> ArmResponse:
    """GET the health of the vault."""
    vault = Vault(request)
    items = vault.under(names.PROTECTED_ITEMS)
    conditions.refresh_all(vault.cloud, items)
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
    results = vault.id.child("replicationVaultHealth")
    return writes.begin(vault, "health.refresh", vault.id, then=writes.NOTED, results=results)


ROUTES = (
    Route("GET", f"{BASE}/replicationVaultHealth", get),
    Route("POST", f"{BASE}/replicationVaultHealth/default/refresh", refresh),
)
