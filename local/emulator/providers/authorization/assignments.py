"""Role assignments: who has which role, and where.

A principal, a role and a scope are assigned once: a second assignment of the same three under another name is a
conflict, and an assignment cannot be changed into another.
"""

import re
from collections.abc import Mapping
from uuid import UUID

from local.emulator.arm import errors
from local.emulator.arm.cloud import Cloud
from local.emulator.arm.errors import ArmError
from local.emulator.arm.ids import ResourceId
from local.emulator.arm.odata import matches, parsed_filter
from local.emulator.arm.paging import page
from local.emulator.arm.request import ArmRequest
from local.emulator.arm.response import ArmResponse
from local.emulator.arm.schema import Kind, Schema
from local.emulator.arm.store import Resource
from local.emulator.arm.tokens import Caller
from local.emulator.arm.wire import timestamp
from local.emulator.providers.authorization.definitions import does_not_exist
from local.emulator.providers.authorization.roles import find_role

TYPE = "Microsoft.Authorization/roleAssignments"
_OPTIONS = ("principalType", "condition", "conditionVersion", "delegatedManagedIdentityResourceId", "description")
BODY: Mapping[str, Schema] = {"properties": dict.fromkeys(("roleDefinitionId", "principalId", *_OPTIONS), Kind.TEXT)}
_MANAGEMENT_GROUPS = "microsoft.management/managementgroups"
"""Of these only the names are known: every name is one, and has every subscription below it."""
_FUNCTIONS = re.compile(r"\b(atScope\(\)|assignedTo\('(?P<principal>[^']*)'\))(\s+and\s+)?", re.IGNORECASE)


def put(request: ArmRequest) -> ArmResponse:
    """Assign a role. The same assignment again changes nothing.

    Raises:
        ArmError: 400, the name is no GUID or a property is missing; 404, the scope or the role does not exist; 409
            RoleAssignmentExists; 400 RoleAssignmentUpdateNotPermitted.
    """
    _check_name(request.params["assignment"])
    cloud, scope = request.cloud, request.scope
    _check_scope(cloud, scope)
    asked = request.body.get("properties") or {}
    role_id, principal = str(asked.get("roleDefinitionId") or ""), str(asked.get("principalId") or "")
    if not (role_id and principal):
        raise ArmError(400, "BadRequestFormat", "The request was incorrectly formatted.")
    role = find_role(cloud, role_id)
    if role is None:
        raise does_not_exist(ResourceId.parse(role_id).name)
    present = cloud.store.find(request.id)
    root = f"/subscriptions/{scope.subscription}" if scope.subscription else ""
    wanted = {
        "roleDefinitionId": f"{root}/providers/Microsoft.Authorization/roleDefinitions/{role.id}",
        "principalId": principal,
        "scope": scope.text,
    }
    if present:
        if not _same(present, wanted):
            message = "Tenant ID, application ID, principal ID, and scope are not allowed to be updated."
            raise ArmError(400, "RoleAssignmentUpdateNotPermitted", message)
        return ArmResponse(status=200, body=present.body, silent=True)
    if any(_same(other, wanted) for other in cloud.store.of_type(TYPE, scope)):
        raise ArmError(409, "RoleAssignmentExists", "The role assignment already exists.")
    now, by = timestamp(cloud.clock.now()), Caller.of(request.headers).object_id
    stamps = {"createdOn": now, "updatedOn": now, "createdBy": by, "updatedBy": by}
    options = {name: asked.get(name) for name in _OPTIONS}
    options["principalType"] = options["principalType"] or "ServicePrincipal"
    kept = cloud.write(request.id, {"properties": {**wanted, **options, **stamps}})
    return ArmResponse(status=201, body=kept.body)


def get(request: ArmRequest) -> ArmResponse:
    """Return one assignment.

    Raises:
        ArmError: 404 RoleAssignmentNotFound.
    """
    found = request.cloud.store.find(request.id)
    if found is None:
        name = request.params["assignment"]
        raise ArmError(404, "RoleAssignmentNotFound", f"The role assignment '{name}' is not found.")
    return ArmResponse(body=found.body)


def delete(request: ArmRequest) -> ArmResponse:
    """Take a role away again; the answer shows what is gone, 204 says that there was nothing."""
    gone = request.cloud.delete(request.id)
    return ArmResponse(body=gone[0].body) if gone else ArmResponse(status=204, silent=True)


def list_for_scope(request: ArmRequest) -> ArmResponse:
    """List the assignments at a scope, above and below it.

    `$filter`: `atScope()` leaves out those below; `principalId eq '...'` and `assignedTo('...')` choose a principal.
    """
    text, scope = request.query.get("$filter", ""), request.scope
    functions = list(_FUNCTIONS.finditer(text))
    below = not any(found["principal"] is None for found in functions)
    principals = {found["principal"].lower() for found in functions if found["principal"]}
    predicate = parsed_filter(_FUNCTIONS.sub("", text))
    found = [
        one
        for one in request.cloud.store.of_type(TYPE)
        if _applies(one, scope, below=below)
        and matches(predicate, {"principalId": one.properties["principalId"]})
        and (not principals or one.properties["principalId"].lower() in principals)
    ]
    return page(request, [one.body for one in found])


def scope_of(assignment: Resource) -> ResourceId:
    """Return where an assignment holds."""
    return ResourceId.parse(assignment.properties["scope"])


def holds_at(assignment: Resource, scope: ResourceId) -> bool:
    """Say whether an assignment counts at a scope: at its own, below it, and of a management group everywhere."""
    held = scope_of(assignment)
    return held.type.lower() == _MANAGEMENT_GROUPS or held.contains(scope)


def _applies(assignment: Resource, scope: ResourceId, *, below: bool) -> bool:
    return holds_at(assignment, scope) or (below and scope.contains(scope_of(assignment)))


def _same(assignment: Resource, wanted: dict[str, str]) -> bool:
    return all(assignment.properties[name].lower() == value.lower() for name, value in wanted.items())


def _check_name(name: str) -> None:
    try:
        UUID(name)
    except ValueError:
        message = f"The role assignment ID '{name}' is not valid. The role assignment ID must be a GUID."
        raise ArmError(400, "InvalidRoleAssignmentId", message) from None


def _check_scope(cloud: Cloud, scope: ResourceId) -> None:
    if scope.type.lower() == _MANAGEMENT_GROUPS:
        return
    if scope.key != scope.subscription_id.key and cloud.store.find(scope) is None:
        raise (
            errors.resource_group_not_found(scope.group)
            if scope.key == scope.group_id.key
            else (errors.resource_not_found(scope))
        )
