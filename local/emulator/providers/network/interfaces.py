"""Network interfaces: addresses from their subnets, and a link to the machine that has them."""

from collections.abc import Mapping

from local.emulator.arm.cloud import Cloud
from local.emulator.arm.errors import ArmError
from local.emulator.arm.ids import ResourceId
from local.emulator.arm.names import NETWORK as NETWORK_NAMES
from local.emulator.arm.request import ArmRequest
from local.emulator.arm.schema import REFERENCE, Kind, Schema
from local.emulator.arm.store import Resource
from local.emulator.arm.styles import NETWORK
from local.emulator.arm.tracked import TrackedType
from local.emulator.arm.wire import JsonObject, fresh_guid, stable_guid
from local.emulator.providers.network import addressing, references, subnets
from local.emulator.providers.network.etags import network_etag, versioned

TYPE = references.INTERFACES
_CONFIGURATION: Mapping[str, Schema] = {
    "subnet": REFERENCE,
    "publicIPAddress": REFERENCE,
    "privateIPAllocationMethod": Kind.TEXT,
    "privateIPAddress": Kind.TEXT,
    "privateIPAddressVersion": Kind.TEXT,
    "primary": Kind.FLAG,
}
_KEPT = ("virtualMachine", "primary", "macAddress")


def render(request: ArmRequest, present: Resource | None) -> JsonObject:
    """Check every reference and give each IP configuration an address of its subnet."""
    given = request.body.get("properties") or {}
    references.referred(request, given, "networkSecurityGroup", request.body["location"])
    configurations = given.get("ipConfigurations") or []
    if not configurations:
        message = f"Network interface {request.id.text} must have at least one IP configuration."
        raise ArmError(400, "NetworkInterfaceMustHaveIpConfigurations", message)
    before = {
        item["name"].lower(): item["properties"] for item in (present.properties["ipConfigurations"] if present else [])
    }
    etag = f'W/"{fresh_guid()}"'
    rendered: list[JsonObject] = []
    for index, configuration in enumerate(configurations):
        known = before.get(str(configuration.get("name", "")).lower(), {})
        rendered.append(_configuration(request, configuration, known, rendered, etag, first=index == 0))
    suffix = stable_guid(request.subscription).replace("-", "")[:26]
    defaults: JsonObject = {
        "dnsSettings": {
            "dnsServers": [],
            "appliedDnsServers": [],
            "internalDomainNameSuffix": f"{suffix}.cx.internal.cloudapp.net",
        },
        "enableAcceleratedNetworking": False,
        "vnetEncryptionSupported": False,
        "enableIPForwarding": False,
        "hostedWorkloads": [],
        "tapConfigurations": [],
        "nicType": "Standard",
        "allowPort25Out": True,
        "auxiliaryMode": "None",
    }
    kept = {key: present.properties[key] for key in _KEPT if present and key in present.properties}
    body = versioned({**defaults, **given, "ipConfigurations": rendered, **kept}, present)
    return {**body, "kind": "Regular"}


def _configuration(
    request: ArmRequest, given: JsonObject, known: JsonObject, siblings: list[JsonObject], etag: str, *, first: bool
) -> JsonObject:
    properties = {**(given.get("properties") or {})}
    name = str(given.get("name") or "ipconfig1")
    own = request.id.child("ipConfigurations", name)
    subnet = _subnet(request, properties)
    _check_public(request, properties)
    method = str(properties.get("privateIPAllocationMethod") or "Dynamic")
    taken = references.addresses_in(request.cloud, subnet.id, without=request.id)
    taken |= {sibling["properties"]["privateIPAddress"]: sibling["id"] for sibling in siblings}
    stays = references.refers_to(known, "subnet", subnet.id)
    address = known.get("privateIPAddress") if stays else None
    if method.lower() == "static" and (wanted := properties.get("privateIPAddress")):
        addressing.check_static(wanted, subnets.prefixes(subnet.body), taken, own.text)
        address = wanted
    address = address or addressing.free_address(subnets.prefixes(subnet.body)[0], taken)
    return {
        "name": name,
        "id": own.text,
        "etag": etag,
        "type": f"{TYPE}/ipConfigurations",
        "properties": {
            "primary": first,
            "privateIPAddressVersion": "IPv4",
            **properties,
            "provisioningState": "Succeeded",
            "privateIPAddress": address,
            "privateIPAllocationMethod": method,
            "subnet": {"id": subnet.id.text},
        },
    }


def _subnet(request: ArmRequest, properties: JsonObject) -> Resource:
    """Return the configuration's subnet, which must lie in the region of the interface."""
    reference = str((properties.get("subnet") or {}).get("id") or "")
    return references.existing(request, reference or "(no subnet)", request.body["location"])


def _check_public(request: ArmRequest, properties: JsonObject) -> None:
    """Refuse a public address that is in another region or another interface's."""
    public = references.referred(request, properties, "publicIPAddress", request.body["location"])
    user = references.user_of_address(request.cloud, public.id) if public else None
    if public and user and user.parent.key != request.id.key:
        message = f"Resource {request.id.text} is referencing public IP address {public.id.text} that is already"
        raise ArmError(400, "PublicIPAddressInUse", f"{message} allocated to resource {user.text}.")


def refuse_while_attached(cloud: Cloud, resource: Resource) -> None:
    """Keep an interface that a machine has, unless that machine goes with it."""
    owner = ResourceId.parse(str((resource.properties.get("virtualMachine") or {}).get("id") or "/"))
    if not cloud.is_leaving(owner):
        message = f"Network Interface {resource.id.text} is used by existing resource {owner.text}."
        raise ArmError(400, "NicInUse", message)


INTERFACES = TrackedType(
    type=TYPE,
    naming=NETWORK_NAMES,
    schema={
        "networkSecurityGroup": REFERENCE,
        "ipConfigurations": [{"name": Kind.TEXT, "properties": _CONFIGURATION}],
        "enableAcceleratedNetworking": Kind.FLAG,
        "enableIPForwarding": Kind.FLAG,
        "dnsSettings": {"dnsServers": [Kind.TEXT]},
    },
    render=render,
    style=NETWORK,
    etag=network_etag,
    etag_header=True,
    updating={"create": "Updating", "update": "Updating"},
)
