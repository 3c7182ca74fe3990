"""The rules of a security group: resources of their own, also when they are written with the group."""

from collections.abc import Iterable, Mapping

from local.emulator.arm.cloud import Cloud
from local.emulator.arm.errors import ArmError
from local.emulator.arm.ids import ResourceId
from local.emulator.arm.names import NETWORK as NETWORK_NAMES
from local.emulator.arm.request import ArmRequest
from local.emulator.arm.schema import REFERENCE, Kind, Schema
from local.emulator.arm.store import Resource
from local.emulator.arm.styles import NETWORK
from local.emulator.arm.tracked import TrackedType
from local.emulator.arm.wire import JsonObject
from local.emulator.providers.network.etags import network_etag

TYPE = "Microsoft.Network/networkSecurityGroups/securityRules"
PRIORITIES = range(100, 4097)
_CHOICES = {
    "protocol": ("*", "Tcp", "Udp", "Icmp", "Esp", "Ah"),
    "access": ("Allow", "Deny"),
    "direction": ("Inbound", "Outbound"),
}
_PLURALS = (
    *("sourceAddressPrefixes", "destinationAddressPrefixes"),
    *("sourcePortRanges", "destinationPortRanges"),
)
SCHEMA: Mapping[str, Schema] = {
    **dict.fromkeys(_CHOICES, Kind.TEXT),
    "priority": Kind.WHOLE,
    **{name: [Kind.TEXT] for name in _PLURALS},
    "sourceApplicationSecurityGroups": [REFERENCE],
    "destinationApplicationSecurityGroups": [REFERENCE],
}


def rendered(cloud: Cloud, rule: ResourceId, given: JsonObject) -> JsonObject:
    """Return the body to keep for a rule with these properties.

    Raises:
        ArmError: 400, the priority is out of range, or protocol, access or direction is none that there is.
    """
    chosen = {}
    for name, choices in _CHOICES.items():
        chosen[name] = next((one for one in choices if one.lower() == str(given.get(name, "")).lower()), None)
        if chosen[name] is None:
            message = (
                f"Security rule parameter {name} for rule with Id {rule.text} contains an unsupported value "
                f"'{given.get(name, '')}'. Supported: {', '.join(choices)}."
            )
            raise ArmError(400, "SecurityRuleParameterContainsUnsupportedValue", message)
    if given.get("priority") not in PRIORITIES:
        message = (
            f"Security rule has invalid Priority. Value provided: {given.get('priority')} Allowed range "
            f"{PRIORITIES.start}-{PRIORITIES.stop - 1}."
        )
        raise ArmError(400, "SecurityRuleInvalidPriority", message)
    properties = {**{key: [] for key in _PLURALS}, **given, **chosen, "provisioningState": "Succeeded"}
    return {"etag": network_etag(cloud), "properties": properties}


def check_distinct(rules: Iterable[tuple[str, JsonObject]]) -> None:
    """Refuse two rules of one direction with one priority. `rules` are pairs of name and properties.

    Raises:
        ArmError: 400 SecurityRuleConflict.
    """
    known: dict[tuple[str, int], str] = {}
    for name, properties in rules:
        place = properties["direction"], properties["priority"]
        if place in known:
            message = f"Security rule {name} conflicts with rule {known[place]}."
            raise ArmError(400, "SecurityRuleConflict", f"{message} Rules cannot have the same Priority and Direction.")
        known[place] = name


def render(request: ArmRequest, _present: Resource | None) -> JsonObject:
    """Check the rule by itself and beside its siblings."""
    body = rendered(request.cloud, request.id, request.body.get("properties") or {})
    others = [one for one in request.cloud.store.of_type(TYPE, request.id.parent) if one.id.key != request.id.key]
    check_distinct([*((one.id.name, one.properties) for one in others), (request.id.name, body["properties"])])
    return body


SECURITY_RULES = TrackedType(
    type=TYPE,
    naming=NETWORK_NAMES,
    schema=SCHEMA,
    render=render,
    style=NETWORK,
    etag=network_etag,
    etag_header=True,
    updating={"create": "Updating", "update": "Updating"},
    regional=False,
)
