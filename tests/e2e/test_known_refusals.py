"""What is known to stand in the way is told by plan, protectable, status and run alike, and nothing is written."""

import shutil
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.stack import VM_API, Stack, stack

GROUPS, COMPUTE, NETWORK, STORAGE = "2021-04-01", "2024-07-01", "2024-05-01", "2023-05-01"
LOCKS = "2020-05-01"
VERSIONS = {
    "virtualNetworks": NETWORK,
    "availabilitySets": COMPUTE,
    "proximityPlacementGroups": COMPUTE,
    "storageAccounts": STORAGE,
    "locks": LOCKS,
}
RECOVERY, ELSEWHERE, SOURCE = "southeastasia", "japaneast", "eastasia"
SPACE = {"addressSpace": {"addressPrefixes": ["10.9.0.0/16"]}}
DOMAINS = {"platformFaultDomainCount": 2, "platformUpdateDomainCount": 5}
SET = {"properties": DOMAINS, "sku": {"name": "Aligned"}}
NEAR = "near-0"
NEVER = "0 0 0 1 1 *"
A_WHILE = 200_000
"""Seconds after which nothing that the app has read counts any more."""


def id_of(up: Stack, group: str, type_: str, name: str) -> str:
    """The id of a resource."""
    return f"{up.group(group)}/providers/{type_}/{name}"


def put(up: Stack, id_: str, body: dict[str, Any]) -> None:
    """Make it, as somebody else would."""
    version = VERSIONS.get(id_.rsplit("/", 2)[-2], GROUPS)
    answer = up.call("PUT", id_, version, body)
    assert answer.status_code in (200, 201, 202), answer.text
    up.until(lambda: state_of(up, id_, version) == "Succeeded")


def state_of(up: Stack, id_: str, version: str) -> str:
    """Its provisioning state; types that tell none are there at once."""
    properties: dict[str, str] = up.get(id_, version).get("properties", {})
    return properties.get("provisioningState", "Succeeded")


def in_recovery_group(type_: str, name: str, body: dict[str, Any]) -> Callable[[Stack], str]:
    """Make the recovery group with this in it; the group's id."""

    def make(up: Stack) -> str:
        put(up, up.group("contoso-app-asr"), {"location": RECOVERY})
        put(up, id_of(up, "contoso-app-asr", type_, name), body)
        return up.group("contoso-app-asr")

    return make


def a_group(name: str, location: str, lock: str | None = None) -> Callable[[Stack], str]:
    """Make a group, and set a lock on it if a level is given."""

    def make(up: Stack) -> str:
        put(up, up.group(name), {"location": location})
        if lock:
            put(up, f"{up.group(name)}/providers/Microsoft.Authorization/locks/keep", {"properties": {"level": lock}})
        return up.group(name)

    return make


def an_unfit_cache(up: Stack) -> str:
    """An account of the very name that the cache would get, of a kind that cannot be one."""
    [planned] = up.api("POST", "plans", {"vmIds": [up.vm("web-0")]}).json()["plans"]
    [cache] = [one["id"] for one in planned["resources"] if one["kind"] == "storage account"]
    put(up, up.group("asr-cache-eastasia"), {"location": SOURCE})
    put(up, cache, {"location": SOURCE, "kind": "StorageV2", "sku": {"name": "Premium_LRS"}, "properties": {}})
    return up.group("asr-cache-eastasia")


