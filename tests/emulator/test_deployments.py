"""Templates: order, expressions, failures, nesting, and the recorded one of `az vm create`."""

from typing import Any

import httpx
import pytest

from tests.emulator.conftest import Arm
from tests.emulator.truth import RECORDED, exchange, missing, shapes

SCHEMA = "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#"
DEPLOYMENT = "/resourceGroups/app/providers/Microsoft.Resources/deployments/one"
SPACE = {"addressSpace": {"addressPrefixes": ["10.0.0.0/16"]}}


def template(*resources: dict[str, Any], **parts: Any) -> dict[str, Any]:
    """Return the body of a deployment."""
    parameters = parts.pop("given", {})
    whole = {"$schema": SCHEMA, "contentVersion": "1.0.0.0", "resources": list(resources), **parts}
    return {"properties": {"mode": "Incremental", "template": whole, "parameters": parameters}}


def disk(name: str, size: Any = 4, **more: Any) -> dict[str, Any]:
    """Return a disk as a template has it."""
    properties = {"creationData": {"createOption": "Empty"}, "diskSizeGB": size}
    base = {"type": "Microsoft.Compute/disks", "apiVersion": "2022-07-02", "name": name, "location": "eastasia"}
    return base | {"properties": properties} | more


def network(**more: Any) -> dict[str, Any]:
    """Return a network as a template has it."""
    base = {"type": "Microsoft.Network/virtualNetworks", "apiVersion": "2023-04-01", "name": "net"}
    return base | {"location": "eastasia", "properties": SPACE} | more


def deployed(arm: Arm, body: dict[str, Any], path: str = DEPLOYMENT) -> Any:
    """Deploy, wait, and return the deployment."""
    ended = arm.finish(arm.request("PUT", path, body)).json()
    assert ended["status"] == "Succeeded", ended
    return arm.get(path)


def refusal(response: httpx.Response) -> tuple[int, str, str]:
    """Return status, code and message of a refusal."""
    error = response.json()["error"]
    return response.status_code, error["code"], error["message"]


def test_a_template_with_everything(arm: Arm) -> None:
    """Parameters, variables, functions, conditions, children, references and outputs."""
    arm.group()
    subnet = {
        "type": "subnets",
        "apiVersion": "2023-04-01",
        "name": "web",
        "dependsOn": ["[resourceId('Microsoft.Network/virtualNetworks', variables('net'))]"],
        "properties": {"addressPrefix": "10.0.1.0/24"},
    }
    body = template(
        disk("[format('{0}-copy', parameters('name'))]", "[add(parameters('size'), 4)]"),
        disk("never", condition="[equals(parameters('name'), 'other')]"),
        network(name="[variables('net')]", location="[resourceGroup().location]", resources=[subnet]),
        {
            "type": "Microsoft.Network/networkInterfaces",
            "apiVersion": "2023-04-01",
            "name": "nic",
            "location": "[parameters('where')]",
            "dependsOn": ["[concat('Microsoft.Network/virtualNetworks/', variables('net'), '/subnets/web')]"],
            "properties": {
                "ipConfigurations": [
                    {
                        "name": "ip",
                        "properties": {
                            "subnet": {
                                "id": "[resourceId('Microsoft.Network/virtualNetworks/subnets', 'app-net', 'web')]"
                            }
                        },
                    }
                ]
            },
        },
        parameters={
            "name": {"type": "string", "minLength": 1},
            "size": {"type": "int", "defaultValue": 4},
            "where": {"type": "string", "defaultValue": "[resourceGroup().location]"},
            "secret": {"type": "securestring"},
        },
        variables={"net": "[concat(toLower(resourceGroup().name), '-net')]"},
        outputs={
            "address": {"type": "string", "value": "[reference('nic').ipConfigurations[0].properties.privateIPAddress]"}
        },
        given={"name": {"value": "data"}, "secret": {"value": "hidden words"}},
    )
    ended = deployed(arm, body)

    assert arm.get("/resourceGroups/app/providers/Microsoft.Compute/disks/data-copy")["properties"]["diskSizeGB"] == 8
    assert ended["properties"]["outputs"] == {"address": {"type": "String", "value": "10.0.1.4"}}
    assert ended["properties"]["parameters"]["secret"] == {"type": "SecureString"}
    assert "hidden words" not in str(ended)
    assert len(ended["properties"]["outputResources"]) == 4
    lines = arm.get(f"{DEPLOYMENT}/operations")["value"]
    assert {one["properties"]["provisioningState"] for one in lines} == {"Succeeded"}
    assert arm.request("GET", "/resourceGroups/app/providers/Microsoft.Compute/disks/never").status_code == 404


