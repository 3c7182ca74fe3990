"""How a step of a run ended."""

from asr.model.documents import ARM_ERRORS, ERRORS, RUN_PLANS, STORAGE_ERRORS
from asr.reasons.known import Kind, Known

TABLE = (
    Known(
        "AuthorizationFailed",
        Kind.NEEDS_CHANGE,
        "The app's identity may not perform {action} on {scope}.",
        "An owner of the scope gives the app's identity a role with {action}: infra/role.json lists what it needs, "
        "docs/rights.md has the commands. For this alone: az role assignment create --assignee-object-id (the "
        "identity's) --assignee-principal-type ServicePrincipal --role (one with it) --scope {scope}. Then start the "
        "run again.",
        ARM_ERRORS,
    ),
    Known(
        "LinkedAuthorizationFailed",
        Kind.NEEDS_CHANGE,
        "The app's identity may not perform {action} on {scope}, which the request refers to.",
        "An owner of the scope gives the app's identity a role with {action}: infra/role.json lists what it needs, "
        "docs/rights.md has the commands. For this alone: az role assignment create --assignee-object-id (the "
        "identity's) --assignee-principal-type ServicePrincipal --role (one with it) --scope {scope}. Then start the "
        "run again.",
        ARM_ERRORS,
    ),
    Known(
        "AuthorizationPermissionMismatch",
        Kind.NEEDS_CHANGE,
        "The app's identity may not read or write the blob container that ASR_STORE names.",
        "Assign the app's managed identity the role Storage Blob Data Contributor on the container or its account.",
        STORAGE_ERRORS,
    ),
    Known(
        "CredentialUnavailable",
        Kind.NEEDS_CHANGE,
        "The app has no identity to sign in to Azure with.",
        "Enable the function app's managed identity (or sign in with the Azure CLI on a developer's machine).",
        ARM_ERRORS,
    ),
    Known(
        "RequestDisallowedByPolicy",
        Kind.NEEDS_CHANGE,
        "An Azure Policy does not allow {resource}.",
        "Exempt the recovery resources from the policy that Azure's message names, or choose a target it allows.",
        ARM_ERRORS,
    ),
    Known(
        "ScopeLocked",
        Kind.NEEDS_CHANGE,
        "A lock on {scope} stops the change.",
        "Remove the lock on {scope}, start the run again, and set the lock again afterwards.",
        ARM_ERRORS,
    ),
    Known(
        "MissingSubscriptionRegistration",
        Kind.NEEDS_CHANGE,
        "The subscription is not registered to use {namespace}.",
        "Register the resource provider: az provider register --namespace {namespace}",
        ARM_ERRORS,
        "az provider register --namespace {namespace:shell}",
    ),
    Known(
        "OperationFailed",
        Kind.NEEDS_CHANGE,
        "{request} was begun and failed.",
        "Follow what Azure recommends; the next run tries again.",
        "https://learn.microsoft.com/azure/azure-resource-manager/management/async-operations",
    ),
    Known(
        "ForeignLink",
        Kind.NEEDS_CHANGE,
        "An address leads to {origin}; the app speaks to {endpoint} alone. Nothing was sent there, and no token.",
        "Find out who wrote the address: a proxy between the app and Azure, or whoever started this by hand. If Azure "
        "is reached at another address, set ASR_ARM_ENDPOINT.",
        "https://learn.microsoft.com/azure/azure-resource-manager/management/async-operations",
    ),
    Known(
        "SubscriptionNotAllowed",
        Kind.NEEDS_CHANGE,
        "The app neither watches nor is allowed to write what is named in subscription {subscription}.",
        "Choose what is allowed, or have the app's operator add the subscription to ASR_SUBSCRIPTIONS (its VMs are "
        "watched then) or to ASR_TARGETS.",
        "docs/settings.md",
    ),
    Known(
        "AzureAnswerNotUnderstood",
        Kind.RETRYABLE,
        "What was answered to {request} cannot be Azure's answer: {problem}.",
        "Nothing was concluded from it, and the next sweep asks again. If it goes on, look at what stands between the "
        "app and Azure: proxies and gateways answer in Azure's name.",
        "docs/architecture.md",
    ),
    Known(
        "MoreReasons",
        Kind.WARNING,
        "{count} more reasons were found; a run does not keep them all.",
        "Read the VM's status: it is decided anew there, with every reason.",
        RUN_PLANS,
        "asr status $NAME",
    ),
    Known(
        "RunPlanLost",
        Kind.RETRYABLE,
        "What the run {run} had decided is not in the store any more.",
        "Nothing has to be changed on the VM: the next run decides anew. Who empties the store that ASR_STORE names "
        "while runs work makes them fail so.",
        RUN_PLANS,
    ),
    Known(
        "RunVersionUnknown",
        Kind.RETRYABLE,
        "The run was begun by a version of the app ({version}) whose steps this one does not know.",
        "Nothing has to be changed on the VM: the next run begins with the steps of this version.",
        "docs/architecture.md",
    ),
    Known(
        "TransientFaultPersisted",
        Kind.RETRYABLE,
        "{step} kept failing: {problem}",
        "Nothing has to be changed on the VM: the sweep tries again. If it goes on, look at Azure's status page.",
        "https://azure.status.microsoft",
    ),
    Known(
        "StepNotFinished",
        Kind.RETRYABLE,
        "{step} was not finished after {minutes} minutes, the time that ASR_STEP_MINUTES allows: {because}.",
        "Look at the operation in Azure's activity log or the vault's jobs, and cancel it there if it hangs. The next "
        "sweep starts a new run, which goes on where Azure then stands.",
        "https://learn.microsoft.com/azure/azure-resource-manager/management/async-operations",
    ),
    Known(
        "RunEndedWithoutReport",
        Kind.RETRYABLE,
        "The run {run} ended without a report; it was terminated or purged.",
        "Nothing it made is lost. The next event or sweep starts another run; asr protect (POST /api/protections) "
        "starts one now.",
        "https://learn.microsoft.com/azure/azure-functions/durable/durable-functions-instance-management",
        "asr protect $NAME",
    ),
    Known(
        "InternalDefect",
        Kind.NEEDS_CHANGE,
        "{step} ended with an unexpected {kind}.",
        "This is a defect of asr-autoprotect. The stack is in the app's log; please report it.",
        "docs/architecture.md",
    ),
    Known(
        "150144",
        Kind.NEEDS_CHANGE,
        "Site Recovery has work to do inside the VM, which is not running.",
        "Start the VM, wait until its agent is Ready, then start the run again.",
        ERRORS,
        "az vm start --ids $VM",
    ),
    Known(
        "151141",
        Kind.NEEDS_CHANGE,
        "The VM's Linux kernel is newer than those that Site Recovery's agent knows.",
        "Wait for the next agent (as a rule within 30 days; the lists of kernels are public), or start the VM with an "
        "older kernel; disable the failed item; then start the run again.",
        "https://github.com/Azure/Azure-SiteRecovery",
    ),
    Known(
        "151273",
        Kind.UNSUPPORTED,
        "The VM's disks are behind an NVMe controller, which Site Recovery does not take with the system that it runs.",
        "Convert the VM to the SCSI controller, or resize it to a size that has one; disable the failed item; then "
        "start the run again.",
        ERRORS,
    ),
)