VNET, SETS, PPG = (
    "Microsoft.Network/virtualNetworks",
    "Microsoft.Compute/availabilitySets",
    "Microsoft.Compute/proximityPlacementGroups",
)
OBSTACLES: dict[str, tuple[str, Callable[[Stack], str], list[str]]] = {
    "a network without subnets": (
        "web-0",
        in_recovery_group(VNET, "contoso-vnet-asr", {"location": RECOVERY, "properties": SPACE}),
        ["NoSubnet"],
    ),
    "a network in a wrong region": (
        "web-0",
        in_recovery_group(VNET, "contoso-vnet-asr", {"location": ELSEWHERE, "properties": SPACE}),
        ["TargetInWrongRegion"],
    ),
    "a set in a wrong region": (
        "web-0",
        in_recovery_group(SETS, "web-set-asr", {"location": ELSEWHERE, **SET}),
        ["TargetInWrongRegion"],
    ),
    "a set without the placement group": (
        NEAR,
        in_recovery_group(SETS, "near-set-asr", {"location": RECOVERY, **SET}),
        ["PlacementGroupsDisagree"],
    ),
    "a placement group in a wrong region": (
        NEAR,
        in_recovery_group(PPG, "near-asr", {"location": ELSEWHERE, "properties": {}}),
        ["TargetInWrongRegion"],
    ),
    "two things at once": (
        NEAR,
        lambda up: (
            in_recovery_group(PPG, "near-asr", {"location": ELSEWHERE, "properties": {}})(up),
            a_group("asr-vault-southeastasia", SOURCE)(up),
        )[0],
        ["TargetInWrongRegion"],
    ),
    "the recovery group in the source region": ("web-0", a_group("contoso-app-asr", SOURCE), ["TargetInWrongRegion"]),
    "the vault's group in the source region": (
        "web-0",
        a_group("asr-vault-southeastasia", SOURCE),
        ["TargetInWrongRegion"],
    ),
    "a lock where the cache would be made": (
        "web-0",
        a_group("asr-cache-eastasia", SOURCE, "ReadOnly"),
        ["LockedReadOnly"],
    ),
    "a lock where the vault would be made": (
        "web-0",
        a_group("asr-vault-southeastasia", RECOVERY, "ReadOnly"),
        ["LockedReadOnly"],
    ),
    "an account of the cache's name that cannot be one": ("web-0", an_unfit_cache, ["StorageAccountUnsuitable"]),
}


def near_machine(up: Stack) -> None:
    """A machine in a set that is in a placement group."""
    near = id_of(up, "contoso-app", PPG, "near")
    put(up, near, {"location": SOURCE, "properties": {}})
    set_ = id_of(up, "contoso-app", SETS, "near-set")
    about = {**DOMAINS, "proximityPlacementGroup": {"id": near}}
    put(up, set_, {"location": SOURCE, "sku": SET["sku"], "properties": about})
    subnet = f"{id_of(up, 'contoso-app', VNET, 'contoso-vnet')}/subnets/web"
    nic = id_of(up, "contoso-app", "Microsoft.Network/networkInterfaces", "near-0-nic")
    addresses = [{"name": "ipconfig1", "properties": {"subnet": {"id": subnet}}}]
    answer = up.call("PUT", nic, NETWORK, {"location": SOURCE, "properties": {"ipConfigurations": addresses}})
    assert answer.status_code in (200, 201), answer.text
    model = up.get(up.vm("web-0"), VM_API)["properties"]
    model["storageProfile"] = {
        "imageReference": {
            "publisher": "Canonical",
            "offer": "0001-com-ubuntu-server-jammy",
            "sku": "22_04-lts-gen2",
            "version": "latest",
        },
        "osDisk": {
            "name": "near-0-os",
            "createOption": "FromImage",
            "managedDisk": {"storageAccountType": "Premium_LRS"},
        },
    }
    properties = {
        "hardwareProfile": model["hardwareProfile"],
        "storageProfile": model["storageProfile"],
        "osProfile": {"computerName": NEAR, "adminUsername": "contoso", "adminPassword": "Pa55-word-of-contoso"},
        "networkProfile": {"networkInterfaces": [{"id": nic, "properties": {"primary": True}}]},
        "availabilitySet": {"id": set_},
        "proximityPlacementGroup": {"id": near},
    }
    answer = up.call("PUT", up.vm(NEAR), VM_API, {"location": SOURCE, "properties": properties})
    assert answer.status_code in (200, 201), answer.text
    up.until(lambda: state_of(up, up.vm(NEAR), VM_API) == "Succeeded")


def refused_by_tag(up: Stack, vm_id: str) -> dict[str, Any] | None:
    """The status, once the tag is seen and its run has ended."""
    status = up.status(vm_id)
    done = status["decision"]["action"] == "refuse" and not status["activeRun"]
    return status if done else None


def codes(reasons: list[dict[str, Any]]) -> list[str]:
    """The codes of what blocks."""
    return [one["code"] for one in reasons if one["severity"] == "error"]


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Stack, Path]]:
    """One stack for all obstacles, and its store. No sweep comes in between."""
    store = tmp_path_factory.mktemp("store")
    with stack("east-asia", ASR_SWEEP_SCHEDULE=NEVER, ASR_STORE=str(store)) as running:
        yield running, store


