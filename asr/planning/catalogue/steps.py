"""How a step of a run ended."""

from asr.planning.catalogue.documents import ARM_ERRORS
from asr.planning.known import Kind, Known

TABLE = (
    Known(
        "AuthorizationFailed",
        Kind.NEEDS_CHANGE,
        "The app's identity may not do what {request} needs.",
        "Grant the app's managed identity the role that holds the action Azure names, at the scope it names.",
        ARM_ERRORS,
    ),
    Known(
        "RequestDisallowedByPolicy",
        Kind.NEEDS_CHANGE,
        "An Azure Policy forbids {request}.",
        "Exempt the recovery resource groups from the policy that Azure names, or change what is asked for.",
        ARM_ERRORS,
    ),
    Known(
        "ScopeLocked",
        Kind.NEEDS_CHANGE,
        "A lock forbids {request}.",
        "Remove the lock that Azure names, or exempt the resource group.",
        ARM_ERRORS,
    ),
    Known(
        "OperationFailed",
        Kind.NEEDS_CHANGE,
        "{request} was begun and failed.",
        "Follow what Azure recommends; the next run tries again.",
        "https://learn.microsoft.com/azure/azure-resource-manager/management/async-operations",
    ),
    Known(
        "TransientFaultPersisted",
        Kind.RETRYABLE,
        "{step} kept failing: {problem}",
        "Nothing has to be changed on the VM: the sweep tries again. If it goes on, look at Azure's status page.",
        "https://azure.status.microsoft",
    ),
    Known(
        "InternalDefect",
        Kind.NEEDS_CHANGE,
        "{step} ended with an unexpected {kind}.",
        "This is a defect of asr-autoprotect. The stack is in the app's log; please report it.",
        "docs/architecture.md",
    ),
)
