"""The wire body of a vault's health: how many items are in which trouble."""

from collections.abc import Sequence
from dataclasses import dataclass

from local.emulator.arm.ids import ResourceId
from local.emulator.arm.wire import JsonObject
from local.emulator.providers.site_recovery import names


@dataclass(frozen=True, slots=True)
class Counts:
    """What is counted over a vault's protected items, in the order of the wire's keys."""

    items: int
    test_failover_applicable: int
    test_failover_in_progress: int
    test_failover_waiting: int
    critical: int
    warning: int
    neutral: int
    failover_critical: int
    failover_warning: int
    configuration_critical: int
    configuration_warning: int

    @classmethod
    def of(cls, bodies: Sequence[JsonObject]) -> "Counts":
        """Count `bodies`, the wire bodies of protected items."""
        rows = [body["properties"] for body in bodies]
        return cls(
            items=len(rows),
            test_failover_applicable=sum("TestFailover" in row["allowedOperations"] for row in rows),
            test_failover_in_progress=sum(row["testFailoverState"] == "InProgress" for row in rows),
            test_failover_waiting=sum("TestFailoverCleanup" in row["allowedOperations"] for row in rows),
            critical=sum(row["replicationHealth"] == "Critical" for row in rows),
            warning=sum(row["replicationHealth"] == "Warning" for row in rows),
            neutral=sum(row["replicationHealth"] == "None" for row in rows),
            failover_critical=sum(row["failoverHealth"] == "Critical" for row in rows),
            failover_warning=sum(row["failoverHealth"] == "Warning" for row in rows),
            configuration_critical=sum(_is_misconfigured(row, "Error") for row in rows),
            configuration_warning=sum(_is_misconfigured(row, "Warning") for row in rows),
        )


def _is_misconfigured(item: JsonObject, level: str) -> bool:
    return any(
        error["errorCategory"] == "Configuration" and error["errorLevel"] == level for error in item["healthErrors"]
    )


def vault_health(own: ResourceId, counts: Counts, *, fabrics: int, containers: int) -> JsonObject:
    """Return the health of a vault with this many fabrics and containers."""
    return {
        "name": own.name,
        "type": f"{names.VAULTS}/replicationVaultHealth",
        "id": own.text,
        "properties": {
            "vaultErrors": [],
            "protectedItemsHealth": {
                "resourceCount": counts.items,
                "issues": [],
                "categorizedResourceCounts": {
                    "testFailoverApplicableProtectedItemsCount": counts.test_failover_applicable,
                    "testFailoverInProgressProtectedItemsCount": counts.test_failover_in_progress,
                    "testFailoverWaitingProtectedItemsCount": counts.test_failover_waiting,
                    "protectedItemsCriticalCount": counts.critical,
                    "protectedItemsWarningCount": counts.warning,
                    "protectedItemsNeutralCount": counts.neutral,
                    "protectedItemsTestFailoverCriticalCount": 0,
                    "protectedItemsTestFailoverWarningCount": counts.failover_warning,
                    "protectedItemsConfigurationCriticalCount": counts.configuration_critical,
                    "protectedItemsConfigurationWarningCount": counts.configuration_warning,
                    "protectedItemsFailoverHealthCriticalCount": counts.failover_critical,
                    "protectedItemsFailoverHealthWarningCount": counts.failover_warning,
                },
            },
            "fabricsHealth": {"resourceCount": fabrics, "issues": [], "categorizedResourceCounts": None},
            "containersHealth": {"resourceCount": containers, "issues": [], "categorizedResourceCounts": None},
        },
    }
