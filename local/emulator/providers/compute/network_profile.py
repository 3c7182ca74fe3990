"""The network profile of a machine: the interfaces it is given, and those that are made with it.

Source: `networkInterfaceConfigurations` of Microsoft.Compute 2021-03-01; the profile that is shown afterwards refers to
the interfaces that were made, and no longer has the configurations (published example).
"""

from collections.abc import Mapping
from dataclasses import replace

from local.emulator.arm.ids import ResourceId
from local.emulator.arm.request import ArmRequest
from local.emulator.arm.schema import OBJECT, REFERENCE, Kind, Schema
from local.emulator.arm.store import Resource
from local.emulator.arm.wire import JsonObject, fresh_guid
from local.emulator.providers.network import interfaces, public_addresses
from local.emulator.providers.network.etags import network_etag

_OPTIONS: Mapping[str, Schema] = {"primary": Kind.FLAG, "deleteOption": Kind.TEXT}
_ADDRESS: Mapping[str, Schema] = {
    "subnet": REFERENCE,
    "primary": Kind.FLAG,
    "privateIPAddressVersion": Kind.TEXT,
    "publicIPAddressConfiguration": {"name": Kind.TEXT, "sku": OBJECT, "properties": OBJECT},
}
_CONFIGURATION: Mapping[str, Schema] = {
    **_OPTIONS,
    "networkSecurityGroup": REFERENCE,
    **dict.fromkeys(("enableAcceleratedNetworking", "enableIPForwarding"), Kind.FLAG),
    "dnsSettings": {"dnsServers": [Kind.TEXT]},
    "ipConfigurations": [{"name": Kind.TEXT, "properties": _ADDRESS}],
}
SCHEMA: Mapping[str, Schema] = {
    "networkInterfaces": [{**REFERENCE, "properties": _OPTIONS}],
    "networkApiVersion": Kind.TEXT,
    "networkInterfaceConfigurations": [{"name": Kind.TEXT, "properties": _CONFIGURATION}],
}
CONFIGURATIONS = "networkInterfaceConfigurations"
_OF_INTERFACE = ("networkSecurityGroup", "enableAcceleratedNetworking", "enableIPForwarding", "dnsSettings")


def interface_count(given: JsonObject) -> int:
    """Return how many interfaces a machine with this profile would have."""
    return len(given.get("networkInterfaces") or given.get(CONFIGURATIONS) or [])


def network_profile(request: ArmRequest, given: JsonObject, present: Resource | None) -> JsonObject:
    """Return the profile to keep; interfaces that a new machine is configured with are made now.

    Raises:
        ArmError: what creating such an interface would be refused with.
    """
    references = given.get("networkInterfaces") or []
    if CONFIGURATIONS in given and not references:
        made = present.properties["networkProfile"]["networkInterfaces"] if present else None
        references = made or [_made(request, one) for one in given[CONFIGURATIONS] or []]
    kept = {key: value for key, value in given.items() if key not in SCHEMA}
    return {"networkInterfaces": references, **kept}


def _made(request: ArmRequest, configuration: JsonObject) -> JsonObject:
    """Make one interface and return how the machine refers to it. Azure adds eight digits to the name."""
    given = configuration.get("properties") or {}
    addresses = [
        {"name": one.get("name"), "properties": _address(request, one.get("properties") or {})}
        for one in given.get("ipConfigurations") or []
    ]
    own = _id(request, interfaces.TYPE, str(configuration.get("name") or ""))
    properties = {key: given[key] for key in _OF_INTERFACE if key in given} | {"ipConfigurations": addresses}
    asked = replace(request, id=own, body={"location": request.body["location"], "properties": properties})
    made = _kept(asked, interfaces.render(asked, None))
    options = {key: given[key] for key in _OPTIONS if key in given}
    return {"id": made.id.text, **({"properties": options} if options else {})}


def _address(request: ArmRequest, given: JsonObject) -> JsonObject:
    properties: JsonObject = {
        key: given[key] for key in ("subnet", "primary", "privateIPAddressVersion") if key in given
    }
    public = given.get("publicIPAddressConfiguration")
    if public:
        own = _id(request, public_addresses.TYPE, str(public.get("name") or ""))
        wanted = {key: value for key, value in (public.get("properties") or {}).items() if key != "deleteOption"}
        body = {"location": request.body["location"], "sku": public.get("sku"), "properties": wanted}
        asked = replace(request, id=own, body=body)
        properties["publicIPAddress"] = {"id": _kept(asked, public_addresses.render(asked, None)).id.text}
    return properties


def _id(request: ArmRequest, kind: str, name: str) -> ResourceId:
    return request.id.group_id.extension(*kind.split("/"), f"{name}-{fresh_guid()[:8]}")


def _kept(asked: ArmRequest, rendered: JsonObject) -> Resource:
    rendered["properties"]["provisioningState"] = "Succeeded"
    body = {"location": asked.body["location"], "etag": network_etag(asked.cloud), **rendered}
    made = asked.cloud.write(asked.id, body)
    asked.cloud.events.written(made.id)
    return made
