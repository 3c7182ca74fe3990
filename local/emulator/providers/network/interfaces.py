"""Network interfaces: addresses from their subnets, and a link to the machine that has them."""

from local.emulator.arm.cloud import Cloud
from local.emulator.arm.errors import ArmError, invalid_resource_reference
from local.emulator.arm.exchange import ArmRequest
from local.emulator.arm.ids import ResourceId
from local.emulator.arm.store import Resource
from local.emulator.arm.styles import NETWORK
from local.emulator.arm.tracked import TrackedType
from local.emulator.arm.wire import JsonObject, fresh_guid, stable_guid
from local.emulator.providers.network import addressing, subnets
from local.emulator.providers.network.etags import network_etag, versioned

TYPE = "Microsoft.Network/networkInterfaces"
_REFERENCES = ("networkSecurityGroup",)
_KEPT = ("virtualMachine", "primary", "macAddress")


def render(request: ArmRequest, present: Resource | None) -> JsonObject:
    """Check every reference and give each IP configuration an address of its subnet."""
    cloud, given = request.cloud, request.body.get("properties") or {}
    for name in _REFERENCES:
        reference = (given.get(name) or {}).get("id")
        if reference and cloud.store.find(reference) is None:
            raise invalid_resource_reference(reference, request.id)
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
    cloud, properties = request.cloud, {**(given.get("properties") or {})}
    reference = str((properties.get("subnet") or {}).get("id", ""))
    subnet = cloud.store.find(reference) if reference else None
    if subnet is None:
        raise invalid_resource_reference(reference or "(no subnet)", request.id)
    public = (properties.get("publicIPAddress") or {}).get("id")
    if public and cloud.store.find(public) is None:
        raise invalid_resource_reference(public, request.id)
    method = str(properties.get("privateIPAllocationMethod") or "Dynamic")
    address = properties.get("privateIPAddress") if method == "Static" else known.get("privateIPAddress")
    if not address:
        taken = _taken(cloud, subnet) | {sibling["properties"]["privateIPAddress"] for sibling in siblings}
        address = addressing.free_address(subnets.prefixes(subnet.body)[0], taken)
    name = str(given.get("name") or "ipconfig1")
    return {
        "name": name,
        "id": request.id.child("ipConfigurations", name).text,
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


def _taken(cloud: Cloud, subnet: Resource) -> set[str]:
    return {
        configuration["properties"]["privateIPAddress"]
        for nic in cloud.store.of_type(TYPE, subnet.id.subscription_id)
        for configuration in nic.properties["ipConfigurations"]
        if configuration["properties"]["subnet"]["id"].lower() == subnet.id.key
    }


def refuse_while_attached(cloud: Cloud, resource: Resource) -> None:
    """Keep an interface that a machine has, unless that machine goes with it."""
    owner = ResourceId.parse(str((resource.properties.get("virtualMachine") or {}).get("id") or "/"))
    if not cloud.is_leaving(owner):
        message = f"Network Interface {resource.id.text} is used by existing resource {owner.text}."
        raise ArmError(400, "NicInUse", message)


INTERFACES = TrackedType(
    type=TYPE,
    render=render,
    style=NETWORK,
    etag=network_etag,
    etag_header=True,
    updating={"create": "Updating", "update": "Updating"},
)
