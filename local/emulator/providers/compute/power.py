"""Actions on machines: start, stop, deallocate, restart and the like."""

from collections.abc import Mapping

from local.emulator.arm.cloud import Cloud
from local.emulator.arm.request import ArmRequest
from local.emulator.arm.response import ArmResponse
from local.emulator.arm.router import Handler, Route
from local.emulator.arm.styles import COMPUTE
from local.emulator.arm.wire import JsonObject
from local.emulator.providers.compute import disks
from local.emulator.providers.compute.instance_view import RUNNING
from local.emulator.providers.compute.storage_profile import managed_disk_ids

KIND = "Microsoft.Compute/virtualMachines/power"
TRANSITIONS: Mapping[str, tuple[str, str]] = {
    "start": ("starting", "running"),
    "restart": ("running", "running"),
    "powerOff": ("stopping", "stopped"),
    "deallocate": ("deallocating", "deallocated"),
}
"""Action -> power state while it runs, power state afterwards."""

_ONE = "/subscriptions/{subscription}/resourceGroups/{group}/providers/Microsoft.Compute/virtualMachines/{name}"


def _action(name: str) -> Handler:
    def begin(request: ArmRequest) -> ArmResponse:
        vm = request.cloud.resource(request.id.without_action)
        during, after = TRANSITIONS[name]
        power = str(vm.private.get("power", RUNNING))
        vm.private["power"] = during or power
        arguments = {"id": vm.id.text, "power": after or power}
        operation = request.cloud.operations.begin(KIND, vm.id, then="compute.powered", arguments=arguments)
        return COMPUTE.accept(request, operation, "action", location=vm.location)

    return begin


def _powered(cloud: Cloud, arguments: JsonObject) -> None:
    vm = cloud.store.find(arguments["id"])
    if vm is None:
        return
    vm.private["power"] = arguments["power"]
    for disk_id in managed_disk_ids(vm):
        disks.attach(cloud, disk_id, vm.id, powered=arguments["power"] != "deallocated")


CONTINUATIONS = {"compute.powered": _powered}
ROUTES = tuple(Route("POST", f"{_ONE}/{name}", _action(name)) for name in TRANSITIONS)
