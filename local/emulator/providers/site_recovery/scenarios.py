"""The jobs that Site Recovery runs: scenario, title, target, tasks and recorded duration, as one table.

Scenario names and titles of the rows marked `recorded` were seen in recorded traffic or in published samples; the
others follow the same spelling and are listed as unconfirmed in docs/emulator-site-recovery.md.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from local.emulator.arm.pace import Duration


@dataclass(frozen=True, slots=True)
class Task:
    """One task of a job.

    Attributes:
        name: its `name` and `taskId`.
        friendly_name: its title.
        share: which part of the job's whole duration it takes; the shares of a job add up to 1.
    """

    name: str
    friendly_name: str
    share: float = 1.0


@dataclass(frozen=True, slots=True)
class Scenario:
    """One kind of job.

    Attributes:
        name: `scenarioName`.
        friendly_name: `friendlyName`.
        target: `targetInstanceType`.
        duration: how long its operation runs.
        tasks: in the order they run.
        details: `customDetails.instanceType`.
        cancellable: whether `Cancel` is allowed while it runs.
        recorded: whether name and title are known from Azure.
    """

    name: str
    friendly_name: str
    target: str
    duration: Duration
    tasks: tuple[Task, ...] = ()
    details: str = "AsrJobDetails"
    cancellable: bool = False
    recorded: bool = True


ENABLE_TASKS = (
    Task("EnableProtectionPreflightChecksTask", "Prerequisites check for enabling protection", 0.1),
    Task("CreateProtectionTargetTask", "Installing Mobility Service and preparing target", 0.5),
    Task("EnableProtectionTask", "Enabling protection", 0.2),
    Task("StartInitialReplicationTask", "Starting initial replication", 0.15),
    Task("UpdateDraStateTask", "Updating the provider states", 0.05),
)

SOURCE_TASKS = (
    Task("ShutdownVirtualMachineTask", "Shut down the virtual machine", 0.15),
    Task("SynchronizeLatestChangesTask", "Synchronizing the latest changes", 0.1),
)
"""What a failover does with the source; not when it is told to do nothing there."""

FAILOVER_TASKS = (
    Task("PrerequisitesCheckTask", "Prerequisites check for failover", 0.05),
    *SOURCE_TASKS,
    Task("FailoverStartTask", "Start failover", 0.6),
    Task("StartReplicaVirtualMachineTask", "Start the replica virtual machine", 0.1),
)

TEST_FAILOVER_TASKS = (
    Task("PrerequisitesCheckTask", "Prerequisites check for test failover", 0.1),
    Task("TestFailoverCreateVirtualMachineTask", "Create test virtual machine", 0.6),
    Task("TestFailoverStartVirtualMachineTask", "Start the virtual machine", 0.3),
)

SCENARIOS: Mapping[str, Scenario] = {
    "fabric.create": Scenario("CreateSite", "Create a site", "Server", Duration(75)),
    "fabric.remove": Scenario("DeleteSite", "Delete a site", "Server", Duration(2), recorded=False),
    "container.create": Scenario("CreateCloud", "Create protection container", "ProtectionContainer", Duration(5)),
    "container.remove": Scenario(
        "DeleteCloud", "Delete protection container", "ProtectionContainer", Duration(2), recorded=False
    ),
    "policy.create": Scenario("AddProtectionProfile", "Create replication policy", "ProtectionProfile", Duration(1)),
    "policy.update": Scenario(
        "UpdateProtectionProfile", "Update replication policy", "ProtectionProfile", Duration(1), recorded=False
    ),
    "policy.remove": Scenario(
        "DeleteProtectionProfile", "Delete replication policy", "ProtectionProfile", Duration(1), recorded=False
    ),
    "mapping.create": Scenario(
        "AssociateProtectionProfile", "Associate replication policy", "ProtectionProfile", Duration(130, fast=1.5)
    ),
    "mapping.update": Scenario(
        "UpdateProtectionContainerMapping", "Update container mapping", "ProtectionProfile", Duration(2), recorded=False
    ),
    "mapping.remove": Scenario(
        "DissociateProtectionProfile", "Dissociate replication policy", "ProtectionProfile", Duration(2), recorded=False
    ),
    "network.map": Scenario("NetworkPairing", "Map Networks", "Network", Duration(3)),
    "network.unmap": Scenario("NetworkUnpairing", "Unmap Networks", "Network", Duration(1.4), recorded=False),
    "item.enable": Scenario(
        "EnableDr", "Enable replication", "ProtectionEntity", Duration(310, fast=2), ENABLE_TASKS, cancellable=True
    ),
    "item.update": Scenario(
        "UpdateVmProperties", "Update virtual machine properties", "ProtectionEntity", Duration(10), recorded=False
    ),
    "item.disable": Scenario(
        "DisableDr", "Disable replication", "ProtectionEntity", Duration(204, fast=1.5), recorded=False
    ),
    "item.purge": Scenario("PurgeDr", "Purge replication", "ProtectionEntity", Duration(2), recorded=False),
    "item.add_disks": Scenario(
        "AddDisks", "Add disks", "ProtectionEntity", Duration(310, fast=1.5), ENABLE_TASKS, recorded=False
    ),
    "item.remove_disks": Scenario("RemoveDisks", "Remove disks", "ProtectionEntity", Duration(60), recorded=False),
    "item.resolve_health": Scenario(
        "ResolveHealthErrors", "Resolve health errors", "ProtectionEntity", Duration(2), recorded=False
    ),
    "item.test_failover": Scenario(
        "TestFailover",
        "Test failover",
        "ProtectionEntity",
        Duration(240, fast=2),
        TEST_FAILOVER_TASKS,
        "TestFailoverJobDetails",
        cancellable=True,
    ),
    "item.test_failover_cleanup": Scenario(
        "TestFailoverCleanup", "Test failover cleanup", "ProtectionEntity", Duration(90, fast=1.5)
    ),
    "item.failover": Scenario(
        "UnplannedFailover", "Failover", "ProtectionEntity", Duration(158, fast=2), FAILOVER_TASKS, "FailoverJobDetails"
    ),
    "item.commit": Scenario("CommitFailover", "Commit", "ProtectionEntity", Duration(37), recorded=False),
    "item.cancel_failover": Scenario(
        "CancelFailover", "Cancel failover", "ProtectionEntity", Duration(37), recorded=False
    ),
    "item.change_point": Scenario(
        "ChangePointInTime", "Change recovery point", "ProtectionEntity", Duration(150, fast=1.5), recorded=False
    ),
    "item.switch": Scenario(
        "SwitchReplicationGroupProtection",
        "Reprotect",
        "ProtectionEntity",
        Duration(413, fast=2),
        ENABLE_TASKS,
        "SwitchProtectionJobDetails",
    ),
    "replication.primary": Scenario(
        "PrimaryIrCompletion",
        "Finalize protection on the primary virtual machine",
        "ProtectionEntity",
        Duration(0, fast=0),
    ),
    "replication.secondary": Scenario(
        "SecondaryIrCompletion",
        "Finalize protection on the recovery virtual machine",
        "ProtectionEntity",
        Duration(0, fast=0),
    ),
    "plan.create": Scenario("CreateRecoveryPlan", "Create recovery plan", "RecoveryPlan", Duration(1), recorded=False),
    "plan.update": Scenario("SaveRecoveryPlan", "Save recovery plan", "RecoveryPlan", Duration(1), recorded=False),
    "plan.remove": Scenario("DeleteRecoveryPlan", "Delete recovery plan", "RecoveryPlan", Duration(5), recorded=False),
    "plan.failover": Scenario(
        "UnplannedFailover", "Failover", "RecoveryPlan", Duration(203, fast=2), details="FailoverJobDetails"
    ),
    "plan.commit": Scenario("CommitFailover", "Commit", "RecoveryPlan", Duration(37), recorded=False),
    "plan.cancel_failover": Scenario("CancelFailover", "Cancel failover", "RecoveryPlan", Duration(37), recorded=False),
    "plan.test_failover": Scenario(
        "TestFailover",
        "Test failover",
        "RecoveryPlan",
        Duration(240, fast=2),
        details="TestFailoverJobDetails",
        recorded=False,
    ),
    "plan.test_failover_cleanup": Scenario(
        "TestFailoverCleanup", "Test failover cleanup", "RecoveryPlan", Duration(90, fast=1.5), recorded=False
    ),
    "health.refresh": Scenario(
        "RefreshVaultHealth",
        "Refresh vault health",
        "Vault",
        Duration(1),
        (Task("RefreshFailoverHealthTask", "Refreshing failover health"),),
    ),
    "job.change": Scenario("JobAction", "Job action", "Job", Duration(1), recorded=False),
}
"""Every scenario by our key, `<resource>.<verb>`."""


def kind(key: str) -> str:
    """Return the name under which a scenario's duration stands in the emulator's pace."""
    return f"site_recovery.{key}"


INITIAL_REPLICATION = "site_recovery.initial_replication"
"""The pace's name for the time from the end of the enable operation to Protected."""

FAILOVER_READINESS = "site_recovery.failover_readiness"
"""The pace's name for the time from Protected to the warning that no test failover was done yet."""

DURATIONS: Mapping[str, Duration] = {kind(key): scenario.duration for key, scenario in SCENARIOS.items()} | {
    INITIAL_REPLICATION: Duration(real=1842, fast=4, instant=0.4),
    FAILOVER_READINESS: Duration(real=300, fast=120, instant=120),
}
"""What this provider adds to the emulator's pace."""
