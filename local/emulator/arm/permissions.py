"""What a request needs to be allowed: an action, as role definitions spell it, over a scope.

Some requests need more than their own action: what their body refers to may ask for one, too, where it is (linked
access). Source: the messages of `AuthorizationFailed` and `LinkedAuthorizationFailed` that Azure gives for reads,
lists, writes and actions; "How to troubleshoot Azure RBAC".
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from local.emulator.arm import errors
from local.emulator.arm.errors import ArmError
from local.emulator.arm.ids import ResourceId
from local.emulator.arm.router import RESOURCE_GROUPS, Match, Router
from local.emulator.arm.tokens import Caller
from local.emulator.arm.wire import JsonObject

_PLACEHOLDER = re.compile(r"\{(\w+)\}")
_IRREGULAR = {
    "/read": "Microsoft.Resources/subscriptions/providers/read",
    "Microsoft.Resources/resourceGroups/resources/read": f"{RESOURCE_GROUPS}/resources/read",
}
_VERBS = {"GET": "read", "HEAD": "read", "DELETE": "delete", "POST": "action"}


@dataclass(frozen=True, slots=True)
class Permission:
    """What is asked for.

    Attributes:
        action: `Microsoft.Compute/virtualMachines/read`.
        scope: what it is asked over: a resource, or above it for lists.
    """

    action: str
    scope: ResourceId

    def refused(self, caller: Caller) -> ArmError:
        """Return the 403 that a caller without this permission gets."""
        return errors.authorization_failed(caller.client, caller.object_id, self.action, self.scope.text)

    def refused_as_linked(self, caller: Caller, request: "Permission") -> ArmError:
        """Return the 403 for a request that is allowed itself, but refers to what this permission is missing for."""
        return errors.linked_authorization_failed(
            (caller.client, caller.object_id), (request.action, request.scope.text), (self.action, self.scope.text)
        )


type LinkedAccess = Callable[[JsonObject, ResourceId], Iterable[Permission]]
"""From the body of a request and what it is about, the permissions that it needs besides its own."""


def needed(match: Match) -> Permission:
    """Return the permission that the request of `match` needs."""
    action = _PLACEHOLDER.sub(lambda found: match.params.get(found[1], found[1]), match.route.event_action)
    return Permission(_IRREGULAR.get(action, action), _scope(match.id))


def needed_by(router: Router, method: str, path: str) -> Permission:
    """Return what a request needs, also one that no route answers."""
    match = router.match(method, path)
    if match:
        return needed(match)
    target = ResourceId.parse(path)
    return Permission(f"{target.type}/{_VERBS.get(method, 'write')}", _scope(target))


def denial(router: Router, method: str, path: str, headers: Mapping[str, str]) -> ArmError:
    """Return the 403 for a request, whoever sent it."""
    return needed_by(router, method, path).refused(Caller.of(headers))


def _scope(target: ResourceId) -> ResourceId:
    """Return what Azure names as the scope.

    A resource for what is done to it; for a list in a group the group with the provider; the subscription for what
    is below no group.
    """
    if target.subscription and not target.group and not _is_extension(target):
        return target.subscription_id
    return target if target.name else target.without_action


def _is_extension(target: ResourceId) -> bool:
    """Say whether the target is kept by a provider directly on a subscription, by its name (a role assignment)."""
    segments = target.text.strip("/").split("/")
    return len(segments) == 6 and segments[4].lower() != "locations" and bool(target.name)
