"""The Recovery Services vault."""

from asr.gateway.session import Azure
from asr.gateway.targets import put_vault
from asr.model.change import Change, create, refuse, reuse
from asr.model.specs import VaultSpec
from asr.model.step import Operation
from asr.reasons import reason
from asr.resources.azure_view import AzureView
from asr.resources.kind import Compared, Ids, Kind
from asr.resources.provisioning import PROVISIONING, has_to_be_put, unrest


async def read(view: AzureView, spec: VaultSpec, _ids: Ids) -> str | None:
    """The vault's provisioning state."""
    return await view.see(PROVISIONING, spec.id)


def diff(found: str | None, spec: VaultSpec, _ids: Ids) -> Change:
    """A vault that was chosen among those there are is never made in their stead: the next run chooses anew."""
    if pending := unrest(spec.id, found):
        return pending
    if not has_to_be_put(found):
        return reuse(spec.id, "it exists", location=spec.location)
    if spec.exists:
        return refuse(spec.id, reason("TargetNotFound", role="vault", id=spec.id))
    return create(spec.id, "no vault serves these regions", location=spec.location)


async def apply(azure: Azure, compared: Compared[VaultSpec, str | None]) -> Operation | None:
    """Create the vault."""
    return await put_vault(azure, compared.spec.id, compared.spec.location)


async def assume(view: AzureView, compared: Compared[VaultSpec, str | None]) -> None:
    """The vault is there, and empty."""
    view.assume(PROVISIONING, compared.spec.id, "Succeeded")
    view.assume_new(compared.spec.id)


VAULT = Kind("vault", VaultSpec, read, diff, apply, assume)
