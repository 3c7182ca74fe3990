"""Network security groups, with the six default rules that every one has."""

from local.emulator.arm.exchange import ArmRequest
from local.emulator.arm.store import Resource
from local.emulator.arm.styles import NETWORK
from local.emulator.arm.tracked import TrackedType
from local.emulator.arm.wire import JsonObject
from local.emulator.providers.network.etags import network_etag, versioned

TYPE = "Microsoft.Network/networkSecurityGroups"
_DEFAULTS = (
    ("AllowVnetInBound", "VirtualNetwork", "VirtualNetwork", "Allow", 65000, "Inbound"),
    ("AllowAzureLoadBalancerInBound", "AzureLoadBalancer", "*", "Allow", 65001, "Inbound"),
    ("DenyAllInBound", "*", "*", "Deny", 65500, "Inbound"),
    ("AllowVnetOutBound", "VirtualNetwork", "VirtualNetwork", "Allow", 65000, "Outbound"),
    ("AllowInternetOutBound", "*", "Internet", "Allow", 65001, "Outbound"),
    ("DenyAllOutBound", "*", "*", "Deny", 65500, "Outbound"),
)


def render(request: ArmRequest, present: Resource | None) -> JsonObject:
    """Give the rules their ids and add the default ones."""
    given = request.body.get("properties") or {}
    rules = [
        _rule(request, "securityRules", str(rule["name"]), rule["properties"])
        for rule in given.get("securityRules") or []
    ]
    defaults = [
        _rule(
            request,
            "defaultSecurityRules",
            name,
            {
                "protocol": "*",
                "sourcePortRange": "*",
                "destinationPortRange": "*",
                "sourceAddressPrefix": source,
                "destinationAddressPrefix": destination,
                "access": access,
                "priority": priority,
                "direction": direction,
            },
        )
        for name, source, destination, access, priority, direction in _DEFAULTS
    ]
    return versioned({**given, "securityRules": rules, "defaultSecurityRules": defaults}, present)


def _rule(request: ArmRequest, kind: str, name: str, properties: JsonObject) -> JsonObject:
    own = request.id.child(kind, name)
    return {
        "name": name,
        "id": own.text,
        "type": f"{TYPE}/{kind}",
        "properties": {**properties, "provisioningState": "Succeeded"},
    }


SECURITY_GROUPS = TrackedType(
    type=TYPE,
    render=render,
    style=NETWORK,
    etag=network_etag,
    etag_header=True,
    updating={"create": "Updating", "update": "Updating"},
)
