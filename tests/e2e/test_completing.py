"""What a protected item takes only once it is Protected, written once, whole, and read back by plain ARM."""

import json
from collections.abc import Iterator

import pytest

from tests.e2e.keeping import advance, details_of, item_of, patches, protected
from tests.e2e.stack import Stack, stack

SUBSCRIPTION = "9d2f7c36-41a5-4b8e-8d0f-3a6b5e1c7f42"
GROUP = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/drills"
NETWORK = f"{GROUP}/providers/Microsoft.Network/virtualNetworks/bubble"
SECURITY = f"{GROUP}/providers/Microsoft.Network/networkSecurityGroups/guard"
NIC_API = "2023-09-01"


def make_targets(up: Stack) -> None:
    """The drill network and a security group, in the recovery region."""
    assert up.subscription == SUBSCRIPTION
    location = {"location": "southeastasia"}
    assert up.call("PUT", GROUP, "2021-04-01", location).status_code == 201
    subnets = [{"name": name, "properties": {"addressPrefix": f"10.9.{n}.0/24"}} for n, name in ((1, "web"), (2, "db"))]
    network = {**location, "properties": {"addressSpace": {"addressPrefixes": ["10.9.0.0/16"]}, "subnets": subnets}}
    assert up.call("PUT", NETWORK, NIC_API, network).status_code == 201
    assert up.call("PUT", SECURITY, NIC_API, {**location, "properties": {}}).status_code == 201


def make_static(up: Stack, nic: str, address: str) -> None:
    """The NIC has a static address, accelerated networking, and a second configuration with another one."""
    path = f"{up.group()}/providers/Microsoft.Network/networkInterfaces/{nic}"
    body = up.get(path, NIC_API)
    (first,) = body["properties"]["ipConfigurations"]
    about = {**first["properties"], "privateIPAllocationMethod": "Static", "privateIPAddress": address}
    second = {**about, "primary": False, "privateIPAddress": address.rsplit(".", 1)[0] + ".91"}
    body["properties"] |= {
        "enableAcceleratedNetworking": True,
        "ipConfigurations": [
            {"name": first["name"], "properties": {**about, "primary": True}},
            {"name": "second", "properties": second},
        ],
    }
    assert up.call("PUT", path, NIC_API, body).status_code in (200, 201)


@pytest.fixture
def up() -> Iterator[Stack]:
    profile = {"testNetworkId": NETWORK, "recoverySecurityGroup": SECURITY}
    with stack(ASR_PROFILES=json.dumps({"default": profile})) as running:
        make_targets(running)
        yield running


def test_an_item_is_completed_once_and_whole(up: Stack) -> None:
    """Name, interfaces, static addresses where they are free, security group, test network: one write, and no second.

    It makes no difference whether a tag asked for the protection or somebody by name.
    """
    make_static(up, "web-0-nic", "10.1.1.90")
    up.api("POST", "protections", {"vmIds": [up.vm("db-0")]})
    protected(up, "web-0")
    up.outcome(up.vm("db-0"), "protected")

    web, item = details_of(up, "web-0"), item_of(up, "web-0")
    assert item["name"] != "web-0"
    assert web["recoveryAzureVMName"] == "web-0"
    assert web["selectedTfoAzureNetworkId"].lower() == NETWORK.lower()
    assert web["recoveryAvailabilitySet"].endswith("/web-set-asr")
    (nic,) = web["vmNics"]
    assert nic["recoveryNetworkSecurityGroupId"].lower() == SECURITY.lower()
    assert nic["enableAcceleratedNetworkingOnRecovery"] is True
    assert [
        (one["isPrimary"], one["recoveryStaticIPAddress"], one["recoverySubnetName"]) for one in nic["ipConfigs"]
    ] == [
        (True, "10.1.1.90", "web"),
        (False, "10.1.1.91", "web"),
    ]
    assert details_of(up, "db-0")["vmNics"][0]["recoveryNetworkSecurityGroupId"].lower() == SECURITY.lower()
    assert len(patches(up)) == 2
    advance(up, 3600)
    up.api("POST", "protections", {"vmIds": [up.vm("db-0"), up.vm("web-0")], "wait": 60})
    up.api("POST", "sweeps")
    assert len(patches(up)) == 2


def test_a_completion_that_azure_refuses_and_an_address_that_is_taken(up: Stack) -> None:
    """First `db-0`, then `web-0`, whose recovery network stands by then."""
    a_completion_that_azure_refuses_is_told_and_tried_again(up)
    an_address_that_is_taken_is_not_kept_and_a_person_may_choose_another(up)


def an_address_that_is_taken_is_not_kept_and_a_person_may_choose_another(up: Stack) -> None:
    """The outcome says why; what somebody sets in the portal afterwards stays."""
    make_static(up, "web-0-nic", "10.1.1.90")
    protected(up, "db-0")  # makes the recovery network
    taken = f"{up.group('contoso-app-asr')}/providers/Microsoft.Network/networkInterfaces/squatter"
    subnet = f"{up.group('contoso-app-asr')}/providers/Microsoft.Network/virtualNetworks/contoso-vnet-asr/subnets/web"
    address = {"privateIPAllocationMethod": "Static", "privateIPAddress": "10.1.1.90", "subnet": {"id": subnet}}
    body = {
        "location": "southeastasia",
        "properties": {"ipConfigurations": [{"name": "one", "properties": address}]},
    }
    assert up.call("PUT", taken, NIC_API, body).status_code in (200, 201)
    up.tag(up.vm("web-0"), asr_protect="true")

    status = up.outcome(up.vm("web-0"), "protected")
    told = {one["code"]: one for one in status["lastOutcome"]["reasons"]}
    assert "10.1.1.90 is not kept" in told["AddressNotKept"]["sentence"]
    (nic,) = details_of(up, "web-0")["vmNics"]
    assert [one["recoveryStaticIPAddress"] for one in nic["ipConfigs"]] == ["", "10.1.1.91"]


def test_an_item_that_would_come_up_under_its_own_name_is_given_the_machines(up: Stack) -> None:
    """Where Azure takes the item's name for a machine that nobody named, that is a GUID."""
    up.http.post(
        f"{up.arm}/_emulator/settings", json={"site_recovery.unnamed_recovered_machine": "item"}
    ).raise_for_status()
    protected(up, "db-0")

    assert details_of(up, "db-0")["recoveryAzureVMName"] == "db-0"


def a_completion_that_azure_refuses_is_told_and_tried_again(up: Stack) -> None:
    """A job that fails is an outcome with Azure's own words; the next sweep mends it."""
    trouble = {"target": "db-0", "fail": "150097", "operation": "item.update", "times": 1}
    up.http.post(f"{up.arm}/_emulator/site-recovery/troubles", json=trouble).raise_for_status()
    up.tag(up.vm("db-0"), asr_protect="true")

    up.outcome(up.vm("db-0"), "protected", seconds=90)
    history = up.api("GET", "protections/history", vmId=up.vm("db-0")).json()["runs"]
    failed = [one for one in history if one["outcome"]["state"] == "failed"]
    assert failed[0]["outcome"]["reasons"][0]["code"] == "150097"
    assert details_of(up, "db-0")["selectedTfoAzureNetworkId"].lower() == NETWORK.lower()
