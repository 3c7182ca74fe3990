"""The Recovery Services vault."""

from asr.foundation.existence import PROVISIONING, has_to_be_put, unrest
from asr.foundation.kind import Examined, Ids, Kind
from asr.foundation.survey import Survey
from asr.foundation.verdict import Verdict, create, refuse, reuse
from asr.gateway.session import Azure
from asr.gateway.targets import put_vault
from asr.model.decision import VaultPlan
from asr.model.step import Operation
from asr.planning.reasons import reason


async def read(survey: Survey, spec: VaultPlan, _ids: Ids) -> str | None:
    """The vault's provisioning state."""
    return await survey.see(PROVISIONING, spec.id)


def judge(found: str | None, spec: VaultPlan, _ids: Ids) -> Verdict:
    """A vault that was chosen among those there are is never made in their stead: the next run chooses anew."""
    if pending := unrest(spec.id, found):
        return pending
    if not has_to_be_put(found):
        return reuse(spec.id, "it exists", location=spec.location)
    if spec.exists:
        return refuse(spec.id, reason("TargetNotFound", role="vault", id=spec.id))
    return create(spec.id, "no vault serves these regions", location=spec.location)


async def apply(azure: Azure, examined: Examined[VaultPlan, str | None]) -> Operation | None:
    """Create the vault."""
    return await put_vault(azure, examined.spec.id, examined.spec.location)


async def suppose(survey: Survey, examined: Examined[VaultPlan, str | None]) -> None:
    """The vault is there, and empty."""
    survey.suppose(PROVISIONING, examined.spec.id, "Succeeded")
    survey.suppose_new(examined.spec.id)


VAULT = Kind("vault", VaultPlan, read, judge, apply, suppose)
