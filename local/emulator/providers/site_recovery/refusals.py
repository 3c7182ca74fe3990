"""How Site Recovery says no: HTTP errors with its own details, and failures that end an operation.

ArmError
├── not_found, not_registered, ...    answered at once, with `details` in the service's own shape
└── ServiceFailure                    ends an operation and its job with a code of the failures table
"""

from collections.abc import Sequence

from local.emulator.arm.cloud import Cloud
from local.emulator.arm.errors import ArmError
from local.emulator.arm.ids import ResourceId
from local.emulator.arm.request import ArmRequest
from local.emulator.arm.wire import JsonObject, fresh_guid, stable_guid
from local.emulator.providers.site_recovery.failures import FAILURES, Failure
from local.emulator.providers.site_recovery.switches import ERROR_DETAILS, chosen, failure_code


class ServiceFailure(ArmError):
    """A failure of the service's own: the operation ends as Failed, the job shows causes and advice.

    Attributes:
        failure: the row of the failures table, facts filled in.
        facts: the facts, so that the failure can be written down and raised again later.
    """

    def __init__(self, failure: Failure, facts: JsonObject, details: Sequence[JsonObject]) -> None:
        super().__init__(200, failure.code, failure.message, details)
        self.failure = failure
        self.facts = facts


def failure(cloud: Cloud, condition: str, **facts: str) -> ServiceFailure:
    """Return the failure for `condition`; `facts` fill the fields of its texts."""
    told = FAILURES[condition].told(**facts)
    code = failure_code(cloud, told)
    told = Failure(condition, code, told.message, told.possible_causes, told.recommended_action)
    details = (
        [{"possibleCauses": told.possible_causes, "recommendedAction": told.recommended_action}]
        if chosen(cloud, ERROR_DETAILS) == "present"
        else []
    )
    return ServiceFailure(told, dict(facts), details)


def _own(request: ArmRequest, status: int, code: str, inner: str, message: str, causes: str, advice: str) -> ArmError:
    detail: JsonObject = {
        "code": inner,
        "message": message,
        "possibleCauses": causes,
        "recommendedAction": advice,
        "clientRequestId": request.client_request_id,
        "activityId": fresh_guid(),
    }
    return ArmError(status, code, message, [detail])


def not_found(request: ArmRequest, name: str) -> ArmError:
    """404 ArmResourceDoesNotExist, as recorded for a DELETE of what is gone."""
    return _own(
        request,
        404,
        "NotFound",
        "ArmResourceDoesNotExist",
        f"Specified resource with name '{name}' does not exist.",
        "Ensure correct resource name was specified.",
        "Verify ARM resource name details.",
    )


def fabric_not_found(request: ArmRequest, name: str) -> ArmError:
    """404 FabricArmEntityMissing: a fabric, or anything below one, of a name that the vault does not know."""
    return _own(
        request,
        404,
        "NotFound",
        "FabricArmEntityMissing",
        f"Fabric with name {name} could not be located.",
        "The fabric was removed or never existed.",
        "Verify the name of the fabric.",
    )


def not_registered(request: ArmRequest, vault: ResourceId) -> ArmError:
    """400 SubscriptionIdNotRegisteredWithSrs: a named resource was asked for in a vault never used for replication."""
    number = int(stable_guid(vault.key).replace("-", "")[:15], 16)
    return _own(
        request,
        400,
        "BadRequest",
        "SubscriptionIdNotRegisteredWithSrs",
        f"The resource with ID {number} isn't registered with the service.",
        "The vault has not been used for Site Recovery.",
        "Create a Site Recovery resource in the vault first.",
    )


def busy(request: ArmRequest, item: str, job: str) -> ArmError:
    """409 Conflict: a job is working on an item. Azure's words are not known; see the switch `busy_item`."""
    return _own(
        request,
        409,
        "Conflict",
        "AnotherJobRuns",
        f"Job '{job}' is working on protected item '{item}'.",
        "Another operation on the protected item is in progress.",
        "Wait until the running job has ended, then retry the operation.",
    )


def invalid(request: ArmRequest, field: str, why: str) -> ArmError:
    """400 BadRequest: a required value is missing or of the wrong kind. `field` is its path in the body."""
    return _own(
        request,
        400,
        "BadRequest",
        "InvalidParameter",
        f"{field}: {why}",
        "The request body is not valid.",
        f"Correct '{field}'.",
    )
