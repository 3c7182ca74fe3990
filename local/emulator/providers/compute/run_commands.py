"""Scripts that run inside of a machine: children of it that tell in their instance view how the script ended.

    POST /_emulator/scripts {"vm": "web-*", "contains": "health", "exit_code": 1, "output": "", "error": "no database"}
    POST /_emulator/scripts {"clear": true}

says what scripts answer that hold such a text; any other ends well and says nothing. A machine that does not run, or
whose agent is silent, takes none.

Source: Microsoft.Compute 2021-03-01, Virtual Machine Run Commands.
"""

from fnmatch import fnmatchcase

from local.emulator.arm.cloud import Cloud
from local.emulator.arm.errors import ArmError, conflict
from local.emulator.arm.ids import ResourceId
from local.emulator.arm.names import COMPUTE as COMPUTE_NAMES
from local.emulator.arm.request import ArmRequest
from local.emulator.arm.schema import OBJECT, Kind, Schema, deserialized_strictly
from local.emulator.arm.store import Resource
from local.emulator.arm.styles import COMPUTE
from local.emulator.arm.tracked import TrackedType
from local.emulator.arm.wire import JsonObject, offset_timestamp
from local.emulator.providers.compute.instance_view import RUNNING

TYPE = "Microsoft.Compute/virtualMachines/runCommands"
ANSWERS = "Emulator.Compute/scripts"
LONGEST_OUTPUT = 4096
"""Bytes of a script's output that the service keeps: the last ones."""

_ANSWER: dict[str, Schema] = {
    "vm": Kind.TEXT,
    "contains": Kind.TEXT,
    "exit_code": Kind.WHOLE,
    "output": Kind.TEXT,
    "error": Kind.TEXT,
}
_WRITTEN = ("source", "parameters", "asyncExecution", "runAsUser", "timeoutInSeconds")


def render(request: ArmRequest, present: Resource | None) -> JsonObject:
    """Check that the machine runs and that there is a script; protected parameters and passwords are never shown.

    Raises:
        ArmError: 400, there is no script; 409, the machine does not run.
    """
    machine = request.cloud.resource(request.id.parent)
    if machine.private.get("power", RUNNING) != RUNNING:
        raise conflict("Cannot modify extensions in the VM when the VM is not running.", code="OperationNotAllowed")
    given = {**(present.properties if present else {}), **(request.body.get("properties") or {})}
    source = given.get("source") or {}
    if not (source.get("script") or source.get("scriptUri") or source.get("commandId")):
        raise ArmError(400, "InvalidParameter", "Required parameter 'properties.source' is missing (null).")
    return {"properties": {name: given[name] for name in _WRITTEN if name in given}}


def run(cloud: Cloud, resource: Resource) -> None:
    """The script has run: keep what it answered."""
    script = str((resource.properties.get("source") or {}).get("script") or "")
    name = resource.id.parent.name.lower()
    well: JsonObject = {"exit_code": 0, "output": "", "error": ""}
    said: JsonObject = next(
        (
            one.properties
            for one in cloud.store.of_type(ANSWERS)
            if fnmatchcase(name, one.properties["vm"].lower()) and one.properties["contains"] in script
        ),
        well,
    )
    at = offset_timestamp(cloud.clock.now())
    resource.private["view"] = {
        "executionState": "Succeeded" if said["exit_code"] == 0 else "Failed",
        "executionMessage": "",
        "exitCode": said["exit_code"],
        "output": said["output"][-LONGEST_OUTPUT:],
        "error": said["error"][-LONGEST_OUTPUT:],
        "startTime": at,
        "endTime": at,
    }


def show(request: ArmRequest, resource: Resource) -> JsonObject:
    """Show a command; with `$expand=instanceView` also how it went."""
    if request.query.get("$expand", "").lower() != "instanceview":
        return resource.body
    view = resource.private.get("view") or {"executionState": "Running", "executionMessage": ""}
    return {**resource.body, "properties": {**resource.properties, "instanceView": view}}


def show_answers(cloud: Cloud, _: JsonObject) -> object:
    """Answer with what scripts answer."""
    return [kept.properties for kept in cloud.store.of_type(ANSWERS)]


def change_answers(cloud: Cloud, body: JsonObject) -> object:
    """Add what scripts answer, or replace it for the same names and text; or remove all.

    Raises:
        ValueError: a field is missing or wrong; the text says so.
    """
    if body.get("clear") is True:
        for one in cloud.store.of_type(ANSWERS):
            cloud.delete(one.id)
        return show_answers(cloud, body)
    given = deserialized_strictly(body, _ANSWER)
    if not given.get("vm"):
        raise ValueError("vm: it is missing; write a name, with * for any text")
    empty = {"contains": "", "exit_code": 0, "output": "", "error": ""}
    kept = {name: given.get(name) or empty.get(name, given["vm"]) for name in _ANSWER}
    about = {(one.properties["vm"], one.properties["contains"]): one.id.name for one in cloud.store.of_type(ANSWERS)}
    number = about.get((kept["vm"], kept["contains"]), str(len(about)))
    cloud.write(ResourceId.parse(f"/providers/{ANSWERS}/{number}"), {"properties": kept})
    return show_answers(cloud, body)


CONTROLS = {("GET", "/scripts"): show_answers, ("POST", "/scripts"): change_answers}
RUN_COMMANDS = TrackedType(
    type=TYPE,
    naming=COMPUTE_NAMES,
    schema={
        "source": {"script": Kind.TEXT, "scriptUri": Kind.TEXT, "commandId": Kind.TEXT},
        "parameters": [OBJECT],
        "protectedParameters": [OBJECT],
        "asyncExecution": Kind.FLAG,
        "runAsUser": Kind.TEXT,
        "runAsPassword": Kind.TEXT,
        "timeoutInSeconds": Kind.WHOLE,
    },
    render=render,
    written=run,
    present=show,
    style=COMPUTE,
)
