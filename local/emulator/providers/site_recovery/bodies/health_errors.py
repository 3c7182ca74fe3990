"""Wire bodies of health errors, as a protected item lists them."""

from datetime import datetime

from local.emulator.arm.ids import ResourceId
from local.emulator.arm.wire import JsonObject, stable_guid, timestamp

NO_TEST_FAILOVER = "161011"


def no_test_failover(machine: str, item: ResourceId, at: datetime) -> JsonObject:
    """Return warning 161011: the machine called `machine` was never failed over for a test. Every text as recorded."""
    return {
        "innerHealthErrors": [],
        "errorSource": "ReplicationUnitFailoverValidatorError",
        "errorType": "8010",
        "errorLevel": "Warning",
        "errorCategory": "TestFailover",
        "errorCode": NO_TEST_FAILOVER,
        "summaryMessage": "",
        "errorMessage": f"No successful test failover has been done on the virtual machine '{machine}'.",
        "possibleCauses": "No successful test failover has been done on the virtual machine after it was replicated.",
        "recommendedAction": "Do a test failover on the virtual machine.",
        "creationTimeUtc": timestamp(at),
        "recoveryProviderErrorMessage": None,
        "entityId": stable_guid(f"entity {item.key}"),
        "errorId": "6:8010",
        "customerResolvability": "NotAllowed",
    }
