"""Groups, tags, the generic list, links, locations, providers."""

from typing import Any

import pytest

from tests.emulator.conftest import Arm


def test_group_life(arm: Arm) -> None:
    """PUT 201 then 200, HEAD 204, DELETE 202 with Location to the end, then 404."""
    created = arm.request("PUT", "/resourceGroups/app", {"location": "eastasia", "tags": {"a": "1"}})
    again = arm.request("PUT", "/resourceGroups/app", {"location": "eastasia", "tags": {"a": "2"}})
    elsewhere = arm.request("PUT", "/resourceGroups/app", {"location": "westus"})
    exists = arm.request("HEAD", "/resourceGroups/app")
    deleted = arm.request("DELETE", "/resourceGroups/app")
    ended = arm.finish(deleted)

    assert (created.status_code, again.status_code, exists.status_code) == (201, 200, 204)
    assert again.json()["tags"] == {"a": "2"}
    assert elsewhere.status_code == 409
    assert elsewhere.json()["error"]["code"] == "InvalidResourceGroupLocation"
    assert (deleted.status_code, deleted.content, ended.status_code) == (202, b"", 200)
    assert arm.request("HEAD", "/resourceGroups/app").status_code == 404


def test_unknown_and_missing_locations_are_refused(arm: Arm) -> None:
    """A location is needed and must be one of Azure's."""
    assert arm.request("PUT", "/resourceGroups/a", {}).json()["error"]["code"] == "LocationRequired"
    unknown = arm.request("PUT", "/resourceGroups/a", {"location": "atlantis"})
    assert unknown.json()["error"]["code"] == "LocationNotAvailableForResourceType"


def tags_of(arm: Arm, path: str) -> Any:
    """Return the tags of a resource as it shows them itself."""
    return arm.get(path).get("tags")


def test_tags_api_has_all_operations(arm: Arm) -> None:
    """Merge, Replace, Delete, PUT and DELETE, on a group; names keep their casing and are compared without."""
    arm.group("app")
    path = "/resourceGroups/app/providers/Microsoft.Resources/tags/default"

    def patch(operation: str, tags: dict[str, str]) -> Any:
        body = {"operation": operation, "properties": {"tags": tags}}
        response = arm.request("PATCH", path, body)
        assert response.status_code == 200, response.text
        return response.json()["properties"]["tags"]

    assert arm.request("PUT", path, {"properties": {"tags": {"Owner": "a", "x": "1"}}}).status_code == 200
    assert patch("Merge", {"owner": "b", "y": "2"}) == {"Owner": "b", "x": "1", "y": "2"}
    assert patch("Delete", {"x": "1", "y": "other"}) == {"Owner": "b", "y": "2"}
    assert patch("Replace", {"z": "3"}) == {"z": "3"}
    assert tags_of(arm, "/resourceGroups/app") == {"z": "3"}
    assert arm.get(path)["type"] == "Microsoft.Resources/tags"
    assert arm.request("DELETE", path).status_code == 200
    assert tags_of(arm, "/resourceGroups/app") == {}


def test_tags_on_a_vm_and_on_the_subscription(arm: Arm) -> None:
    """The same API works on any scope."""
    vm = arm.vm()
    for scope in (vm, ""):
        path = f"{scope}/providers/Microsoft.Resources/tags/default"
        body = {"operation": "Merge", "properties": {"tags": {"asr-protect": "true"}}}
        assert arm.request("PATCH", path, body).status_code == 200

    assert tags_of(arm, vm) == {"asr-protect": "true"}
    assert tags_of(arm, arm.root) == {"asr-protect": "true"}


