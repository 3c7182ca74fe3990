"""Two apps that share the work by subscription, and even a vault: neither touches a VM of the other's subscription."""

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest

from local.stack import ROOT, part
from local.up import host_settings
from tests.e2e.stack import IMPATIENT, Stack, event

TEAM, HUB = "1b7e5c90-4d3a-4f26-8c81-6e9f2a5d7b13", "2c8f6da1-5e4b-4037-9d92-7fa03b6e8c24"
VAULT = f"/subscriptions/{HUB}/resourceGroups/recovery/providers/Microsoft.RecoveryServices/vaults/hub-vault"
GROUP = f"/subscriptions/{HUB}/resourceGroups/near-home"
OURS = f"/subscriptions/{TEAM}/resourceGroups/team/providers/Microsoft.Compute/virtualMachines/app-0"
THEIRS = f"{GROUP}/providers/Microsoft.Compute/virtualMachines/hub-0"
NEVER = "0 0 0 1 1 *"


@pytest.fixture
def azure() -> Iterator[dict[str, str]]:
    """An Azure of two subscriptions; a VM of one is to be protected in a vault of the other."""
    options = ("--port", "0", "--world", "cross-subscription", "--pace", "instant")
    with part("emulator", *options, environment=os.environ) as emulator:
        yield emulator.ready


@contextmanager
def app(azure: dict[str, str], folder: Path, subscription: str) -> Iterator[Stack]:
    """An app that owns this subscription, with a store and a task hub of its own."""
    own = host_settings(azure, "instant") | IMPATIENT
    own |= {"ASR_SUBSCRIPTIONS": subscription, "ASR_TARGETS": HUB, "ASR_SWEEP_SCHEDULE": NEVER}
    own |= {"ASR_STORE": str(folder / subscription)}
    with ExitStack() as parts:
        log = folder / f"{subscription}.log"
        errors = parts.enter_context(log.open("wb"))
        host = parts.enter_context(part("host", "--port", "0", environment=os.environ | own, folder=ROOT, log=errors))
        started = Stack({**azure, **host.ready}, log, host.process.pid)
        try:
            yield started
        finally:
            started.http.close()


def machine(up: Stack) -> None:
    """A VM in the hub's own subscription."""

    def put(path: str, version: str, properties: dict[str, Any]) -> str:
        answer = up.call("PUT", path, version, {"location": "eastasia", "properties": properties})
        assert answer.is_success, answer.text
        return path

    network = put(
        f"{GROUP}/providers/Microsoft.Network/virtualNetworks/near-vnet",
        "2024-05-01",
        {
            "addressSpace": {"addressPrefixes": ["10.10.0.0/16"]},
            "subnets": [{"name": "apps", "properties": {"addressPrefix": "10.10.1.0/24"}}],
        },
    )
    address = {"name": "first", "properties": {"primary": True, "subnet": {"id": f"{network}/subnets/apps"}}}
    interface = put(
        f"{GROUP}/providers/Microsoft.Network/networkInterfaces/hub-0-nic",
        "2024-05-01",
        {"ipConfigurations": [address]},
    )
    image = {"publisher": "Canonical", "offer": "ubuntu-24_04-lts", "sku": "server", "version": "latest"}
    disk = {"createOption": "FromImage", "managedDisk": {"storageAccountType": "Premium_LRS"}}
    put(
        THEIRS,
        "2024-07-01",
        {
            "hardwareProfile": {"vmSize": "Standard_D2s_v5"},
            "storageProfile": {"osDisk": disk, "imageReference": image},
            "osProfile": {"computerName": "hub-0", "adminUsername": "azure", "adminPassword": "Only-4-this-test"},
            "networkProfile": {"networkInterfaces": [{"id": interface}]},
        },
    )


def swept(up: Stack) -> None:
    """A whole sweep."""
    started = up.api("POST", "sweeps")
    assert started.status_code == 202
    up.until(lambda: up.run(started.json()).json()["runtimeStatus"] == "Completed")


def tell_both(up: Stack) -> None:
    """Events about both VMs, as a subscription that is too wide would deliver them."""
    for number, vm in enumerate((OURS, THEIRS)):
        assert up.deliver(event(vm, "Microsoft.Resources/tags/write", number)).is_success


def only(up: Stack, owned: str, foreign: str, asked_before: int) -> None:
    """The app owns the one VM, has asked Azure nothing about the other, and says whose it is to who asks for it."""
    name, stranger = owned.rsplit("/", 1)[1], foreign.rsplit("/", 1)[1]
    asked = [one["path"].lower() for one in up.requests()[asked_before:]]
    assert [path for path in asked if path.startswith(foreign.lower())] == []
    assert any(path.startswith(owned.lower()) for path in asked)

    rows = up.api("GET", "protections", refresh="true").json()["protections"]
    assert [(row["name"], row["state"]) for row in rows] == [(name, "protected")]
    assert up.api("GET", "summary").json()["states"].get("protected") == 1
    assert all(stranger not in str(up.api("GET", path).json()) for path in ("drift", "summary", "protectable"))

    for answer in (
        up.api("GET", "protections", vmId=foreign),
        up.api("GET", "protections/history", vmId=foreign),
        up.api("GET", "targets", vmId=foreign, kind="region"),
        up.api("POST", "protections", {"vmIds": [foreign]}),
        up.api("POST", "plans", {"vmIds": [foreign]}),
        up.api("DELETE", "protections", vmId=foreign),
        up.api("POST", "failovers", {"vmIds": [foreign], "kind": "test"}),
        up.api("POST", "failovers/cleanup", {"vmIds": [foreign]}),
    ):
        assert answer.status_code == 400
        assert "ASR_SUBSCRIPTIONS" in answer.json()["detail"]
    assert up.api("POST", "protections", {"names": [stranger]}).status_code in (400, 404)

    instances = up.http.get(
        f"{up.host}/runtime/webhooks/durabletask/instances", params={"top": 1000}, headers={"x-functions-key": up.key}
    ).json()
    assert any(name in one["instanceId"] for one in instances)
    assert [one["instanceId"] for one in instances if stranger in one["instanceId"]] == []


def test_two_apps_that_never_touch_each_others_machines(azure: dict[str, str], tmp_path: Path) -> None:
    """By event, by sweep and by request; both items are in one vault, which both apps read."""
    with app(azure, tmp_path, TEAM) as first:
        machine(first)
        first.tag(OURS, asr_protect="true", asr_vault=VAULT)
        first.tag(THEIRS, asr_protect="true")
        tell_both(first)
        swept(first)
        first.outcome(OURS, "enabling", "protected")
        first.until(lambda: first.status(OURS)["state"] == "protected")
        swept(first)
        only(first, OURS, THEIRS, 0)

        with app(azure, tmp_path, HUB) as second:
            before = len(second.requests())
            tell_both(second)
            swept(second)
            second.outcome(THEIRS, "enabling", "protected")
            second.until(lambda: second.status(THEIRS)["state"] == "protected")
            swept(second)
            only(second, THEIRS, OURS, before)

        listed = first.get(f"{VAULT}/replicationProtectedItems", "2025-08-01")["value"]
        assert {one["properties"]["friendlyName"] for one in listed} == {"app-0", "hub-0"}
        before = len(first.requests())
        swept(first)
        first.status(OURS)
        only(first, OURS, THEIRS, before)
