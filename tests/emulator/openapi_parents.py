"""What the examples take for granted: groups, networks, interfaces, disks that their bodies name."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from local.emulator.arm.ids import ResourceId
from tests.emulator.conftest import Arm

LOCATION = "westus"
_GROUP = re.compile(r"resourceGroups/([^/\"]+)", re.IGNORECASE)
_ID = re.compile(r"\"/?(subscriptions/[^/\"]+/resourceGroups/[^/\"]+/providers/[^\"]+)\"", re.IGNORECASE)
_NETWORK = "Microsoft.Network/virtualNetworks"
_SUBNET = f"{_NETWORK}/subnets"
_INTERFACE = "Microsoft.Network/networkInterfaces"
PARENTS: Mapping[str, dict[str, Any]] = {
    "Microsoft.Network/publicIPAddresses": {},
    _NETWORK: {"addressSpace": {"addressPrefixes": ["10.0.0.0/8"]}},
    _SUBNET: {},
    _INTERFACE: {},
    "Microsoft.Compute/availabilitySets": {},
    "Microsoft.Compute/disks": {"creationData": {"createOption": "Empty"}, "diskSizeGB": 8},
}
"""Types that are made when a body names one, in this order -> their properties; a range and a subnet are added."""


def make_groups(arm: Arm, values: Mapping[str, Any]) -> None:
    """Make every resource group that the values of an example name."""
    named = {values["resourceGroupName"]} if "resourceGroupName" in values else set()
    for group in named | set(_GROUP.findall(json.dumps(dict(values)))):
        arm.request("PUT", f"/resourceGroups/{group}", {"location": LOCATION})


def make_named(arm: Arm, body: object) -> None:
    """Make what a body names by id, as far as `PARENTS` knows its type, where the body's resource is to be."""
    location = body.get("location", LOCATION) if isinstance(body, dict) else LOCATION
    named = sorted(set(_named(body)), key=lambda one: list(PARENTS).index(one.type))
    for number, one in enumerate(named, 1):
        properties = PARENTS[one.type]
        if one.type == _SUBNET:
            properties = {"addressPrefix": f"10.{number}.0.0/16"}
        elif one.type == _INTERFACE:
            properties = {"ipConfigurations": [{"name": "ip", "properties": {"subnet": {"id": _subnet(arm, one)}}}]}
        arm.finish(arm.request("PUT", str(one), {"location": location, "properties": properties}))


def _named(body: object) -> Iterator[ResourceId]:
    for text in _ID.findall(json.dumps(body)):
        one = ResourceId.parse(f"/{text}")
        if one.type == _SUBNET:
            yield one.parent
        if one.type in PARENTS:
            yield one


def _subnet(arm: Arm, interface: ResourceId) -> str:
    """Make a network with a subnet beside an interface, and return the subnet's id."""
    network = str(interface).partition("/providers/")[0] + f"/providers/{_NETWORK}/around-{interface.name.strip('{}')}"
    subnet = {"name": "default", "properties": {"addressPrefix": "10.0.0.0/16"}}
    arm.put(network, {"location": LOCATION, "properties": PARENTS[_NETWORK] | {"subnets": [subnet]}})
    return f"{network}/subnets/default"