@pytest.mark.parametrize(
    ("tags", "code"),
    [
        ({f"t{number}": "" for number in range(51)}, "InvalidTags"),
        ({"a<b": "1"}, "InvalidTagNameCharacters"),
        ({"a": "x" * 257}, "InvalidTags"),
        ({"a": "1", "A": "2"}, "InvalidTags"),
    ],
)
def test_tag_limits(arm: Arm, tags: dict[str, str], code: str) -> None:
    """Fifty tags, 256 characters, no forbidden characters, no two names that differ in casing only."""
    arm.group("app")
    path = "/resourceGroups/app/providers/Microsoft.Resources/tags/default"

    response = arm.request("PUT", path, {"properties": {"tags": tags}})

    assert (response.status_code, response.json()["error"]["code"]) == (400, code)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        (
            "$filter=resourceType eq 'microsoft.compute/virtualmachines'",
            {"web-0", "web-1", "db-0", "batch-0", "legacy-0"},
        ),
        ("$filter=resourceType eq 'Microsoft.Compute/virtualMachines' and name eq 'WEB-0'", {"web-0"}),
        ("$filter=tagName eq 'role' and tagValue eq 'web'", {"web-0"}),
        (
            "$filter=substringof('legacy', name) and not (location eq 'westus')",
            {"legacy-0", "legacy-0-nic", "contosolegacyos", "contosolegacydata"},
        ),
        ("$filter=startswith(name,'batch') and resourceType ne 'Microsoft.Compute/disks'", {"batch-0", "batch-0-nic"}),
        ("$filter=resourceGroup eq 'elsewhere'", set()),
    ],
)
def test_generic_list_filters(east_asia: Arm, query: str, expected: set[str]) -> None:
    """`$filter` on type, name, tag, group and location, with functions and brackets."""
    vm = "/resourceGroups/contoso-app/providers/Microsoft.Compute/virtualMachines/web-0"
    east_asia.finish(east_asia.request("PATCH", vm, {"tags": {"role": "web"}}))

    found = {resource["name"] for resource in east_asia.get(f"/resources?{query}")["value"]}

    assert found == expected


def test_generic_list_expands(east_asia: Arm) -> None:
    """`$expand` adds the times and the state; an unreadable filter is 400."""
    entry = east_asia.get("/resourceGroups/contoso-app/resources?$expand=createdTime,provisioningState&$top=1")[
        "value"
    ][0]

    assert {"createdTime", "provisioningState"} <= entry.keys()
    assert "properties" not in entry
    refused = east_asia.request("GET", "/resources?$filter=name equals 'x'")
    assert refused.json()["error"]["code"] == "InvalidFilterInQueryString"


def test_links(arm: Arm) -> None:
    """A link on a VM is kept, listed at its scope and goes with the VM."""
    vm = arm.vm()
    link = f"{vm}/providers/Microsoft.Resources/links/ASR-Protect-item"
    target = f"{arm.root}/resourceGroups/app/providers/Microsoft.RecoveryServices/vaults/v"

    created = arm.request("PUT", link, {"properties": {"targetId": target}})
    listed = arm.get(f"{vm}/providers/Microsoft.Resources/links?$filter=atScope()")["value"]

    assert created.status_code == 201
    assert created.json()["properties"]["sourceId"] == arm.root + vm
    assert [one["name"] for one in listed] == ["ASR-Protect-item"]
    arm.finish(arm.request("DELETE", vm))
    assert arm.request("GET", link).status_code == 404


def test_locations_have_pairs_and_geographies(arm: Arm) -> None:
    """Pairs as Azure documents them: not all regions have one, and not all are mutual."""
    found = {region["name"]: region for region in arm.get("/locations")["value"]}

    assert found["eastasia"]["metadata"]["pairedRegion"][0]["name"] == "southeastasia"
    assert found["westus3"]["metadata"]["pairedRegion"][0]["name"] == "eastus"
    assert found["qatarcentral"]["metadata"]["pairedRegion"] == []
    assert found["eastasia"]["displayName"] == "East Asia"


def test_providers_are_registered(arm: Arm) -> None:
    """The provider list is read off the routes; registering answers as the SDK expects."""
    provider = arm.get("/providers/microsoft.compute")
    registered = arm.request("POST", "/providers/Microsoft.Compute/register")

    assert provider["registrationState"] == "Registered"
    assert "virtualMachines" in {kind["resourceType"] for kind in provider["resourceTypes"]}
    assert registered.json()["namespace"] == "Microsoft.Compute"
    assert arm.request("GET", "/providers/Microsoft.Nothing").status_code == 404


def test_subscriptions_and_tenants(arm: Arm) -> None:
    """The world's subscription is listed and belongs to the tenant."""
    listed = arm.get("/subscriptions")["value"]
    tenant = arm.get("/tenants")["value"][0]["tenantId"]

    assert [(one["subscriptionId"], one["tenantId"]) for one in listed] == [(arm.emulator.subscription, tenant)]
