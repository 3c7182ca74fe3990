"""Fabrics: a region as a vault sees it."""

from dataclasses import dataclass

from asr.foundation.kind import Examined, Ids, Kind
from asr.foundation.shelves import FABRICS
from asr.foundation.survey import Survey
from asr.foundation.verdict import Verdict, adopt, create
from asr.gateway.session import Azure
from asr.gateway.site_recovery import begin_create_fabric, fabric_id
from asr.model.inventory import Fabric
from asr.model.step import Operation
from asr.planning.reconcile import Adopt, Create, choose_fabric

type Fabrics = tuple[Fabric, ...]


@dataclass(frozen=True, slots=True)
class FabricSpec:
    """A region that the vault must know; the name is for a new fabric."""

    vault_id: str
    name: str
    region: str


async def read(survey: Survey, spec: FabricSpec, _ids: Ids) -> Fabrics:
    """The vault's fabrics."""
    return await survey.see(FABRICS, spec.vault_id)


def judge(found: Fabrics, spec: FabricSpec, _ids: Ids) -> Verdict:
    """Azure allows one fabric per region, so whichever exists is the one."""
    match choose_fabric(found, spec.region, spec.name):
        case Adopt(found=fabric):
            return adopt(fabric.id, f"the vault's fabric for {spec.region}", region=spec.region)
        case Create(name=name):
            id_ = fabric_id(spec.vault_id, name)
            return create(id_, f"the vault has no fabric for {spec.region}", region=spec.region)


async def apply(azure: Azure, examined: Examined[FabricSpec, Fabrics]) -> Operation | None:
    """Begin to create the fabric."""
    spec = examined.spec
    return await begin_create_fabric(azure, spec.vault_id, examined.verdict.name, spec.region)


async def suppose(survey: Survey, examined: Examined[FabricSpec, Fabrics]) -> None:
    """The vault lists the fabric."""
    made = Fabric(examined.verdict.id, examined.verdict.name, examined.spec.region)
    listed = await survey.see(FABRICS, examined.spec.vault_id)
    survey.suppose(FABRICS, examined.spec.vault_id, (*listed, made))


FABRIC = Kind("fabric", FabricSpec, read, judge, apply, suppose)
