"""What network resources refer to: both ends in one region, nothing given twice or pulled away from its users."""

from typing import Any

import pytest

from tests.emulator.conftest import Arm
from tests.emulator.test_network import rule

NETWORK = "/resourceGroups/app/providers/Microsoft.Network"
VNET, OTHER_VNET = f"{NETWORK}/virtualNetworks/vnet", f"{NETWORK}/virtualNetworks/other"
GROUP, ADDRESS, NIC = (
    f"{NETWORK}/{kind}/one" for kind in ("networkSecurityGroups", "publicIPAddresses", "networkInterfaces")
)


@pytest.fixture
def wired(arm: Arm) -> Arm:
    """An interface in a subnet, with a static address, a public one and a security group."""
    arm.group()
    arm.put(GROUP, {"location": "eastasia", "properties": {"securityRules": [{"name": "web", "properties": rule()}]}})
    arm.put(ADDRESS, {"location": "eastasia", "sku": {"name": "Standard"}})
    arm.put(VNET, network("10.0.0.0/16", subnet="10.0.1.0/24"))
    arm.put(NIC, interface(arm, privateIPAllocationMethod="Static", privateIPAddress="10.0.1.10"))
    return arm


def network(space: str, *, subnet: str = "", location: str = "eastasia") -> dict[str, Any]:
    """Return the body of a network, with the subnet `a` when a prefix is given for it."""
    subnets = {"subnets": [{"name": "a", "properties": {"addressPrefix": subnet}}]} if subnet else {}
    return {"location": location, "properties": {"addressSpace": {"addressPrefixes": [space]}, **subnets}}


def interface(arm: Arm, location: str = "eastasia", **configuration: Any) -> dict[str, Any]:
    """Return the body of an interface in the subnet, with the group and the public address."""
    references = {"subnet": {"id": f"{arm.root}{VNET}/subnets/a"}, "publicIPAddress": {"id": arm.root + ADDRESS}}
    configurations = [{"name": "ip", "properties": references | configuration}]
    group = {"networkSecurityGroup": {"id": arm.root + GROUP}}
    return {"location": location, "properties": {"ipConfigurations": configurations, **group}}


def code(arm: Arm, method: str, path: str, body: object = None) -> str:
    """Return the code of a request that must be refused."""
    refused = arm.request(method, path, body)
    assert not refused.is_success
    return str(refused.json()["error"]["code"])


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"privateIPAddress": "10.9.9.9", "publicIPAddress": None}, "PrivateIPAddressNotInSubnet"),
        ({"privateIPAddress": "10.0.1.3", "publicIPAddress": None}, "PrivateIPAddressInReservedRange"),
        ({"privateIPAddress": "10.0.1.255", "publicIPAddress": None}, "PrivateIPAddressInReservedRange"),
        ({"privateIPAddress": "ten", "publicIPAddress": None}, "InvalidIPAddressFormat"),
        ({"privateIPAddress": "10.0.1.10", "publicIPAddress": None}, "PrivateIPAddressIsAllocated"),
        ({"privateIPAddress": "10.0.1.11"}, "PublicIPAddressInUse"),
        ({"publicIPAddress": {"id": "/nowhere"}}, "InvalidResourceReference"),
        ({"location": "westus"}, "InvalidResourceReference"),
    ],
)
def test_a_second_interface_gets_nothing_that_is_not_free(wired: Arm, change: dict[str, Any], expected: str) -> None:
    """An address outside the subnet, one that Azure keeps, one that is another's; a network of another region."""
    body = interface(wired, **{"privateIPAllocationMethod": "Static", **change})
    refused = code(wired, "PUT", NIC.replace("/one", "/two"), body)

    assert refused == expected


def test_nothing_is_deleted_from_under_its_users(wired: Arm) -> None:
    """Group, public address, subnet and network are kept while an interface has them, and go with it."""
    kept = {path: code(wired, "DELETE", path) for path in (GROUP, ADDRESS, f"{VNET}/subnets/a", VNET)}
    shown = wired.get(GROUP)["properties"]
    wired.finish(wired.request("DELETE", "/resourceGroups/app"))

    assert list(kept.values()) == [
        "InUseNetworkSecurityGroupCannotBeDeleted",
        "PublicIPAddressCannotBeDeleted",
        "InUseSubnetCannotBeDeleted",
        "InUseSubnetCannotBeDeleted",
    ]
    assert shown["networkInterfaces"] == [{"id": wired.root + NIC}]
    assert wired.get("/resources")["value"] == []


def test_addresses_in_use_hold_prefixes(wired: Arm) -> None:
    """Neither subnet nor network can be written without the addresses that interfaces have."""
    moved = {"properties": {"addressPrefix": "10.0.2.0/24"}}

    assert code(wired, "PUT", f"{VNET}/subnets/a", moved) == "InUsePrefixCannotBeDeleted"
    assert code(wired, "PUT", VNET, network("10.0.0.0/16", subnet="10.0.2.0/24")) == "InUsePrefixCannotBeDeleted"
    assert code(wired, "PUT", VNET, network("10.1.0.0/16")) == "NetcfgInvalidSubnet"
    assert code(wired, "PUT", VNET, network("banana")) == "InvalidAddressPrefixFormat"


