"""What exists already: the VM's protected item, and accounts that were to be used."""

from asr.model.documents import ADDED_DISK, CUSTOMIZE, DRIFT, ERRORS, ITEMS, MATRIX, QUESTIONS
from asr.reasons.known import Kind, Known

TABLE = (
    Known(
        "DiskNotProtected",
        Kind.WARNING,
        "Data disk {disk} at LUN {lun} is not replicated: it was added after the VM was protected, or left out.",
        "It is added by the next sweep, or by asr drift --fix (POST /api/drift) where {tag:new-disks} or "
        "{tag:on-drift} says otherwise. "
        "Or exclude it with the tag {tag:exclude-disks}. Recovery points made before lack it.",
        ADDED_DISK,
        "asr drift $NAME --fix",
    ),
    Known(
        "ReplicationStuck",
        Kind.WARNING,
        "Initial replication does not move: the protected item has been {state} with {percent} copied since {since}.",
        "See what Site Recovery says beside this. Else look at the VM's outbound connectivity, at the cache storage "
        "account and its firewall, and at the agent: stop it, delete RcmProtectionState.json, start it again.",
        ERRORS,
    ),
    Known(
        "RpoBreached",
        Kind.WARNING,
        "The newest recovery point is older than the {minutes} minutes that are wanted, since {since}; it is {newest}.",
        "Look at the data change rate, the cache storage account and the VM's outbound connectivity.",
        DRIFT,
    ),
    Known(
        "NothingProtected",
        Kind.NEEDS_CHANGE,
        "The VM has no protected item that could be put right.",
        "Protect the VM first: set the tag {tag:protect}, or ask for it: asr protect, or POST /api/protections.",
        DRIFT,
        "asr protect $NAME",
    ),
    Known(
        "DisksAdded",
        Kind.WARNING,
        "The data disks {disks} are replicated from now on; recovery points made before lack them.",
        "Fail over to a point that was made after their initial replication has ended.",
        ADDED_DISK,
    ),
    Known(
        "ChangeNotTaken",
        Kind.RETRYABLE,
        "Site Recovery says that it has changed the protected item {item}, and does not show {what} as it was asked.",
        "The next sweep tries again; if it stays so, make the change in the portal and see what it answers.",
        ITEMS,
    ),
    Known(
        "FirstPointAwaited",
        Kind.WARNING,
        "The protected item is Protected, and Site Recovery has not told of a recovery point yet.",
        "Wait: the first one comes within minutes. Until then there is nothing to fail over to.",
        ITEMS,
    ),
    Known(
        "AddressNotKept",
        Kind.WARNING,
        "The static address {address} is not kept on the recovery side: it is {because} in the subnet {subnet} there.",
        "Give the recovery subnet the same prefix and free the address, or set one in the item. Else Azure gives one.",
        CUSTOMIZE,
    ),
    Known(
        "OsDiskReplaced",
        Kind.WARNING,
        "The VM starts from disk {disk}, which is not replicated: its OS disk was swapped after it was protected.",
        "A failover would bring up the former disk. Disable replication and enable it again; the recovery points made "
        "so far are then lost.",
        QUESTIONS,
    ),
    Known(
        "DiskDetached",
        Kind.WARNING,
        "Disk {disk}, at {at} before, is replicated but no longer attached to the VM.",
        "Attach the disk again, or disable replication and enable it again without the disk.",
        QUESTIONS,
    ),
    Known(
        "ProtectedVmGone",
        Kind.NEEDS_CHANGE,
        "The VM is gone; its protected item {item} is still there, costs money, and holds its last recovery points.",
        "Fail over to bring the VM back, or disable replication; replica disks that are left then are to be deleted.",
        ITEMS,
        "asr failover $NAME --kind unplanned",
    ),
    Known(
        "ProtectedVmReplaced",
        Kind.NEEDS_CHANGE,
        "The protected item {item} belongs to an earlier VM of this name; nothing of the VM of today is replicated.",
        "Disable replication of the earlier VM, and enable it for the VM of today; the recovery points of the earlier "
        "VM are then lost.",
        ITEMS,
    ),
    Known(
        "NobodyAsked",
        Kind.WARNING,
        "The protected item {item} was made by this app, and nobody is known to have asked for it.",
        "Set the tag {tag:protect}, or ask for the VM by name, if it is to stay protected; else disable replication.",
        ITEMS,
        "asr protect $NAME",
    ),
    Known(
        "FailedOver",
        Kind.WARNING,
        "The protected item is {state}: a failover was begun, so people are at work and nothing is changed. Nothing is "
        "replicated until the VM is reprotected.",
        "Commit the failover, unless it is committed, and reprotect; then the VM can be failed back.",
        "https://learn.microsoft.com/azure/site-recovery/azure-to-azure-how-to-reprotect",
    ),
    Known(
        "MadeByFailover",
        Kind.NEEDS_CHANGE,
        "The VM stands where the protected item of {source} comes up (vault {vault}): a failover or a test failover "
        "made it, with the tags of its source. A second protection would get in the way of the first.",
        "Look at {source}: the item protects it, wherever it runs. Clean up a test failover; its VM goes with it. "
        "After a failover, commit it and reprotect. If the VM has nothing to do with the item, give one of the two "
        "another name or group.",
        "https://learn.microsoft.com/azure/site-recovery/azure-to-azure-how-to-reprotect",
    ),
    Known(
        "RecoveredVmLeft",
        Kind.NEEDS_CHANGE,
        "The VM stands where the protected item of {source} comes up (vault {vault}), and {source} is protected from "
        "home: as a rule a fail-back left it. The next failover needs its name.",
        "If nobody needs it any more, have it deleted with its interfaces and disks by asr cleanup --left-vm (`POST "
        "/api/failovers/cleanup` "
        "with `leftVm`). It is never removed unasked.",
        "https://learn.microsoft.com/azure/site-recovery/azure-to-azure-how-to-reprotect",
        "asr cleanup $NAME --left-vm",
    ),
    Known(
        "LeftByFailover",
        Kind.NEEDS_CHANGE,
        "A failover of {source} made the VM, with copies of its tags, and a fail-back left it; the item in the vault "
        "{vault} is gone. Nobody has asked for the VM itself.",
        "If it is to be protected in its own right, ask for it by name (asr protect, or `POST /api/protections`). "
        "Else delete it, or "
        "take the tag {tag:protect} away.",
        "https://learn.microsoft.com/azure/site-recovery/azure-to-azure-how-to-reprotect",
        "asr protect $NAME",
    ),
    Known(
        "RunsOnRecoverySide",
        Kind.WARNING,
        "Since a failover the VM runs as {vm} in {region}, and is replicated from there back to {home}.",
        "Fail back when its home is well again. Until then nothing about its protection is changed or cleaned up.",
        "https://learn.microsoft.com/azure/site-recovery/azure-to-azure-tutorial-failback",
        "asr failback $NAME",
    ),
    Known(
        "MappingFailed",
        Kind.NEEDS_CHANGE,
        "The mapping {mapping} is {state}, so nothing is enabled by it, and Azure takes no second one of this pair.",
        "Remove it in the vault under Site Recovery infrastructure; the next sweep makes it anew.",
        ERRORS,
    ),
    Known(
        "ReplicationFailed",
        Kind.NEEDS_CHANGE,
        "The protected item is {state}.",
        "Look at the errors of the item; repair their cause, then disable and enable replication.",
        ERRORS,
    ),
    Known(
        "ItemGone",
        Kind.RETRYABLE,
        "There is no protected item {item} any more.",
        "Somebody ended the protection meanwhile. A VM whose tag asks is protected anew by the next run; what a "
        "failover or a drill had made by then is left as it is: look for it in the recovery group.",
        "https://learn.microsoft.com/rest/api/site-recovery/replication-protected-items/get",
    ),
    Known(
        "NoSubnet",
        Kind.NEEDS_CHANGE,
        "The recovery network {network} has no subnet to fail over into.",
        "Add a subnet to it, if possible with the name of the VM's own subnet.",
        "https://learn.microsoft.com/azure/site-recovery/azure-to-azure-network-mapping",
    ),
    Known(
        "PlacementGroupsDisagree",
        Kind.NEEDS_CHANGE,
        "The availability set {id} is in {present}, but the VM is to be recovered into {wanted}; Azure wants a VM and "
        "its set in the same proximity placement group.",
        "Name a set and a group that belong together in the tag {tag:recovery-availability-set} and the tag "
        "{tag:recovery-proximity-placement-group}, or change the group of the set.",
        "https://learn.microsoft.com/azure/virtual-machines/co-location",
    ),
    Known(
        "StorageAccountInWrongRegion",
        Kind.NEEDS_CHANGE,
        "The {purpose} storage account {id} is in {location}, not in {wanted}.",
        "Name an account in {wanted}, or none: one is made.",
        MATRIX,
    ),
    Known(
        "StorageAccountUnsuitable",
        Kind.NEEDS_CHANGE,
        "The {purpose} storage account {id} is {present}; it has to be {wanted}.",
        "Name a suitable account, or none: one is made.",
        MATRIX,
    ),
    Known(
        "CacheAccountInWrongSubscription",
        Kind.NEEDS_CHANGE,
        "The cache storage account {id} is not in the VM's subscription.",
        "Name a cache account of the VM's subscription, or none: one is made.",
        MATRIX,
    ),
    Known(
        "CacheAccountSoftDelete",
        Kind.NEEDS_CHANGE,
        "The cache storage account {id} has blob soft delete on, which keeps every write that passes through.",
        "Switch blob soft delete off for the account.",
        MATRIX,
        "az resource update --ids {id:shell}/blobServices/default --set properties.deleteRetentionPolicy.enabled=false",
    ),
    Known(
        "CacheAccountKeysDisallowed",
        Kind.NEEDS_CHANGE,
        "The cache storage account {id} does not allow shared keys.",
        "Allow shared key access, or give the vault's identity access to the account in the portal.",
        "https://learn.microsoft.com/azure/site-recovery/asr-key-auth-off",
        "az storage account update --ids {id:shell} --allow-shared-key-access true",
    ),
    Known(
        "AvailabilitySetUnsuitable",
        Kind.NEEDS_CHANGE,
        "The availability set {id} is {present}; for the VM's kind of disks it has to be {wanted}, so a failover would "
        "fail.",
        "Name another set in the tag {tag:recovery-availability-set}, or delete this one if it is empty: one is made.",
        "https://learn.microsoft.com/rest/api/compute/availability-sets/create-or-update",
    ),
)
