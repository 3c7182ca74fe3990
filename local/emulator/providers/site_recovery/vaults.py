"""The vault a request works in: finding what is in it, by name, in the service's manner."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property, partial

from local.emulator.arm import errors
from local.emulator.arm.cloud import Cloud
from local.emulator.arm.ids import ResourceId
from local.emulator.arm.paging import PAGE_SIZE, page
from local.emulator.arm.request import ArmRequest
from local.emulator.arm.response import ArmResponse
from local.emulator.arm.router import Route
from local.emulator.arm.store import Resource
from local.emulator.arm.wire import JsonObject
from local.emulator.providers.site_recovery import names, refusals

BASE = f"/subscriptions/{{subscription}}/resourceGroups/{{group}}/providers/{names.VAULTS}/{{vault}}"
REGISTERED = "registeredWithSiteRecovery"
"""The private fact of a vault that something of Site Recovery was created in it."""

FABRIC = "/replicationFabrics/{fabric}"
CONTAINER = f"{FABRIC}/replicationProtectionContainers/{{container}}"
ITEM = f"{CONTAINER}/replicationProtectedItems/{{item}}"


@dataclass(frozen=True)
class Vault:
    """One request's view of its vault."""

    request: ArmRequest

    @property
    def cloud(self) -> Cloud:
        """The emulated Azure."""
        return self.request.cloud

    @cached_property
    def resource(self) -> Resource:
        """The vault itself.

        Raises:
            ArmError: 404 of ARM itself, there is no such vault.
        """
        params = self.request.params
        path = BASE.format(**{key: params[key] for key in ("subscription", "group", "vault")})
        found = self.cloud.store.find(path)
        if found is None:
            raise errors.resource_not_found(ResourceId.parse(path))
        return found

    @property
    def id(self) -> ResourceId:
        """The vault's id in Site Recovery's casing."""
        return names.canonical(self.resource.id, self.resource.id.text)

    def child(self, template: str) -> ResourceId:
        """Return the id of what `template` (the part below the vault) names with this request's placeholders."""
        filled = template.format(**self.request.params)
        wanted = names.canonical(self.resource.id, self.resource.id.text + filled)
        present = self.cloud.store.find(wanted)
        return present.id if present else wanted

    def find(self, template: str) -> Resource:
        """Return the resource that `template` names.

        Raises:
            ArmError: 400 in a vault never used for Site Recovery, else 404 (of the fabric, when that is missing).
        """
        wanted = self.child(template)
        present = self.cloud.store.find(wanted)
        if present is not None:
            return present
        if not self.resource.private.get(REGISTERED):
            raise refusals.not_registered(self.request, self.resource.id)
        self.check_fabric()
        raise refusals.not_found(self.request, wanted.name)

    def check_fabric(self) -> None:
        """Raise ArmError (404 FabricArmEntityMissing) when the path names a fabric that is not there."""
        if "fabric" in self.request.params and self.cloud.store.find(self.child(FABRIC)) is None:
            raise refusals.fabric_not_found(self.request, self.request.params["fabric"])

    def under(self, kind: str, template: str = "") -> list[Resource]:
        """Return the resources of one type below what `template` names; below the whole vault by default."""
        return self.cloud.store.of_type(kind, self.child(template) if template else self.id)


type Shown = Callable[[Cloud, Resource], JsonObject]
"""How a resource is shown at this moment."""


def as_kept(_: Cloud, resource: Resource) -> JsonObject:
    """Show the body as it is kept."""
    return resource.body


def getter(template: str, shown: Shown = as_kept) -> Route:
    """Return the route of GET by name for what `template` names."""

    def get(request: ArmRequest) -> ArmResponse:
        return ArmResponse(body=shown(request.cloud, Vault(request).find(template)))

    return Route("GET", BASE + template, get)


def lister(path: str, kind: str, within: str = "", shown: Shown = as_kept) -> Route:
    """Return the route of GET for a list of one type: `path` below the vault, `within` the template of the parent."""

    def get(request: ArmRequest) -> ArmResponse:
        vault = Vault(request)
        if within and vault.resource.private.get(REGISTERED):
            vault.check_fabric()
        return listed(request, vault.under(kind, within), partial(shown, request.cloud))

    return Route("GET", BASE + path, get)


def listed[T](
    request: ArmRequest, found: Iterable[T], shown: Callable[[T], JsonObject], size: int = PAGE_SIZE
) -> ArmResponse:
    """Answer with one page in the service's manner: `nextLink` is there as null on the last one.

    Only what is on the page is shown: that is what it costs, whatever the length of the list.
    """
    return page(request, found, shown, size=size, always_link=True)