def test_a_subnet_is_replaced_as_a_whole(wired: Arm) -> None:
    """A PUT that does not name the security group takes it off the subnet."""
    subnet = f"{VNET}/subnets/a"
    own = {"addressPrefix": "10.0.1.0/24"}
    guarded = wired.put(subnet, {"properties": {**own, "networkSecurityGroup": {"id": wired.root + GROUP}}})
    shown = wired.get(GROUP)["properties"]
    bare = wired.put(subnet, {"properties": own})

    assert guarded["properties"]["networkSecurityGroup"]["id"] == wired.root + GROUP
    assert shown["subnets"] == [{"id": f"{wired.root}{subnet}"}]
    assert "networkSecurityGroup" not in bare["properties"]


def test_a_static_address_stays_and_an_interface_moves(wired: Arm) -> None:
    """A dynamic address stays with its configuration; in another subnet it is one of that subnet."""
    wired.put(f"{VNET}/subnets/b", {"properties": {"addressPrefix": "10.0.3.0/24"}})
    stays = wired.put(NIC, interface(wired))
    moves = wired.put(NIC, interface(wired, subnet={"id": f"{wired.root}{VNET}/subnets/b"}))

    def address(nic: Any) -> str:
        return str(nic["properties"]["ipConfigurations"][0]["properties"]["privateIPAddress"])

    assert (address(stays), address(moves)) == ("10.0.1.10", "10.0.3.4")


def test_rules_are_resources_of_their_own(wired: Arm) -> None:
    """A rule is added, changed and removed by itself; the group shows it."""
    own = f"{GROUP}/securityRules/ssh"
    made = wired.put(own, {"properties": rule(priority=110, destinationPortRange="22")})
    shown = [one["name"] for one in wired.get(GROUP)["properties"]["securityRules"]]
    listed = [one["name"] for one in wired.get(f"{GROUP}/securityRules")["value"]]
    wired.finish(wired.request("DELETE", own))

    assert made["etag"].startswith("W/")
    assert shown == listed == ["web", "ssh"]
    assert [one["name"] for one in wired.get(GROUP)["properties"]["securityRules"]] == ["web"]


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"priority": 100}, "SecurityRuleConflict"),
        ({"priority": 99}, "SecurityRuleInvalidPriority"),
        ({"priority": 110, "access": "Perhaps"}, "SecurityRuleParameterContainsUnsupportedValue"),
    ],
)
def test_wrong_rules_are_refused(wired: Arm, change: dict[str, Any], expected: str) -> None:
    """Alone and inside the group."""
    wrong = rule(**change)
    inline = [{"name": "web", "properties": rule()}, {"name": "ssh", "properties": wrong}]

    assert code(wired, "PUT", f"{GROUP}/securityRules/ssh", {"properties": wrong}) == expected
    assert code(wired, "PUT", GROUP, {"location": "eastasia", "properties": {"securityRules": inline}}) == expected


def test_networks_are_peered_from_both_sides(wired: Arm) -> None:
    """Initiated, then Connected on both sides; Disconnected when the other side is gone."""

    def side(network: str, remote: str) -> str:
        body = {"properties": {"remoteVirtualNetwork": {"id": wired.root + remote}}}
        return str(wired.put(f"{network}/virtualNetworkPeerings/p", body)["properties"]["peeringState"])

    wired.put(OTHER_VNET, network("10.1.0.0/16", location="westus"))
    states = [side(VNET, OTHER_VNET), side(OTHER_VNET, VNET)]
    shown = wired.get(VNET)["properties"]["virtualNetworkPeerings"][0]["properties"]
    wired.finish(wired.request("DELETE", OTHER_VNET))
    left = wired.get(f"{VNET}/virtualNetworkPeerings/p")["properties"]

    assert states == ["Initiated", "Connected"]
    assert (shown["peeringState"], shown["remoteAddressSpace"]) == ("Connected", {"addressPrefixes": ["10.1.0.0/16"]})
    assert left["peeringState"] == "Disconnected"


def test_networks_that_overlap_are_not_peered(wired: Arm) -> None:
    """Nor is a network with itself, or with one that is not there."""
    wired.put(OTHER_VNET, network("10.0.128.0/20"))

    def refused(remote: str) -> str:
        body = {"properties": {"remoteVirtualNetwork": {"id": wired.root + remote}}}
        return code(wired, "PUT", f"{VNET}/virtualNetworkPeerings/p", body)

    assert refused(OTHER_VNET) == "VnetAddressSpacesOverlap"
    assert refused(VNET) == refused(f"{VNET}x") == "InvalidRequestFormat"
