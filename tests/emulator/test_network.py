"""Virtual networks, subnets, interfaces, security groups, public addresses."""

from typing import Any

import pytest

from tests.emulator.conftest import Arm

NETWORK = "/resourceGroups/app/providers/Microsoft.Network"
VNET = f"{NETWORK}/virtualNetworks/net"


def network(*subnets: tuple[str, str], space: str = "10.0.0.0/16") -> dict[str, Any]:
    """Return the body of a network with these subnets."""
    inline = [{"name": name, "properties": {"addressPrefix": prefix}} for name, prefix in subnets]
    return {"location": "eastasia", "properties": {"addressSpace": {"addressPrefixes": [space]}, "subnets": inline}}


def test_network_put_in_networks_manner(arm: Arm) -> None:
    """201 Updating with Azure-AsyncOperation and a bare status document; 200 the second time."""
    arm.group()
    created = arm.request("PUT", VNET, network(("a", "10.0.0.0/24")))
    ended = arm.finish(created)
    again = arm.request("PUT", VNET, network(("a", "10.0.0.0/24")))

    assert (created.status_code, again.status_code) == (201, 200)
    assert created.json()["properties"]["provisioningState"] == "Updating"
    assert created.json()["properties"]["subnets"][0]["properties"]["provisioningState"] == "Updating"
    assert ended.json() == {"status": "Succeeded"}
    assert again.json()["properties"]["resourceGuid"] == created.json()["properties"]["resourceGuid"]


def test_inline_and_child_subnets_are_the_same(arm: Arm) -> None:
    """What is written one way is read the other way; a body without subnets leaves them, an empty list removes them."""
    arm.group()
    arm.put(VNET, network(("a", "10.0.0.0/24")))
    arm.put(f"{VNET}/subnets/b", {"properties": {"addressPrefix": "10.0.1.0/24"}})

    def names() -> list[str]:
        listed = [subnet["name"] for subnet in arm.get(f"{VNET}/subnets")["value"]]
        assert listed == [subnet["name"] for subnet in arm.get(VNET)["properties"]["subnets"]]
        return listed

    assert names() == ["a", "b"]
    arm.put(VNET, {"location": "eastasia", "properties": {"addressSpace": {"addressPrefixes": ["10.0.0.0/16"]}}})
    assert names() == ["a", "b"]
    arm.put(VNET, network(("b", "10.0.1.0/24")))
    assert names() == ["b"]
    arm.finish(arm.request("DELETE", f"{VNET}/subnets/b"))
    assert names() == []


@pytest.mark.parametrize(
    ("subnets", "code"),
    [
        ([("a", "192.168.0.0/24")], "NetcfgInvalidSubnet"),
        ([("a", "10.0.0.0/24"), ("b", "10.0.0.128/25")], "NetcfgSubnetRangesOverlap"),
        ([("a", "10.0.0.1/24")], "InvalidCIDRNotation"),
        ([("a", "10.0.0.0")], "InvalidAddressPrefixFormat"),
    ],
)
def test_wrong_subnets_are_refused(arm: Arm, subnets: list[tuple[str, str]], code: str) -> None:
    """Outside of the space, overlapping, not a prefix."""
    arm.group()
    response = arm.request("PUT", VNET, network(*subnets))

    assert (response.status_code, response.json()["error"]["code"]) == (400, code)
    assert arm.request("GET", VNET).status_code == 404


def test_interfaces_get_addresses_and_hold_their_subnet(arm: Arm) -> None:
    """The first free address is .4; a subnet in use, and its network, cannot be deleted."""
    arm.group()
    arm.put(VNET, network(("a", "10.0.0.0/24")))
    subnet = {"id": f"{arm.root}{VNET}/subnets/a"}
    addresses = []
    for name in ("n0", "n1"):
        body = {
            "location": "eastasia",
            "properties": {"ipConfigurations": [{"name": "ip", "properties": {"subnet": subnet}}]},
        }
        nic = arm.put(f"{NETWORK}/networkInterfaces/{name}", body)
        addresses.append(nic["properties"]["ipConfigurations"][0]["properties"]["privateIPAddress"])

    users = arm.get(VNET)["properties"]["subnets"][0]["properties"]["ipConfigurations"]
    held = arm.request("DELETE", f"{VNET}/subnets/a")

    assert addresses == ["10.0.0.4", "10.0.0.5"]
    assert users[0]["id"].endswith(
        "/resourceGroups/APP/providers/Microsoft.Network/networkInterfaces/N0/ipConfigurations/IP"
    )
    assert held.json()["error"]["code"] == "InUseSubnetCannotBeDeleted"
    assert arm.request("DELETE", VNET).status_code == 400
    for name in ("n0", "n1"):
        arm.finish(arm.request("DELETE", f"{NETWORK}/networkInterfaces/{name}"))
    assert arm.request("DELETE", VNET).status_code == 202


def test_interfaces_refuse_what_is_not_there(arm: Arm) -> None:
    """A missing subnet, security group or address is 400 InvalidResourceReference."""
    arm.group()
    missing = {"id": f"{arm.root}{VNET}/subnets/none"}
    body = {
        "location": "eastasia",
        "properties": {"ipConfigurations": [{"name": "ip", "properties": {"subnet": missing}}]},
    }

    response = arm.request("PUT", f"{NETWORK}/networkInterfaces/n0", body)

    assert (response.status_code, response.json()["error"]["code"]) == (400, "InvalidResourceReference")


def test_a_vms_interface_is_held(arm: Arm) -> None:
    """An interface of a VM is not deleted alone, but goes with the group."""
    vm = arm.vm()
    nic = arm.get(vm)["properties"]["networkProfile"]["networkInterfaces"][0]["id"]

    held = arm.request("DELETE", nic)
    arm.finish(arm.request("DELETE", "/resourceGroups/app"))

    assert held.json()["error"]["code"] == "NicInUse"
    assert arm.get("/resources")["value"] == []


def rule(**properties: Any) -> dict[str, Any]:
    """Return the properties of a rule that lets web requests in."""
    ports = {"sourcePortRange": "*", "destinationPortRange": "80"}
    anywhere = {"sourceAddressPrefix": "*", "destinationAddressPrefix": "*"}
    whole = {"priority": 100, "access": "Allow", "direction": "Inbound", "protocol": "Tcp", **ports, **anywhere}
    return whole | properties


def test_security_groups_and_addresses(arm: Arm) -> None:
    """Six default rules; a Standard address is static and given at once."""
    arm.group()
    rules = [{"name": "web", "properties": rule()}]
    group = arm.put(
        f"{NETWORK}/networkSecurityGroups/nsg", {"location": "eastasia", "properties": {"securityRules": rules}}
    )
    address = arm.put(f"{NETWORK}/publicIPAddresses/ip", {"location": "eastasia", "sku": {"name": "Standard"}})

    assert len(group["properties"]["defaultSecurityRules"]) == 6
    assert group["properties"]["securityRules"][0]["id"].endswith("/networkSecurityGroups/nsg/securityRules/web")
    assert address["properties"]["publicIPAllocationMethod"] == "Static"
    assert address["properties"]["ipAddress"].startswith("203.0.113.")
