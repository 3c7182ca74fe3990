"""Replication eligibility: why a machine cannot be protected, asked before anything is created.

Only these two codes are in published examples; the service has more that nobody has listed.
"""

from collections.abc import Callable
from dataclasses import dataclass

from local.emulator.arm.errors import resource_not_found
from local.emulator.arm.ids import ResourceId
from local.emulator.arm.request import ArmRequest
from local.emulator.arm.response import ArmResponse
from local.emulator.arm.router import Route
from local.emulator.arm.wire import JsonObject
from local.emulator.providers.site_recovery import names
from local.emulator.providers.site_recovery.machine import RUNNING, Machine

VIRTUAL_MACHINE = (
    "/subscriptions/{subscription}/resourceGroups/{group}/providers/Microsoft.Compute/virtualMachines/{machine}"
)
RESULTS = f"{VIRTUAL_MACHINE}/providers/{names.ELIGIBILITY}"


@dataclass(frozen=True, slots=True)
class Obstacle:
    """One reason against protection.

    Attributes:
        code: the service's string code.
        stands: whether it holds for a machine.
        message, possible_causes, recommended_action: as the service words them.
    """

    code: str
    stands: Callable[[Machine], bool]
    message: str
    possible_causes: str
    recommended_action: str

    def error(self, machine: Machine) -> JsonObject:
        """Return the element of `properties.errors`."""
        return {
            "code": self.code,
            "message": self.message.format(vm=machine.id.name),
            "possibleCauses": self.possible_causes,
            "recommendedAction": self.recommended_action,
            "status": "Error",
        }


OBSTACLES = (
    Obstacle(
        "AzureVmIsNotInDesiredProvisioningState",
        lambda machine: machine.provisioning_state != "Succeeded",
        "The virtual machine '{vm}' is not in the desired provisioning state.",
        "The provisioning state of the virtual machine is not 'Succeeded'.",
        "Ensure that the provisioning state of the virtual machine is 'Succeeded' and retry the operation.",
    ),
    Obstacle(
        "AzureVmIsNotInDesiredPowerState",
        lambda machine: machine.power_state != RUNNING,
        "The virtual machine '{vm}' is not in the desired power state.",
        "The virtual machine is not running.",
        "Start the virtual machine and retry the operation.",
    ),
)


def _result(request: ArmRequest) -> JsonObject:
    wanted = VIRTUAL_MACHINE.format(**request.params)
    machine = Machine.find(request.cloud, wanted)
    if machine is None:
        raise resource_not_found(ResourceId.parse(wanted))
    return {
        "name": "default",
        "type": names.ELIGIBILITY,
        "id": machine.id.extension(names.NAMESPACE, "replicationEligibilityResults", "default").text,
        "properties": {
            "clientRequestId": request.client_request_id,
            "errors": [obstacle.error(machine) for obstacle in OBSTACLES if obstacle.stands(machine)],
        },
    }


def get(request: ArmRequest) -> ArmResponse:
    """GET the one result there is.

    Raises:
        ArmError: 404, there is no such machine.
    """
    return ArmResponse(body=_result(request))


def get_list(request: ArmRequest) -> ArmResponse:
    """GET the results as a list; without `nextLink`, as recorded.

    Raises:
        ArmError: 404, there is no such machine.
    """
    return ArmResponse(body={"value": [_result(request)]})


ROUTES = (Route("GET", RESULTS, get_list), Route("GET", f"{RESULTS}/default", get))
