"""What the tags and the profile say, and what they name."""

from asr.planning.catalogue.documents import ENABLE, TAGS
from asr.planning.known import Kind, Known

TABLE = (
    Known(
        "ProfileUnknown",
        Kind.NEEDS_CHANGE,
        "Tag {tag} names the profile {value!r}, which does not exist; there is {known}.",
        "Set the tag to one of the profiles, to true or to false, or add the profile to the setting ASR_PROFILES.",
        TAGS,
    ),
    Known(
        "OverrideMalformed",
        Kind.NEEDS_CHANGE,
        "Tag {tag} is {value!r}, which is not {expected}.",
        "Correct the tag, or remove it to let the product choose.",
        TAGS,
    ),
    Known(
        "TagUnknown",
        Kind.WARNING,
        "Tag {tag} means nothing to this product and is ignored; it knows {known}.",
        "Correct the tag's name if it is a typing error, else remove it.",
        TAGS,
    ),
    Known(
        "TagsContradict",
        Kind.NEEDS_CHANGE,
        "{tag} and {other} do not go together: {because}.",
        "Change one of the two choices.",
        ENABLE,
    ),
    Known(
        "TargetNotFound",
        Kind.NEEDS_CHANGE,
        "The {role} {id} is named for this VM, but it does not exist or cannot be read.",
        "Create it, grant the app read access to it, or name another one.",
        ENABLE,
    ),
    Known(
        "TargetInWrongRegion",
        Kind.NEEDS_CHANGE,
        "The {role} {id} is in {location}; it has to be {where}.",
        "Name one in the right region, or change the recovery region with the tag asr-recovery-region.",
        ENABLE,
    ),
    Known(
        "ExcludedDiskNotFound",
        Kind.NEEDS_CHANGE,
        "Disks at LUN {luns} are to be excluded, but the VM has data disks at LUN {present} only.",
        "Correct the tag asr-exclude-disks. The OS disk has no LUN and cannot be excluded.",
        ENABLE,
    ),
    Known(
        "FrequencyOutOfRange",
        Kind.NEEDS_CHANGE,
        "App-consistent points are asked for every {minutes} minutes, and recovery points are kept for {kept}.",
        "Choose 0 (none) or 60 to {kept} in the tag asr-app-consistent-minutes or the profile's appConsistentMinutes.",
        "https://learn.microsoft.com/azure/site-recovery/azure-to-azure-common-questions",
    ),
    Known(
        "ChosenDiskNotFound",
        Kind.NEEDS_CHANGE,
        "A choice is made for the disk {disk}, but the VM's replicated disks are {present}.",
        "Correct the disk's name in the choice: os, or the LUN of a data disk.",
        ENABLE,
    ),
    Known(
        "ReplicaSkuUnsupported",
        Kind.UNSUPPORTED,
        "The replica of disk {disk} is asked for on {sku}, which replicas cannot be kept on.",
        "Choose another SKU in the tag asr-replica-disk-sku, or none: Premium_LRS is taken.",
        "https://learn.microsoft.com/azure/site-recovery/concepts-azure-to-azure-high-churn-support",
    ),
    Known(
        "RecoverySubnetNotFound",
        Kind.NEEDS_CHANGE,
        "The subnet {subnet} is chosen, but the recovery network {network} has {present}.",
        "Correct the tag asr-recovery-subnet, or add the subnet to the network.",
        "https://learn.microsoft.com/azure/site-recovery/azure-to-azure-network-mapping",
    ),
    Known(
        "SubnetSubstituted",
        Kind.WARNING,
        "The network {network} has no subnet {wanted}; the VM comes up in {taken}, the first in the alphabet.",
        "Name the subnet in the tag asr-recovery-subnet, or add one of the same name.",
        "https://learn.microsoft.com/azure/site-recovery/azure-to-azure-network-mapping",
    ),
    Known(
        "ProfileMalformed",
        Kind.NEEDS_CHANGE,
        "The profile {profile} says {choice} is {value!r}, which is not {expected}.",
        "Correct the profile in the setting ASR_PROFILES.",
        TAGS,
    ),
    Known(
        "AvailabilitySetNotApplicable",
        Kind.NEEDS_CHANGE,
        "The tag asr-recovery-availability-set names {name}, but the VM is in no availability set.",
        "Remove the tag: only a VM that is in a set can be recovered into one.",
        ENABLE,
    ),
)
