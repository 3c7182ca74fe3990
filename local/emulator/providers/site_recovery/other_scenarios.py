"""Lists of what other kinds of replication have: a vault that replicates region to region has none of it (recorded)."""

from local.emulator.arm import errors
from local.emulator.arm.exchange import ArmRequest, ArmResponse
from local.emulator.arm.router import Route
from local.emulator.providers.site_recovery import names, vaults
from local.emulator.providers.site_recovery.vaults import BASE, Vault

EMPTY_LISTS = (
    "replicationAppliances",
    "replicationMigrationItems",
    "replicationStorageClassifications",
    "replicationStorageClassificationMappings",
    "replicationvCenters",
)


def nothing(request: ArmRequest) -> ArmResponse:
    """GET a list that is empty in every region-to-region vault.

    Raises:
        ArmError: 404, there is no such vault.
    """
    Vault(request).check_exists()
    return vaults.listed(request, [])


def providers(request: ArmRequest) -> ArmResponse:
    """GET the vault's recovery services providers: none before there are fabrics.

    Raises:
        ArmError: 404, there is no such vault; 501 afterwards, since nobody recorded how those of Azure fabrics look.
    """
    if Vault(request).under(names.FABRICS):
        raise errors.not_implemented(request.method, request.id.text)
    return vaults.listed(request, [])


ROUTES = (
    *(Route("GET", f"{BASE}/{kind}", nothing) for kind in EMPTY_LISTS),
    Route("GET", f"{BASE}/replicationRecoveryServicesProviders", providers),
)