def test_what_depends_waits(arm: Arm) -> None:
    """The second resource is not begun before the first one's operation has ended."""
    arm.group()
    arm.control("POST", "/pace", {"durations": {"Microsoft.Compute/disks/write": 60}})
    body = template(disk("late", dependsOn=["[resourceId('Microsoft.Compute/disks', 'early')]"]), disk("early"))
    accepted = arm.request("PUT", DEPLOYMENT, body)
    disks = "/providers/Microsoft.Compute/disks"

    assert (accepted.status_code, accepted.json()["properties"]["provisioningState"]) == (201, "Accepted")
    assert [one["name"] for one in arm.get(disks)["value"]] == ["early"]
    assert arm.get(DEPLOYMENT)["properties"]["provisioningState"] == "Running"
    assert refusal(arm.request("PUT", DEPLOYMENT, body))[:2] == (409, "DeploymentActive")
    arm.control("POST", "/clock", {"advance_s": 60})
    assert [one["name"] for one in arm.get(disks)["value"]] == ["early", "late"]
    assert arm.get(accepted.headers["Azure-AsyncOperation"]) == {"status": "Running"}
    arm.control("POST", "/clock", {"advance_s": 60})
    assert arm.get(accepted.headers["Azure-AsyncOperation"]) == {"status": "Succeeded"}
    assert arm.get(DEPLOYMENT)["properties"]["duration"].startswith("PT2M")


def test_one_failure_fails_the_deployment(arm: Arm) -> None:
    """With the resource's own error in the details; what depends on it is not begun, what does not is there."""
    arm.group()
    body = template(
        disk("wrong", sku={"name": "Imaginary_LRS"}),
        disk("behind", dependsOn=["wrong"]),
        disk("beside"),
    )
    ended = arm.finish(arm.request("PUT", DEPLOYMENT, body)).json()

    assert (ended["status"], ended["error"]["code"]) == ("Failed", "DeploymentFailed")
    assert [one["code"] for one in ended["error"]["details"]] == ["InvalidParameter"]
    assert arm.get(DEPLOYMENT)["properties"]["provisioningState"] == "Failed"
    assert [one["name"] for one in arm.get("/providers/Microsoft.Compute/disks")["value"]] == ["beside"]
    failed = [one["properties"] for one in arm.get(f"{DEPLOYMENT}/operations")["value"]]
    assert failed[0]["statusMessage"]["error"]["code"] == "InvalidParameter"


def test_a_deployment_to_the_subscription(arm: Arm) -> None:
    """It makes groups, and deploys into them by a nested template with a scope of its own."""
    inner = {
        "$schema": SCHEMA,
        "contentVersion": "1.0.0.0",
        "parameters": {"name": {"type": "string"}},
        "resources": [disk("[parameters('name')]", location="[resourceGroup().location]")],
    }
    nested = {
        "type": "Microsoft.Resources/deployments",
        "apiVersion": "2022-09-01",
        "name": "inside",
        "resourceGroup": "made",
        "dependsOn": ["made"],
        "properties": {
            "mode": "Incremental",
            "expressionEvaluationOptions": {"scope": "inner"},
            "template": inner,
            "parameters": {"name": {"value": "[parameters('disk')]"}},
        },
    }
    group = {
        "type": "Microsoft.Resources/resourceGroups",
        "apiVersion": "2022-09-01",
        "name": "made",
        "location": "westus",
        "properties": {},
    }
    parameters = {"disk": {"type": "string", "defaultValue": "sub"}}
    path = "/providers/Microsoft.Resources/deployments/whole"
    deployed(arm, template(group, nested, parameters=parameters) | {"location": "westus"}, path)

    made = arm.get("/resourceGroups/made/providers/Microsoft.Compute/disks/sub")
    assert made["location"] == "westus"
    names = [one["name"] for one in arm.get("/providers/Microsoft.Resources/deployments")["value"]]
    assert names == ["whole"]
    unplaced = arm.request("PUT", path, template(group))
    assert refusal(unplaced)[:2] == (400, "LocationRequired")


@pytest.mark.parametrize(
    ("body", "code", "said"),
    [
        (template(disk("[parameters('x')]")), "InvalidTemplate", "parameter 'x' is not found"),
        (template(disk("d"), parameters={"x": {"type": "string"}}), "InvalidTemplate", "'x' is not provided"),
        (template(disk("d"), given={"x": {"value": 1}}), "InvalidTemplate", "'x' in the parameters file"),
        (template(disk("[concat('a']")), "InvalidTemplate", "ends too early"),
        (template(disk("d"), disk("D")), "InvalidTemplate", "defined multiple times"),
        (template(disk("a", dependsOn=["b"]), disk("b", dependsOn=["a"])), "InvalidTemplate", "Circular dependency"),
        (template(disk("a", dependsOn=["b"])), "InvalidTemplate", "'b' is not defined"),
        (template(disk("a/b")), "InvalidTemplate", "incorrect segment lengths"),
        (template(disk("[dance('a')]")), "NotImplemented", "function 'dance'"),
        (template(disk("a", copy={"name": "loop", "count": 2})), "InvalidTemplate", "multiple times"),
        (template(disk("a", copy={"name": "loop"})), "InvalidTemplate", "count"),
        (
            template(disk("[concat('a', copyIndex('else'))]", copy={"name": "b", "count": 1})),
            "InvalidTemplate",
            "copyIndex",
        ),
        (template(disk("a", type="Microsoft.Magic/wands")), "NotImplemented", "Microsoft.Magic/wands"),
        ({"properties": {"mode": "Incremental"}}, "InvalidDeployment", "template"),
    ],
)
def test_templates_that_cannot_be_deployed(arm: Arm, body: dict[str, Any], code: str, said: str) -> None:
    """Validation and deployment refuse alike, and nothing is made."""
    arm.group()
    for method, path in (("POST", f"{DEPLOYMENT}/validate"), ("PUT", DEPLOYMENT)):
        _, found, message = refusal(arm.request(method, path, body))
        assert (found, said in message) == (code, True), message
    assert arm.request("HEAD", DEPLOYMENT).status_code == 404


