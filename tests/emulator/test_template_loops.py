"""Templates as the Bicep compiler writes them: loops, modules elsewhere, lambdas; deployed by Azure's own client."""

from collections.abc import Iterator
from typing import Any

import pytest
from azure.core.exceptions import HttpResponseError
from azure.mgmt.resource.deployments import DeploymentsMgmtClient

from tests.emulator.azure_client import deployments
from tests.emulator.conftest import Arm

OTHER = "22222222-0000-4000-8000-000000000002"
SCHEMA = "https://schema.management.azure.com/schemas/2018-05-01/subscriptionDeploymentTemplate.json#"


@pytest.fixture
def client(arm: Arm) -> Iterator[DeploymentsMgmtClient]:
    """Azure's client of deployments."""
    with deployments(arm.emulator.url, arm.emulator.subscription) as found:
        yield found


def template(*resources: dict[str, Any], **parts: Any) -> dict[str, Any]:
    """A template."""
    return {"$schema": SCHEMA, "contentVersion": "1.0.0.0", "resources": list(resources), **parts}


def deployment(whole: dict[str, Any], location: str = "swedencentral", **given: Any) -> Any:
    """The body of a deployment."""
    parameters = {name: {"value": value} for name, value in given.items()}
    properties = {"mode": "Incremental", "template": whole, "parameters": parameters}
    return {"properties": properties} | ({"location": location} if location else {})


def group(name: str, **more: Any) -> dict[str, Any]:
    """A resource group as a template has it."""
    base = {"type": "Microsoft.Resources/resourceGroups", "apiVersion": "2024-03-01", "name": name}
    return base | {"location": "[deployment().location]"} | more


