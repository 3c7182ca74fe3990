"""VM extensions: children of a machine, with the casing, version and settings that were asked for."""

from local.emulator.arm.errors import ArmError, conflict
from local.emulator.arm.names import COMPUTE as COMPUTE_NAMES
from local.emulator.arm.request import ArmRequest
from local.emulator.arm.schema import OBJECT, Kind
from local.emulator.arm.store import Resource
from local.emulator.arm.styles import COMPUTE
from local.emulator.arm.tracked import TrackedType
from local.emulator.arm.wire import JsonObject
from local.emulator.providers.compute.instance_view import RUNNING

TYPE = "Microsoft.Compute/virtualMachines/extensions"
_REQUIRED = ("publisher", "type", "typeHandlerVersion")
_ECHOED = (*_REQUIRED, "autoUpgradeMinorVersion", "enableAutomaticUpgrade", "settings", "forceUpdateTag")


def render(request: ArmRequest, present: Resource | None) -> JsonObject:
    """Check that the extension is named; `protectedSettings` are taken and never shown."""
    machine = request.cloud.resource(request.id.parent)
    if machine.private.get("power", RUNNING) != RUNNING:
        raise conflict("Cannot modify extensions in the VM when the VM is not running.", code="OperationNotAllowed")
    given = {**(present.properties if present else {}), **(request.body.get("properties") or {})}
    for name in _REQUIRED:
        if not given.get(name):
            raise ArmError(400, "InvalidParameter", f"Required parameter 'properties.{name}' is missing (null).")
    return {"properties": {name: given[name] for name in _ECHOED if name in given}}


EXTENSIONS = TrackedType(
    type=TYPE,
    naming=COMPUTE_NAMES,
    schema={**dict.fromkeys(_REQUIRED, Kind.TEXT), "settings": OBJECT, "protectedSettings": OBJECT},
    render=render,
    style=COMPUTE,
)
