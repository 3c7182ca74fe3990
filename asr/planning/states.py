"""The states of a protected item, sorted by what they mean for us.

Observed on the wire: `InitialReplicationInProgress`, `InitialReplicationRecoveryCompletionPending`,
`UnprotectedStatesBegin`, `Protected`, `UnplannedFailoverCommitPendingStatesBegin`, `UnplannedFailoverCommitted`,
`UnplannedFailoverFailed`. The API types the state as plain text and lists none; the others are those that
Microsoft.DataReplication names for the same life cycle.
Source: https://learn.microsoft.com/rest/api/site-recovery/replication-protected-items/get
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from asr.model.outcome import Reason
from asr.model.vm_facts import HealthError, ProtectedItem
from asr.reasons import of_azure


class Phase(StrEnum):
    """Where in its life an item is.

    A state that is not known counts as `FAILED_OVER` if it speaks of a failover, and as `ENABLING` otherwise: it is
    read again.
    """

    ENABLING = "enabling"
    PROTECTED = "protected"
    FAILED_OVER = "failed_over"
    FAILED = "failed"


ENABLING_STATES = frozenset(
    {
        "UnprotectedStatesBegin",
        "EnablingProtection",
        "InitialReplicationStatesBegin",
        "InitialReplicationInProgress",
        "InitialReplicationCompletedOnPrimary",
        "InitialReplicationRecoveryCompletionPending",
        "InitialReplicationCompletedOnRecovery",
        "InitialReplicationStatesEnd",
    }
)
"""Replication is set up, the disks are copied, or the first recovery point is awaited: the VM cannot be failed over."""

PROTECTED_STATES = frozenset({"Protected"})
"""The VM can be failed over."""

FAILED_OVER_STATES = frozenset(
    {
        "UnplannedFailoverFailed",
        "UnplannedFailoverInitiated",
        "UnplannedFailoverCompleting",
        "UnplannedFailoverCompleted",
        "UnplannedFailoverCommitPendingStatesBegin",
        "UnplannedFailoverCommitted",
        "CommitFailoverInProgressOnPrimary",
        "CommitFailoverInProgressOnRecovery",
        "CommitFailoverCompleted",
    }
)
"""A failover was begun, ended or failed: people are at work, so nothing is written."""

FAILED_STATES = frozenset({"EnablingFailed", "InitialReplicationFailed", "DisablingFailed"})
"""It does not go on by itself."""

NEVER_REPLICATED_STATES = frozenset({"EnablingFailed"})
"""Failed before anything was replicated: there is no recovery point that could be lost with the item."""

DISABLING_STATES = frozenset({"DisablingProtection", "MarkedForDeletion"})
"""It is being removed, by whomever."""

_PHASES: Mapping[str, Phase] = {
    state: phase
    for phase, states in (
        (Phase.ENABLING, ENABLING_STATES),
        (Phase.PROTECTED, PROTECTED_STATES),
        (Phase.FAILED_OVER, FAILED_OVER_STATES),
        (Phase.FAILED, FAILED_STATES),
    )
    for state in states
}


def phase(state: str) -> Phase:
    """The phase that a state belongs to."""
    return _PHASES.get(state, Phase.FAILED_OVER if "Failover" in state else Phase.ENABLING)


def item_facts(item: ProtectedItem) -> dict[str, Any]:
    """How the item stands, as the facts of an outcome: of a protected one health and lag, else how far it is."""
    facts: dict[str, Any] = {"state": item.state, "description": item.state_description}
    if phase(item.state) is Phase.PROTECTED:
        return {**facts, "health": item.health, "rpo_seconds": item.rpo_seconds}
    return {**facts, "percent": item.percent}


def verbatim(error: HealthError) -> Reason:
    """What Site Recovery says is wrong, in its own words."""
    said = {
        "message": error.message,
        "possibleCauses": error.possible_causes,
        "recommendedAction": error.recommended_action,
        "level": error.level,
    }
    return of_azure(error.code, said)
