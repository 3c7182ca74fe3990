"""How a protected item gets from enabled to Protected, and what it says on the way: one table.

Recorded: one 127 GiB Windows disk, eastus2 to eastus, 2023-08-29; the instants are seconds after the enable operation
ended. The recording saw the percentage 0 (first protection) and 9 (reprotection) and never more, so between the first
and the last observation the percentages here are ours, and the switch `initial_replication_percentage` turns them off.
"""

from dataclasses import dataclass

WHOLE = 1842.0
"""Seconds from the end of the enable operation to Protected, in the recording."""

IN_PROGRESS = ("InitialReplicationInProgress", "Initial replication is in progress")
WAITING = ("InitialReplicationRecoveryCompletionPending", "Waiting for first recovery point")
PROTECTED = ("Protected", "Protected")
ENABLING_FAILED = ("EnablingFailed", "Enabling protection failed")
"""The service family's word (Microsoft.DataReplication lists it); what A2A items say was not recorded."""
ENABLING = ("UnprotectedStatesBegin", "Enabling protection")


@dataclass(frozen=True, slots=True)
class Stage:
    """What a protected item shows from one instant on.

    Attributes:
        after: the instant, as a share (0 to 1) of the whole initial replication.
        protection: `protectionState` and its description.
        vm_protection: `vmProtectionState` and its description.
        disk_state: `diskState` of every disk.
        monitoring: `monitoringJobType`, or None while nothing is monitored.
        disk_monitoring: the same on the disks.
        percentage: `monitoringPercentageCompletion`, or None.
        heartbeat: whether the agent has been heard.
        allowed_operations: what may be asked of the item.
    """

    after: float
    protection: tuple[str, str]
    vm_protection: tuple[str, str]
    disk_state: str
    monitoring: str | None = None
    disk_monitoring: str | None = None
    percentage: int | None = None
    heartbeat: bool = True
    allowed_operations: tuple[str, ...] = ("DisableProtection",)

    @property
    def is_protected(self) -> bool:
        """Whether this is the last stage."""
        return self.vm_protection == PROTECTED


REPLICATING = "InitialReplication"

STAGES: tuple[Stage, ...] = (
    Stage(0.0, IN_PROGRESS, ENABLING, "Unavailable", heartbeat=False),
    Stage(333 / WHOLE, IN_PROGRESS, ENABLING, "InitialReplicationPending"),
    Stage(635 / WHOLE, IN_PROGRESS, ENABLING, "InitialReplicationPending", REPLICATING, REPLICATING, 0),
    Stage(700 / WHOLE, IN_PROGRESS, ENABLING, "InitialReplicationPending", REPLICATING, REPLICATING, 9),
    Stage(760 / WHOLE, IN_PROGRESS, ENABLING, "InitialReplicationPending", REPLICATING, REPLICATING, 34),
    Stage(820 / WHOLE, IN_PROGRESS, ENABLING, "InitialReplicationPending", REPLICATING, REPLICATING, 61),
    Stage(880 / WHOLE, IN_PROGRESS, ENABLING, "InitialReplicationPending", REPLICATING, REPLICATING, 88),
    Stage(937 / WHOLE, WAITING, ENABLING, "InitialReplicationPending", REPLICATING, REPLICATING, 100),
    Stage(1540 / WHOLE, WAITING, ENABLING, "Protected", REPLICATING, None, 100),
    Stage(
        1.0,
        PROTECTED,
        PROTECTED,
        "Protected",
        REPLICATING,
        None,
        0,
        allowed_operations=("UnplannedFailover", "DisableProtection", "TestFailover"),
    ),
)
"""The way to Protected, in order."""


STUCK_AT = 3
"""The stage that a stuck initial replication does not get beyond: its first tenth."""


@dataclass(frozen=True, slots=True)
class Rest:
    """What an item shows when it rests outside of replication.

    Attributes:
        protection: `protectionState` and its description.
        vm_protection: `vmProtectionState` and its description.
        active_location: `activeLocation`.
        allowed_operations: what may be asked of the item.
    """

    protection: tuple[str, str]
    vm_protection: tuple[str, str]
    active_location: str
    allowed_operations: tuple[str, ...]


FAILED_OVER = Rest(
    ("UnplannedFailoverCommitPendingStatesBegin", "Failover completed"),
    ("UnplannedFailoverCommitPendingStatesBegin", "Failover completed"),
    "Recovery",
    ("Commit", "ChangePit", "DisableProtection"),
)
"""After a failover, before its commit. Scripts that wait for the state name it so; the rest is inferred."""

COMMITTED = Rest(
    ("UnplannedFailoverCommitted", "Failover committed"),
    ("UnplannedFailoverCommitted", "Failover committed"),
    "Recovery",
    ("CompleteMigration", "DisableProtection", "SwitchProtection"),
)
"""After the commit, as recorded."""
