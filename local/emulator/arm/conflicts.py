"""What a provider says when something is asked of a resource that another operation is still working on.

Each has words of its own. Source: the services' documented error codes and the messages that users report.
"""

from local.emulator.arm.errors import ArmError
from local.emulator.arm.operations import Operation

RETRY_AFTER_S = 4


def conflict_in_compute(_operation: Operation) -> ArmError:
    """409 from Microsoft.Compute."""
    message = (
        "The request failed due to conflict with a concurrent request. To resolve it, please refer to "
        "https://aka.ms/activitylog to get more details on the conflicting requests."
    )
    return ArmError(409, "Conflict", message)


def conflict_in_network(operation: Operation) -> ArmError:
    """409 from Microsoft.Network, about the resource itself."""
    message = (
        "Another operation on this or dependent resource is in progress. To retrieve status of the operation use uri: "
        f"{operation.resource_id.subscription_id}/providers/Microsoft.Network/operations/{operation.id}."
    )
    return ArmError(409, "AnotherOperationInProgress", message)


def sibling_in_network(operation: Operation) -> ArmError:
    """429 from Microsoft.Network: children of one network are written one at a time."""
    message = (
        f"Operation {operation.kind} ({operation.id}) is updating resource {operation.resource_id.text}. The call can "
        f"be retried in {RETRY_AFTER_S} seconds."
    )
    detail = {"code": "RetryableErrorDueToAnotherOperation", "message": message}
    headers = {"Retry-After": str(RETRY_AFTER_S)}
    return ArmError(429, "RetryableError", "A retryable error occurred.", details=[detail], headers=headers)


def conflict_in_storage(_operation: Operation) -> ArmError:
    """409 from Microsoft.Storage."""
    message = "An operation is currently performing on this storage account that requires exclusive access."
    return ArmError(409, "StorageAccountOperationInProgress", message)


def conflict_elsewhere(operation: Operation) -> ArmError:
    """409 from the other providers, whose words are not known."""
    message = f"Another operation is in progress on the resource '{operation.resource_id.text}'."
    return ArmError(409, "Conflict", message)
