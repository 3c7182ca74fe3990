"""Roles: definitions, assignments, their enforcement, and refusals that name what was refused."""

from typing import Any
from uuid import uuid4

import httpx
import pytest

from local.emulator.arm.tokens import object_id_of
from tests.emulator.conftest import Arm

READER = "acdd72a7-3385-48ef-bd42-f606fba81ae7"
CONTRIBUTOR = "b24988ac-6180-42a0-ab88-20f7382dd24c"
SITE_RECOVERY_CONTRIBUTOR = "6670b86e-a3f7-4917-ac9b-5d6ab1be4567"
PRINCIPAL = "33333333-3333-3333-3333-333333333333"
NAMESPACE = "/providers/Microsoft.Authorization"


def assigned(arm: Arm, role: str, principal: str = PRINCIPAL, scope: str = "", name: str = "") -> httpx.Response:
    """PUT a role assignment below the subscription."""
    properties = {"roleDefinitionId": f"{arm.root}{NAMESPACE}/roleDefinitions/{role}", "principalId": principal}
    return arm.request("PUT", f"{scope}{NAMESPACE}/roleAssignments/{name or uuid4()}", {"properties": {**properties}})


class Tenant:
    """Somebody with a token of one's own."""

    def __init__(self, arm: Arm, client: str) -> None:
        self._arm = arm
        self.object_id = object_id_of(client)
        form = {"grant_type": "client_credentials", "client_id": client, "client_secret": "s", "resource": "arm"}
        granted = httpx.post(f"{arm.emulator.url}/tenant/oauth2/token", data=form).json()
        self._headers = {"Authorization": f"Bearer {granted['access_token']}"}

    def request(self, method: str, path: str, body: Any = None) -> httpx.Response:
        """Send one request as this tenant."""
        return self._arm.request(method, path, body, headers=self._headers)


def error(response: httpx.Response) -> tuple[int, str]:
    """Return status and error code."""
    return response.status_code, response.json()["error"]["code"]


def test_built_in_roles_are_listed(arm: Arm) -> None:
    """By name and by id, below a subscription and above all."""
    listed = arm.get(f"{NAMESPACE}/roleDefinitions?$filter=roleName eq 'Site Recovery Contributor'")["value"]
    alone = arm.get(f"{arm.emulator.url}{NAMESPACE}/roleDefinitions/{READER}")
    none = arm.request("GET", f"{NAMESPACE}/roleDefinitions/{uuid4()}")

    assert [(role["name"], role["properties"]["type"]) for role in listed] == [
        (SITE_RECOVERY_CONTRIBUTOR, "BuiltInRole")
    ]
    assert listed[0]["id"].startswith(arm.root)
    assert alone["properties"]["permissions"][0]["actions"] == ["*/read"]
    assert error(none) == (404, "RoleDefinitionDoesNotExist")


def test_an_assignment_lives(arm: Arm) -> None:
    """PUT 201, the same again 200, GET, DELETE with the body of what is gone, then 204 and 404."""
    name = str(uuid4())
    path = f"{NAMESPACE}/roleAssignments/{name}"
    made = assigned(arm, READER, name=name)

    assert made.status_code == 201
    assert made.json()["properties"]["scope"] == arm.root
    assert assigned(arm, READER, name=name).status_code == 200
    assert arm.get(path) == made.json()
    assert arm.request("DELETE", path).json()["name"] == name
    assert arm.request("DELETE", path).status_code == 204
    assert error(arm.request("GET", path)) == (404, "RoleAssignmentNotFound")


def test_refused_assignments(arm: Arm) -> None:
    """A second name for the same, another role under the same name, no GUID, no such role, no such scope."""
    name = str(uuid4())
    assigned(arm, READER, name=name)

    assert error(assigned(arm, READER)) == (409, "RoleAssignmentExists")
    assert error(assigned(arm, CONTRIBUTOR, name=name)) == (400, "RoleAssignmentUpdateNotPermitted")
    assert error(assigned(arm, READER, name="mine")) == (400, "InvalidRoleAssignmentId")
    assert error(assigned(arm, str(uuid4()))) == (404, "RoleDefinitionDoesNotExist")
    assert error(assigned(arm, READER, scope="/resourceGroups/nowhere")) == (404, "ResourceGroupNotFound")


