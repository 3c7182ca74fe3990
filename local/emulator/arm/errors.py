"""The errors that Azure Resource Manager and its providers answer, one factory per documented error.

ArmError
    carries HTTP status, error code, message and details; `asgi` turns it into the wire's error envelope.
    Raised while an operation completes, it becomes that operation's failure instead.

Source: the error envelope of "Common Azure Resource Manager deployment errors", and recorded traffic.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from local.emulator.arm.ids import ResourceId
from local.emulator.arm.wire import JsonObject

NOT_FOUND_ADVICE = "For more details please go to https://aka.ms/ARMResourceNotFoundFix"


@dataclass
class ArmError(Exception):
    """A refusal in ARM's own words.

    Attributes:
        status: the HTTP status.
        code: the value of `error.code`.
        message: the value of `error.message`.
        details: the value of `error.details`; left out when empty.
        target: the value of `error.target`; left out when empty.
        headers: further response headers.
        gateway: whether ARM itself, not a provider, answered (`x-ms-failure-cause: gateway`).
    """

    status: int
    code: str
    message: str
    details: Sequence[JsonObject] = ()
    target: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    gateway: bool = False

    def __str__(self) -> str:
        return f"{self.code}: {self.message}"

    def error(self) -> JsonObject:
        """Return what stands under the `error` key."""
        error: JsonObject = {"code": self.code, "message": self.message}
        if self.target:
            error["target"] = self.target
        if self.details:
            error["details"] = list(self.details)
        return error

    def body(self) -> JsonObject:
        """Return the whole error envelope."""
        return {"error": self.error()}


def authentication_failed(authority: str, why: str) -> ArmError:
    """401: there is no token. `authority` is the token service named in the challenge, `why` what is wrong."""
    challenge = (
        f'Bearer authorization_uri="{authority}", error="invalid_token", '
        f"error_description=\"The authentication failed because the 'Authorization' header {why}.\""
    )
    message = f"Authentication failed. The 'Authorization' header {why}."
    return ArmError(401, "AuthenticationFailed", message, headers={"WWW-Authenticate": challenge}, gateway=True)


def missing_api_version() -> ArmError:
    """400: a known path was asked for without `api-version`."""
    message = "The api-version query parameter (?api-version=) is required for all requests."
    return ArmError(400, "MissingApiVersionParameter", message, gateway=True)


def invalid_api_version(version: str) -> ArmError:
    """400: the `api-version` is not of the form `YYYY-MM-DD[-suffix]`."""
    message = f"The api-version '{version}' is invalid. The supported versions have the form 'YYYY-MM-DD'."
    return ArmError(400, "InvalidApiVersionParameter", message, gateway=True)


def invalid_request_content(why: str) -> ArmError:
    """400: the body is not JSON, or not a JSON object."""
    message = f"The request content was invalid and could not be deserialized: '{why}'."
    return ArmError(400, "InvalidRequestContent", message, gateway=True)


def subscription_not_found(subscription: str) -> ArmError:
    """404: the subscription is not in this world."""
    message = f"The subscription '{subscription}' could not be found."
    return ArmError(404, "SubscriptionNotFound", message, gateway=True)


def invalid_subscription_id(subscription: str) -> ArmError:
    """400: what stands where the subscription's id belongs is no GUID."""
    message = f"The provided subscription identifier '{subscription}' is malformed or invalid."
    return ArmError(400, "InvalidSubscriptionId", message, gateway=True)


def resource_group_not_found(group: str) -> ArmError:
    """404: the path's resource group does not exist."""
    return ArmError(404, "ResourceGroupNotFound", f"Resource group '{group}' could not be found.", gateway=True)


def resource_group_being_deleted(group: str) -> ArmError:
    """409: the group, or something in it, was to be written while the group is being deleted."""
    message = f"The resource group '{group}' is in deprovisioning state and cannot perform this operation."
    return ArmError(409, "ResourceGroupBeingDeleted", message, gateway=True)


def resource_not_found(resource: ResourceId) -> ArmError:
    """404: the addressed resource does not exist; ARM itself answers this one for tracked resources."""
    message = f"The Resource '{resource.type}/{resource.name}' under resource group '{resource.group}' was not found."
    return ArmError(404, "ResourceNotFound", f"{message} {NOT_FOUND_ADVICE}", gateway=True)


