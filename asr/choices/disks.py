"""What becomes of the disks."""

from asr.choices import readers, shapes
from asr.choices.option import Option
from asr.model.documents import CHURN, MATRIX

_CMK = "https://learn.microsoft.com/azure/site-recovery/azure-to-azure-how-to-enable-replication-cmk-disks"
_ADE = "https://learn.microsoft.com/azure/site-recovery/azure-to-azure-how-to-enable-replication-ade-vms"

TABLE = (
    Option(
        "exclude-disks",
        "excluded_luns",
        readers.luns,
        "a list of LUNs (0 to 63), separated by commas",
        "none",
        "the VM has data disks there; the OS disk cannot be excluded",
        MATRIX,
    ),
    Option(
        "recovery-disk-sku",
        "target_skus",
        readers.per_disk(shapes.disk_sku),
        "a disk SKU, or a list such as os=Premium_LRS,0=StandardSSD_LRS",
        "the source disk's; locally redundant where the recovery region has no zones",
        "the VM has the disks that are named",
        MATRIX,
    ),
    Option(
        "replica-disk-sku",
        "replica_skus",
        readers.per_disk(shapes.disk_sku),
        "a disk SKU, or a list such as os=Premium_LRS,0=StandardSSD_LRS",
        "the recovered disk's; Premium_LRS for PremiumV2_LRS and UltraSSD_LRS",
        "never PremiumV2_LRS or UltraSSD_LRS",
        CHURN,
    ),
    Option(
        "recovery-disk-encryption-set",
        "encryption_set",
        readers.target(*shapes.ENCRYPTION_SET),
        "a disk encryption set's name or id",
        "none; needed for disks that are encrypted with a customer's key",
        "exists in the recovery region; used for the disks that have a set",
        _CMK,
    ),
    Option(
        "recovery-key-vault",
        "key_vault",
        readers.target_id(*shapes.KEY_VAULT),
        "a key vault's id",
        "none; needed for disks with Azure Disk Encryption",
        "exists in the recovery region",
        _ADE,
    ),
    Option(
        "recovery-encryption-secret",
        "encryption_secrets",
        readers.per_disk(shapes.secret_url),
        "a secret's URL, or a list such as os=https://...,0=https://...",
        "none; needed for each disk with Azure Disk Encryption",
        "every encrypted disk has one",
        _ADE,
    ),
    Option(
        "recovery-encryption-key",
        "encryption_keys",
        readers.per_disk(shapes.key_url),
        "a key's URL, or a list such as os=https://...,0=https://...",
        "none: secrets that are not wrapped need no key",
        "only together with secrets",
        _ADE,
    ),
    Option(
        "recovery-storage-account",
        "recovery_account",
        shapes.account,
        "a storage account's name or id",
        "one new account with the kind and SKU of the OS disk's, premium if any source is",
        "exists in the recovery region; counts only for unmanaged disks",
        MATRIX,
    ),
    Option(
        "cache-storage-account",
        "cache_account",
        shapes.account,
        "a storage account's name or id",
        "one per vault, pair of regions and subscription, in asr-cache-<source region>, a further one per 375 disks",
        "exists in the source region and the VM's subscription; kind, SKU, soft delete and shared keys as needed",
        MATRIX,
    ),
    Option(
        "high-churn",
        "high_churn",
        readers.flag,
        "true or false",
        "false; true for a VM with PremiumV2_LRS or UltraSSD_LRS disks",
        "cannot be changed after enabling",
        CHURN,
    ),
)
