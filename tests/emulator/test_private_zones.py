"""Private DNS zones: which networks they are linked to, and how Resource Graph shows it."""

from typing import Any

import pytest

from tests.emulator.conftest import Arm

NETWORK = "/resourceGroups/app/providers/Microsoft.Network"
ZONE = f"{NETWORK}/privateDnsZones/corp.example"
LINK = f"{ZONE}/virtualNetworkLinks"
LINKED = """
resources
| where type =~ 'microsoft.network/privatednszones/virtualnetworklinks'
| where tostring(properties.virtualNetwork.id) =~ '{network}'
| project id, registers = tobool(properties.registrationEnabled)
"""


def linked(arm: Arm, name: str, **more: Any) -> dict[str, Any]:
    """The body of a link to a network, which is made."""
    space = {"addressSpace": {"addressPrefixes": ["10.0.0.0/16"]}}
    network = arm.put(f"{NETWORK}/virtualNetworks/{name}", {"location": "eastasia", "properties": space})
    return {"location": "global", "properties": {"virtualNetwork": {"id": network["id"]}, **more}}


def test_a_zone_knows_its_links(arm: Arm) -> None:
    """It counts them, is found by Resource Graph through the network, and stays as long as one is there."""
    arm.group()
    arm.put(ZONE, {"location": "global"})
    arm.put(f"{LINK}/drill", linked(arm, "drill", registrationEnabled=True))
    arm.put(f"{LINK}/production", linked(arm, "production"))

    zone = arm.get(ZONE)["properties"]
    assert (zone["numberOfVirtualNetworkLinks"], zone["numberOfVirtualNetworkLinksWithRegistration"]) == (2, 1)
    network = arm.get(f"{NETWORK}/virtualNetworks/drill")["id"]
    body = {"subscriptions": [arm.emulator.subscription], "query": LINKED.format(network=network.upper())}
    path = f"{arm.emulator.url}/providers/Microsoft.ResourceGraph/resources?api-version=2022-10-01"
    rows = arm.request("POST", path, body).json()["data"]
    assert [(row["id"].rpartition("/")[2], row["registers"]) for row in rows] == [("drill", True)]
    assert arm.request("DELETE", ZONE).json()["error"]["code"] == "CannotDeleteResource"
    for name in ("drill", "production"):
        arm.finish(arm.request("DELETE", f"{LINK}/{name}"))
    assert arm.request("DELETE", ZONE).is_success


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"location": "eastasia"}, "InvalidLocation"),
        ({"properties": {"virtualNetwork": {"id": "/subscriptions/none"}}}, "InvalidResourceReference"),
    ],
)
def test_a_wrong_link_is_refused(arm: Arm, change: dict[str, Any], code: str) -> None:
    """A link lies in `global` and leads to a network that exists; and to each once."""
    arm.group()
    arm.put(ZONE, {"location": "global"})
    body = linked(arm, "drill")
    refused = arm.request("PUT", f"{LINK}/drill", {**body, **change})
    assert (refused.status_code, refused.json()["error"]["code"]) == (400, code)
    arm.put(f"{LINK}/drill", body)
    assert arm.request("PUT", f"{LINK}/twice", body).status_code == 409
