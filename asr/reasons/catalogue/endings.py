"""How a protection ends: what waits, what stands in the way, what stays."""

from asr.model.documents import ERRORS, ITEMS, REGISTRATION
from asr.reasons.known import Kind, Known

_LOCKS = "https://learn.microsoft.com/azure/azure-resource-manager/management/lock-resources"

TABLE = (
    Known(
        "EndsBecauseUntagged",
        Kind.WARNING,
        "No tag asks for protection any more since {since}: it ends on {at}, with all recovery points.",
        "Set the tag {tag:protect} again to keep it; or end it at once: asr unprotect, or DELETE /api/protections.",
        ITEMS,
        "asr protect $NAME",
    ),
    Known(
        "EndsBecauseVmGone",
        Kind.WARNING,
        "The VM was found gone on {since}. Its recovery points may be the last copy: they are kept until {at}, and "
        "deleted then.",
        "Fail over before that to have the VM back. To delete them at once: asr unprotect, or DELETE /api/protections.",
        ITEMS,
        "asr failover $NAME --kind unplanned",
    ),
    Known(
        "EndsBecauseVmReplaced",
        Kind.WARNING,
        "Another VM has this name since {since}. The recovery points of the earlier one are kept until {at}, and "
        "deleted then; the VM of today is protected after that.",
        "Fail over the earlier VM first if its data is needed. To go on at once: asr protect --replace, or "
        "POST /api/protections with `replace` and `confirm`.",
        ITEMS,
        "asr protect $NAME --replace",
    ),
    Known(
        "EndsBecauseAsked",
        Kind.WARNING,
        "{who} asked on {since} to end the protection on {at}; all recovery points are deleted with it.",
        "Set the tag {tag:protect}, or ask for protection by name, to keep it.",
        ITEMS,
        "asr protect $NAME",
    ),
    Known(
        "EnablingBeginsAnew",
        Kind.WARNING,
        "Enabling failed before anything was replicated, so no recovery point is lost with the item: a run removes it, "
        "and enables protection anew.",
        "Repair what the errors name; a sweep tries again at least every hour. To try at once: asr protect, or "
        "POST /api/protections; to leave it, set the tag {tag:protect} to false.",
        ERRORS,
        "asr protect $NAME",
    ),
    Known(
        "KeptWithoutTag",
        Kind.WARNING,
        "No tag asks for protection any more; onUntag says keep, so it goes on and costs money.",
        "End it (asr unprotect, or DELETE /api/protections), or set the tag {tag:protect} again.",
        ITEMS,
        "asr unprotect $NAME",
    ),
    Known(
        "TagStillAsks",
        Kind.NEEDS_CHANGE,
        "The VM's tag {tag:protect} asks for protection, so ending it would be undone by the next look at the VM.",
        "Remove the tag or set it to false first; or ask with untag=true, which sets it to false.",
        "docs/architecture.md#how-a-protection-ends",
        "asr unprotect $NAME --untag",
    ),
    Known(
        "TagNotSet",
        Kind.RETRYABLE,
        "The tag {tag:protect} was set to false, and reads {value} afterwards.",
        "Somebody else sets the tag, perhaps a policy. Stop that, then ask again.",
        "docs/architecture.md#how-a-protection-ends",
        "asr unprotect $NAME --untag",
    ),
    Known(
        "ItemOfOthers",
        Kind.NEEDS_CHANGE,
        "The protected item {item} was not made by this app, which ends only what it made.",
        "Disable replication where it was enabled: in the portal, or with the tool that made the item.",
        ITEMS,
    ),
    Known(
        "FailedOverToEnd",
        Kind.NEEDS_CHANGE,
        "The protected item is {state}: the VM runs, or may run, on the other side, and people are at work with it.",
        "Commit and reprotect, or fail back; or ask with force=true, which leaves the recovered VM as it is.",
        REGISTRATION,
    ),
    Known(
        "LockKeepsCleanUp",
        Kind.NEEDS_CHANGE,
        "The lock {lock} ({level}) on {scope} would keep {id} from being cleaned up (Azure's error 150225), so nothing "
        "was begun.",
        "Remove the lock; the next sweep goes on. Set it again afterwards.",
        _LOCKS,
        "az lock delete --ids {scope:shell}/providers/Microsoft.Authorization/locks/{lock:shell}",
    ),
    Known(
        "VmStoppedToDisable",
        Kind.NEEDS_CHANGE,
        "The VM is {state}, and disabling works inside of it (Azure's error 150144); nothing was begun.",
        "Start the VM: the next sweep goes on. Or ask with startToDisable=true (it is started, and stopped again "
        "afterwards), or with force=true (the item is purged, and its traces removed by the app).",
        ERRORS,
        "az vm start --ids $VM",
    ),
    Known(
        "RemovalFailed",
        Kind.NEEDS_CHANGE,
        "Site Recovery did not disable the protection: it was asked {times} times.",
        "Look at what Azure says; repair that and ask again, or ask with force=true.",
        ERRORS,
        "asr unprotect $NAME --force",
    ),
    Known(
        "LeftBehind",
        Kind.WARNING,
        "{id} could not be removed: {because}.",
        "Remove it by hand once that has passed.",
        REGISTRATION,
        "az resource delete --ids {id:shell}",
    ),
    Known(
        "TargetKept",
        Kind.WARNING,
        "{id} was made by this app and stays: {because}.",
        "Nothing, if it is still needed; else remove it by hand.",
        REGISTRATION,
        "az resource delete --ids {id:shell}",
    ),
    Known(
        "RecoveryPointsLost",
        Kind.WARNING,
        "All recovery points of the VM are deleted with its protected item.",
        "Fail over first, or make a backup, if they are needed.",
        REGISTRATION,
    ),
    Known(
        "NothingToEnd",
        Kind.WARNING,
        "The VM has no protected item.",
        "Nothing.",
        ITEMS,
    ),
)
