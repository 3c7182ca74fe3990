"""VM extensions: children of a machine, with the casing, version and settings that were asked for.

Nothing runs in a machine that does not exist, with one exception: a custom script `exit <n>` ends with that status.
"""

import re

from local.emulator.arm.cloud import Cloud
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


def run(_cloud: Cloud, extension: Resource) -> None:
    """Let a custom script that says nothing but `exit <n>` end with that status.

    Raises:
        ArmError: VMExtensionProvisioningError, which fails the operation.
    """
    settings = extension.properties.get("settings") or {}
    script = _EXIT.fullmatch(str(settings.get("commandToExecute", "")))
    if str(extension.properties["type"]).lower() not in _SCRIPTS or not script or not int(script[1]):
        return
    machine = extension.id.parent.name
    message = (
        f"VM '{machine}' has reported a failure when processing extension '{extension.id.name}' (publisher "
        f"'{extension.properties['publisher']}' and type '{extension.properties['type']}'). Error message: 'Command "
        f"execution finished, but failed because it returned a non-zero exit code of: '{script[1]}''."
    )
    raise ArmError(409, "VMExtensionProvisioningError", message)


_SCRIPTS = frozenset({"customscript", "customscriptextension"})
_EXIT = re.compile(r"\s*exit\s+(\d+)\s*")

EXTENSIONS = TrackedType(
    type=TYPE,
    naming=COMPUTE_NAMES,
    schema={**dict.fromkeys(_REQUIRED, Kind.TEXT), "settings": OBJECT, "protectedSettings": OBJECT},
    render=render,
    written=run,
    style=COMPUTE,
)