def module(name: str, whole: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A module as the compiler writes it: a deployment with a scope of its own for expressions."""
    parameters = more.pop("given", {})
    properties = {
        "expressionEvaluationOptions": {"scope": "inner"},
        "mode": "Incremental",
        "template": whole,
        "parameters": {key: {"value": value} for key, value in parameters.items()},
    }
    base = {"type": "Microsoft.Resources/deployments", "apiVersion": "2022-09-01", "name": name}
    return base | {"properties": properties} | more


def names(arm: Arm, path: str) -> list[str]:
    """The names in a list."""
    return sorted(one["name"] for one in arm.get(path)["value"])


def test_loops_over_resources_variables_properties_and_outputs(arm: Arm, client: DeploymentsMgmtClient) -> None:
    """`copy` in each of its places; copyIndex with a name, without one and with an offset; none at all of nothing."""
    arm.group()
    upper = "lambda('range', toUpper(lambdaVariables('range')))"
    whole = template(
        {
            "copy": {"name": "nets", "count": "[length(variables('ranges'))]"},
            "type": "Microsoft.Network/virtualNetworks",
            "apiVersion": "2023-04-01",
            "name": "[format('net-{0}', copyIndex(1))]",
            "location": "eastasia",
            "properties": {
                "addressSpace": {"addressPrefixes": ["[variables('ranges')[copyIndex()]]"]},
                "copy": [
                    {
                        "name": "subnets",
                        "count": "[parameters('subnets')]",
                        "input": {
                            "name": "[format('s{0}-{1}', copyIndex(), copyIndex('subnets'))]",
                            "properties": {
                                "addressPrefix": "[format('10.{0}.{1}.0/24', copyIndex(), copyIndex('subnets'))]"
                            },
                        },
                    }
                ],
            },
        },
        {
            "type": "Microsoft.Compute/disks",
            "apiVersion": "2022-07-02",
            "name": "last",
            "location": "eastasia",
            "dependsOn": ["nets"],
            "properties": {"creationData": {"createOption": "Empty"}, "diskSizeGB": 4},
        },
        {**group("never"), "copy": {"name": "none", "count": 0}},
        parameters={"subnets": {"type": "int"}},
        variables={
            "copy": [
                {
                    "name": "ranges",
                    "count": "[length(createArray(0, 1))]",
                    "input": "[format('10.{0}.0.0/16', copyIndex('ranges'))]",
                }
            ]
        },
        outputs={
            "all": {"type": "array", "copy": {"count": 2, "input": "[format('net-{0}', copyIndex(1))]"}},
            "upper": {"type": "array", "value": f"[map(variables('ranges'), {upper})]"},
        },
    )
    ended = client.deployments.begin_create_or_update("app", "one", deployment(whole, "", subnets=2)).result()

    assert names(arm, "/resourceGroups/app/providers/Microsoft.Network/virtualNetworks") == ["net-1", "net-2"]
    second = arm.get("/resourceGroups/app/providers/Microsoft.Network/virtualNetworks/net-2")["properties"]
    assert second["addressSpace"]["addressPrefixes"] == ["10.1.0.0/16"]
    assert [one["name"] for one in second["subnets"]] == ["s1-0", "s1-1"]
    assert ended.properties is not None
    assert ended.properties.outputs == {
        "all": {"type": "Array", "value": ["net-1", "net-2"]},
        "upper": {"type": "Array", "value": ["10.0.0.0/16", "10.1.0.0/16"]},
    }


def test_modules_go_to_other_groups_and_subscriptions(arm: Arm, client: DeploymentsMgmtClient) -> None:
    """A loop of modules, one per subscription; what one tells another is there when it is needed."""
    arm.emulator.cloud.environment.subscriptions[OTHER] = "Other"
    inner = template(
        group("[parameters('name')]"),
        parameters={"name": {"type": "string"}},
        outputs={"id": {"type": "string", "value": "[subscription().subscriptionId]"}},
    )
    watch = {
        **module("[format('watch-{0}', copyIndex())]", inner, given={"name": "events"}),
        "copy": {"name": "watch", "count": "[length(parameters('subscriptions'))]"},
        "condition": "[not(empty(parameters('subscriptions')[copyIndex()]))]",
        "subscriptionId": "[parameters('subscriptions')[copyIndex()]]",
        "location": "[deployment().location]",
    }
    identity = {
        "type": "Microsoft.ManagedIdentity/userAssignedIdentities",
        "apiVersion": "2024-11-30",
        "name": "[parameters('name')]",
        "location": "swedencentral",
        "properties": {},
    }
    last = {
        **module(
            "last",
            template(identity, parameters={"name": {"type": "string"}}),
            given={
                "name": "[format('id-{0}', take(reference(subscriptionResourceId(parameters('subscriptions')[1], "
                "'Microsoft.Resources/deployments', 'watch-1'), '2022-09-01').outputs.id.value, 4))]"
            },
        ),
        "subscriptionId": OTHER,
        "resourceGroup": "events",
        "dependsOn": ["watch"],
    }
    whole = template(last, watch, parameters={"subscriptions": {"type": "array"}})
    given = [arm.emulator.subscription, OTHER]
    body = deployment(whole, subscriptions=given)
    client.deployments.begin_create_or_update_at_subscription_scope("all", body).result()

    for one in given:
        assert arm.get(f"/subscriptions/{one}/resourceGroups/events")["location"] == "swedencentral"
    where = f"/subscriptions/{OTHER}/resourceGroups/events/providers/Microsoft.ManagedIdentity/userAssignedIdentities"
    assert names(arm, where) == ["id-2222"]


def test_a_branch_that_is_not_taken_may_refer_to_what_is_not_there(arm: Arm, client: DeploymentsMgmtClient) -> None:
    """As the compiler writes a conditional module's output."""
    absent = "reference(resourceId('Microsoft.Resources/deployments', 'absent'), '2022-09-01').outputs.x.value"
    arm.group()
    whole = template(
        {**module("absent", template()), "condition": "[parameters('wanted')]"},
        parameters={"wanted": {"type": "bool", "defaultValue": False}},
        outputs={"x": {"type": "string", "value": f"[if(parameters('wanted'), {absent}, 'none')]"}},
    )
    ended = client.deployments.begin_create_or_update("app", "one", deployment(whole, "")).result()

    assert ended.properties is not None
    assert ended.properties.outputs == {"x": {"type": "String", "value": "none"}}


def test_a_role_for_a_management_group(arm: Arm, client: DeploymentsMgmtClient) -> None:
    """At its scope a role is defined and assigned; it then counts in the subscriptions below."""
    role = "guid(managementGroup().id, 'reader of ours')"
    definition_id = f"extensionResourceId(managementGroup().id, 'Microsoft.Authorization/roleDefinitions', {role})"
    permissions = [{"actions": ["Microsoft.Compute/disks/read"], "notActions": []}]
    whole = template(
        {
            "type": "Microsoft.Authorization/roleDefinitions",
            "apiVersion": "2022-04-01",
            "name": f"[{role}]",
            "properties": {
                "roleName": "[format('ours {0}', managementGroup().name)]",
                "type": "CustomRole",
                "permissions": permissions,
                "assignableScopes": ["[managementGroup().id]"],
            },
        },
        {
            "type": "Microsoft.Authorization/roleAssignments",
            "apiVersion": "2022-04-01",
            "name": "[guid(managementGroup().id, parameters('principal'))]",
            "dependsOn": [f"[{definition_id}]"],
            "properties": {
                "principalId": "[parameters('principal')]",
                "principalType": "ServicePrincipal",
                "roleDefinitionId": f"[{definition_id}]",
            },
        },
        parameters={"principal": {"type": "string"}},
    )
    client.deployments.begin_create_or_update_at_management_group_scope(
        "root", "roles", deployment(whole, principal="33333333-0000-4000-8000-000000000003")
    ).result()

    found = arm.get("/providers/Microsoft.Authorization/roleAssignments")["value"]
    assert [one["properties"]["principalId"] for one in found] == ["33333333-0000-4000-8000-000000000003"]


def test_what_cannot_be_deployed_is_said_before(client: DeploymentsMgmtClient) -> None:
    """A module for a subscription that does not exist fails the deployment, with the reason."""
    stray = {**module("stray", template()), "subscriptionId": OTHER, "location": "swedencentral"}
    with pytest.raises(HttpResponseError, match="SubscriptionNotFound"):
        client.deployments.begin_create_or_update_at_subscription_scope("all", deployment(template(stray))).result()


def test_resources_by_name(arm: Arm, client: DeploymentsMgmtClient) -> None:
    """Language version 2.0: an object of resources, whose names are waited for and looked at; some exist already."""
    network = arm.put(
        f"{arm.group()}/Microsoft.Network/virtualNetworks/there",
        {"location": "eastasia", "properties": {"addressSpace": {"addressPrefixes": ["10.9.0.0/16"]}}},
    )
    disk = {"type": "Microsoft.Compute/disks", "apiVersion": "2022-07-02", "location": "eastasia"}
    properties = {"creationData": {"createOption": "Empty"}, "diskSizeGB": "[add(4, copyIndex())]"}
    resources: dict[str, Any] = {
        "there": {
            "existing": True,
            "type": "Microsoft.Network/virtualNetworks",
            "apiVersion": "2023-04-01",
            "name": "there",
        },
        "never": {**disk, "condition": False, "name": "never", "properties": {}},
        "disks": {
            **disk,
            "copy": {"name": "disks", "count": 2},
            "name": "[format('d{0}', copyIndex())]",
            "properties": properties,
            "dependsOn": ["never", "there"],
        },
        "last": {
            **disk,
            "name": "last",
            "tags": {"size": "[string(reference('disks[1]').diskSizeGB)]"},
            "properties": {"creationData": {"createOption": "Empty"}, "diskSizeGB": 4},
            "dependsOn": ["disks", "[format('disks[{0}]', 1)]"],
        },
    }
    whole = template(
        languageVersion="2.0",
        outputs={
            "range": {"type": "string", "value": "[reference('there').addressSpace.addressPrefixes[0]]"},
            "where": {"type": "string", "value": "[reference('disks[0]', '2022-07-02', 'full').location]"},
        },
    ) | {"resources": resources}

    ended = client.deployments.begin_create_or_update("app", "main", deployment(whole, "")).result()
    outputs = ended.properties.outputs if ended.properties else None
    assert {key: one["value"] for key, one in (outputs or {}).items()} == {
        "range": network["properties"]["addressSpace"]["addressPrefixes"][0],
        "where": "eastasia",
    }
    assert names(arm, f"{arm.group()}/Microsoft.Compute/disks") == ["d0", "d1", "last"]
    assert arm.get(f"{arm.group()}/Microsoft.Compute/disks/last")["tags"] == {"size": "5"}

    for broken, why in (
        ({**whole, "languageVersion": "1.0"}, "is not an array"),
        ({**whole, "resources": {**resources, "last": {**resources["last"], "dependsOn": ["nobody"]}}}, "nobody"),
    ):
        with pytest.raises(HttpResponseError, match=why):
            client.deployments.begin_create_or_update("app", "other", deployment(broken, ""))
