"""What machines answer on their ports: set by `POST /_emulator/listeners`, reached through the emulator as a proxy.

    {"vm": "web-*", "port": 80, "protocol": "http", "answer": {"status": 200, "body": "ok"}}
    {"vm": "db-0-test", "port": 1433, "protocol": "tcp"}
    {"clear": true}

A machine that does not run answers nothing.
"""

from dataclasses import dataclass
from fnmatch import fnmatchcase

from local.emulator.arm.cloud import Cloud
from local.emulator.arm.ids import ResourceId
from local.emulator.arm.schema import Kind, Schema, deserialized_strictly
from local.emulator.arm.store import Resource
from local.emulator.arm.wire import JsonObject
from local.emulator.providers.compute.instance_view import RUNNING

TYPE = "Emulator.Compute/listeners"
MACHINES = "Microsoft.Compute/virtualMachines"
INTERFACES = "Microsoft.Network/networkInterfaces"
PROTOCOLS = ("tcp", "http")
HIGHEST_PORT = 65_535
_ANSWER: dict[str, Schema] = {"status": Kind.WHOLE, "body": Kind.TEXT}
_SCHEMA: dict[str, Schema] = {"vm": Kind.TEXT, "port": Kind.WHOLE, "protocol": Kind.TEXT}


@dataclass(frozen=True, slots=True)
class Listener:
    """What answers: `tcp` accepts and says `body` if there is one; `http` answers every request."""

    protocol: str
    status: int
    body: str


def show(cloud: Cloud, _: JsonObject) -> object:
    """Answer with the listeners, in the order in which they were added."""
    return [kept.properties for kept in cloud.store.of_type(TYPE)]


def change(cloud: Cloud, body: JsonObject) -> object:
    """Add a listener, or replace the one for the same name and port; or remove all.

    Raises:
        ValueError: a field is missing or wrong; the text says so.
    """
    if body.get("clear") is True:
        for one in cloud.store.of_type(TYPE):
            cloud.delete(one.id)
        return show(cloud, body)
    answer = body.get("answer")
    given = deserialized_strictly({name: value for name, value in body.items() if name != "answer"}, _SCHEMA)
    for field in ("vm", "port"):
        if not given.get(field):
            raise ValueError(f"{field}: it is missing; write a name (with * for any text) and a port")
    if not 1 <= given["port"] <= HIGHEST_PORT:
        raise ValueError(f"port: {given['port']}; write a port from 1 to {HIGHEST_PORT}")
    if given.get("protocol", "tcp") not in PROTOCOLS:
        raise ValueError(f"protocol: {given['protocol']!r} is not one of {', '.join(PROTOCOLS)}")
    wanted = {"body": answer} if isinstance(answer, str) else answer or {}
    told = deserialized_strictly(wanted, _ANSWER, "answer")
    kept = {
        "vm": given["vm"],
        "port": given["port"],
        "protocol": given.get("protocol", "tcp"),
        "answer": {"status": told.get("status") or 200, "body": told.get("body") or ""},
    }
    present = {(one.properties["vm"], one.properties["port"]): one.id.name for one in cloud.store.of_type(TYPE)}
    number = present.get((kept["vm"], kept["port"]), str(len(present)))
    cloud.write(ResourceId.parse(f"/providers/{TYPE}/{number}"), {"properties": kept})
    return show(cloud, body)


def find(cloud: Cloud, host: str, port: int) -> Listener | None:
    """Return what answers at an address: the listener of a running machine that has it, by address or by name."""
    listeners = [one.properties for one in cloud.store.of_type(TYPE) if one.properties["port"] == port]
    for machine in cloud.store.of_type(MACHINES) if listeners else ():
        if machine.private.get("power", RUNNING) != RUNNING:
            continue
        name = machine.id.name
        if name.lower() != host.lower() and host not in _addresses(cloud, machine):
            continue
        for one in listeners:
            if fnmatchcase(name.lower(), one["vm"].lower()):
                return Listener(one["protocol"], one["answer"]["status"], one["answer"]["body"])
    return None


def _addresses(cloud: Cloud, machine: Resource) -> set[str]:
    found: set[str] = set()
    for nic in (machine.properties.get("networkProfile") or {}).get("networkInterfaces") or ():
        interface = cloud.store.find(nic["id"])
        for configuration in interface.properties.get("ipConfigurations") or () if interface else ():
            found.add(str(configuration["properties"].get("privateIPAddress")))
    return found


CONTROLS = {("GET", "/listeners"): show, ("POST", "/listeners"): change}
