"""What stands against a failover and what follows one, and what has to be known before."""

from asr.model.documents import DRILL, QUESTIONS
from asr.reasons.known import Kind, Known

TUTORIAL = "https://learn.microsoft.com/azure/site-recovery/azure-to-azure-tutorial-failover-failback"
REPROTECT = "https://learn.microsoft.com/azure/site-recovery/azure-to-azure-how-to-reprotect"

TABLE = (
    Known(
        "NotReplicated",
        Kind.NEEDS_CHANGE,
        "No protected item of the VM {vm} was found in any vault that the app may read.",
        "Ask for its protection first, or name the VM by its source id or by the id of the VM that a failover made.",
        TUTORIAL,
        "asr protect $NAME",
    ),
    Known(
        "ItemNotRead",
        Kind.RETRYABLE,
        "How {vm} is replicated could not be found out: {request} failed ({problem}).",
        "Let the app read the vault that this is about, or wait until Azure answers; then ask again.",
        TUTORIAL,
    ),
    Known(
        "PlanTagsNotRead",
        Kind.WARNING,
        "The VMs of {scope} cannot be listed now: {request} failed ({problem}). Their tags are those of the last "
        "sweep.",
        "Let the app read the VMs there, or wait until Azure answers. A VM that was tagged since is in no plan yet.",
        TUTORIAL,
    ),
    Known(
        "WaitsForRun",
        Kind.WARNING,
        "{vm} has its turn when {kind} is over, which {who} asked for at {since} (run {run}); what its item allows is "
        "looked at then.",
        "Nothing has to be done. To have it at once, terminate that run.",
        TUTORIAL,
    ),
    Known(
        "FailoverNotAllowed",
        Kind.NEEDS_CHANGE,
        "Site Recovery does not allow {action} while the item is {state}; it allows: {allowed}.",
        "Do what the state asks for first: initial replication has to end before a failover, a failover has to be "
        "committed before a reprotection, and reprotection has to end before the way back.",
        TUTORIAL,
    ),
    Known(
        "NothingToFailBack",
        Kind.NEEDS_CHANGE,
        "The VM replicates from {region}, where it was protected first: it is at home.",
        "Nothing has to be done. To move it to the other region, ask for a planned or an unplanned failover.",
        TUTORIAL,
    ),
    Known(
        "NoRecoveryPoint",
        Kind.RETRYABLE,
        "The item has no recovery point yet, so no VM can be started from it.",
        "Wait until initial replication has ended and the first recovery point is made.",
        QUESTIONS,
    ),
    Known(
        "RecoveryPointUnknown",
        Kind.NEEDS_CHANGE,
        "None of the item's {count} recovery points, from {oldest} to {newest}, is {wanted!r}.",
        "Choose latest, latestProcessed, latestCrashConsistent or latestAppConsistent, or the id of a point that is "
        "still kept.",
        QUESTIONS,
    ),
    Known(
        "PointNotShared",
        Kind.WARNING,
        "The VMs of the consistency group {group} do not come up from one point that they share: this one's is that of "
        "{point}, or the latest at the time.",
        "Ask for latestProcessed, latestCrashConsistent or latestAppConsistent to start all from one moment, or "
        "for a planned failover, which stops them first.",
        QUESTIONS,
    ),
    Known(
        "PointLacksDisks",
        Kind.WARNING,
        "The recovery point of {point} has no copy of these disks: {disks}. The VM would come up without them.",
        "Choose a later point; one made after the disks were added has them.",
        QUESTIONS,
    ),
    Known(
        "DataAfterPointIsLost",
        Kind.WARNING,
        "The recovery point is of {point}, {seconds} seconds ago: what was written since is lost, unless the source "
        "can still send it.",
        "With a source that runs, ask for a planned failover: it is shut down first, and its last changes are brought "
        "over.",
        QUESTIONS,
    ),
    Known(
        "SourceStillRuns",
        Kind.WARNING,
        "The source VM {vm} runs: after this failover two VMs of the same identity run at once.",
        "Stop the source VM, or see to it that nobody reaches it, before the recovered VM is used.",
        TUTORIAL,
        "az vm deallocate --ids {vm:shell}",
    ),
    Known(
        "SourceNotStopped",
        Kind.WARNING,
        "Site Recovery was asked to shut the source VM {vm} down, and it is {power}: the latest changes may be "
        "missing, and two VMs of the same identity may run.",
        "Stop the source VM by hand, and compare its data before the failover is committed.",
        TUTORIAL,
        "az vm deallocate --ids {vm:shell}",
    ),
    Known(
        "SourceNotRead",
        Kind.WARNING,
        "Whether the source VM {vm} has stopped could not be read: it may run, and the latest changes may be missing.",
        "Look at the source VM as soon as its region answers, and see to it that nobody reaches it meanwhile.",
        TUTORIAL,
    ),
    Known(
        "FailoverQuota",
        Kind.WARNING,
        "The recovered VM is a {size} and needs {cores} cores in {region}; the quota {quota} has {free} left there.",
        "Have the quota raised, or free what is not needed there; Azure refuses the failover otherwise (28031).",
        TUTORIAL,
    ),
    Known(
        "FailoverWithCriticalHealth",
        Kind.WARNING,
        "The item's replication health is Critical: its newest recovery point may be old.",
        "Look at the item's health errors; choose the point knowingly.",
        TUTORIAL,
    ),
    Known(
        "ConsistencyGroupMember",
        Kind.WARNING,
        "The VM is in the consistency group {group}, whose VMs share recovery points and should fail over together.",
        "Name all VMs of the group in one request, with the same kind of recovery point.",
        QUESTIONS,
    ),
    Known(
        "TestVmStands",
        Kind.WARNING,
        "A test VM stands beside the item ({vm}): it uses quota, and maybe names, that the failover needs.",
        "Clean the test up first if there is time.",
        DRILL,
        "asr cleanup $NAME",
    ),
    Known(
        "TestNetworkMissing",
        Kind.NEEDS_CHANGE,
        "No network is named for the test VM, and the item has none.",
        "Give a test network (--network, or testNetworkId): one in the recovery region that reaches nothing of "
        "production.",
        DRILL,
    ),
    Known(
        "TestNetworkNotFound",
        Kind.NEEDS_CHANGE,
        "The test network {network} does not exist, or the app may not read it.",
        "Give the id of a network in the recovery region.",
        DRILL,
    ),
    Known(
        "TestNetworkElsewhere",
        Kind.NEEDS_CHANGE,
        "The test network {network} is in {region}; the test VM comes up in {wanted}.",
        "Give a network in {wanted}.",
        DRILL,
    ),
    Known(
        "TestNetworkNotAllowed",
        Kind.NEEDS_CHANGE,
        "The test network {network} is neither in a watched subscription nor in one that a profile or ASR_TARGETS "
        "names.",
        "Name its subscription or group in ASR_TARGETS, or give another network.",
        DRILL,
    ),
    Known(
        "TestInRecoveryNetwork",
        Kind.WARNING,
        "The test VM comes up in {network}, the network of a real failover: it may reach production, with the same "
        "names and addresses.",
        "Use an isolated network, unless the source is down.",
        DRILL,
    ),
    Known(
        "ReprotectUnmanagedDisks",
        Kind.UNSUPPORTED,
        "{count} of the VM's disks are unmanaged; this app reprotects managed disks only.",
        "Reprotect the VM in the portal.",
        REPROTECT,
    ),
    Known(
        "RecoveredVmGone",
        Kind.NEEDS_CHANGE,
        "The VM {vm}, which the failover made, does not exist any more: there is nothing to reprotect.",
        "Disable replication of the item, and protect the VM that runs today.",
        REPROTECT,
    ),
    Known(
        "ProbeFailed",
        Kind.NEEDS_CHANGE,
        "The probe {probe} never passed in {attempts} attempts: {problem}.",
        "Find out why what was recovered does not answer; then drill again.",
        DRILL,
    ),
    Known(
        "NothingLeft",
        Kind.NEEDS_CHANGE,
        "There is no VM {vm}: nothing is left on the recovery side.",
        "Nothing has to be done.",
        REPROTECT,
    ),
    Known(
        "LeftVmNeeded",
        Kind.NEEDS_CHANGE,
        "The VM {vm} is in use: the item is {state} and replicates from {region}.",
        "Fail back and reprotect first; clean up a test failover with asr cleanup (`POST /api/failovers/cleanup`).",
        REPROTECT,
    ),
    Known(
        "LeftVmRuns",
        Kind.NEEDS_CHANGE,
        "The VM {vm} is {power}; only a VM that is stopped is deleted.",
        "Make sure that nobody uses it, deallocate it, and ask again.",
        REPROTECT,
        "az vm deallocate --ids {vm:shell}",
    ),
)
