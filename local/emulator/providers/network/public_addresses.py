"""Public IP addresses. The addresses are from the range that documentation may use (203.0.113.0/24)."""

from local.emulator.arm.exchange import ArmRequest
from local.emulator.arm.store import Resource
from local.emulator.arm.styles import NETWORK
from local.emulator.arm.tracked import TrackedType
from local.emulator.arm.wire import JsonObject
from local.emulator.providers.network.etags import network_etag, versioned

TYPE = "Microsoft.Network/publicIPAddresses"
INTERFACES = "Microsoft.Network/networkInterfaces"
_HOSTS = 250


def render(request: ArmRequest, present: Resource | None) -> JsonObject:
    """Fill in the defaults; a static address is given at once."""
    given = request.body.get("properties") or {}
    sku = {"name": "Basic", "tier": "Regional", **(request.body.get("sku") or {})}
    method = given.get("publicIPAllocationMethod") or ("Static" if sku["name"] == "Standard" else "Dynamic")
    properties: JsonObject = {
        "publicIPAddressVersion": "IPv4",
        "idleTimeoutInMinutes": 4,
        "ipTags": [],
        **given,
        "publicIPAllocationMethod": method,
    }
    if method == "Static":
        count = len(request.cloud.store.of_type(TYPE))
        before = present.properties.get("ipAddress") if present else None
        properties["ipAddress"] = before or f"203.0.113.{count % _HOSTS + 1}"
    return {**versioned(properties, present), "sku": sku}


def show(request: ArmRequest, resource: Resource) -> JsonObject:
    """Show an address with the IP configuration that has it."""
    for nic in request.cloud.store.of_type(INTERFACES, resource.id.subscription_id):
        for configuration in nic.properties["ipConfigurations"]:
            held = configuration["properties"].get("publicIPAddress") or {}
            if str(held.get("id", "")).lower() == resource.id.key:
                user = {"ipConfiguration": {"id": configuration["id"]}}
                return {**resource.body, "properties": {**resource.properties, **user}}
    return resource.body


PUBLIC_ADDRESSES = TrackedType(
    type=TYPE,
    render=render,
    present=show,
    style=NETWORK,
    etag=network_etag,
    etag_header=True,
    updating={"create": "Updating", "update": "Updating"},
)
