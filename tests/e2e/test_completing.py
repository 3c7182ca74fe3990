"""What a protected item takes only once it is Protected: the network of its test failovers."""

import json

from tests.e2e.stack import stack

SUBSCRIPTION = "9d2f7c36-41a5-4b8e-8d0f-3a6b5e1c7f42"
GROUP = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/drills"
NETWORK = f"{GROUP}/providers/Microsoft.Network/virtualNetworks/bubble"


def test_the_test_network_is_written_once_the_item_is_protected() -> None:
    """The profile names it; the completing run writes it with one PATCH, and later runs leave it alone.

    It makes no difference whether a tag asked for the protection or somebody by name.
    """
    with stack(ASR_PROFILES=json.dumps({"default": {"testNetworkId": NETWORK}})) as up:
        assert up.subscription == SUBSCRIPTION
        location = {"location": "southeastasia"}
        assert up.call("PUT", GROUP, "2021-04-01", location).status_code == 201
        subnets = [
            {"name": name, "properties": {"addressPrefix": f"10.9.{n}.0/24"}} for n, name in ((1, "web"), (2, "db"))
        ]
        network = {**location, "properties": {"addressSpace": {"addressPrefixes": ["10.9.0.0/16"]}, "subnets": subnets}}
        assert up.call("PUT", NETWORK, "2023-09-01", network).status_code == 201
        up.tag(up.vm("db-0"), asr_protect="true")
        up.api("POST", "protections", {"vmIds": [up.vm("web-0")]})
        up.tag(up.vm("web-0"), note="an event while it is being enabled")
        up.outcome(up.vm("db-0"), "protected")
        up.outcome(up.vm("web-0"), "protected")

        for item in up.site_recovery("replicationProtectedItems"):
            details = item["properties"]["providerSpecificDetails"]
            assert details["selectedTfoAzureNetworkId"].lower() == NETWORK.lower()
        up.api("POST", "protections", {"vmIds": [up.vm("db-0"), up.vm("web-0")], "wait": 30})
        assert len([r for r in up.writes() if r["method"] == "PATCH"]) == 2
