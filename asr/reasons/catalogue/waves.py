"""Recovery plans: what stands against one, and how its waves end."""

from asr.model.documents import RECOVERY_PLANS
from asr.reasons.known import Kind, Known

TABLE = (
    Known(
        "WaveOfConsistencyGroup",
        Kind.WARNING,
        "The VMs of the consistency group {group} go together, in wave {wave}: {vms} would be in a later one.",
        "Give all VMs of the group the same {tag:recovery-wave}.",
        RECOVERY_PLANS,
    ),
)
