"""Every reason code the product can give, as data: `reasons` turns an entry into a `Reason`, the docs list them all.

Codes that Azure gives itself (eligibility results, job errors) are passed on as they are and are not listed, save for
those that a rule of ours finds before Azure is asked.
"""

from asr.planning.known import Kind, Known

_MATRIX = "https://learn.microsoft.com/azure/site-recovery/azure-to-azure-support-matrix"
_ERRORS = "https://learn.microsoft.com/azure/site-recovery/azure-to-azure-troubleshoot-errors"
_ENABLE = "https://learn.microsoft.com/azure/site-recovery/azure-to-azure-how-to-enable-replication"
_GLOBAL = "https://learn.microsoft.com/azure/site-recovery/azure-to-azure-enable-global-disaster-recovery"
_ELIGIBILITY = "https://learn.microsoft.com/rest/api/site-recovery/replication-eligibility-results"
_CHURN = "https://learn.microsoft.com/azure/site-recovery/concepts-azure-to-azure-high-churn-support"
_ITEMS = "https://learn.microsoft.com/rest/api/site-recovery/replication-protected-items"
_NETWORK = "https://learn.microsoft.com/azure/site-recovery/azure-to-azure-network-mapping"
_ARM_ERRORS = "https://learn.microsoft.com/azure/azure-resource-manager/troubleshooting/common-deployment-errors"
_TAGS = "design of the tags: docs/architecture.md"

_NEEDS, _RETRY = Kind.NEEDS_CHANGE, Kind.RETRYABLE
_NOT_SUPPORTED, _WARNING = Kind.UNSUPPORTED, Kind.WARNING

