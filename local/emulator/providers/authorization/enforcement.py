"""Enforcement: with the switch `authorization` set to `enforced`, nobody does what no role of theirs allows.

Roles are assigned while the switch is still `open`, when everybody may do everything. Requests above a subscription
(lists of subscriptions and tenants, Resource Graph) are let in, and show what the caller may see. What a request refers
to is asked after the request itself (linked access), each at its own scope.
"""

from collections.abc import Iterable

from local.emulator.arm.cloud import Cloud
from local.emulator.arm.ids import ResourceId
from local.emulator.arm.paging import page
from local.emulator.arm.permissions import Permission, needed
from local.emulator.arm.request import ArmRequest
from local.emulator.arm.response import ArmResponse
from local.emulator.arm.router import Match
from local.emulator.arm.tokens import Caller
from local.emulator.arm.wire import JsonObject
from local.emulator.providers.authorization.assignments import TYPE, holds_at
from local.emulator.providers.authorization.roles import Role, find_role

SWITCH = "authorization"


def admit(cloud: Cloud, match: Match, caller: Caller) -> None:
    """Let a request in, or refuse it.

    Raises:
        ArmError: 403 AuthorizationFailed, naming the client, its object id, the action and the scope.
    """
    if not match.id.subscription:
        return
    permission = needed(match)
    if not _asked(cloud, caller, permission):
        raise permission.refused(caller)


def admit_linked(cloud: Cloud, match: Match, caller: Caller, links: Iterable[Permission]) -> None:
    """Let in a request that refers to other resources, or refuse it.

    Raises:
        ArmError: 403 LinkedAuthorizationFailed, naming what is allowed, and the linked action and scope that are not.
    """
    if cloud.switch(SWITCH) != "enforced":
        return
    for link in links:
        if not _asked(cloud, caller, link):
            raise link.refused_as_linked(caller, needed(match))


def _asked(cloud: Cloud, caller: Caller, permission: Permission) -> bool:
    """Say whether the caller has the permission, and count that it was asked."""
    allowed = may(cloud, caller, permission.action, permission.scope)
    if cloud.switch(SWITCH) == "enforced":
        _note(cloud, caller, permission.action, permission.scope, allowed=allowed)
    return allowed


def _note(cloud: Cloud, caller: Caller, action: str, scope: ResourceId, *, allowed: bool) -> None:
    cloud.authorizations.note(caller.client, action, scope.subscription, allowed=allowed)


def may(cloud: Cloud, caller: Caller, action: str, scope: ResourceId) -> bool:
    """Say whether a caller may do something: always, unless enforcement is on."""
    if cloud.switch(SWITCH) != "enforced":
        return True
    return any(role.allows(action) for role in _roles(cloud, caller, scope))


def may_with_data(cloud: Cloud, caller: Caller, action: str, scope: ResourceId) -> bool:
    """Say whether a caller may do something with the data of a resource: always, unless enforcement is on."""
    if cloud.switch(SWITCH) != "enforced":
        return True
    allowed = any(role.allows_data(action) for role in _roles(cloud, caller, scope))
    _note(cloud, caller, action, scope, allowed=allowed)
    return allowed


def sees(cloud: Cloud, caller: Caller, subscription: ResourceId) -> bool:
    """Say whether a subscription is in a caller's list: with enforcement on, when it has any role in it."""
    if cloud.switch(SWITCH) != "enforced":
        return True
    found = (one for one in cloud.store.of_type(TYPE) if subscription.contains(one.id) or holds_at(one, subscription))
    return caller.object_id.lower() in {one.properties["principalId"].lower() for one in found}


def _roles(cloud: Cloud, caller: Caller, scope: ResourceId) -> list[Role]:
    """Return the roles of a caller at a scope; assignments above it count."""
    held = [
        find_role(cloud, one.properties["roleDefinitionId"])
        for one in cloud.store.of_type(TYPE)
        if one.properties["principalId"].lower() == caller.object_id.lower() and holds_at(one, scope)
    ]
    return [role for role in held if role]


def list_permissions(request: ArmRequest) -> ArmResponse:
    """List what the caller may do at a scope, role by role: everything, unless enforcement is on."""
    cloud, caller = request.cloud, Caller.of(request.headers)
    everything = Role("", "", "", ("*",), data_actions=("*",))
    roles = _roles(cloud, caller, request.scope) if cloud.switch(SWITCH) == "enforced" else [everything]
    return page(
        request,
        [
            {
                "actions": list(role.actions),
                "notActions": list(role.not_actions),
                "dataActions": list(role.data_actions),
                "notDataActions": [],
            }
            for role in roles
        ],
    )


def show(cloud: Cloud, _: JsonObject) -> object:
    """Answer `GET /_emulator/authorizations`: which actions were asked for, by whom, and with what end."""
    return cloud.authorizations.entries()
