"""Two templates in the form that the Bicep compiler writes, smaller than ours, with which a deployment is tried.

They have what makes ours hard: a loop of modules over subscriptions, modules in other groups, roles whose actions come
from a file, an identity whose ids others need, settings that hang on what was made before.
"""

import json
from typing import Any

from tests.infra.files import INFRA

SCHEMA = "https://schema.management.azure.com/schemas/2018-05-01/subscriptionDeploymentTemplate.json#"
GROUP = "rg-try"
_ROLE = "guid(subscription().id, parameters('principalId'), 'asr-autoprotect')"
_IDENTITY = "resourceId('Microsoft.ManagedIdentity/userAssignedIdentities', 'id-asr-try')"
_SITE = "resourceId('Microsoft.Web/sites', 'func-asr-try')"
_PROPERTIES = f"reference({_IDENTITY}, '2024-11-30')"


def template(*resources: dict[str, Any], **parts: Any) -> dict[str, Any]:
    """A template; `parameters` are given by their types."""
    parameters = {name: {"type": kind} for name, kind in parts.pop("parameters", {}).items()}
    return {
        "$schema": SCHEMA,
        "contentVersion": "1.0.0.0",
        "parameters": parameters,
        "resources": [*resources],
        **parts,
    }


def module(name: str, whole: dict[str, Any], *after: str, **given: Any) -> dict[str, Any]:
    """A module with the values of its parameters."""
    properties = {
        "expressionEvaluationOptions": {"scope": "inner"},
        "mode": "Incremental",
        "template": whole,
        "parameters": {key: {"value": value} for key, value in given.items()},
    }
    base = {"type": "Microsoft.Resources/deployments", "apiVersion": "2022-09-01", "name": name}
    return base | {"properties": properties, "dependsOn": [*after]}


def resource(kind: str, name: str, properties: dict[str, Any], /, *after: str, **more: Any) -> dict[str, Any]:
    """A resource, by `type@version`."""
    type_, _, version = kind.partition("@")
    base = {"type": type_, "apiVersion": version, "name": name, "properties": properties, "dependsOn": [*after]}
    return base | more


def _group(name: str) -> dict[str, Any]:
    return {
        "type": "Microsoft.Resources/resourceGroups",
        "apiVersion": "2024-03-01",
        "name": name,
        "location": "[deployment().location]",
    }


def _app() -> dict[str, Any]:
    where = {"location": "[resourceGroup().location]"}
    account = "Microsoft.Storage/storageAccounts"
    settings = {
        "AZURE_CLIENT_ID": f"[{_PROPERTIES}.clientId]",
        "ASR_SUBSCRIPTIONS": "[join(parameters('subscriptions'), ',')]",
        "ASR_PROFILES": "[string(parameters('profiles'))]",
        "ASR_TAG_PREFIX": "keep-",
    }
    return template(
        resource("Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30", "id-asr-try", {}, **where),
        resource(
            f"{account}@2025-01-01",
            "stasrtry",
            {"allowSharedKeyAccess": False},
            sku={"name": "Standard_LRS"},
            kind="StorageV2",
            **where,
        ),
        resource(
            f"{account}/blobServices/containers@2025-01-01",
            "stasrtry/default/dead-letters",
            {},
            f"[resourceId('{account}', 'stasrtry')]",
        ),
        resource(
            "Microsoft.Web/serverfarms@2024-11-01",
            "plan-asr-try",
            {"reserved": True},
            sku={"name": "FC1", "tier": "FlexConsumption"},
            **where,
        ),
        resource(
            "Microsoft.Web/sites@2024-11-01",
            "func-asr-try",
            {
                "serverFarmId": "[resourceId('Microsoft.Web/serverfarms', 'plan-asr-try')]",
                "functionAppConfig": {
                    "deployment": {"storage": {"type": "blobContainer"}},
                    "runtime": {"name": "python", "version": "3.13"},
                    "scaleAndConcurrency": {"instanceMemoryMB": 2048, "maximumInstanceCount": 40},
                },
            },
            "[resourceId('Microsoft.Web/serverfarms', 'plan-asr-try')]",
            f"[{_IDENTITY}]",
            kind="functionapp,linux",
            identity={"type": "UserAssigned", "userAssignedIdentities": {f"[format('{{0}}', {_IDENTITY})]": {}}},
            **where,
        ),
        resource("Microsoft.Web/sites/config@2024-11-01", "func-asr-try/appsettings", settings, f"[{_SITE}]"),
        parameters={"subscriptions": "array", "profiles": "object"},
        outputs={
            "id": {"type": "string", "value": f"[{_SITE}]"},
            "storage": {"type": "string", "value": f"[resourceId('{account}', 'stasrtry')]"},
            "principal": {"type": "string", "value": f"[{_PROPERTIES}.principalId]"},
        },
    )


