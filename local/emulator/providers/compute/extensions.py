"""VM extensions: children of a machine, with the casing, version and settings that were asked for."""

from local.emulator.arm.errors import ArmError
from local.emulator.arm.exchange import ArmRequest
from local.emulator.arm.store import Resource
from local.emulator.arm.styles import COMPUTE
from local.emulator.arm.tracked import TrackedType
from local.emulator.arm.wire import JsonObject

TYPE = "Microsoft.Compute/virtualMachines/extensions"
_REQUIRED = ("publisher", "type", "typeHandlerVersion")
_ECHOED = (*_REQUIRED, "autoUpgradeMinorVersion", "enableAutomaticUpgrade", "settings", "forceUpdateTag")


def render(request: ArmRequest, present: Resource | None) -> JsonObject:
    """Check that the extension is named; `protectedSettings` are taken and never shown."""
    given = {**(present.properties if present else {}), **(request.body.get("properties") or {})}
    for name in _REQUIRED:
        if not given.get(name):
            raise ArmError(400, "InvalidParameter", f"Required parameter 'properties.{name}' is missing (null).")
    return {"properties": {name: given[name] for name in _ECHOED if name in given}}


EXTENSIONS = TrackedType(type=TYPE, render=render, style=COMPUTE)
