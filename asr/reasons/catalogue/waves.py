"""Recovery plans: what stands against one, and how its waves end."""

from asr.model.documents import QUESTIONS, RECOVERY_PLANS
from asr.reasons.known import Kind, Known

TABLE = (
    Known(
        "WaveOfConsistencyGroup",
        Kind.WARNING,
        "The VMs of the consistency group {group} go together, in wave {wave}: {vms} would be in a later one.",
        "Give all VMs of the group the same {tag:recovery-wave}.",
        RECOVERY_PLANS,
    ),
    Known(
        "ConsistencyGroupNotWhole",
        Kind.NEEDS_CHANGE,
        "Site Recovery fails the VMs of the consistency group {group} over together, and these are not among those "
        "that were named: {missing}.",
        "Name them, too; in a plan, give them its {tag:recovery-plan}.",
        QUESTIONS,
    ),
    Known(
        "WaveFailed",
        Kind.NEEDS_CHANGE,
        "In wave {wave} {failed} VMs failed ({vms}, or more of them); the {left} waves after it were not begun.",
        "Look at the VMs' own outcomes. When the cause is mended, or does not matter, ask for the plan again, with "
        "skipRefused for the VMs that are over.",
        RECOVERY_PLANS,
    ),
    Known(
        "WaveWithFailures",
        Kind.WARNING,
        "In wave {wave} {failed} VMs failed ({vms}, or more of them); that kept no wave from beginning.",
        "Look at the VMs' own outcomes.",
        RECOVERY_PLANS,
    ),
    Known(
        "PauseExpired",
        Kind.NEEDS_CHANGE,
        "Nobody resumed the pause after wave {wave} in {hours} hours; the {left} waves after it were not begun.",
        "Ask for the plan again, with skipRefused for the VMs that are over. ASR_PAUSE_HOURS says how long a pause "
        "waits.",
        RECOVERY_PLANS,
    ),
    Known(
        "ExportTooManyWaves",
        Kind.UNSUPPORTED,
        "The plan {plan} has {waves} waves; a recovery plan of Site Recovery has {most} groups at most.",
        "Give some waves one number, or leave it to this app, which has no such limit.",
        RECOVERY_PLANS,
    ),
    Known(
        "ExportTooManyVms",
        Kind.UNSUPPORTED,
        "The plan {plan} has {count} VMs; a recovery plan of Site Recovery has {most} at most.",
        "Divide it by {tag:recovery-plan}, or leave it to this app, which has no such limit.",
        RECOVERY_PLANS,
    ),
    Known(
        "ExportNameTaken",
        Kind.NEEDS_CHANGE,
        "There is a recovery plan {plan} already, between other regions.",
        "Delete it, or give the VMs another {tag:recovery-plan}.",
        RECOVERY_PLANS,
    ),
    Known(
        "ExportWouldChange",
        Kind.NEEDS_CHANGE,
        "There is a recovery plan {plan} already, with other VMs or in another order.",
        "Send replace to have its groups as the tags are now; actions that its groups have are kept.",
        RECOVERY_PLANS,
    ),
    Known(
        "PlanRunUnknown",
        Kind.RETRYABLE,
        "The store does not know what was asked for in {run}: it was emptied meanwhile, or is another one.",
        "Ask for the plan again.",
        RECOVERY_PLANS,
    ),
)