def _rights() -> dict[str, Any]:
    role = f"subscriptionResourceId('Microsoft.Authorization/roleDefinitions', {_ROLE})"
    return template(
        resource(
            "Microsoft.Authorization/roleDefinitions@2022-04-01",
            f"[{_ROLE}]",
            {
                "roleName": "[format('asr-autoprotect try {0}', subscription().subscriptionId)]",
                "type": "CustomRole",
                "permissions": [{"actions": "[variables('actions')]", "notActions": []}],
                "assignableScopes": ["[subscription().id]"],
            },
        ),
        resource(
            "Microsoft.Authorization/roleAssignments@2022-04-01",
            f"[guid(subscription().id, parameters('principalId'), {role})]",
            {
                "principalId": "[parameters('principalId')]",
                "principalType": "ServicePrincipal",
                "roleDefinitionId": f"[{role}]",
            },
            f"[{role}]",
        ),
        parameters={"principalId": "string"},
        variables={
            "copy": [
                {
                    "name": "actions",
                    "count": "[length(variables('$fxv#0').actions)]",
                    "input": "[variables('$fxv#0').actions[copyIndex('actions')].action]",
                }
            ],
            "$fxv#0": json.loads((INFRA / "role.json").read_text(encoding="utf-8")),
        },
    )


def app() -> dict[str, Any]:
    """The first layer."""
    group = f"format('/subscriptions/{{0}}/resourceGroups/{{1}}', subscription().subscriptionId, '{GROUP}')"
    host = f"extensionResourceId({group}, 'Microsoft.Resources/deployments', 'host')"
    made = f"reference({host}, '2022-09-01').outputs"
    rights = module(
        "[format('rights-{0}', copyIndex())]", _rights(), f"[{host}]", principalId=f"[{made}.principal.value]"
    )
    return template(
        _group(GROUP),
        {
            **module(
                "host",
                _app(),
                f"[subscriptionResourceId('Microsoft.Resources/resourceGroups', '{GROUP}')]",
                subscriptions="[parameters('subscriptions')]",
                profiles="[parameters('profiles')]",
            ),
            "resourceGroup": GROUP,
        },
        {
            **rights,
            "copy": {"name": "rights", "count": "[length(parameters('subscriptions'))]"},
            "condition": "[parameters('assignRoles')]",
            "subscriptionId": "[parameters('subscriptions')[copyIndex()]]",
            "location": "[deployment().location]",
        },
        parameters={"subscriptions": "array", "profiles": "object", "assignRoles": "bool"},
        outputs={
            "ASR_APP_ID": {"type": "string", "value": f"[{made}.id.value]"},
            "ASR_STORAGE_ID": {"type": "string", "value": f"[{made}.storage.value]"},
            "ASR_IDENTITY_PRINCIPAL_ID": {"type": "string", "value": f"[{made}.principal.value]"},
            "AZURE_RESOURCE_GROUP": {"type": "string", "value": GROUP},
            "ASR_WATCHED": {"type": "string", "value": "[join(parameters('subscriptions'), ',')]"},
        },
    )


def _topic() -> dict[str, Any]:
    topic = "resourceId('Microsoft.EventGrid/systemTopics', 'evgst-asr-try')"
    return template(
        resource(
            "Microsoft.EventGrid/systemTopics@2025-02-15",
            "evgst-asr-try",
            {"source": "[subscription().id]", "topicType": "Microsoft.Resources.Subscriptions"},
            location="global",
            identity={"type": "SystemAssigned"},
        ),
        resource(
            "Microsoft.EventGrid/systemTopics/eventSubscriptions@2025-02-15",
            "evgst-asr-try/asr-autoprotect",
            {
                "eventDeliverySchema": "EventGridSchema",
                "destination": {
                    "endpointType": "AzureFunction",
                    "properties": {"resourceId": "[format('{0}/functions/on_vm_event', parameters('appId'))]"},
                },
                "filter": "[variables('$fxv#0')]",
                "deadLetterWithResourceIdentity": {
                    "identity": {"type": "SystemAssigned"},
                    "deadLetterDestination": {
                        "endpointType": "StorageBlob",
                        "properties": {"resourceId": "[parameters('storageId')]", "blobContainerName": "dead-letters"},
                    },
                },
            },
            f"[{topic}]",
        ),
        resource(
            "Microsoft.Insights/metricAlerts@2018-03-01",
            "ma-asr-dead-letters-try",
            {"severity": 2, "scopes": [f"[{topic}]"]},
            f"[{topic}]",
            location="global",
        ),
        parameters={"appId": "string", "storageId": "string"},
        variables={"$fxv#0": json.loads((INFRA / "event-filter.json").read_text(encoding="utf-8"))},
    )


def events() -> dict[str, Any]:
    """The last layer."""
    group = f"{GROUP}-events"
    inner = module(
        "topic",
        _topic(),
        f"[subscriptionResourceId('Microsoft.Resources/resourceGroups', '{group}')]",
        appId="[parameters('appId')]",
        storageId="[parameters('storageId')]",
    )
    watch = template(
        _group(group), {**inner, "resourceGroup": group}, parameters={"appId": "string", "storageId": "string"}
    )
    given = {"appId": "[parameters('appId')]", "storageId": "[parameters('storageId')]"}
    return template(
        {
            **module("[format('watch-{0}', copyIndex())]", watch, **given),
            "copy": {"name": "watch", "count": "[length(parameters('subscriptions'))]"},
            "subscriptionId": "[parameters('subscriptions')[copyIndex()]]",
            "location": "[deployment().location]",
        },
        parameters={"appId": "string", "storageId": "string", "subscriptions": "array"},
    )
