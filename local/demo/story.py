"""Who plays, in the world `east-asia`: four machines that must be protected, one that must be refused; then one of the
four is drilled, and another un-protected.
"""

from dataclasses import dataclass

WORLD = "east-asia"
RECOVERY_REGION = "southeastasia"
PROTECT_TAGS = {"asr-protect": "true"}
"""The tag by which an operator asks for the default protection."""
DRILL_NETWORK = "/providers/Microsoft.Network/virtualNetworks/drill"
"""In the machines' resource group: the isolated network of test VMs."""
TARGET_MINUTES = 60
"""What the drill is measured against: its recovery time, and the age of its recovery point."""


@dataclass(frozen=True, slots=True)
class Machine:
    """One machine of the story.

    Attributes:
        name: the machine's name.
        about: what makes it worth telling.
        refusal: the code of the reason for which it must not be protected; empty if it must.
    """

    name: str
    about: str
    refusal: str = ""

    def id(self, subscription: str) -> str:
        """Its resource id in a subscription, which is given by its GUID."""
        group = f"/subscriptions/{subscription}/resourceGroups/contoso-app"
        return f"{group}/providers/Microsoft.Compute/virtualMachines/{self.name}"


CAST = (
    Machine("web-0", "Windows, in an availability set"),
    Machine("web-1", "Windows, in the same set"),
    Machine("db-0", "Linux, in no set"),
    Machine("batch-0", "deallocated", refusal="AzureVmIsNotInDesiredPowerState"),
    Machine("legacy-0", "unmanaged disks in two accounts"),
)

_BY_NAME = {machine.name: machine for machine in CAST}
DRILLED = _BY_NAME["web-0"]
ENDED = _BY_NAME["db-0"]