def test_lists_show_what_is_above_and_below(arm: Arm) -> None:
    """At a group: the subscription's and its own; at the subscription also those below, unless `atScope()`."""
    arm.group("app")
    above = assigned(arm, READER).json()["name"]
    below = assigned(arm, CONTRIBUTOR, scope="/resourceGroups/app").json()["name"]
    other = assigned(arm, READER, principal=str(uuid4())).json()["name"]

    def names(path: str) -> list[str]:
        return [one["name"] for one in arm.get(path)["value"]]

    assert names(f"/resourceGroups/app{NAMESPACE}/roleAssignments") == [above, below, other]
    assert names(f"{NAMESPACE}/roleAssignments?$filter=atScope()") == [above, other]
    assert names(f"{NAMESPACE}/roleAssignments?$filter=principalId eq '{PRINCIPAL}'") == [above, below]
    assert names(f"{NAMESPACE}/roleAssignments?$filter=atScope() and assignedTo('{PRINCIPAL}')") == [above]


def test_enforcement_lets_in_whom_a_role_allows(arm: Arm) -> None:
    """A reader reads and does not write; the refusal names client, object id, action and scope; lists name above."""
    arm.group("app")
    reader, stranger = Tenant(arm, "the-reader"), Tenant(arm, "a-stranger")
    assigned(arm, READER, principal=reader.object_id, scope="/resourceGroups/app")
    arm.control("POST", "/settings", {"authorization": "enforced"})
    group = f"{arm.root}/resourceGroups/app"
    machines = f"{group}/providers/Microsoft.Compute/virtualMachines"

    assert reader.request("GET", machines).status_code == 200
    assert [
        len(who.request("GET", f"{arm.emulator.url}/subscriptions").json()["value"]) for who in (reader, stranger)
    ] == [1, 0]
    refusals = [
        (reader, "PUT", group, "Microsoft.Resources/subscriptions/resourceGroups/write", group),
        (reader, "POST", f"{machines}/vm/start", "Microsoft.Compute/virtualMachines/start/action", f"{machines}/vm"),
        (stranger, "GET", machines, "Microsoft.Compute/virtualMachines/read", f"{group}/providers/Microsoft.Compute"),
        (stranger, "GET", f"{arm.root}/resourceGroups/nowhere", "Microsoft.Resources/subscriptions/resourceGroups/read",
         f"{arm.root}/resourceGroups/nowhere"),
        (reader, "GET", f"{arm.root}/resources", "Microsoft.Resources/subscriptions/resources/read", arm.root),
    ]  # fmt: skip
    for who, method, path, action, scope in refusals:
        refused = who.request(method, path, {"location": "eastasia"} if method == "PUT" else None)
        assert error(refused) == (403, "AuthorizationFailed")
        client = "the-reader" if who is reader else "a-stranger"
        assert refused.json()["error"]["message"].startswith(
            f"The client '{client}' with object id '{who.object_id}' does not have authorization to perform action "
            f"'{action}' over scope '{scope}' or the scope is invalid."
        )
        assert refused.headers["x-ms-failure-cause"] == "gateway"


def test_what_a_role_takes_away_is_not_allowed(arm: Arm) -> None:
    """A contributor may do everything but assign roles; a custom role only what it says."""
    contributor, starter = Tenant(arm, "contributor"), Tenant(arm, "starter")
    custom = str(uuid4())
    permissions = [{"actions": ["Microsoft.Compute/virtualMachines/*/action"], "notActions": ["*/restart/action"]}]
    role = {"roleName": "VM starter", "permissions": permissions, "assignableScopes": [arm.root]}
    vm = arm.vm()
    made = arm.request("PUT", f"{NAMESPACE}/roleDefinitions/{custom}", {"properties": role})
    assigned(arm, CONTRIBUTOR, principal=contributor.object_id)
    assigned(arm, custom, principal=starter.object_id)
    arm.control("POST", "/settings", {"authorization": "enforced"})

    assert (made.status_code, made.json()["properties"]["type"]) == (201, "CustomRole")
    assert contributor.request("PUT", "/resourceGroups/more", {"location": "eastasia"}).status_code == 201
    body = {"properties": {"roleDefinitionId": READER, "principalId": PRINCIPAL}}
    refused = contributor.request("PUT", f"{NAMESPACE}/roleAssignments/{uuid4()}", body)
    assert "'Microsoft.Authorization/roleAssignments/write'" in refused.json()["error"]["message"]
    assert starter.request("POST", f"{vm}/start").is_success
    assert error(starter.request("POST", f"{vm}/restart")) == (403, "AuthorizationFailed")
    assert error(starter.request("GET", vm)) == (403, "AuthorizationFailed")


