"""What a machine says about itself while it exists: power, agent, disks, extensions."""

from collections.abc import Mapping

from local.emulator.arm.cloud import Cloud
from local.emulator.arm.store import Resource
from local.emulator.arm.wire import JsonObject, offset_timestamp

RUNNING = "running"
POWER_TEXTS: Mapping[str, str] = {
    RUNNING: "VM running",
    "stopped": "VM stopped",
    "deallocated": "VM deallocated",
    "starting": "VM starting",
    "deallocating": "VM deallocating",
    "stopping": "VM stopping",
}
AGENT_VERSIONS: Mapping[str, str] = {"Windows": "2.7.41491.1136", "Linux": "2.12.0.2"}
EXTENSIONS = "Microsoft.Compute/virtualMachines/extensions"
_PROVISIONED: Mapping[str, tuple[str, str]] = {
    "Succeeded": ("ProvisioningState/succeeded", "Provisioning succeeded"),
    "Failed": ("ProvisioningState/failed/VMExtensionProvisioningError", "Provisioning failed"),
    "Creating": ("ProvisioningState/creating", "Creating"),
    "Updating": ("ProvisioningState/updating", "Updating"),
    "Deleting": ("ProvisioningState/deleting", "Deleting"),
}


def instance_view(cloud: Cloud, vm: Resource) -> JsonObject:
    """Return the machine's instance view now. The agent speaks only while the machine runs."""
    power = str(vm.private.get("power", "starting"))
    since = str(vm.private.get("provisioned") or offset_timestamp(cloud.clock.now()))
    profile = vm.properties["storageProfile"]
    disks = (profile["osDisk"], *profile["dataDisks"])
    code, text = _PROVISIONED[vm.properties["provisioningState"]]
    view: JsonObject = {}
    if power == RUNNING:
        view["computerName"] = (vm.properties.get("osProfile") or {}).get("computerName", vm.id.name)
        view["osName"] = profile["osDisk"]["osType"]
        view["vmAgent"] = _agent(cloud, profile["osDisk"]["osType"])
    if extensions := cloud.store.of_type(EXTENSIONS, vm.id):
        view["extensions"] = [_extension(extension) for extension in extensions]
    return view | {
        "disks": [
            {
                "name": disk["name"],
                "statuses": [_status("ProvisioningState/succeeded", "Provisioning succeeded", since)],
            }
            for disk in disks
        ],
        "hyperVGeneration": "V1",
        "statuses": [
            _status(code, text, since),
            _status(f"PowerState/{power}", POWER_TEXTS[power]),
        ],
    }


def _extension(extension: Resource) -> JsonObject:
    given, state = extension.properties, extension.properties.get("provisioningState", "Succeeded")
    status = _status(*_PROVISIONED[state])
    if state == "Failed":
        status |= {"code": "ProvisioningState/failed/1", "level": "Error"}
    return {
        "name": extension.id.name,
        "type": f"{given.get('publisher', '')}.{given.get('type', '')}",
        "typeHandlerVersion": given.get("typeHandlerVersion", ""),
        "statuses": [status],
    }


def _agent(cloud: Cloud, os_type: str) -> JsonObject:
    status = _status("ProvisioningState/succeeded", "Ready", offset_timestamp(cloud.clock.now()))
    status["message"] = "GuestAgent is running and processing the extensions."
    return {"vmAgentVersion": AGENT_VERSIONS[os_type], "statuses": [status], "extensionHandlers": []}


def _status(code: str, text: str, time: str = "") -> JsonObject:
    return {"code": code, "level": "Info", "displayStatus": text, **({"time": time} if time else {})}
