"""Network security groups, with the six default rules that every one has."""

from local.emulator.arm.cloud import Cloud
from local.emulator.arm.ids import ResourceId
from local.emulator.arm.names import NETWORK as NETWORK_NAMES
from local.emulator.arm.request import ArmRequest
from local.emulator.arm.schema import Kind
from local.emulator.arm.store import Resource
from local.emulator.arm.styles import NETWORK
from local.emulator.arm.tracked import TrackedType
from local.emulator.arm.wire import JsonObject
from local.emulator.providers.network import references, security_rules
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
_COMPUTED = frozenset({"securityRules", "defaultSecurityRules", "networkInterfaces", "subnets", "resourceGuid"})


def render(request: ArmRequest, present: Resource | None) -> JsonObject:
    """Write the inline rules; rules that are not named any more go."""
    given = request.body.get("properties") or {}
    _write_rules(request, given.get("securityRules") or [])
    return versioned({key: value for key, value in given.items() if key not in _COMPUTED}, present)


def _write_rules(request: ArmRequest, inline: list[JsonObject]) -> None:
    cloud = request.cloud
    ids = [request.id.child("securityRules", str(rule.get("name") or "")) for rule in inline]
    bodies = [
        security_rules.rendered(cloud, own, rule.get("properties") or {}) for own, rule in zip(ids, inline, strict=True)
    ]
    security_rules.check_distinct([(own.name, body["properties"]) for own, body in zip(ids, bodies, strict=True)])
    wanted = {own.key for own in ids}
    for present in cloud.store.of_type(security_rules.TYPE, request.id):
        if present.id.key not in wanted:
            cloud.store.remove(present.id)
    for own, body in zip(ids, bodies, strict=True):
        cloud.write(own, body)


def rules(cloud: Cloud, group: ResourceId) -> dict[str, list[JsonObject]]:
    """Return the rules that were made and those that every group has."""
    own = [rule.body for rule in cloud.store.of_type(security_rules.TYPE, group)]
    return {"securityRules": own, "defaultSecurityRules": [_default(group, *row) for row in _DEFAULTS]}


def _default(
    group: ResourceId, name: str, source: str, destination: str, access: str, priority: int, direction: str
) -> JsonObject:
    return {
        "name": name,
        "id": group.child("defaultSecurityRules", name).text,
        "type": f"{TYPE}/defaultSecurityRules",
        "properties": {
            "provisioningState": "Succeeded",
            "protocol": "*",
            "sourcePortRange": "*",
            "destinationPortRange": "*",
            "sourceAddressPrefix": source,
            "destinationAddressPrefix": destination,
            "access": access,
            "priority": priority,
            "direction": direction,
        },
    }


def show(request: ArmRequest, resource: Resource) -> JsonObject:
    """Show a group with its rules and whatever it is on."""
    users = references.users_of_group(request.cloud, resource.id)
    used = {word: [{"id": one.text} for one in found] for word, found in users.items() if found}
    return {**resource.body, "properties": {**resource.properties, **rules(request.cloud, resource.id), **used}}


SECURITY_GROUPS = TrackedType(
    type=TYPE,
    naming=NETWORK_NAMES,
    schema={"securityRules": [{"name": Kind.TEXT, "properties": security_rules.SCHEMA}]},
    render=render,
    present=show,
    style=NETWORK,
    etag=network_etag,
    etag_header=True,
    updating={"create": "Updating", "update": "Updating"},
)
