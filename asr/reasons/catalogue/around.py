"""What stands around the VM and its plan."""

from asr.model.documents import ERRORS, MATRIX, NETWORKING, PERMISSIONS, SKU_ERRORS
from asr.reasons.known import Kind, Known

TABLE = (
    Known(
        "RightMissing",
        Kind.WARNING,
        "The app's identity may not perform {action} on {scope}; what that would tell is not known here.",
        "An owner of the scope adds {action} to the role of the app's identity, which infra/role.json lists: "
        "docs/rights.md has the commands. Nothing else has to be done.",
        PERMISSIONS,
    ),
    Known(
        "NotChecked",
        Kind.WARNING,
        "Azure refuses {request} ({refusal}); what that would tell is not known here.",
        "Look the code up; Azure itself refuses the VM if that stands against it.",
        ERRORS,
    ),
    Known(
        "LockedReadOnly",
        Kind.NEEDS_CHANGE,
        "The lock {lock} on {scope} makes {id} read-only; enabling has to write there.",
        "Remove the lock, or move it to a scope that leaves the VM, its recovery group and the vault out.",
        "https://learn.microsoft.com/azure/azure-resource-manager/management/lock-resources",
        "az lock delete --ids {scope:shell}/providers/Microsoft.Authorization/locks/{lock:shell}",
    ),
    Known(
        "LockedCanNotDelete",
        Kind.WARNING,
        "The lock {lock} on {scope} forbids deleting in {id}: disabling could not clean up (Azure's error 150225).",
        "Nothing now. Before protection is disabled, remove the lock; else stale links keep the VM from a new one.",
        ERRORS,
    ),
    Known(
        "StaleLinks",
        Kind.NEEDS_CHANGE,
        "Links of an earlier protection that is gone are left on the VM: {links} (Azure's error 150226).",
        "Delete the links, with the lock that kept them if there is one; then start the run again.",
        ERRORS,
        "az resource delete --api-version 2016-09-01 --ids {links:shell}",
    ),
    Known(
        "ReplicaManagedDiskExists",
        Kind.NEEDS_CHANGE,
        "The replica disk {replica} of an earlier protection is in the way (Azure's error 150161).",
        "Delete the disk if no protection uses it any more, or choose another group with the tag "
        "{tag:recovery-resource-group}.",
        ERRORS,
        "az resource delete --ids {replica:shell}",
    ),
    Known(
        "SizeNotOffered",
        Kind.NEEDS_CHANGE,
        "The VM's size, {size}, is not offered in {region} (Azure's error 150097).",
        "Resize the VM to a size that both regions have, or choose another region with the tag {tag:recovery-region}.",
        SKU_ERRORS,
    ),
    Known(
        "SizeRestricted",
        Kind.NEEDS_CHANGE,
        "The subscription may not use the VM's size, {size}, in {region}: {why} (Azure's error 150097).",
        "Ask Azure support for access to the size there, or choose another region with the tag {tag:recovery-region}.",
        SKU_ERRORS,
    ),
    Known(
        "SizeTooSmall",
        Kind.WARNING,
        "The VM's size, {size}, has {cores} vCPU and {memory} GiB; {least_cores} cores and {least_memory} GiB are the "
        "least that is supported.",
        "Resize the VM, if replication does not keep up.",
        MATRIX,
    ),
    Known(
        "QuotaTooSmall",
        Kind.NEEDS_CHANGE,
        "The quota {quota} in {region} is {limit}, with {used} used; {cores} more are needed (Azure's error 150097).",
        "Ask for more quota in the recovery region, or choose another with the tag {tag:recovery-region}.",
        SKU_ERRORS,
    ),
    Known(
        "ProtectedDiskLimit",
        Kind.NEEDS_CHANGE,
        "{count} disks are protected {way} the subscription {subscription}; with {more} more they exceed {most}.",
        "End protections that nobody needs, exclude disks with the tag {tag:exclude-disks}, or use another "
        "subscription.",
        MATRIX,
    ),
    Known(
        "ConsistencyGroupFull",
        Kind.NEEDS_CHANGE,
        "The consistency group {group} has {most} VMs, which is the most that there can be.",
        "Name another group in the tag {tag:consistency-group}.",
        "https://learn.microsoft.com/azure/site-recovery/azure-to-azure-common-questions",
    ),
    Known(
        "OutboundTagsBlocked",
        Kind.WARNING,
        "The network security group {id} does not let HTTPS out to {tags}. Unless a proxy or private endpoints lead "
        "the guest there, enabling or replicating fails (Azure's errors 151195 to 151197).",
        "Allow port 443 to these service tags, or to Internet, if there is no such way.",
        NETWORKING,
    ),
    Known(
        "SizeUnlisted",
        Kind.WARNING,
        "The VM's size, {size}, is listed neither in {source} nor in {region}; Azure's own answer decides.",
        "Nothing, if enabling works; else resize the VM to a size that both regions have.",
        SKU_ERRORS,
    ),
)
