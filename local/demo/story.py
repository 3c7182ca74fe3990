"""Who plays: the machines of the world `east-asia`, where they are to recover, and the operator's moves."""

from collections.abc import Iterator
from dataclasses import dataclass

from local.demo.arm import Operator

WORLD = "east-asia"
SOURCE_REGION = "eastasia"
RECOVERY_REGION = "southeastasia"
GROUP = "contoso-app"
NETWORK = "contoso-vnet"
AVAILABILITY_SET = "web-set"
POLICY = "24-hour-retention-policy"
VAULT = "Site-Recovery-Vault"
WISH = {"asr-protect": "true"}
"""The tag by which an operator asks for the default protection."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """What must be said of a machine that cannot be protected."""

    code: str


@dataclass(frozen=True, slots=True)
class Role:
    """One machine of the story.

    Attributes:
        name: the machine's name.
        about: what makes it worth telling.
        by: which of the operator's moves tags it.
        refusal: why it must not be protected; None if it must.
    """

    name: str
    about: str
    by: str = "tags API"
    refusal: Refusal | None = None


CAST = (
    Role("web-0", "Windows, availability set, premium and standard disks", by="VM PATCH"),
    Role("web-1", "Windows, availability set, premium and standard disks"),
    Role("db-0", "Linux, no availability set"),
    Role("batch-0", "deallocated", refusal=Refusal("AzureVmIsNotInDesiredPowerState")),
    Role("legacy-0", "unmanaged disks in two storage accounts"),
)

PROTECTED = tuple(role for role in CAST if role.refusal is None)
REFUSED = tuple((role, role.refusal) for role in CAST if role.refusal is not None)


def group_id(subscription: str, name: str = GROUP) -> str:
    """The id of a resource group; `subscription` is the id `/subscriptions/...`."""
    return f"{subscription}/resourceGroups/{name}"


def vm_id(subscription: str, role: Role) -> str:
    """The id of a machine of the story; `subscription` is the id `/subscriptions/...`."""
    return f"{group_id(subscription)}/providers/Microsoft.Compute/virtualMachines/{role.name}"


def tag_everything(operator: Operator) -> Iterator[str]:
    """Tag each machine, one move after the other; each move is told in a sentence once it is made.

    Raises:
        Unanswered: Resource Manager refused a move.
    """
    moves = {"VM PATCH": operator.tag_machine, "tags API": operator.tag_scope}
    for role in CAST:
        moves[role.by](vm_id(operator.subscription, role), WISH)
        yield f"tagged {role.name} asr-protect=true by {role.by} ({role.about})"
