"""Public IP addresses, from the ranges that documentation and measurements may use (RFC 5737, RFC 2544)."""

from ipaddress import ip_network
from itertools import chain

from local.emulator.arm.names import NETWORK as NETWORK_NAMES
from local.emulator.arm.request import ArmRequest
from local.emulator.arm.schema import Kind
from local.emulator.arm.store import Resource
from local.emulator.arm.styles import NETWORK
from local.emulator.arm.tracked import TrackedType
from local.emulator.arm.wire import JsonObject
from local.emulator.providers.network.etags import network_etag, versioned
from local.emulator.providers.network.references import user_of_address

TYPE = "Microsoft.Network/publicIPAddresses"
_RANGES = ("203.0.113.0/24", "198.51.100.0/24", "192.0.2.0/24", "198.18.0.0/15")


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
        before = present.properties.get("ipAddress") if present else None
        properties["ipAddress"] = before or _free_address(request)
    return {**versioned(properties, present), "sku": sku}


def _free_address(request: ArmRequest) -> str:
    taken = {one.properties.get("ipAddress") for one in request.cloud.store.of_type(TYPE)}
    hosts = chain.from_iterable(ip_network(one).hosts() for one in _RANGES)
    return next(address for host in hosts if (address := str(host)) not in taken)


def show(request: ArmRequest, resource: Resource) -> JsonObject:
    """Show an address with the IP configuration that has it."""
    user = user_of_address(request.cloud, resource.id)
    if user is None:
        return resource.body
    return {**resource.body, "properties": {**resource.properties, "ipConfiguration": {"id": user.text}}}


PUBLIC_ADDRESSES = TrackedType(
    type=TYPE,
    naming=NETWORK_NAMES,
    schema={
        "publicIPAllocationMethod": Kind.TEXT,
        "publicIPAddressVersion": Kind.TEXT,
        "idleTimeoutInMinutes": Kind.WHOLE,
        "dnsSettings": {"domainNameLabel": Kind.TEXT},
    },
    render=render,
    present=show,
    style=NETWORK,
    etag=network_etag,
    etag_header=True,
    updating={"create": "Updating", "update": "Updating"},
)
