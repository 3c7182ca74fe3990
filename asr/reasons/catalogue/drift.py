"""Where a protected item is not as it was asked for."""

from asr.model.documents import DRIFT, ERRORS
from asr.reasons.known import Kind, Known

TABLE = (
    Known(
        "ProtectedDifferently",
        Kind.WARNING,
        "The {what} is {present}; the tags and the profile ask for {wanted}. Only a new beginning changes it.",
        "Nothing is changed. asr protect --replace (POST /api/protections with `replace` and `confirm`) protects the "
        "VM anew: every recovery "
        "point made so far is lost, all disks are copied again, and until that has ended the VM cannot be failed over.",
        DRIFT,
        "asr protect $NAME --replace",
    ),
    Known(
        "DriftIsFixed",
        Kind.WARNING,
        "The {what} is {present}; the tags and the profile ask for {wanted}. Site Recovery takes this in place.",
        "The next sweep puts it right. To have it as it is, choose it by a tag, or choose {tag:on-drift}.",
        DRIFT,
        "asr drift $NAME --fix",
    ),
    Known(
        "DriftCanBeFixed",
        Kind.WARNING,
        "The {what} is {present}; the tags and the profile ask for {wanted}. Site Recovery takes this in place, and "
        "nobody does so by himself: the choices say so, others made the item, or it came back again and again.",
        "Put it right by asr drift --fix (POST /api/drift), or choose by a tag what is there.",
        DRIFT,
        "asr drift $NAME --fix",
    ),
    Known(
        "DriftIsReported",
        Kind.WARNING,
        "The {what} is {present}; the tags and the profile ask for {wanted}.",
        "Nothing is changed: look at it yourself.",
        DRIFT,
    ),
    Known(
        "DriftIsShared",
        Kind.WARNING,
        "The {what} is {present}; the tags and the profile ask for {wanted}. Other VMs share it, which others "
        "protect, or which ask for something else.",
        "Nothing is changed. Change it in the portal if that is right for all who share it. A policy and the updates "
        "of agents are changed by the app once all VMs that share them are its own and ask for the same.",
        DRIFT,
    ),
    Known(
        "PointsWouldBeDeleted",
        Kind.WARNING,
        "The {what} is {present}; the tags and the profile ask for {wanted}. That would delete the recovery points "
        "that are older.",
        "Nothing is changed by itself. asr drift --fix (POST /api/drift) with the VM changes it, for all VMs that "
        "share the policy.",
        DRIFT,
    ),
    Known(
        "SizeNotThere",
        Kind.WARNING,
        "The recovery size is {present}; {wanted} is asked for, which the recovery region does not offer to the "
        "subscription.",
        "Nothing is written. Name a size that is there in the tag {tag:recovery-size}, or ask Azure for this one.",
        DRIFT,
    ),
    Known(
        "AgentAges",
        Kind.WARNING,
        "The {what} is {present}; it should be {wanted}.",
        "Let Site Recovery update it (an automation account in the profile's automationAccount does so each day), or "
        "update the extension of the VM in the portal. An agent that has expired replicates no more.",
        DRIFT,
    ),
    Known(
        "KernelAhead",
        Kind.WARNING,
        "The {what} is {present}; it should be {wanted}.",
        "Wait for the next agent (as a rule within 30 days; the lists of kernels are public), or start the VM with an "
        "older kernel. Until then no new recovery points may be made.",
        ERRORS,
    ),
)
