"""Where to: regions, zones, vaults."""

from asr.model.documents import ENABLE, GLOBAL, MATRIX, ZONES
from asr.reasons.known import Kind, Known

TABLE = (
    Known(
        "RecoveryRegionUnsuitable",
        Kind.NEEDS_CHANGE,
        "No recovery region asked for suits a VM in {source}: {because}.",
        "Name another region in the tag {tag:recovery-region} or in the profile's recoveryRegions.",
        MATRIX,
    ),
    Known(
        "RecoveryRegionNotFound",
        Kind.NEEDS_CHANGE,
        "No rule finds a recovery region for {source}: {because}. Neighbours that would do: {candidates}.",
        "Name one in the tag {tag:recovery-region} or in the profile's recoveryRegions; or let the rules take a "
        "neighbour, by the tag {tag:geography}=group.",
        GLOBAL,
    ),
    Known(
        "RecoveryRegionRestricted",
        Kind.WARNING,
        "{region} is a restricted region, kept for {kept}: Azure opens it to a subscription on request only.",
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
        "ZoneToZoneNotZonal",
        Kind.UNSUPPORTED,
        "Zone {zone} of {source}, the VM's own region, is asked for, but the VM itself is in no zone.",
        "Redeploy the VM into a zone, or name another region in the tag {tag:recovery-region}.",
        ZONES,
    ),
    Known(
        "ZoneToZoneSameZone",
        Kind.NEEDS_CHANGE,
        "The VM is to be recovered to zone {zone} of its own region, and it is in that zone.",
        "Name another zone in the tag {tag:recovery-zone}.",
        ZONES,
    ),
    Known(
        "RecoveryGroupIsSource",
        Kind.NEEDS_CHANGE,
        "The recovery resource group {id} is the VM's own; between zones of a region they have to differ.",
        "Name another group in the tag {tag:recovery-resource-group}, or none: one is made.",
        ZONES,
    ),
    Known(
        "ZoneToZoneAcrossSubscriptions",
        Kind.UNSUPPORTED,
        "The recovery resource group {id} is in another subscription, where zones are numbered otherwise.",
        "Name a group of the VM's own subscription in the tag {tag:recovery-resource-group}, or none: one is made.",
        "https://learn.microsoft.com/azure/reliability/availability-zones-overview",
    ),
    Known(
        "ZoneRedundantDisk",
        Kind.UNSUPPORTED,
        "Disk {disk} is {sku}: it is in every zone already and is not replicated between zones.",
        "Exclude the disk with the tag {tag:exclude-disks}, or protect the VM to another region.",
        ZONES,
    ),
    Known(
        "RecoveryZoneNotFound",
        Kind.NEEDS_CHANGE,
        "Zone {zone} is asked for, but {region} has {present}.",
        "Correct the tag {tag:recovery-zone}, or remove it.",
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
        "Make a vault in a region that is neither {source} nor {region}; name it in the tag {tag:vault} or the "
        "profile.",
        MATRIX,
    ),
)
