"""Who plays, in the world `east-asia`: four machines that must be protected, one that must be refused."""

from dataclasses import dataclass

WORLD = "east-asia"
RECOVERY_REGION = "southeastasia"
PROTECT_TAGS = {"asr-protect": "true"}
"""The tag by which an operator asks for the default protection."""


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
