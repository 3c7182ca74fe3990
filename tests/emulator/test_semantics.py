"""What every provider does alike: preconditions, locks, requests that meet, replays, cascades."""

import pytest

from tests.emulator.conftest import Arm

NETWORK = "/resourceGroups/app/providers/Microsoft.Network/virtualNetworks/net"
VM = "Microsoft.Compute/virtualMachines/write"
SPACE = {"addressSpace": {"addressPrefixes": ["10.0.0.0/16"]}}
DISK = {"location": "eastasia", "properties": {"creationData": {"createOption": "Empty"}, "diskSizeGB": 4}}
DISK_PATH = "/resourceGroups/app/providers/Microsoft.Compute/disks/disk"


def network(arm: Arm) -> str:
    """Make a network and return its path."""
    arm.group()
    arm.put(NETWORK, {"location": "eastasia", "properties": SPACE})
    return NETWORK


def slow(arm: Arm, kind: str) -> None:
    """Let one kind of work take an hour."""
    arm.control("POST", "/pace", {"durations": {kind: 3600}})


def code(arm: Arm, method: str, path: str, body: object = None, **headers: str) -> tuple[int, str]:
    """Return status and error code of a request that is refused."""
    response = arm.request(method, path, body, headers={name.replace("_", "-"): text for name, text in headers.items()})
    return response.status_code, response.json()["error"]["code"] if response.content else ""


def test_a_write_for_another_version_is_refused(arm: Arm) -> None:
    """If-Match with the present etag passes, with an old one it is 412, and nothing has changed."""
    path = network(arm)
    shown = arm.request("GET", path)
    etag = shown.json()["etag"]
    assert shown.headers["ETag"] == etag
    body = {"location": "eastasia", "properties": SPACE, "tags": {"a": "1"}}
    passed = arm.request("PUT", path, body, headers={"If-Match": etag})
    arm.finish(passed)

    assert passed.status_code == 200
    assert arm.get(path)["etag"] != etag
    later = body | {"tags": {"a": "2"}}
    assert code(arm, "PUT", path, later, If_Match=etag) == (412, "PreconditionFailed")
    assert code(arm, "DELETE", path, If_Match=etag) == (412, "PreconditionFailed")
    assert arm.get(path)["tags"] == {"a": "1"}
    arm.finish(arm.request("PUT", path, later, headers={"If-Match": "*"}))


def test_creating_only_and_changing_only(arm: Arm) -> None:
    """If-None-Match: * creates and never overwrites; If-Match: * overwrites and never creates."""
    arm.group()
    assert code(arm, "PUT", DISK_PATH, DISK, If_Match="*") == (412, "PreconditionFailed")
    arm.finish(arm.request("PUT", DISK_PATH, DISK, headers={"If-None-Match": "*"}))
    assert code(arm, "PUT", DISK_PATH, DISK, If_None_Match="*") == (412, "PreconditionFailed")


def test_a_lock_against_deletion(arm: Arm) -> None:
    """On a group: nothing in it can be deleted, everything can be changed; without the lock it goes."""
    path = network(arm)
    lock = "/resourceGroups/app/providers/Microsoft.Authorization/locks/keep"
    made = arm.request("PUT", lock, {"properties": {"level": "CanNotDelete", "notes": "ours"}})
    scope = f"{arm.root}/resourceGroups/app"
    assert (made.status_code, made.json()) == (
        201,
        {
            "id": f"{scope}/providers/Microsoft.Authorization/locks/keep",
            "name": "keep",
            "type": "Microsoft.Authorization/locks",
            "properties": {"level": "CanNotDelete", "notes": "ours"},
        },
    )
    refused = arm.request("DELETE", path)
    assert refused.status_code == 409
    assert refused.json()["error"] == {
        "code": "ScopeLocked",
        "message": f"The scope '{arm.root}{path}' cannot perform delete operation because following scope(s) are "
        f"locked: '{scope}'. Please remove the lock and try again.",
    }
    assert code(arm, "DELETE", "/resourceGroups/app") == (409, "ScopeLocked")
    assert arm.request("PATCH", "/resourceGroups/app", {"tags": {"a": "b"}}).status_code == 200
    assert arm.request("DELETE", lock).status_code == 200
    assert arm.request("DELETE", lock).status_code == 204
    arm.finish(arm.request("DELETE", path))


def test_a_group_with_a_locked_resource_stays(arm: Arm) -> None:
    """Deleting a scope is refused when something below it is locked."""
    path = network(arm)
    lock = f"{path}/providers/Microsoft.Authorization/locks/keep"
    arm.request("PUT", lock, {"properties": {"level": "CanNotDelete"}})

    assert code(arm, "DELETE", "/resourceGroups/app") == (409, "ScopeLocked")
    assert [one["name"] for one in arm.get("/providers/Microsoft.Authorization/locks")["value"]] == ["keep"]
    assert arm.get("/providers/Microsoft.Authorization/locks?$filter=atScope()")["value"] == []


@pytest.mark.parametrize(("method", "below"), [("PATCH", ""), ("PUT", ""), ("POST", "/start"), ("PATCH", "tags")])
def test_a_read_only_lock_forbids_writes_and_actions(arm: Arm, method: str, below: str) -> None:
    """PUT, PATCH, actions and the tags API are refused; reading and the lock's own removal are not."""
    path = arm.vm()
    lock = f"{path}/providers/Microsoft.Authorization/locks/frozen"
    arm.request("PUT", lock, {"properties": {"level": "readonly"}})
    target = f"{path}/providers/Microsoft.Resources/tags/default" if below == "tags" else path + below

    assert code(arm, method, target, {"location": "eastasia", "tags": {"a": "b"}}) == (409, "ScopeLocked")
    assert arm.get(path)["name"] == "vm0"
    assert arm.request("DELETE", lock).status_code == 200