@pytest.mark.parametrize(
    ("method", "path", "action"),
    [
        ("GET", "/resourceGroups/app/providers/Microsoft.Compute/virtualMachines/vm", "virtualMachines/read"),
        ("PATCH", "/resourceGroups/app/providers/Microsoft.Compute/virtualMachines/vm", "virtualMachines/write"),
        ("DELETE", "/resourceGroups/app/providers/Microsoft.Compute/virtualMachines/vm", "virtualMachines/delete"),
        ("POST", "/resourceGroups/app/providers/Microsoft.Compute/virtualMachines/vm/start", "start/action"),
    ],
)
def test_an_injected_refusal_names_the_real_action(arm: Arm, method: str, path: str, action: str) -> None:
    """The fault 403 says what the caller was refused, as the real service would."""
    arm.control("POST", "/faults", {"status": 403})
    refused = arm.request(method, path, headers={"Authorization": "Bearer not-to-be-repeated"})

    assert error(refused) == (403, "AuthorizationFailed")
    assert f"{action}' over scope '{arm.root}{path.removesuffix('/start')}'" in refused.text
    assert "not-to-be-repeated" not in refused.text


def custom(arm: Arm, client: str, *actions: str) -> Tenant:
    """Somebody with a role of exactly these actions."""
    who, role = Tenant(arm, client), str(uuid4())
    definition = {"roleName": client, "permissions": [{"actions": actions}], "assignableScopes": [arm.root]}
    made = arm.request("PUT", f"{NAMESPACE}/roleDefinitions/{role}", {"properties": definition})
    assert made.is_success, made.text
    assigned(arm, role, principal=who.object_id)
    return who


def test_what_a_request_refers_to_is_asked_for_as_well(arm: Arm) -> None:
    """A network with a security group needs the right to join that; the refusal names both actions and both scopes."""
    providers = arm.group("app")
    guard = f"{providers}/Microsoft.Network/networkSecurityGroups/guard"
    arm.put(guard, {"location": "eastasia", "properties": {}})
    write, join = "Microsoft.Network/virtualNetworks/write", "Microsoft.Network/networkSecurityGroups/join/action"
    writer, joiner = custom(arm, "writer", write), custom(arm, "joiner", write, join)
    arm.control("POST", "/settings", {"authorization": "enforced"})
    network = f"{arm.root}{providers}/Microsoft.Network/virtualNetworks/net"
    space = {"addressSpace": {"addressPrefixes": ["10.0.0.0/16"]}}
    guarded = {"addressPrefix": "10.0.0.0/24", "networkSecurityGroup": {"id": arm.root + guard}}
    body = {"location": "eastasia", "properties": {**space, "subnets": [{"name": "all", "properties": guarded}]}}

    refused = writer.request("PUT", network, body)
    assert error(refused) == (403, "LinkedAuthorizationFailed")
    assert refused.json()["error"]["message"] == (
        f"The client 'writer' with object id '{writer.object_id}' has permission to perform action '{write}' on scope "
        f"'{network}'; however, it does not have permission to perform action(s) '{join}' on the linked scope(s) "
        f"'{arm.root}{guard}' (respectively) or the linked scope(s) are invalid."
    )
    assert writer.request("PUT", network, {"location": "eastasia", "properties": space}).is_success
    assert joiner.request("PUT", f"{network}-2", body).is_success
    asked = {
        (one["action"], one["allowed"], one["refused"])
        for one in arm.control("GET", "/authorizations")
        if one["client"] == "writer"
    }
    assert asked == {(write, 2, 0), (join, 0, 1)}


def test_enabling_asks_for_what_site_recovery_will_use(arm: Arm) -> None:
    """Who may write protected items needs rights on the machine, the group, the network and the account, too."""
    vm = f"{arm.root}{arm.vm()}"
    vault = f"{arm.root}{arm.group('dr')}/Microsoft.RecoveryServices/vaults/v"
    container = f"{vault}/replicationFabrics/f/replicationProtectionContainers/c"
    write = (
        "Microsoft.RecoveryServices/vaults/replicationFabrics/replicationProtectionContainers/"
        "replicationProtectedItems/write"
    )
    writer = custom(arm, "writer", write)
    reader = custom(arm, "reader", write, "Microsoft.Compute/virtualMachines/read")
    arm.control("POST", "/settings", {"authorization": "enforced"})
    details = {
        "instanceType": "A2A",
        "fabricObjectId": vm,
        "recoveryContainerId": container,
        "recoveryResourceGroupId": f"{arm.root}/resourceGroups/dr",
    }
    body = {"properties": {"policyId": f"{vault}/replicationPolicies/p", "providerSpecificDetails": details}}

    def refusal(who: Tenant) -> str:
        answer = who.request("PUT", f"{container}/replicationProtectedItems/i", body)
        assert error(answer) == (403, "LinkedAuthorizationFailed")
        message: str = answer.json()["error"]["message"]
        return message

    assert f"'Microsoft.Compute/virtualMachines/read' on the linked scope(s) '{vm}'" in refusal(writer)
    assert f"on the linked scope(s) '{arm.root}/resourceGroups/dr'" in refusal(reader)
