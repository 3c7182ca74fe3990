"""Every choice that people have, in one model: tags, profiles, requests and the documents all read it."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Annotated

from pydantic import BaseModel, ConfigDict

from asr.choices import shapes, values
from asr.choices.option import Option, camel
from asr.choices.values import PerDisk
from asr.model.documents import (
    ADDED_DISK,
    ADE,
    AUTO_UPDATE,
    CHURN,
    CMK,
    CUSTOMIZE,
    DRILL,
    ENABLE,
    GLOBAL,
    ITEMS,
    MATRIX,
    NETWORK,
    PLACEMENT,
    QUESTIONS,
    RECOVERY_PLANS,
    REGISTRATION,
    ZONES,
)

PLACE = "Where the VM comes up"
DISKS = "Its disks and storage accounts"
POLICY = "How replication goes on"
ENDS = "How protection ends"

FAILOVER = "How it fails over"

MOST_WAVE = 99
"""The last wave of a recovery plan."""

MOST_DAYS = 365
"""The longest grace period."""
KEPT = "How it is kept true"

MOST_MINUTES = 15 * 24 * 60
"""The longest retention of recovery points: 15 days.

Source: https://learn.microsoft.com/azure/site-recovery/azure-to-azure-common-questions
"""

NO_DISK = PerDisk()
"""No choice for any disk."""

TEXT = {"type": "string"}
FLAG = {"type": "boolean"}
MINUTES = {"type": "integer", "minimum": 0, "maximum": MOST_MINUTES}
TEXTS = {"anyOf": [TEXT, {"type": "array", "items": TEXT, "minItems": 1}]}
LUN = {"type": "integer", "minimum": 0, "maximum": 63}
LUNS = {"anyOf": [LUN, {"type": "array", "items": LUN}]}
ZONE = {"anyOf": [TEXT, {"type": "integer", "minimum": 1, "maximum": 9}]}
PER_DISK = {"anyOf": [TEXT, {"type": "object", "additionalProperties": TEXT}]}


class ProtectionOptions(BaseModel):
    """Every choice for one VM, whoever made it; None and empty leave it to the rules.

    Targets are names or full ids, as written; regions are lower case without spaces. Minutes throughout; 0
    app-consistent minutes means none are taken. `high_churn` puts the cache on premium block blobs.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    recovery_regions: Annotated[
        tuple[str, ...],
        Option(
            PLACE,
            "recovery-region",
            values.regions,
            TEXTS,
            "a region's name, such as westeurope, or several in order, separated by commas",
            "the only vault's region; else the paired region; else the best of the same geography",
            "suitable for the source region, open to the subscription; the source region itself only with a zone; a "
            "vault that this product made leads no VM anywhere",
            MATRIX,
            also=("recovery-regions",),
        ),
    ] = ()
    geography: Annotated[
        str,
        Option(
            PLACE,
            "geography",
            values.word("prefer", "require", "group"),
            {"type": "string", "enum": ["prefer", "require", "group"]},
            "prefer, require or group",
            "prefer: rules stay in the source's geography, but a pair, a vault or a person may lead out of it",
            "require: no region outside the source's geography; group: rules may go on to its group of geographies",
            GLOBAL,
        ),
    ] = "prefer"
    vault: Annotated[
        str | None,
        Option(
            PLACE,
            "vault",
            values.target(*shapes.VAULT),
            TEXT,
            "a Recovery Services vault's name or id",
            "one that protects between these regions; else one in the recovery region; else a new Site-Recovery-Vault",
            "exists; neither it nor its group is in the source region, save zone to zone",
            ENABLE,
        ),
    ] = None
    vault_group: Annotated[
        str | None,
        Option(
            PLACE,
            "vault-resource-group",
            values.group,
            TEXT,
            "a resource group's name or id",
            "asr-vault-<recovery region>",
            "exists outside the source region; counts only for a vault that has to be made",
            ENABLE,
        ),
    ] = None
    recovery_group: Annotated[
        str | None,
        Option(
            PLACE,
            "recovery-resource-group",
            values.group,
            TEXT,
            "a resource group's name or id",
            "<source group>-asr, made in the recovery region",
            "exists outside the source region; zone to zone: is not the VM's own",
            ENABLE,
        ),
    ] = None
    recovery_network: Annotated[
        str | None,
        Option(
            PLACE,
            "recovery-vnet",
            values.target(*shapes.NETWORK),
            TEXT,
            "a virtual network's name or id",
            "the network the vault maps the source network to; else <source network>-asr, a copy of it",
            "exists in the recovery region",
            NETWORK,
        ),
    ] = None
    recovery_subnet: Annotated[
        str | None,
        Option(
            PLACE,
            "recovery-subnet",
            values.matching(shapes.COMPUTE_NAME),
            TEXT,
            "a subnet's name",
            "the subnet of the same name; else the first in the alphabet",
            "is in the recovery network",
            NETWORK,
        ),
    ] = None
    recovery_availability_set: Annotated[
        str | None,
        Option(
            PLACE,
            "recovery-availability-set",
            values.target(*shapes.AVAILABILITY_SET),
            TEXT,
            "an availability set's name or id",
            "<source set>-asr with its domains, for a VM that is in a set",
            "exists in the recovery region; the VM is in a set; not together with a zone or a scale set",
            ENABLE,
        ),
    ] = None
    recovery_zone: Annotated[
        str | None,
        Option(
            PLACE,
            "recovery-zone",
            values.digit,
            ZONE,
            "a zone's number, such as 1",
            "the VM's own number, where the recovery region has it",
            "the recovery region has it; in the VM's own region: zone to zone, to a zone the VM is not in",
            ZONES,
        ),
    ] = None
    placement_group: Annotated[
        str | None,
        Option(
            PLACE,
            "recovery-proximity-placement-group",
            values.target(*shapes.PLACEMENT_GROUP),
            TEXT,
            "a proximity placement group's name or id",
            "`<group>-asr` for a VM that is in one, else none",
            "exists in the recovery region",
            PLACEMENT,
        ),
    ] = None
    capacity_group: Annotated[
        str | None,
        Option(
            PLACE,
            "recovery-capacity-reservation-group",
            values.target(*shapes.CAPACITY_GROUP),
            TEXT,
            "a capacity reservation group's name or id",
            "none",
            "exists in the recovery region",
            ENABLE,
        ),
    ] = None
    scale_set: Annotated[
        str | None,
        Option(
            PLACE,
            "recovery-scale-set",
            values.target(*shapes.SCALE_SET),
            TEXT,
            "a flexible scale set's name or id",
            "none; a warning for a VM that is in one",
            "exists in the recovery region; not together with an availability set",
            MATRIX,
        ),
    ] = None
    boot_diagnostics_account: Annotated[
        str | None,
        Option(
            PLACE,
            "boot-diagnostics-account",
            shapes.account,
            TEXT,
            "a storage account's name or id",
            "as Site Recovery does it",
            "exists in the recovery region",
            ENABLE,
        ),
    ] = None
    recovery_name: Annotated[
        str | None,
        Option(
            PLACE,
            "recovery-name",
            values.matching(shapes.MACHINE_NAME),
            TEXT,
            "a VM's name",
            "the VM's own name",
            "written once the VM is Protected",
            ITEMS,
        ),
    ] = None
    recovery_size: Annotated[
        str | None,
        Option(
            PLACE,
            "recovery-size",
            values.matching(shapes.SIZE_NAME),
            TEXT,
            "a VM size, such as Standard_D2s_v5",
            "the VM's own size, also after the VM is resized",
            "written once the VM is Protected",
            ITEMS,
        ),
    ] = None
    security_group: Annotated[
        str | None,
        Option(
            PLACE,
            "recovery-security-group",
            values.target(*shapes.SECURITY_GROUP),
            TEXT,
            "a network security group's name or id",
            "none",
            "exists in the recovery region; written to every interface once the VM is Protected",
            CUSTOMIZE,
        ),
    ] = None
    public_address: Annotated[
        str | None,
        Option(
            PLACE,
            "recovery-public-address",
            values.target(*shapes.PUBLIC_ADDRESS),
            TEXT,
            "a public IP address's name or id",
            "none",
            "exists in the recovery region; written to the primary address once the VM is Protected",
            CUSTOMIZE,
        ),
    ] = None
    excluded_luns: Annotated[
        tuple[int, ...],
        Option(
            DISKS,
            "exclude-disks",
            values.luns,
            LUNS,
            "a list of LUNs (0 to 63), separated by commas",
            "none",
            "the VM has data disks there; the OS disk cannot be excluded",
            MATRIX,
        ),
    ] = ()
    target_skus: Annotated[
        PerDisk,
        Option(
            DISKS,
            "recovery-disk-sku",
            values.per_disk(shapes.disk_sku),
            PER_DISK,
            "a disk SKU, or a list such as os=Premium_LRS,0=StandardSSD_LRS",
            "the source disk's; locally redundant where the recovery region has no zones",
            "the VM has the disks that are named",
            MATRIX,
        ),
    ] = NO_DISK
    replica_skus: Annotated[
        PerDisk,
        Option(
            DISKS,
            "replica-disk-sku",
            values.per_disk(shapes.disk_sku),
            PER_DISK,
            "a disk SKU, or a list such as os=Premium_LRS,0=StandardSSD_LRS",
            "the recovered disk's; Premium_LRS for PremiumV2_LRS and UltraSSD_LRS",
            "never PremiumV2_LRS or UltraSSD_LRS",
            CHURN,
        ),
    ] = NO_DISK
    encryption_set: Annotated[
        str | None,
        Option(
            DISKS,
            "recovery-disk-encryption-set",
            values.target(*shapes.ENCRYPTION_SET),
            TEXT,
            "a disk encryption set's name or id",
            "none; needed for disks that are encrypted with a customer's key",
            "exists in the recovery region; used for the disks that have a set",
            CMK,
        ),
    ] = None
    key_vault: Annotated[
        str | None,
        Option(
            DISKS,
            "recovery-key-vault",
            values.target_id(*shapes.KEY_VAULT),
            TEXT,
            "a key vault's id",
            "none; needed for disks with Azure Disk Encryption",
            "exists in the recovery region",
            ADE,
        ),
    ] = None
    encryption_secrets: Annotated[
        PerDisk,
        Option(
            DISKS,
            "recovery-encryption-secret",
            values.per_disk(shapes.secret_url),
            PER_DISK,
            "a secret's URL, or a list such as os=https://...,0=https://...",
            "none; needed for each disk with Azure Disk Encryption",
            "every encrypted disk has one",
            ADE,
        ),
    ] = NO_DISK
    encryption_keys: Annotated[
        PerDisk,
        Option(
            DISKS,
            "recovery-encryption-key",
            values.per_disk(shapes.key_url),
            PER_DISK,
            "a key's URL, or a list such as os=https://...,0=https://...",
            "none: secrets that are not wrapped need no key",
            "only together with secrets",
            ADE,
        ),
    ] = NO_DISK
    recovery_account: Annotated[
        str | None,
        Option(
            DISKS,
            "recovery-storage-account",
            shapes.account,
            TEXT,
            "a storage account's name or id",
            "one new account with the kind and SKU of the OS disk's, premium if any source is",
            "exists in the recovery region; counts only for unmanaged disks",
            MATRIX,
        ),
    ] = None
    cache_account: Annotated[
        str | None,
        Option(
            DISKS,
            "cache-storage-account",
            shapes.account,
            TEXT,
            "a storage account's name or id",
            "one per vault, pair of regions and subscription, in asr-cache-<source region>; one more per 375 disks",
            "exists in the source region and the VM's subscription; kind, SKU, soft delete and shared keys as needed",
            MATRIX,
        ),
    ] = None
    high_churn: Annotated[
        bool,
        Option(
            DISKS,
            "high-churn",
            values.flag,
            FLAG,
            "true or false",
            "false; true for a VM with PremiumV2_LRS or UltraSSD_LRS disks",
            "cannot be changed after enabling",
            CHURN,
        ),
    ] = False
    recovery_point_minutes: Annotated[
        int,
        Option(
            POLICY,
            "recovery-point-minutes",
            values.whole(0, MOST_MINUTES),
            MINUTES,
            f"a number of minutes from 0 to {MOST_MINUTES} (15 days)",
            "1440 (24 hours)",
            "at most 4320 (3 days) for a VM with unmanaged disks",
            QUESTIONS,
        ),
    ] = 1440
    app_consistent_minutes: Annotated[
        int,
        Option(
            POLICY,
            "app-consistent-minutes",
            values.whole(0, MOST_MINUTES),
            MINUTES,
            "0 (none), or a number of minutes from 60 to the retention",
            "60; 0 where recovery points are kept for less than an hour",
            "0, or 60 to recovery-point-minutes",
            QUESTIONS,
        ),
    ] = 60
    multi_vm_sync: Annotated[
        bool,
        Option(
            POLICY,
            "multi-vm-sync",
            values.flag,
            FLAG,
            "true or false",
            "true",
            "true where a consistency group is named",
            QUESTIONS,
        ),
    ] = True
    consistency_group: Annotated[
        str | None,
        Option(
            POLICY,
            "consistency-group",
            values.matching(r"[a-z0-9][a-z0-9-]{0,63}", lower=True),
            TEXT,
            "a group's name: letters, digits and hyphens, at most 64",
            "none",
            "at most 16 VMs; a VM that is protected already is not added",
            QUESTIONS,
        ),
    ] = None
    automation_account: Annotated[
        str | None,
        Option(
            POLICY,
            "automation-account",
            values.target_id(*shapes.AUTOMATION_ACCOUNT),
            TEXT,
            "an automation account's id",
            "none: agents are not updated automatically",
            "exists; signs in with its system-assigned identity; counts when the container mapping is made",
            AUTO_UPDATE,
        ),
    ] = None
    test_network_id: Annotated[
        str | None,
        Option(
            POLICY,
            "test-network-id",
            values.target_id(*shapes.NETWORK),
            TEXT,
            "a virtual network's id",
            "none",
            "exists in the recovery region; written once the VM is Protected",
            DRILL,
        ),
    ] = None
    on_untag: Annotated[
        str,
        Option(
            ENDS,
            "on-untag",
            values.word("disable", "keep"),
            {"type": "string", "enum": ["disable", "keep"]},
            "disable or keep",
            "disable: when no tag asks any more, the protection ends after the grace period",
            "keep: it goes on until somebody ends it by name; counts as it stood while the tag asked",
            REGISTRATION,
        ),
    ] = "disable"
    grace_days: Annotated[
        int,
        Option(
            ENDS,
            "grace-days",
            values.whole(0, MOST_DAYS),
            {"type": "integer", "minimum": 0, "maximum": MOST_DAYS},
            f"a number of days from 0 (at once) to {MOST_DAYS}",
            "7, also for the recovery points of a VM that was deleted or replaced",
            "counts as it stood while the tag asked",
            REGISTRATION,
        ),
    ] = 7
    rpo_minutes: Annotated[
        int,
        Option(
            KEPT,
            "rpo-minutes",
            values.whole(0, MOST_MINUTES),
            MINUTES,
            "a number of minutes; 0: no objective",
            "0",
            "the newest recovery point may be so old at most; Site Recovery takes one every 5 minutes",
            QUESTIONS,
        ),
    ] = 0
    on_drift: Annotated[
        str,
        Option(
            KEPT,
            "on-drift",
            values.word("fix", "propose", "report"),
            {"type": "string", "enum": ["fix", "propose", "report"]},
            "fix, propose or report",
            "fix: what Site Recovery takes in place is put right by the next sweep (docs/drift.md)",
            "propose: only POST /api/drift puts it right; report: it is told, and nothing else",
            ITEMS,
        ),
    ] = "fix"
    new_disks: Annotated[
        str,
        Option(
            KEPT,
            "new-disks",
            values.word("fix", "propose", "ignore"),
            {"type": "string", "enum": ["fix", "propose", "ignore"]},
            "fix, propose or ignore",
            "fix: a data disk that is added to a protected VM is replicated, too",
            "propose: only POST /api/drift adds it; ignore: it is not even told",
            ADDED_DISK,
        ),
    ] = "fix"
    recovery_plan: Annotated[
        str | None,
        Option(
            FAILOVER,
            "recovery-plan",
            values.matching("[a-zA-Z][a-zA-Z0-9-]{1,63}[a-zA-Z0-9]", lower=True),
            TEXT,
            "3 to 65 letters, digits and hyphens, a letter first and no hyphen last",
            "none",
            "the VM fails over, and is drilled, with all others of the same name (`plan` in a request), in any casing",
            RECOVERY_PLANS,
        ),
    ] = None
    recovery_wave: Annotated[
        int,
        Option(
            FAILOVER,
            "recovery-wave",
            values.whole(0, MOST_WAVE),
            {"type": "integer", "minimum": 0, "maximum": MOST_WAVE},
            f"a whole number from 0 to {MOST_WAVE}",
            "0, the first wave of its plan",
            "a wave begins when the one before it is over; the VMs of a consistency group go with their earliest wave",
            RECOVERY_PLANS,
        ),
    ] = 0
    wave_failure: Annotated[
        str,
        Option(
            FAILOVER,
            "wave-failure",
            values.word("stop", "continue"),
            {"type": "string", "enum": ["stop", "continue"]},
            "stop or continue",
            "stop: if this VM fails, the waves after its own are not begun",
            "continue: they are begun all the same",
            RECOVERY_PLANS,
        ),
    ] = "stop"


def _options() -> Iterator[Option]:
    for field, info in ProtectionOptions.model_fields.items():
        option = next(part for part in info.metadata if isinstance(part, Option))
        yield replace(option, field=field)


OPTIONS: tuple[Option, ...] = tuple(_options())

BY_NAME: Mapping[str, Option] = {name: option for option in OPTIONS for name in option.names}
"""By every name that is understood, in the form of a tag."""

BY_JSON_NAME: Mapping[str, Option] = {camel(name).lower(): option for name, option in BY_NAME.items()}
"""By every name that profiles and requests use, in lower case."""