def test_locks_that_make_no_sense(arm: Arm) -> None:
    """An unknown level, a scope that is not there, a lock that is not there."""
    arm.group()
    lock = "/resourceGroups/app/providers/Microsoft.Authorization/locks/x"
    assert code(arm, "PUT", lock, {"properties": {"level": "Sometimes"}}) == (400, "InvalidLockLevel")
    missing = f"{NETWORK}/providers/Microsoft.Authorization/locks/x"
    assert code(arm, "PUT", missing, {"properties": {"level": "ReadOnly"}}) == (404, "ResourceNotFound")
    assert code(arm, "GET", lock) == (404, "LockNotFound")


def test_a_put_whose_answer_was_lost_can_be_sent_again(arm: Arm) -> None:
    """The same PUT while its operation runs is answered like the first; one operation, one event."""
    arm.group()
    slow(arm, "Microsoft.Compute/disks/write")
    first, second = arm.request("PUT", DISK_PATH, DISK), arm.request("PUT", DISK_PATH, DISK)

    assert (second.status_code, second.json()) == (first.status_code, first.json())
    assert second.headers["Azure-AsyncOperation"] == first.headers["Azure-AsyncOperation"]
    arm.control("POST", "/clock", {"advance_s": 3600})
    assert arm.get(DISK_PATH)["properties"]["provisioningState"] == "Succeeded"
    written = [one for one in arm.control("GET", "/events")["published"] if one["subject"].endswith("/disks/disk")]
    assert len(written) == 1


@pytest.mark.parametrize(
    ("kind", "path", "body", "refusal"),
    [
        ("Microsoft.Compute/disks/write", DISK_PATH, DISK, (409, "Conflict")),
        (
            "Microsoft.Network/virtualNetworks/write",
            NETWORK,
            {"location": "eastasia", "properties": SPACE},
            (409, "AnotherOperationInProgress"),
        ),
        (
            "Microsoft.Storage/storageAccounts/write",
            "/resourceGroups/app/providers/Microsoft.Storage/storageAccounts/busyaccount",
            {"location": "eastasia", "kind": "StorageV2", "sku": {"name": "Standard_LRS"}},
            (409, "StorageAccountOperationInProgress"),
        ),
    ],
)
def test_another_write_while_one_is_at_work(
    arm: Arm, kind: str, path: str, body: dict[str, object], refusal: tuple[int, str]
) -> None:
    """Each provider refuses in its own words."""
    arm.group()
    slow(arm, kind)
    assert arm.request("PUT", path, body).is_success
    assert code(arm, "PUT", path, body | {"tags": {"a": "b"}}) == refusal


def test_subnets_of_one_network_are_written_one_at_a_time(arm: Arm) -> None:
    """A second one meanwhile is 429 with a Retry-After, and passes afterwards."""
    path = network(arm)
    slow(arm, "Microsoft.Network/virtualNetworks/subnets/write")
    subnet = {"properties": {"addressPrefix": "10.0.0.0/24"}}
    assert arm.request("PUT", f"{path}/subnets/one", subnet).status_code == 201
    other = {"properties": {"addressPrefix": "10.0.1.0/24"}}
    refused = arm.request("PUT", f"{path}/subnets/two", other)

    assert (refused.status_code, refused.headers["Retry-After"]) == (429, "4")
    assert refused.json()["error"]["details"][0]["code"] == "RetryableErrorDueToAnotherOperation"
    arm.control("POST", "/clock", {"advance_s": 3600})
    assert arm.request("PUT", f"{path}/subnets/two", other).status_code == 201


def test_nothing_is_written_into_a_group_that_goes(arm: Arm) -> None:
    """409 while it is deprovisioning; deleting it again is the same operation; then all of it is gone."""
    path = network(arm)
    lock = f"{path}/subnets"
    slow(arm, "Microsoft.Resources/resourceGroups/delete")
    first, second = arm.request("DELETE", "/resourceGroups/app"), arm.request("DELETE", "/resourceGroups/app")

    assert first.headers["Location"] == second.headers["Location"]
    assert code(arm, "PUT", DISK_PATH, DISK) == (409, "ResourceGroupBeingDeleted")
    assert code(arm, "PUT", "/resourceGroups/app", {"location": "eastasia"}) == (409, "ResourceGroupBeingDeleted")
    arm.control("POST", "/clock", {"advance_s": 3600})
    assert code(arm, "GET", lock) == (404, "ResourceGroupNotFound")
    assert arm.get("/resources")["value"] == []


def test_a_disk_may_go_while_it_is_made(arm: Arm) -> None:
    """Compute lets a deletion break into a creation; deleting twice is one operation."""
    arm.group()
    slow(arm, "Microsoft.Compute/disks/write")
    slow(arm, "Microsoft.Compute/disks/delete")
    making = arm.request("PUT", DISK_PATH, DISK)
    first, second = arm.request("DELETE", DISK_PATH), arm.request("DELETE", DISK_PATH)
    assert (first.status_code, second.status_code) == (202, 202)
    assert second.headers["Azure-AsyncOperation"] == first.headers["Azure-AsyncOperation"]
    assert arm.get(making.headers["Azure-AsyncOperation"])["status"] == "Canceled"
    arm.control("POST", "/clock", {"advance_s": 3600})
    assert arm.request("GET", DISK_PATH).status_code == 404