def test_validation_makes_nothing(arm: Arm) -> None:
    """It says what would be made."""
    arm.group()
    checked = arm.request("POST", f"{DEPLOYMENT}/validate", template(disk("d")))

    assert checked.json()["properties"]["validatedResources"] == [
        {"id": f"{arm.root}/resourceGroups/app/providers/Microsoft.Compute/disks/d"}
    ]
    assert arm.get("/resources")["value"] == []


def test_cancelling(arm: Arm) -> None:
    """What has begun ends, what has not does not begin; deleting a deployment leaves what it made."""
    arm.group()
    arm.control("POST", "/pace", {"durations": {"Microsoft.Compute/disks/write": 60}})
    accepted = arm.request("PUT", DEPLOYMENT, template(disk("first"), disk("second", dependsOn=["first"])))
    arm.get(DEPLOYMENT)
    assert arm.request("POST", f"{DEPLOYMENT}/cancel").status_code == 204
    arm.control("POST", "/clock", {"advance_s": 600})

    assert arm.get(accepted.headers["Azure-AsyncOperation"]) == {"status": "Canceled"}
    assert refusal(arm.request("POST", f"{DEPLOYMENT}/cancel"))[:2] == (409, "DeploymentCannotBeCancelled")
    assert [one["name"] for one in arm.get("/resources")["value"]] == ["first"]
    assert arm.request("DELETE", DEPLOYMENT).status_code == 204
    assert refusal(arm.request("GET", DEPLOYMENT))[:2] == (404, "DeploymentNotFound")
    assert [one["name"] for one in arm.get("/resources")["value"]] == ["first"]


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("[concat('it''s ', string(true()))]", "it's True"),
        ("[[literal]", "[literal]"),
        ("[if(and(contains('abc', 'b'), not(empty('x'))), 'yes', 'no')]", "yes"),
        ("[last(split('a-b-c', '-'))]", "c"),
        ("[substring(toUpper(replace('a.b', '.', '/')), 0, 2)]", "A/"),
        ("[string(union(createArray(1, 2), createArray(2, 3)))]", "[1,2,3]"),
        ("[createObject('a', createObject('b', 'deep')).a['b']]", "deep"),
        ("[guid('a', 'b')]", "[guid('a', 'b')]"),
        ("[format('{0}{1}', mul(6, 7), coalesce(null(), '!'))]", "42!"),
    ],
)
def test_functions(arm: Arm, expression: str, value: str) -> None:
    """Through an output, as a template's author would try them."""
    arm.group()
    outputs = {"it": {"type": "string", "value": expression}}
    found = deployed(arm, template(outputs=outputs))["properties"]["outputs"]["it"]["value"]
    assert found == value or (expression.startswith("[guid") and len(found) == 36)


@pytest.mark.skipif(not RECORDED.is_dir(), reason="the recorded traffic is not here")
def test_the_recorded_template_of_az_vm_create(arm: Arm) -> None:
    """Replayed: same statuses, every recorded key with its type, and the machine runs."""
    recorded = {index: exchange(index) for index in (12, 17)}
    arm.group("cli.test.rg.SRVM", "eastus2")
    path = "/resourcegroups/cli.test.rg.SRVM/providers/Microsoft.Resources/deployments/mock-deployment"
    sent = recorded[12]["request"]["body"]
    text = httpx.Response(200, json=sent).text.replace(
        "00000000-0000-0000-0000-000000000000", arm.emulator.subscription
    )
    accepted = arm.request("PUT", path, httpx.Response(200, text=text).json())
    assert accepted.status_code == recorded[12]["response"]["status"]
    assert missing(recorded[12]["response"]["body"], accepted.json()) == []
    assert arm.finish(accepted).json() == {"status": "Succeeded"}
    ended = arm.get(path)
    assert missing(recorded[17]["response"]["body"], ended) == []
    assert shapes(ended).keys() == shapes(recorded[17]["response"]["body"]).keys()
    view = arm.get(
        "/resourceGroups/cli.test.rg.SRVM/providers/Microsoft.Compute/virtualMachines/SRsourcevm/instanceView"
    )
    assert view["statuses"][-1]["code"] == "PowerState/running"