TABLE = (
    # What the tags say
    Known(
        "ProfileUnknown",
        _NEEDS,
        "Tag {tag} names the profile {value!r}, which does not exist; there is {known}.",
        "Set the tag to one of the profiles, to true or to false, or add the profile to the setting ASR_PROFILES.",
        _TAGS,
    ),
    Known(
        "OverrideMalformed",
        _NEEDS,
        "Tag {tag} is {value!r}, which is not {expected}.",
        "Correct the tag, or remove it to let the product choose.",
        _TAGS,
    ),
    Known(
        "TagUnknown",
        _WARNING,
        "Tag {tag} means nothing to this product and is ignored; it knows {known}.",
        "Correct the tag's name if it is a typing error, else remove it.",
        _TAGS,
    ),
    Known(
        "TagsContradict",
        _NEEDS,
        "Tags {tag} and {other} cannot both hold: {because}.",
        "Remove one of the two tags.",
        _ENABLE,
    ),
    # What a tag or profile names
    Known(
        "TargetNotFound",
        _NEEDS,
        "The {role} {id} is named for this VM, but it does not exist or cannot be read.",
        "Create it, grant the app read access to it, or name another one.",
        _ENABLE,
    ),
    Known(
        "TargetInWrongRegion",
        _NEEDS,
        "The {role} {id} is in {location}; it has to be {where}.",
        "Name one in the right region, or change the recovery region with the tag asr-recovery-region.",
        _ENABLE,
    ),
    Known(
        "ExcludedDiskNotFound",
        _NEEDS,
        "Disks at LUN {luns} are to be excluded, but the VM has data disks at LUN {present} only.",
        "Correct the tag asr-exclude-disks. The OS disk has no LUN and cannot be excluded.",
        _ENABLE,
    ),
    Known(
        "ProfileMalformed",
        _NEEDS,
        "The profile {profile} says {choice} is {value!r}, which is not {expected}.",
        "Correct the profile in the setting ASR_PROFILES.",
        _TAGS,
    ),
    Known(
        "AvailabilitySetNotApplicable",
        _NEEDS,
        "The tag asr-recovery-availability-set names {name}, but the VM is in no availability set.",
        "Remove the tag: only a VM that is in a set can be recovered into one.",
        _ENABLE,
    ),
    # Where to
    Known(
        "RecoveryRegionUnsuitable",
        _NEEDS,
        "No recovery region asked for suits a VM in {source}: {because}.",
        "Name another region in the tag asr-recovery-region or in the profile's recoveryRegions.",
        _MATRIX,
    ),
    Known(
        "RecoveryRegionNotFound",
        _NEEDS,
        "No rule finds a recovery region for {source}: {because}.",
        "Name one in the tag asr-recovery-region or in the profile's recoveryRegions.",
        _GLOBAL,
    ),
    Known(
        "RecoveryRegionRestricted",
        _WARNING,
        "{region} is a restricted region: Azure opens it to a subscription on request only.",
        "If enabling fails, ask Azure support for access to the region, or name another recovery region.",
        _MATRIX,
    ),
    Known(
        "SourceRegionClosed",
        _NOT_SUPPORTED,
        "Site Recovery does not protect VMs out of {source}: {because}.",
        "Move the workload to another region, or protect it by other means.",
        _MATRIX,
    ),
    Known(
        "ZoneToZoneUnsupported",
        _NOT_SUPPORTED,
        "The tags ask for recovery to zone {zone} of {source}, the VM's own region; only region to region is offered.",
        "Name another region in the tag asr-recovery-region, or protect the VM zone to zone in the portal.",
        "https://learn.microsoft.com/azure/site-recovery/azure-to-azure-how-to-enable-zone-to-zone-disaster-recovery",
    ),
    Known(
        "RecoveryZoneNotFound",
        _NEEDS,
        "Zone {zone} is asked for, but {region} has {present}.",
        "Correct the tag asr-recovery-zone, or remove it.",
        _ENABLE,
    ),
    Known(
        "VaultAmbiguous",
        _NEEDS,
        "Several vaults are named {name!r}: {found}.",
        "Name the vault by its full resource id.",
        _ENABLE,
    ),
    Known(
        "VaultNotPossible",
        _NEEDS,
        "A vault cannot be made in {region}: the region has none.",
        "Make a vault in a region that is neither {source} nor {region}; name it in the tag asr-vault or the profile.",
        _MATRIX,
    ),
    # What the VM is
    Known(
        "AzureVmIsNotInDesiredPowerState",
        _NEEDS,
        "The VM is {state}; Site Recovery installs its agent through the running guest.",
        "Start the VM. Protection begins by itself once it runs.",
        _ELIGIBILITY,
    ),
    Known(
        "AzureVmIsNotInDesiredProvisioningState",
        _RETRY,
        "The VM's provisioning state is {state}, not Succeeded.",
        "Wait until Azure has finished with the VM; if the state is Failed, redeploy the VM or repair what failed.",
        _ELIGIBILITY,
    ),
    Known(
        "AzureVmAgentNotReady",
        _RETRY,
        "The VM's guest agent is {state}, not Ready; Site Recovery installs its agent through it.",
        "Wait until the guest has started; if it stays so, repair the Azure VM agent in the guest.",
        _ERRORS,
    ),
    Known(
        "ClassicVirtualMachine",
        _NOT_SUPPORTED,
        "The VM is a classic one; the platform was retired in September 2023.",
        "Migrate the VM to Azure Resource Manager, then tag it there.",
        "https://learn.microsoft.com/azure/virtual-machines/migration-classic-resource-manager-overview",
    ),
    Known(
        "ScaleSetInstanceUnsupported",
        _NOT_SUPPORTED,
        "The VM is an instance of a uniform scale set; Site Recovery protects VMs of flexible scale sets only.",
        "Redeploy the scale set in another region from its template, or move to flexible orchestration.",
        _MATRIX,
    ),
    Known(
        "DedicatedHostUnsupported",
        _NOT_SUPPORTED,
        "The VM runs on a dedicated host.",
        "Take the VM off the dedicated host, or protect it by other means.",
        _MATRIX,
    ),
    # Its disks
    Known(
        "EphemeralOsDiskUnsupported",
        _NOT_SUPPORTED,
        "The OS disk is ephemeral: it lives on the host and cannot be replicated.",
        "Redeploy the VM with a managed OS disk.",
        _MATRIX,
    ),
    Known(
        "OsDiskNotFound",
        _NEEDS,
        "Azure shows no OS disk of the VM.",
        "Look at the VM in the portal; a VM without an OS disk cannot be protected.",
        _MATRIX,
    ),
    Known(
        "OsDiskTooLarge",
        _NOT_SUPPORTED,
        "The OS disk {disk} has {size} GiB; at most 4095 GiB are supported.",
        "Shrink the OS disk, or move data off it.",
        _MATRIX,
    ),
    Known(
        "DataDiskTooLarge",
        _NOT_SUPPORTED,
        "Disk {disk} has {size} GiB; at most 32767 GiB are supported.",
        "Split the disk, or exclude it with the tag asr-exclude-disks.",
        _MATRIX,
    ),
    Known(
        "DataDiskTooSmall",
        _NEEDS,
        "Disk {disk} has {size} GiB; at least 1 GiB is needed (Azure's error 150172).",
        "Enlarge the disk, or exclude it with the tag asr-exclude-disks.",
        _ERRORS,
    ),
    Known(
        "TooManyDataDisks",
        _NOT_SUPPORTED,
        "{count} data disks would be replicated; at most 64 are supported.",
        "Exclude disks with the tag asr-exclude-disks, or join them.",
        _MATRIX,
    ),
    Known(
        "WriteAcceleratorUnsupported",
        _NOT_SUPPORTED,
        "Disk {disk} has the write accelerator on.",
        "Switch the write accelerator off, or exclude the disk with the tag asr-exclude-disks.",
        _MATRIX,
    ),
    Known(
        "SharedDiskUnsupported",
        _NOT_SUPPORTED,
        "Disk {disk} is shared; shared disks need a protection cluster, which this product does not make.",
        "Protect the cluster in the portal, or exclude the disk with the tag asr-exclude-disks.",
        "https://learn.microsoft.com/azure/site-recovery/shared-disk-support-matrix",
    ),
    Known(
        "DiskEncryptionSetUnsupported",
        _NOT_SUPPORTED,
        "Disk {disk} is encrypted with a customer's key; no disk encryption set is known in the recovery region.",
        "Protect the VM in the portal, where a target disk encryption set can be chosen.",
        "https://learn.microsoft.com/azure/site-recovery/azure-to-azure-how-to-enable-replication-cmk-disks",
    ),
    Known(
        "DiskEncryptionKeysUnsupported",
        _NOT_SUPPORTED,
        "Disk {disk} uses Azure Disk Encryption; its keys have to be copied to the recovery region first.",
        "Protect the VM in the portal, which copies the keys.",
        "https://learn.microsoft.com/azure/site-recovery/azure-to-azure-how-to-enable-replication-ade-vms",
    ),
    Known(
        "UltraDiskUncertain",
        _WARNING,
        "Disk {disk} is an ultra disk; Azure's documents disagree on whether it can be protected.",
        "Nothing, if enabling works; else exclude the disk with the tag asr-exclude-disks.",
        _CHURN,
    ),
    Known(
        "HighChurnForced",
        _WARNING,
        "Disk {disk} is {sku}, so the cache is a premium block blob account whatever the profile says.",
        "Nothing. It costs more than a standard cache account.",
        _CHURN,
    ),
    Known(
        "SourceStorageAccountNotFound",
        _NEEDS,
        "The storage account {account} that holds disk {disk} was not found in the VM's subscription.",
        "Grant the app read access to the account.",
        _MATRIX,
    ),
    Known(
        "RetentionTooLong",
        _NEEDS,
        "The profile keeps recovery points for {minutes} minutes; VMs with unmanaged disks keep at most {most}.",
        "Use a profile with recoveryPointMinutes of {most} or less, or convert the disks to managed ones.",
        _MATRIX,
    ),
    # Its network
    Known(
        "NetworkInterfaceNotFound",
        _NEEDS,
        "No network interface of the VM could be read.",
        "Attach a network interface, or grant the app read access to it.",
        _NETWORK,
    ),
    Known(
        "VirtualNetworkNotFound",
        _NEEDS,
        "The virtual network of the VM's primary network interface could not be read.",
        "Grant the app read access to the virtual network.",
        _NETWORK,
    ),
    Known(
        "AvailabilitySetNotFound",
        _NEEDS,
        "The availability set {id} of the VM could not be read.",
        "Grant the app read access to the availability set.",
        _ENABLE,
    ),
    # A VM that has a protected item
    Known(
        "ProtectedDifferently",
        _WARNING,
        "The {what} is {present}; the tags and the profile ask for {wanted}.",
        "Nothing is changed. To have it as asked, disable replication; the VM is then protected anew.",
        _ITEMS,
    ),
    Known(
        "DiskNotProtected",
        _WARNING,
        "Disk {disk} is not replicated.",
        "Add the disk to the protected item in the portal, or exclude it with the tag asr-exclude-disks.",
        "https://learn.microsoft.com/azure/site-recovery/azure-to-azure-enable-replication-added-disk",
    ),
    Known(
        "FailedOver",
        _WARNING,
        "The protected item is {state}: the VM was failed over, or is being failed over.",
        "Commit the failover and reprotect, or fail back.",
        "https://learn.microsoft.com/azure/site-recovery/azure-to-azure-how-to-reprotect",
    ),
    Known(
        "ReplicationFailed",
        _NEEDS,
        "The protected item is {state}.",
        "Look at the errors of the item; repair their cause, then disable and enable replication.",
        _ERRORS,
    ),
    # What exists and does not suit
    Known(
        "StorageAccountInWrongRegion",
        _NEEDS,
        "The {purpose} storage account {id} is in {location}, not in {wanted}.",
        "Name an account in {wanted}, or none: one is made.",
        _MATRIX,
    ),
    Known(
        "StorageAccountUnsuitable",
        _NEEDS,
        "The {purpose} storage account {id} is {present}; it has to be {wanted}.",
        "Name a suitable account, or none: one is made.",
        _MATRIX,
    ),
    Known(
        "CacheAccountInWrongSubscription",
        _NEEDS,
        "The cache storage account {id} is not in the VM's subscription.",
        "Name a cache account of the VM's subscription, or none: one is made.",
        _MATRIX,
    ),
    Known(
        "CacheAccountSoftDelete",
        _NEEDS,
        "The cache storage account {id} has blob soft delete on, which keeps every write that passes through.",
        "Switch blob soft delete off for the account.",
        _MATRIX,
    ),
    Known(
        "CacheAccountKeysDisallowed",
        _NEEDS,
        "The cache storage account {id} does not allow shared keys.",
        "Allow shared key access, or give the vault's identity access to the account in the portal.",
        "https://learn.microsoft.com/azure/site-recovery/asr-key-auth-off",
    ),
    # How a step ended
    Known(
        "AuthorizationFailed",
        _NEEDS,
        "The app's identity may not do what {request} needs.",
        "Grant the app's managed identity the role that holds the action Azure names, at the scope it names.",
        _ARM_ERRORS,
    ),
    Known(
        "RequestDisallowedByPolicy",
        _NEEDS,
        "An Azure Policy forbids {request}.",
        "Exempt the recovery resource groups from the policy that Azure names, or change what is asked for.",
        _ARM_ERRORS,
    ),
    Known(
        "ScopeLocked",
        _NEEDS,
        "A lock forbids {request}.",
        "Remove the lock that Azure names, or exempt the resource group.",
        _ARM_ERRORS,
    ),
    Known(
        "OperationFailed",
        _NEEDS,
        "{request} was begun and failed.",
        "Follow what Azure recommends; the next run tries again.",
        "https://learn.microsoft.com/azure/azure-resource-manager/management/async-operations",
    ),
    Known(
        "TransientFaultPersisted",
        _RETRY,
        "{step} kept failing: {problem}",
        "Nothing has to be changed on the VM: the sweep tries again. If it goes on, look at Azure's status page.",
        "https://azure.status.microsoft",
    ),
    Known(
        "InternalDefect",
        _NEEDS,
        "{step} ended with an unexpected {kind}.",
        "This is a defect of asr-autoprotect. The stack is in the app's log; please report it.",
        "docs/architecture.md",
    ),
)
"""In the order the documentation shows them."""