def is_quiet(up: Stack) -> bool:
    """Whether every event is delivered, and every run over that an event began."""
    waiting = up.http.get(f"{up.arm}/_emulator/events").json()["pending"]
    hub = f"{up.host}/runtime/webhooks/durabletask/instances"
    answer = up.http.get(hub, params={"top": "1000", "code": up.key})
    active = [one for one in answer.json() if one["runtimeStatus"] in ("Pending", "Running") and "vm" in one["name"]]
    return not waiting and not active


@pytest.fixture
def up(shared: tuple[Stack, Path]) -> Stack:
    """Azure and the store are as they were at the start, and whatever the app has read is old."""
    running, store = shared
    running.until(lambda: is_quiet(running))
    for folder in store.iterdir():
        shutil.rmtree(folder, ignore_errors=True)
    running.http.post(f"{running.arm}/_emulator/reset", json={}).raise_for_status()
    running.advance(A_WHILE)
    return running


@pytest.mark.parametrize("what", OBSTACLES)
def test_plan_protectable_status_and_run_say_the_same_and_nothing_is_written(up: Stack, what: str) -> None:
    """Each with a fix of its own."""
    name, make, expected = OBSTACLES[what]
    before = len(up.writes())
    if name == NEAR:
        near_machine(up)
    make(up)
    vm_id = up.vm(name)
    [planned] = up.api("POST", "plans", {"vmIds": [vm_id]}).json()["plans"]
    machines = up.api("GET", "protectable").json()["machines"]
    [listed] = [one for one in machines if one["vmId"].lower() == vm_id.lower()]
    [run] = up.api("POST", "protections", {"vmIds": [vm_id], "wait": 90}).json()["protections"]
    up.tag(vm_id, asr_protect="true")
    status = up.until(partial(refused_by_tag, up, vm_id))
    writes = up.writes()[before:]

    assert codes(planned["reasons"]) == expected
    assert (planned["decision"]["action"], planned["armWrites"], planned["resources"]) == ("refuse", 0, [])
    assert codes(listed["reasons"]) == expected
    assert (run["outcome"]["state"], codes(run["outcome"]["reasons"])) == ("refused", expected)
    assert codes(status["decision"]["outcome"]["reasons"]) == expected
    assert codes(status["lastOutcome"]["reasons"]) == expected
    assert all(one["fix"] for one in run["outcome"]["reasons"])
    assert writes == []


def networks_of(up: Stack, count: int) -> set[str] | None:
    """Where the items' machines are recovered to, once so many items tell it: they do when enabling has ended."""
    items = up.site_recovery("replicationProtectedItems")
    told = [item["properties"]["providerSpecificDetails"].get("selectedRecoveryAzureNetworkId") for item in items]
    return {id_.rsplit("/", 1)[-1] for id_ in told} if len(told) == count and all(told) else None


def test_two_machines_of_one_network_are_recovered_to_two_regions() -> None:
    """What was made for the one is not in the way of the other: it gets names of its own, and the plan says so."""
    with stack("east-asia") as up:
        first, second = up.vm("web-0"), up.vm("web-1")
        asked = {"vmIds": [second], "overrides": {"recovery-region": ELSEWHERE}}
        [one] = up.api("POST", "protections", {"vmIds": [first], "wait": 120}).json()["protections"]
        before = len(up.writes())
        [planned] = up.api("POST", "plans", asked).json()["plans"]
        [two] = up.api("POST", "protections", {**asked, "wait": 120}).json()["protections"]
        writes = {write["path"].lower() for write in up.writes()[before:]}
        networks = up.until(lambda: networks_of(up, 2))

    assert [answer["outcome"]["state"] for answer in (one, two)] == ["enabling", "enabling"]
    created = {resource["id"].lower() for resource in planned["resources"] if resource["action"] == "create"}
    assert writes == created | {planned["protectedItem"]["id"].lower()}
    assert {f"contoso-vnet-asr-{ELSEWHERE}", f"web-set-asr-{ELSEWHERE}"} <= {id_.rsplit("/", 1)[-1] for id_ in created}
    assert networks == {"contoso-vnet-asr", f"contoso-vnet-asr-{ELSEWHERE}"}


def test_two_machines_go_to_two_regions_at_the_same_moment() -> None:
    """Whoever makes the network first has its usual name; both are protected."""
    with stack("east-asia") as up:
        up.tag(up.vm("web-0"), asr_protect="true")
        up.tag(up.vm("db-0"), asr_protect="true", asr_recovery_region=ELSEWHERE)
        for name in ("web-0", "db-0"):
            up.outcome(up.vm(name), "enabling", "protected", seconds=120)
