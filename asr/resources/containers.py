"""Protection containers."""

from asr.gateway.session import Azure
from asr.gateway.site_recovery import begin_create_container, container_id
from asr.model.change import Change, adopt, create
from asr.model.specs import ContainerSpec
from asr.model.step import Operation
from asr.model.vault_facts import Container, Fabric
from asr.planning.reconcile import choose_container
from asr.resources.azure_view import AzureView
from asr.resources.kind import Compared, Ids, Kind
from asr.resources.queries import CONTAINERS

type Containers = tuple[Container, ...]


async def read(view: AzureView, spec: ContainerSpec, _ids: Ids) -> Containers:
    """The containers of all fabrics of the vault."""
    return await view.see(CONTAINERS, spec.vault_id)


def diff(found: Containers, spec: ContainerSpec, ids: Ids) -> Change:
    """The fabric's container, whatever it is called."""
    fabric = ids[spec.fabric_key]
    standing = Fabric(fabric, fabric.rsplit("/", 1)[-1], spec.region)
    match choose_container(found, standing, spec.name):
        case Container() as container:
            return adopt(container.id, f"the container of the fabric {standing.name}")
        case name:
            return create(container_id(fabric, name), f"the fabric {standing.name} has no container")


async def apply(azure: Azure, compared: Compared[ContainerSpec, Containers]) -> Operation | None:
    """Begin to create the container."""
    return await begin_create_container(azure, compared.ids[compared.spec.fabric_key], compared.change.name)


async def assume(view: AzureView, compared: Compared[ContainerSpec, Containers]) -> None:
    """The vault lists the container."""
    spec, change = compared.spec, compared.change
    listed = await view.see(CONTAINERS, spec.vault_id)
    made = Container(change.id, change.name, compared.ids[spec.fabric_key])
    view.assume(CONTAINERS, spec.vault_id, (*listed, made))


CONTAINER = Kind("protection container", ContainerSpec, read, diff, apply, assume)
