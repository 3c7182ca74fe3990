"""Storage accounts."""

import pytest

from tests.emulator.conftest import Arm

PATH = "/resourceGroups/app/providers/Microsoft.Storage/storageAccounts/cachestore"
BODY = {"location": "eastasia", "kind": "StorageV2", "sku": {"name": "Standard_LRS"}}


def test_create_in_storages_manner(arm: Arm) -> None:
    """202 without a body and a Location that is 202, then 200 with the account; 200 at once for an existing one."""
    arm.group()
    created = arm.request("PUT", PATH, BODY)
    ended = arm.finish(created)
    again = arm.request("PUT", PATH, BODY | {"properties": {"minimumTlsVersion": "TLS1_2"}})

    assert (created.status_code, created.content) == (202, b"")
    assert "/providers/Microsoft.Storage/locations/eastasia/asyncoperations/" in created.headers["Location"]
    assert "monitor=true" in created.headers["Location"]
    assert ended.json()["name"] == "cachestore"
    assert again.status_code == 200
    assert arm.get(PATH)["properties"]["minimumTlsVersion"] == "TLS1_2"


def test_names_are_the_worlds(arm: Arm) -> None:
    """A name is taken wherever the account is; checkNameAvailability says so before."""
    arm.group("app")
    arm.group("other")
    check = "/providers/Microsoft.Storage/checkNameAvailability"
    kind = {"type": "Microsoft.Storage/storageAccounts"}

    free = arm.request("POST", check, {"name": "cachestore", **kind}).json()
    arm.put(PATH, BODY)
    taken = arm.request("POST", check, {"name": "cachestore", **kind}).json()
    invalid = arm.request("POST", check, {"name": "Cache-Store", **kind}).json()
    refused = arm.request("PUT", PATH.replace("/app/", "/other/"), BODY)

    assert free == {"nameAvailable": True}
    assert (taken["nameAvailable"], taken["reason"]) == (False, "AlreadyExists")
    assert invalid["reason"] == "AccountNameInvalid"
    assert (refused.status_code, refused.json()["error"]["code"]) == (409, "StorageAccountAlreadyTaken")


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"kind": "Nonsense"}, "InvalidValuesForRequestParameters"),
        ({"sku": {"name": "Gold_LRS"}}, "InvalidValuesForRequestParameters"),
        ({"sku": None}, "MissingRequiredParameter"),
    ],
)
def test_kind_and_sku_are_checked(arm: Arm, change: dict[str, object], code: str) -> None:
    """Unknown or missing values are 400."""
    arm.group()
    response = arm.request("PUT", PATH, BODY | change)

    assert (response.status_code, response.json()["error"]["code"]) == (400, code)


def test_defaults_follow_the_api_version(arm: Arm) -> None:
    """Blobs may be public by default until 2022-09-01 (recorded), not from 2023-01-01 on (documented)."""
    arm.group()
    for version, public in (("2022-09-01", True), ("2023-05-01", False)):
        path = f"{PATH}{public}".lower().replace("/app", "/app")
        whole = f"/resourceGroups/app/providers/Microsoft.Storage/storageAccounts/{path.rsplit('/', 1)[1]}"
        arm.finish(arm.request("PUT", f"{whole}?api-version={version}", BODY))
        assert arm.get(whole)["properties"]["allowBlobPublicAccess"] is public


def test_keys(arm: Arm) -> None:
    """Two keys, always the same."""
    arm.group()
    arm.put(PATH, BODY)
    first, second = (arm.request("POST", f"{PATH}/listKeys").json()["keys"] for _ in range(2))

    assert [key["keyName"] for key in first] == ["key1", "key2"]
    assert first == second


def test_a_key_is_made_anew(arm: Arm) -> None:
    """The one that is named changes, the other stays; there are no others."""
    arm.group()
    arm.put(PATH, BODY)
    before = arm.request("POST", f"{PATH}/listKeys").json()["keys"]
    after = arm.request("POST", f"{PATH}/regenerateKey", {"keyName": "key2"}).json()["keys"]

    assert after[0] == before[0]
    assert after[1]["value"] != before[1]["value"]
    assert arm.request("POST", f"{PATH}/regenerateKey", {"keyName": "key3"}).status_code == 400


def test_what_an_account_is_cannot_be_changed(arm: Arm) -> None:
    """Neither its kind nor its hierarchical namespace; an account of the oldest kind may become one of the newest."""
    arm.group()
    arm.put(PATH, {**BODY, "kind": "Storage"})
    renewed = arm.put(PATH, {**BODY, "kind": "StorageV2"})
    codes = [
        arm.request("PUT", PATH, {**BODY, **change}).json()["error"]["code"]
        for change in ({"kind": "BlobStorage"}, {"kind": "StorageV2", "properties": {"isHnsEnabled": True}})
    ]

    assert renewed["kind"] == "StorageV2"
    assert codes == ["AccountPropertyCannotBeUpdated"] * 2


@pytest.mark.parametrize(("sku", "readable"), [("Standard_GRS", False), ("Standard_RAGRS", True)])
def test_an_account_in_two_regions_names_the_second(arm: Arm, sku: str, readable: bool) -> None:
    """The paired region; its endpoints only when it can be read."""
    arm.group()
    shown = arm.put(PATH, {**BODY, "sku": {"name": sku}})["properties"]

    assert (shown["secondaryLocation"], shown["statusOfSecondary"]) == ("southeastasia", "available")
    assert ("secondaryEndpoints" in shown) is readable


def test_the_blob_service_of_an_account(arm: Arm) -> None:
    """Soft delete is off in a new account; what is set stays, what is not given is left alone."""
    providers = arm.group()
    account = f"{providers}/Microsoft.Storage/storageAccounts/blobsoftdelete"
    arm.put(account, {"location": "eastasia", "kind": "StorageV2", "sku": {"name": "Standard_LRS"}})
    service = f"{account}/blobServices/default"
    new = arm.get(service)
    assert new["properties"]["deleteRetentionPolicy"]["enabled"] is False
    assert new["id"] == f"{arm.root}{service}"
    policy = {"enabled": True, "days": 7}
    assert arm.request("PUT", service, {"properties": {"deleteRetentionPolicy": policy}}).status_code == 200
    arm.request("PUT", service, {"properties": {"isVersioningEnabled": True}})
    kept = arm.get(f"{account}/blobServices")["value"][0]["properties"]

    assert (kept["deleteRetentionPolicy"], kept["isVersioningEnabled"]) == (policy, True)
    refused = arm.request("PUT", service, {"properties": {"deleteRetentionPolicy": {"enabled": True, "days": 400}}})
    assert refused.status_code == 400
    assert arm.request("GET", f"{account}x/blobServices/default").status_code == 404
    arm.finish(arm.request("DELETE", account))
    assert arm.request("GET", service).status_code == 404
