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
    ),
    Known(
        "SourceNotStopped",
        Kind.WARNING,
        "Site Recovery was asked to shut the source VM {vm} down, and it is {power}: the latest changes may be "
        "missing, and two VMs of the same identity may run.",
        "Stop the source VM by hand, and compare its data before the failover is committed.",
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
    ),
    Known(
        "TestNetworkMissing",
        Kind.NEEDS_CHANGE,
        "No network is named for the test VM, and the item has none.",
        "Give testNetworkId: a network in the recovery region that reaches nothing of production.",
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
        "DrillItemCritical",
        Kind.NEEDS_CHANGE,
        "The item's replication health is Critical: a drill would test an old copy.",
        "Mend the item's health errors, then ask for the drill again.",
        DRILL,
    ),
    Known(
        "DrillTestVmStands",
        Kind.NEEDS_CHANGE,
        "A test VM stands beside the item already ({vm}); it is not this drill's, so it is left alone.",
        "Whoever made it cleans it up, in the portal or by POST /api/failovers/cleanup.",
        DRILL,
    ),
    Known(
        "DrillInRecoveryNetwork",
        Kind.NEEDS_CHANGE,
        "The drill's network {network} is the one that a real failover uses.",
        "Give an isolated network in the recovery region.",
        DRILL,
    ),
    Known(
        "DrillNetworkNotIsolated",
        Kind.NEEDS_CHANGE,
        "The drill's network {network} reaches beyond itself: {reaches}. A test VM has the name and the data of a real "
        "one.",
        "Give a network without peerings and gateways.",
        DRILL,
    ),
    Known(
        "DrillNetworkRoutes",
        Kind.WARNING,
        "Subnets of the drill's network {network} have route tables: {tables}. Where they lead was not followed.",
        "Look at them, or give a network without.",
        DRILL,
    ),
    Known(
        "DrillQuota",
        Kind.NEEDS_CHANGE,
        "The test VM needs {cores} cores; the quota {quota} of the recovery region has {free} left.",
        "Have the quota raised, or drill fewer VMs at once.",
        DRILL,
    ),
    Known(
        "DrillWithoutReserve",
        Kind.WARNING,
        "While the test VM runs, the quota {quota} has no room for the real failover: {free} cores are free, and each "
        "takes {cores}.",
        "Have the quota raised.",
        DRILL,
    ),
    Known(
        "ProbeFailed",
        Kind.NEEDS_CHANGE,
        "The probe {probe} never passed in {attempts} attempts: {problem}.",
        "Find out why what was recovered does not answer; then drill again.",
        DRILL,
    ),
    Known(
        "RtoMissed",
        Kind.NEEDS_CHANGE,
        "It took {seconds} seconds from the request to the last probe; the target is {minutes} minutes.",
        "Choose latestProcessed for a quicker start, or change the target knowingly.",
        DRILL,
    ),
    Known(
        "RpoMissed",
        Kind.NEEDS_CHANGE,
        "The recovery point was {seconds} seconds old when the drill was asked for; the target is {minutes} minutes.",
        "Look at the item's replication health, or change the target knowingly.",
        DRILL,
    ),
    Known(
        "DrillNotCleanedUp",
        Kind.RETRYABLE,
        "What the test made could not be shown to be gone: {vm}.",
        "The next sweep asks for the clean-up again; until then the test VM costs money.",
        DRILL,
    ),
    Known(
        "DrillCancelled",
        Kind.RETRYABLE,
        "The run {run} of this VM ended without a report; its test VM is cleaned up by the sweep.",
        "Ask for the drill again.",
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
        "Fail back and reprotect first; clean up a test failover with `POST /api/failovers/cleanup`.",
        REPROTECT,
    ),
    Known(
        "LeftVmRuns",
        Kind.NEEDS_CHANGE,
        "The VM {vm} is {power}; only a VM that is stopped is deleted.",
        "Make sure that nobody uses it, deallocate it, and ask again.",
        REPROTECT,
    ),
)
