"""What the tags and the profile say, and what they name."""

from asr.model.documents import ENABLE, TAGS
from asr.reasons.known import Kind, Known

TABLE = (
    Known(
        "ProfileUnknown",
        Kind.NEEDS_CHANGE,
        "{by:chooser} names the profile {value!r}, which does not exist; there is {known}.",
        "Name one of the profiles, or add this one to the setting ASR_PROFILES.",
        TAGS,
    ),
    Known(
        "OverrideMalformed",
        Kind.NEEDS_CHANGE,
        "{by:chooser} is {value!r}, which is not {expected}.",
        "Correct it, or leave it out to let the product choose.",
        TAGS,
    ),
    Known(
        "TargetNotAllowed",
        Kind.NEEDS_CHANGE,
        "{by:chooser} is {id}, which lies outside of where the operator lets machines be replicated to.",
        "Name a target in a watched subscription, or let the operator add its subscription, group or vault to the "
        "setting ASR_TARGETS.",
        TAGS,
    ),
    Known(
        "ChoiceUnknown",
        Kind.NEEDS_CHANGE,
        "The request chooses {name!r}, which is no choice; there are {known}.",
        "Correct the name. Profiles are named by the request's own field, profile.",
        TAGS,
    ),
    Known(
        "ChoiceGivenTwice",
        Kind.NEEDS_CHANGE,
        "The request makes one choice under several names, with different values: {names}.",
        "Give the choice one value, under one name.",
        TAGS,
    ),
    Known(
        "ChoiceWithoutEffect",
        Kind.WARNING,
        "{by:chooser} is chosen, but {because}: the choice has no effect on this VM.",
        "Nothing, or leave the choice out.",
        TAGS,
    ),
    Known(
        "TagUnknown",
        Kind.WARNING,
        "Tag {name:tag} means nothing to this product and is ignored; it knows {known:tag}.",
        "Correct the tag's name if it is a typing error, else remove it.",
        TAGS,
    ),
    Known(
        "TagsContradict",
        Kind.NEEDS_CHANGE,
        "{one:choice} and {other:choice} do not go together: {because}.",
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
        "Name one in the right region, or change the recovery region with the tag {tag:recovery-region}.",
        ENABLE,
    ),
    Known(
        "TargetInWrongSubscription",
        Kind.NEEDS_CHANGE,
        "The {role} {id} is not in the subscription {subscription}, in which the VM is recovered.",
        "Name one of that subscription, or name a group of the other one in the tag {tag:recovery-resource-group}.",
        ENABLE,
    ),
    Known(
        "AvailabilitySetInAnotherGroup",
        Kind.WARNING,
        "The availability set {id} is not in the recovery resource group {group}; Azure takes a VM into a set of its "
        "own group only, so a failover may fail.",
        "Name a set of that group, or the set's group in the tag {tag:recovery-resource-group}.",
        "https://learn.microsoft.com/rest/api/compute/virtual-machines/create-or-update",
    ),
    Known(
        "ExcludedDiskNotFound",
        Kind.NEEDS_CHANGE,
        "Disks at LUN {luns} are to be excluded, but the VM has data disks at LUN {present} only.",
        "Correct the tag {tag:exclude-disks}. The OS disk has no LUN and cannot be excluded.",
        ENABLE,
    ),
    Known(
        "FrequencyOutOfRange",
        Kind.NEEDS_CHANGE,
        "App-consistent points are asked for every {minutes} minutes, and recovery points are kept for {kept}.",
        "Choose {allowed} in the tag {tag:app-consistent-minutes} or as appConsistentMinutes, or keep points for "
        "longer.",
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
        "Choose another SKU in the tag {tag:replica-disk-sku}, or none: Premium_LRS is taken.",
        "https://learn.microsoft.com/azure/site-recovery/concepts-azure-to-azure-high-churn-support",
    ),
    Known(
        "OsDiskSkuUnsupported",
        Kind.UNSUPPORTED,
        "The OS disk {disk} is to be recovered on {sku}, which Azure offers for data disks only.",
        "Choose another SKU for it in the tag {tag:recovery-disk-sku}, such as os=Premium_LRS.",
        "https://learn.microsoft.com/azure/virtual-machines/disks-types",
    ),
    Known(
        "RecoverySubnetNotFound",
        Kind.NEEDS_CHANGE,
        "The subnet {subnet} is chosen, but the recovery network {network} has {present}.",
        "Correct the tag {tag:recovery-subnet}, or add the subnet to the network.",
        "https://learn.microsoft.com/azure/site-recovery/azure-to-azure-network-mapping",
    ),
    Known(
        "SubnetSubstituted",
        Kind.WARNING,
        "The network {network} has no subnet {wanted}; the VM comes up in {taken}, the first in the alphabet.",
        "Name the subnet in the tag {tag:recovery-subnet}, or add one of the same name.",
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
        "The availability set {name} is chosen, but the VM itself is in none.",
        "Leave the choice out: only a VM that is in a set can be recovered into one.",
        ENABLE,
    ),
    Known(
        "AutomationAccountWithoutIdentity",
        Kind.NEEDS_CHANGE,
        "The automation account {id} has no system-assigned identity, with which Site Recovery updates its agents.",
        "Switch the account's system-assigned identity on and give it the role that Site Recovery's documents name, or "
        "name another account in the tag {tag:automation-account}.",
        "https://learn.microsoft.com/azure/site-recovery/azure-to-azure-autoupdate",
        "az resource update --ids {id:shell} --set identity.type=SystemAssigned",
    ),
)
