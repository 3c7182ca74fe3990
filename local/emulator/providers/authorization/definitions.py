"""Role definitions: the built-in ones to read, custom ones to write."""

from collections.abc import Mapping

from local.emulator.arm.errors import ArmError
from local.emulator.arm.ids import ResourceId
from local.emulator.arm.odata import matches, parsed_filter
from local.emulator.arm.paging import page
from local.emulator.arm.request import ArmRequest
from local.emulator.arm.response import ArmResponse
from local.emulator.arm.schema import Kind, Schema
from local.emulator.arm.wire import JsonObject
from local.emulator.providers.authorization.roles import Role, all_roles, custom_role

_ACTIONS = ("actions", "notActions", "dataActions", "notDataActions")
BODY: Mapping[str, Schema] = {
    "properties": {
        "roleName": Kind.TEXT,
        "description": Kind.TEXT,
        "assignableScopes": [Kind.TEXT],
        "permissions": [{key: [Kind.TEXT] for key in _ACTIONS}],
    }
}


def put(request: ArmRequest) -> ArmResponse:
    """Create or replace a custom role.

    Raises:
        ArmError: 400, the name is a built-in role's or a property is missing.
    """
    properties = request.body.get("properties") or {}
    for name in ("roleName", "permissions", "assignableScopes"):
        if not properties.get(name):
            message = f"The role definition is invalid: '{name}' is required."
            raise ArmError(400, "InvalidRoleDefinition", message)
    present = all_roles(request.cloud).get(request.params["definition"].lower())
    if present and present.built_in:
        raise ArmError(400, "RoleDefinitionIsReadOnly", f"The built-in role '{present.name}' cannot be changed.")
    kept = {"type": "CustomRole", **properties}
    return _shown(request, custom_role(request.cloud.write(request.id, {"properties": kept})), status=201)


def get(request: ArmRequest) -> ArmResponse:
    """Return one role definition.

    Raises:
        ArmError: 404 RoleDefinitionDoesNotExist.
    """
    name = request.params["definition"]
    role = all_roles(request.cloud).get(name.lower())
    if role is None:
        raise does_not_exist(name)
    return _shown(request, role)


def does_not_exist(name: str) -> ArmError:
    """404: no role has this id."""
    return ArmError(
        404, "RoleDefinitionDoesNotExist", f"The specified role definition with ID '{name}' does not exist."
    )


def delete(request: ArmRequest) -> ArmResponse:
    """Delete a custom role; 204 when there is none."""
    role = all_roles(request.cloud).get(request.params["definition"].lower())
    if role is None:
        return ArmResponse(status=204, silent=True)
    if role.built_in:
        raise ArmError(400, "RoleDefinitionIsReadOnly", f"The built-in role '{role.name}' cannot be deleted.")
    shown = _shown(request, role)
    request.cloud.delete(request.id)
    return shown


def list_for_scope(request: ArmRequest) -> ArmResponse:
    """List the roles that can be assigned at a scope; `$filter` by `roleName` or `type`."""
    predicate = parsed_filter(request.query.get("$filter", "").replace("atScopeAndBelow()", "").removeprefix(" and "))
    found = [
        role
        for role in all_roles(request.cloud).values()
        if matches(predicate, {"roleName": role.name, "type": _kind(role)})
    ]
    return page(request, [_body(request, role) for role in found])


def _kind(role: Role) -> str:
    return "BuiltInRole" if role.built_in else "CustomRole"


def _shown(request: ArmRequest, role: Role, status: int = 200) -> ArmResponse:
    return ArmResponse(status=status, body=_body(request, role))


def _body(request: ArmRequest, role: Role) -> JsonObject:
    """Show a role with its id below the subscription that was asked, as Azure does."""
    root = ResourceId.parse(request.params.get("scope", "")).subscription
    above = f"/subscriptions/{root}" if root else ""
    permission = {
        "actions": list(role.actions),
        "notActions": list(role.not_actions),
        "dataActions": list(role.data_actions),
        "notDataActions": [],
    }
    return {
        "properties": {
            "roleName": role.name,
            "type": _kind(role),
            "description": role.description,
            "assignableScopes": list(role.scopes),
            "permissions": [permission],
        },
        "id": f"{above}/providers/Microsoft.Authorization/roleDefinitions/{role.id}",
        "type": "Microsoft.Authorization/roleDefinitions",
        "name": role.id,
    }
