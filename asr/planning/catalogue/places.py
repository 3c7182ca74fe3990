"""Where to: regions, zones, vaults."""

from asr.planning.catalogue.documents import ENABLE, GLOBAL, MATRIX
from asr.planning.known import Kind, Known

TABLE = (
    Known(
        "RecoveryRegionUnsuitable",
        Kind.NEEDS_CHANGE,
        "No recovery region asked for suits a VM in {source}: {because}.",
        "Name another region in the tag asr-recovery-region or in the profile's recoveryRegions.",
        MATRIX,
    ),
    Known(
        "RecoveryRegionNotFound",
        Kind.NEEDS_CHANGE,
        "No rule finds a recovery region for {source}: {because}.",
        "Name one in the tag asr-recovery-region or in the profile's recoveryRegions.",
        GLOBAL,
    ),
    Known(
        "RecoveryRegionRestricted",
        Kind.WARNING,
        "{region} is a restricted region: Azure opens it to a subscription on request only.",
        "If enabling fails, ask Azure support for access to the region, or name another recovery region.",
        MATRIX,
    ),
    Known(
        "SourceRegionClosed",
        Kind.UNSUPPORTED,
        "Site Recovery does not protect VMs out of {source}: {because}.",
        "Move the workload to another region, or protect it by other means.",
        MATRIX,
    ),
    Known(
        "ZoneToZoneUnsupported",
        Kind.UNSUPPORTED,
        "The tags ask for recovery to zone {zone} of {source}, the VM's own region; only region to region is offered.",
        "Name another region in the tag asr-recovery-region, or protect the VM zone to zone in the portal.",
        "https://learn.microsoft.com/azure/site-recovery/azure-to-azure-how-to-enable-zone-to-zone-disaster-recovery",
    ),
    Known(
        "RecoveryZoneNotFound",
        Kind.NEEDS_CHANGE,
        "Zone {zone} is asked for, but {region} has {present}.",
        "Correct the tag asr-recovery-zone, or remove it.",
        ENABLE,
    ),
    Known(
        "VaultAmbiguous",
        Kind.NEEDS_CHANGE,
        "Several vaults are named {name!r}: {found}.",
        "Name the vault by its full resource id.",
        ENABLE,
    ),
    Known(
        "VaultNotPossible",
        Kind.NEEDS_CHANGE,
        "A vault cannot be made in {region}: the region has none.",
        "Make a vault in a region that is neither {source} nor {region}; name it in the tag asr-vault or the profile.",
        MATRIX,
    ),
)
