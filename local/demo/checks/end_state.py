"""What the checks look at: each thing is read once, so that all of them judge the same moment."""

from functools import cached_property
from typing import Protocol

from local.demo import story
from local.demo.arm import same
from local.demo.http import Json
from local.demo.story import Role


class Reads(Protocol):
    """Reads one subscription; `local.demo.arm.ArmReader` does so over HTTP."""

    subscription: str

    def get(self, path: str) -> Json:
        """The resource with this id."""

    def list(self, path: str) -> tuple[Json, ...]:
        """All resources of a collection."""


class Tells(Protocol):
    """Tells about machines; `local.demo.app.App` does so over HTTP."""

    def status(self, vm_id: str) -> Json:
        """What the app's status route answers."""

    def history(self, vm_id: str) -> tuple[Json, ...]:
        """The machine's runs."""


class EndState:
    """The state to be judged.

    Args:
        arm: reads Azure.
        app: tells what the app says.
    """

    def __init__(self, arm: Reads, app: Tells) -> None:
        self._arm = arm
        self._app = app
        self._read: dict[str, Json] = {}
        self._listed: dict[str, tuple[Json, ...]] = {}

    @property
    def subscription(self) -> str:
        """The subscription's id, `/subscriptions/...`."""
        return self._arm.subscription

    def get(self, path: str) -> Json:
        """The resource with this id; raises `NotFound` if there is none."""
        if path not in self._read:
            self._read[path] = self._arm.get(path)
        return self._read[path]

    def list(self, path: str) -> tuple[Json, ...]:
        """All resources of a collection."""
        if path not in self._listed:
            self._listed[path] = self._arm.list(path)
        return self._listed[path]

    def in_group(self, type_: str, name: str, group: str) -> Json:
        """A resource by type, name and resource group."""
        return self.get(f"{story.group_id(self.subscription, group)}/providers/{type_}/{name}")

    def in_recovery_group(self, type_: str, name: str) -> Json:
        """A resource that the app made beside the recovered machines."""
        return self.in_group(type_, name, f"{story.GROUP}-asr")

    @cached_property
    def vaults(self) -> tuple[Json, ...]:
        """Every Recovery Services vault of the subscription."""
        return self.list(f"{self.subscription}/providers/Microsoft.RecoveryServices/vaults")

    @property
    def vault(self) -> str:
        """The id of the one vault; raises LookupError if there is none."""
        return str(self.vaults[0]["id"])

    def in_vault(self, collection: str) -> tuple[Json, ...]:
        """Everything of one kind in the vault, under whatever fabric it is."""
        return self.list(f"{self.vault}/{collection}")

    def fabric_in(self, region: str) -> str:
        """The id of the fabric of a region; raises LookupError if there is none."""
        fabrics = self.in_vault("replicationFabrics")
        found = [fabric for fabric in fabrics if same(fabric["properties"]["customDetails"]["location"], region)]
        return str(found[0]["id"])

    def vm_id(self, role: Role) -> str:
        """The id of a machine of the story."""
        return story.vm_id(self.subscription, role)

    def machine(self, role: Role) -> Json:
        """A machine of the story, as Azure has it."""
        return self.get(self.vm_id(role))

    def items_of(self, role: Role) -> tuple[Json, ...]:
        """The protected items of a machine: one, if all is well."""
        mine = self.vm_id(role)
        items = self.in_vault("replicationProtectedItems")
        return tuple(one for one in items if same(one["properties"]["providerSpecificDetails"]["fabricObjectId"], mine))

    def replication(self, role: Role) -> Json:
        """The A2A details of a machine's protected item; raises LookupError if it has none."""
        details: Json = self.items_of(role)[0]["properties"]["providerSpecificDetails"]
        return details

    def status(self, role: Role) -> Json:
        """What the app's status route says of a machine."""
        return self._app.status(self.vm_id(role))

    def history(self, role: Role) -> tuple[Json, ...]:
        """What the app's audit says of a machine."""
        return self._app.history(self.vm_id(role))
