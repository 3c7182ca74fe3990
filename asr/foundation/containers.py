"""Protection containers."""

from dataclasses import dataclass

from asr.foundation.kind import Examined, Ids, Kind
from asr.foundation.shelves import CONTAINERS
from asr.foundation.survey import Survey
from asr.foundation.verdict import Verdict, adopt, create
from asr.gateway.session import Azure
from asr.gateway.site_recovery import begin_create_container, container_id
from asr.model.inventory import Container, Fabric
from asr.model.step import Operation
from asr.planning.reconcile import Adopt, Create, choose_container

type Containers = tuple[Container, ...]


@dataclass(frozen=True, slots=True)
class ContainerSpec:
    """A container of the fabric of a region; the name is for a new one."""

    vault_id: str
    name: str
    region: str
    fabric_key: str


async def read(survey: Survey, spec: ContainerSpec, _ids: Ids) -> Containers:
    """The containers of all fabrics of the vault."""
    return await survey.see(CONTAINERS, spec.vault_id)


def judge(found: Containers, spec: ContainerSpec, ids: Ids) -> Verdict:
    """The fabric's container, whatever it is called."""
    fabric = ids[spec.fabric_key]
    standing = Fabric(fabric, fabric.rsplit("/", 1)[-1], spec.region)
    match choose_container(found, standing, spec.name):
        case Adopt(found=container):
            return adopt(container.id, f"the container of the fabric {standing.name}")
        case Create(name=name):
            return create(container_id(fabric, name), f"the fabric {standing.name} has no container")


async def apply(azure: Azure, examined: Examined[ContainerSpec, Containers]) -> Operation | None:
    """Begin to create the container."""
    return await begin_create_container(azure, examined.ids[examined.spec.fabric_key], examined.verdict.name)


async def suppose(survey: Survey, examined: Examined[ContainerSpec, Containers]) -> None:
    """The vault lists the container."""
    spec, verdict = examined.spec, examined.verdict
    listed = await survey.see(CONTAINERS, spec.vault_id)
    made = Container(verdict.id, verdict.name, examined.ids[spec.fabric_key])
    survey.suppose(CONTAINERS, spec.vault_id, (*listed, made))


CONTAINER = Kind("protection container", ContainerSpec, read, judge, apply, suppose)