def nested_not_found(resource: ResourceId, *, code: str = "NotFound") -> ArmError:
    """404: a provider does not know a child resource (`Resource <id> not found.`)."""
    return ArmError(404, code, f"Resource {resource.text} not found.")


def parent_not_found(resource: ResourceId) -> ArmError:
    """404: a child was written below a resource that does not exist."""
    message = (
        f"Can not perform requested operation on nested resource. Parent resource '{resource.parent.name}' not found."
    )
    return ArmError(404, "ParentResourceNotFound", message, gateway=True)


def location_required(kind: str) -> ArmError:
    """400: a tracked resource was PUT without `location`."""
    message = "The location property is required for this definition."
    return ArmError(400, "LocationRequired", message, target=kind, gateway=True)


def location_not_available(location: str, kind: str, locations: Sequence[str]) -> ArmError:
    """400: the location does not exist for this resource type."""
    message = (
        f"The provided location '{location}' is not available for resource type '{kind}'. "
        f"List of available regions for the resource type is '{','.join(locations)}'."
    )
    return ArmError(400, "LocationNotAvailableForResourceType", message, gateway=True)


def invalid_resource_location(resource: ResourceId, present: str) -> ArmError:
    """409: the resource exists in another region."""
    message = (
        f"The resource '{resource.name}' already exists in location '{present}' in resource group '{resource.group}'. "
        "A resource with the same name cannot be created in another location. Please select a new resource name."
    )
    return ArmError(409, "InvalidResourceLocation", message, gateway=True)


def invalid_resource_group_location(wanted: str, present: str) -> ArmError:
    """409: the resource group exists in another region."""
    message = f"Invalid resource group location '{wanted}'. The Resource group already exists in location '{present}'."
    return ArmError(409, "InvalidResourceGroupLocation", message, gateway=True)


def invalid_resource_reference(referenced: str, referrer: ResourceId) -> ArmError:
    """400: Microsoft.Network was given the id of something that does not exist."""
    message = (
        f"Resource {referenced} referenced by resource {referrer.text} was not found. Please make sure that the "
        "referenced resource exists, and that both resources are in the same region."
    )
    return ArmError(400, "InvalidResourceReference", message)


def conflict(message: str, *, code: str = "Conflict") -> ArmError:
    """409: the present state of the resource forbids the request."""
    return ArmError(409, code, message)


def throttled(subscription: str, *, retry_after: float | None = None) -> ArmError:
    """429 from ARM's own request limits. `retry_after` is in seconds and is also said in the message."""
    wait = f" Please try again after '{retry_after}' seconds." if retry_after is not None else ""
    message = f"Number of requests for subscription '{subscription}' exceeded the limit.{wait}"
    headers = {} if retry_after is None else {"Retry-After": str(retry_after)}
    return ArmError(429, "SubscriptionRequestsThrottled", message, headers=headers, gateway=True)


def not_implemented(method: str, path: str) -> ArmError:
    """501: nobody has written this operation; never a pretended success."""
    message = f"{method} {path} is not implemented by this emulator. See docs/emulator.md for what is."
    return ArmError(501, "NotImplemented", message)


def internal_error() -> ArmError:
    """500: a fault of the emulator itself; the cause is in its log, never in the answer."""
    return ArmError(500, "InternalServerError", "The server was unable to complete the request.")


def authorization_failed(client: str, object_id: str, action: str, scope: str) -> ArmError:
    """403: the caller has no role that allows `action` over `scope`."""
    message = (
        f"The client '{client}' with object id '{object_id}' does not have authorization to perform action "
        f"'{action}' over scope '{scope}' or the scope is invalid. "
        "If access was recently granted, please refresh your credentials."
    )
    return ArmError(403, "AuthorizationFailed", message, gateway=True)


def linked_authorization_failed(caller: tuple[str, str], request: tuple[str, str], linked: tuple[str, str]) -> ArmError:
    """403: the caller (client, object id) may do what was asked (action, scope), but not what that takes elsewhere."""
    (client, object_id), (action, scope), (linked_action, linked_scope) = caller, request, linked
    message = (
        f"The client '{client}' with object id '{object_id}' has permission to perform action '{action}' on scope "
        f"'{scope}'; however, it does not have permission to perform action(s) '{linked_action}' on the linked "
        f"scope(s) '{linked_scope}' (respectively) or the linked scope(s) are invalid."
    )
    return ArmError(403, "LinkedAuthorizationFailed", message, gateway=True)
