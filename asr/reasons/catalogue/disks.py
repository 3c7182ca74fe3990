"""The VM's disks."""

from asr.model.documents import CHURN, ERRORS, MATRIX
from asr.reasons.known import Kind, Known

TABLE = (
    Known(
        "EphemeralOsDiskUnsupported",
        Kind.UNSUPPORTED,
        "The OS disk is ephemeral: it lives on the host and cannot be replicated.",
        "Redeploy the VM with a managed OS disk.",
        MATRIX,
    ),
    Known(
        "OsDiskNotFound",
        Kind.NEEDS_CHANGE,
        "Azure shows no OS disk of the VM.",
        "Look at the VM in the portal; a VM without an OS disk cannot be protected.",
        MATRIX,
    ),
    Known(
        "OsDiskTooLarge",
        Kind.UNSUPPORTED,
        "The OS disk {disk} has {size} GiB; at most {most} GiB are supported.",
        "Redeploy the VM with a smaller OS disk, its data on data disks.",
        MATRIX,
    ),
    Known(
        "DataDiskTooLarge",
        Kind.UNSUPPORTED,
        "Disk {disk} has {size} GiB; at most {most} GiB are supported.",
        "Split the disk, or exclude it with the tag {tag:exclude-disks}.",
        MATRIX,
        "asr protect $NAME --set exclude-disks={lun}",
    ),
    Known(
        "DataDiskTooSmall",
        Kind.NEEDS_CHANGE,
        "Disk {disk} has {size} GiB; at least {least} GiB is needed (Azure's error 150172).",
        "Enlarge the disk, or exclude it with the tag {tag:exclude-disks}.",
        ERRORS,
        "asr protect $NAME --set exclude-disks={lun}",
    ),
    Known(
        "TooManyDataDisks",
        Kind.UNSUPPORTED,
        "{count} data disks would be replicated; at most {most} are supported.",
        "Exclude disks with the tag {tag:exclude-disks}, or join them.",
        MATRIX,
    ),
    Known(
        "WriteAcceleratorUnsupported",
        Kind.UNSUPPORTED,
        "Disk {disk} has the write accelerator on.",
        "Switch the write accelerator off, or exclude the disk with the tag {tag:exclude-disks}.",
        MATRIX,
        "asr protect $NAME --set exclude-disks={lun}",
    ),
    Known(
        "SharedDiskUnsupported",
        Kind.UNSUPPORTED,
        "Disk {disk} is shared; shared disks need a protection cluster, which this product does not make.",
        "Protect the cluster in the portal, or exclude the disk with the tag {tag:exclude-disks}.",
        "https://learn.microsoft.com/azure/site-recovery/shared-disk-support-matrix",
        "asr protect $NAME --set exclude-disks={lun}",
    ),
    Known(
        "DiskEncryptionSetMissing",
        Kind.NEEDS_CHANGE,
        "Disk {disk} is encrypted with a customer's key; no disk encryption set is chosen in the recovery region.",
        "Make one there and name it in the tag {tag:recovery-disk-encryption-set} or the profile's "
        "recoveryDiskEncryptionSet.",
        "https://learn.microsoft.com/azure/site-recovery/azure-to-azure-how-to-enable-replication-cmk-disks",
    ),
    Known(
        "DiskEncryptionKeysMissing",
        Kind.NEEDS_CHANGE,
        "Disk {disk} ({name}) uses Azure Disk Encryption; no key vault and secret of the recovery region are chosen "
        "for it (Azure's error 150175).",
        "Copy the keys to a key vault there; name both in the tag {tag:recovery-key-vault} and the tag "
        "{tag:recovery-encryption-secret}.",
        "https://learn.microsoft.com/azure/site-recovery/azure-to-azure-how-to-enable-replication-ade-vms",
    ),
    Known(
        "EncryptedUnmanagedDisk",
        Kind.UNSUPPORTED,
        "Disk {disk} is unmanaged and uses Azure Disk Encryption, which is replicated for managed disks only.",
        "Convert the disks to managed ones.",
        MATRIX,
    ),
    Known(
        "ZoneRedundancyNotCarried",
        Kind.WARNING,
        "Disk {disk} is {sku}; {region} has no zones, so the recovered disk is {target}.",
        "Nothing, or name a region with zones in the tag {tag:recovery-region}.",
        "https://learn.microsoft.com/azure/virtual-machines/disks-redundancy",
    ),
    Known(
        "UltraDiskUncertain",
        Kind.WARNING,
        "Disk {disk} is an ultra disk; Azure's documents disagree on whether it can be protected.",
        "Nothing, if enabling works; else exclude the disk with the tag {tag:exclude-disks}.",
        CHURN,
    ),
    Known(
        "HighChurnForced",
        Kind.WARNING,
        "Disk {disk} is {sku}, so the cache is a premium block blob account, whatever is chosen.",
        "Nothing. It costs more than a standard cache account.",
        CHURN,
    ),
    Known(
        "HighChurnUnavailable",
        Kind.UNSUPPORTED,
        "The VM needs a premium block blob cache ({because}), and {region} has no such accounts.",
        "Do without high churn: switch the choice off with the tag {tag:high-churn}, or exclude the disks with the tag "
        "{tag:exclude-disks}.",
        MATRIX,
        "asr protect $NAME --set high-churn=false",
    ),
    Known(
        "SourceStorageAccountNotFound",
        Kind.NEEDS_CHANGE,
        "The storage account {account} that holds disk {disk} was not found in the VM's subscription.",
        "Grant the app read access to the account.",
        MATRIX,
    ),
    Known(
        "RetentionTooLong",
        Kind.NEEDS_CHANGE,
        "Recovery points are to be kept for {minutes} minutes; those of VMs with unmanaged disks for {most} at most.",
        "Choose {most} or less in the tag {tag:recovery-point-minutes} or as recoveryPointMinutes, or convert the "
        "disks to managed ones.",
        MATRIX,
    ),
    Known(
        "HighChurnUnmanaged",
        Kind.NEEDS_CHANGE,
        "High churn is chosen, and {count} of the VM's disks are unmanaged: it is for managed disks only.",
        "Switch the choice off with the tag {tag:high-churn}, or convert the disks to managed ones.",
        CHURN,
        "asr protect $NAME --set high-churn=false",
    ),
    Known(
        "PlacementGroupUnmanaged",
        Kind.UNSUPPORTED,
        "The VM has unmanaged disks and is to be recovered into a proximity placement group ({id}), which is for VMs "
        "with managed disks only.",
        "Convert the disks to managed ones, or take the VM out of the group and do without the tag "
        "{tag:recovery-proximity-placement-group}.",
        "https://learn.microsoft.com/azure/site-recovery/how-to-enable-replication-proximity-placement-groups",
    ),
    Known(
        "UnmanagedDisksTooLarge",
        Kind.UNSUPPORTED,
        "The unmanaged disks have {size} GiB together; one premium storage account takes {most} GiB of them at most.",
        "Exclude disks with the tag {tag:exclude-disks}, or convert them to managed ones.",
        MATRIX,
    ),
)
