"""Lists of what other kinds of replication have: a vault that replicates region to region has none of it (recorded)."""

from local.emulator.arm.request import ArmRequest
from local.emulator.arm.response import ArmResponse
from local.emulator.arm.router import Route
from local.emulator.providers.site_recovery import vaults
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


ROUTES = tuple(Route("GET", f"{BASE}/{kind}", nothing) for kind in EMPTY_LISTS)
