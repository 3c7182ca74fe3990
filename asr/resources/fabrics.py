"""Fabrics: a region as a vault sees it."""

from asr.gateway.session import Azure
from asr.gateway.site_recovery import begin_create_fabric, fabric_id
from asr.model.change import Change, adopt, create
from asr.model.specs import FabricSpec
from asr.model.step import Operation
from asr.model.vault_facts import Fabric
from asr.planning.reconcile import choose_fabric
from asr.resources.azure_view import AzureView
from asr.resources.kind import Compared, Ids, Kind
from asr.resources.queries import FABRICS

type Fabrics = tuple[Fabric, ...]


async def read(view: AzureView, spec: FabricSpec, _ids: Ids) -> Fabrics:
    """The vault's fabrics."""
    return await view.see(FABRICS, spec.vault_id)


def diff(found: Fabrics, spec: FabricSpec, _ids: Ids) -> Change:
    """Azure allows one fabric per region, so whichever exists is the one."""
    match choose_fabric(found, spec.region, spec.name):
        case Fabric() as fabric:
            return adopt(fabric.id, f"the vault's fabric for {spec.region}", region=spec.region)
        case name:
            id_ = fabric_id(spec.vault_id, name)
            return create(id_, f"the vault has no fabric for {spec.region}", region=spec.region)


async def apply(azure: Azure, compared: Compared[FabricSpec, Fabrics]) -> Operation | None:
    """Begin to create the fabric."""
    spec = compared.spec
    return await begin_create_fabric(azure, spec.vault_id, compared.change.name, spec.region)


async def assume(view: AzureView, compared: Compared[FabricSpec, Fabrics]) -> None:
    """The vault lists the fabric."""
    made = Fabric(compared.change.id, compared.change.name, compared.spec.region)
    listed = await view.see(FABRICS, compared.spec.vault_id)
    view.assume(FABRICS, compared.spec.vault_id, (*listed, made))


FABRIC = Kind("fabric", FabricSpec, read, diff, apply, assume)
