"""Health errors of a protected item: what can be wrong with it, as one table, and how the wire shows it.

The shape and every text of 161011 are recorded. Codes and messages of 153006, 153007 and 153039 are those of
"Troubleshoot replication in Azure VM disaster recovery" and "Troubleshoot Azure-to-Azure VM replication errors"; the
source, type, category and id that the service gives these were never published, so theirs are ours.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from local.emulator.arm.ids import ResourceId
from local.emulator.arm.wire import JsonObject, stable_guid, timestamp

SEVERITIES: Mapping[str, str] = {"Error": "Critical", "Warning": "Warning"}
"""`errorLevel` -> the health it brings about."""

WORST_FIRST = ("Critical", "Warning", "Normal")


@dataclass(frozen=True, slots=True)
class HealthCondition:
    """One thing that can be wrong with a protected item.

    Attributes:
        name: our stable name for it.
        code: `errorCode`; the condition's name where Azure's number is not public.
        level: `errorLevel`, `Error` or `Warning`.
        category: `errorCategory`; `TestFailover` is about failover health, every other one about replication health.
        message, possible_causes, recommended_action: the texts, with `{machine}`.
        source, kind: `errorSource` and `errorType`.
        resolvable: whether resolveHealthErrors may dismiss it.
    """

    name: str
    code: str
    level: str
    category: str
    message: str
    possible_causes: str
    recommended_action: str
    source: str = "ReplicationUnitMonitoringError"
    kind: str = "0"
    resolvable: bool = False

    @property
    def error_id(self) -> str:
        """The id that resolveHealthErrors takes: recorded as `6:<type>` for 161011."""
        return f"6:{self.kind}" if self.kind != "0" else f"6:{self.code}"

    @property
    def severity(self) -> str:
        """`Critical` or `Warning`."""
        return SEVERITIES[self.level]


NOT_TESTED = HealthCondition(
    "NotTested",
    "161011",
    "Warning",
    "TestFailover",
    "No successful test failover has been done on the virtual machine '{machine}'.",
    "No successful test failover has been done on the virtual machine after it was replicated.",
    "Do a test failover on the virtual machine.",
    source="ReplicationUnitFailoverValidatorError",
    kind="8010",
)
NO_CRASH_CONSISTENT_POINT = HealthCondition(
    "NoCrashConsistentPoint",
    "153007",
    "Error",
    "Replication",
    "No crash consistent recovery point available for the VM in the last 60 minutes.",
    "The data change rate of '{machine}' is beyond the supported limits, or it cannot reach the cache storage account.",
    "Check the data change rate and the outbound connectivity of the virtual machine.",
)
NO_APP_CONSISTENT_POINT = HealthCondition(
    "NoAppConsistentPoint",
    "153006",
    "Warning",
    "Replication",
    "No app-consistent recovery point available for the VM in the past 60 minutes.",
    "The Volume Shadow Copy service of '{machine}' could not take application-consistent snapshots.",
    "Check the writers of the Volume Shadow Copy service on the virtual machine.",
)
DISKS_NOT_PROTECTED = HealthCondition(
    "DisksNotProtected",
    "153039",
    "Warning",
    "Configuration",
    "One or more disks of the virtual machine '{machine}' are available for protection.",
    "Disks were added to the virtual machine, or initialised, after it was protected.",
    "Protect the disks, or dismiss the warning.",
    resolvable=True,
)
AGENT_EXPIRES = HealthCondition(
    "AgentExpires",
    "AgentExpires",
    "Warning",
    "VersionExpiry",
    "The version of the mobility service on '{machine}' expires soon.",
    "The extension was not updated for a long time.",
    "Update the mobility service extension, or switch automatic updates on.",
)
KERNEL_NOT_SUPPORTED = HealthCondition(
    "KernelNotSupported",
    "151141",
    "Error",
    "Replication",
    "The kernel of '{machine}' is newer than those that this version of the mobility service supports.",
    "The kernel was updated after replication was enabled.",
    "Start the machine with a supported kernel, or wait for the next version of the mobility service.",
)
MACHINE_DELETED = HealthCondition(
    "MachineDeleted",
    "MachineDeleted",
    "Error",
    "Replication",
    "The virtual machine '{machine}' was deleted.",
    "The source virtual machine no longer exists.",
    "Disable replication, or fail over to a recovery point that is still kept.",
)

CONDITIONS: Mapping[str, HealthCondition] = {
    condition.name: condition
    for condition in (
        NOT_TESTED,
        NO_CRASH_CONSISTENT_POINT,
        NO_APP_CONSISTENT_POINT,
        DISKS_NOT_PROTECTED,
        AGENT_EXPIRES,
        KERNEL_NOT_SUPPORTED,
        MACHINE_DELETED,
    )
}
"""Every condition by its name."""


def condition_called(word: str) -> HealthCondition | None:
    """Return the condition with this name or code, or None."""
    return next((one for one in CONDITIONS.values() if word in {one.name, one.code}), None)


def health_error(condition: HealthCondition, machine: str, item: ResourceId, at: datetime) -> JsonObject:
    """Return one element of `healthErrors`: `condition` on the item of the machine called `machine`, since `at`."""
    return {
        "innerHealthErrors": [],
        "errorSource": condition.source,
        "errorType": condition.kind,
        "errorLevel": condition.level,
        "errorCategory": condition.category,
        "errorCode": condition.code,
        "summaryMessage": "",
        "errorMessage": condition.message.format(machine=machine),
        "possibleCauses": condition.possible_causes.format(machine=machine),
        "recommendedAction": condition.recommended_action,
        "creationTimeUtc": timestamp(at),
        "recoveryProviderErrorMessage": None,
        "entityId": stable_guid(f"entity {item.key}"),
        "errorId": condition.error_id,
        "customerResolvability": "Allowed" if condition.resolvable else "NotAllowed",
    }


def healths(conditions: list[HealthCondition]) -> tuple[str, str]:
    """Return replication health and failover health while `conditions` hold."""
    readiness = {one.severity for one in conditions if one.category == NOT_TESTED.category}
    replication = {one.severity for one in conditions if one.category != NOT_TESTED.category}
    worst = [
        next(health for health in WORST_FIRST if health in found | {"Normal"}) for found in (replication, readiness)
    ]
    return worst[0], worst[1]
