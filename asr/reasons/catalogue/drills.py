"""What stands against a drill, what one has found, and what may be left of it."""

from asr.model.documents import DRILL
from asr.reasons.known import Kind, Known

TABLE = (
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
        "Whoever made it cleans it up, in the portal, by asr cleanup, or by POST /api/failovers/cleanup.",
        DRILL,
        "asr cleanup $NAME",
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
        "Give a network without peerings, gateways, private endpoints, and links to private DNS zones that others use "
        "or that its VMs register in.",
        DRILL,
    ),
    Known(
        "DrillIsolationUnknown",
        Kind.RETRYABLE,
        "Whether the drill's network is isolated could not be told: {what} could not be read.",
        "Let the app read the network, and ask Resource Graph for private DNS zones; then ask again.",
        DRILL,
    ),
    Known(
        "DrillItemNotNormal",
        Kind.WARNING,
        "The item's replication health is {health}, not Normal: what the drill shows may be less than it could.",
        "Look at the item's health errors.",
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
        "The drill needs {cores} cores at once; the quota {quota} of the recovery region has {free} left.",
        "Have the quota raised, or drill fewer VMs at once.",
        DRILL,
    ),
    Known(
        "DrillWithoutReserve",
        Kind.NEEDS_CHANGE,
        "While the drill runs, the quota {quota} has no room for the real failover: {free} cores are free; the test "
        "VMs that stand at once take {cores}, and the failover takes {failover}.",
        "Have the quota raised, or drill fewer VMs at once.",
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
        "asr cleanup $NAME",
    ),
    Known(
        "DrillItemGone",
        Kind.NEEDS_CHANGE,
        "The item {item} ended before it told which test VM it made: whether one was left, nobody can tell.",
        "Look into the recovery group for a test VM, and delete it with its interfaces and disks.",
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
        "DrillCalledOff",
        Kind.RETRYABLE,
        "{who} called the drill off at {at}: {note}.",
        "Ask for the drill again when there is time for it.",
        DRILL,
    ),
    Known(
        "DrillUnderWay",
        Kind.RETRYABLE,
        "The VM is part of the drill {drill}, which {who} asked for at {at}, and which is not over.",
        "Wait for its end, or call it off: asr drill --cancel {drill}, or POST /api/drills/{drill}/cancel.",
        DRILL,
        "asr drill --cancel {drill:shell}",
    ),
    Known(
        "DrillSkipped",
        Kind.RETRYABLE,
        "The VM's part of the drill was not begun: a VM of an earlier wave failed, or the drill itself was lost.",
        "Look at the VMs that failed, then ask for the drill again.",
        DRILL,
    ),
)
