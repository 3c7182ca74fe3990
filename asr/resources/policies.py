"""Replication policies."""

from asr.gateway.session import Azure
from asr.gateway.site_recovery import begin_create_policy, policy_id
from asr.model.change import Change, adopt, create
from asr.model.specs import PolicySpec
from asr.model.step import Operation
from asr.model.vault_facts import Policy
from asr.planning.reconcile import choose_policy
from asr.resources.azure_view import AzureView
from asr.resources.kind import Compared, Ids, Kind
from asr.resources.queries import POLICIES

type Policies = tuple[Policy, ...]


async def read(view: AzureView, spec: PolicySpec, _ids: Ids) -> Policies:
    """The vault's policies."""
    return await view.see(POLICIES, spec.vault_id)


def diff(found: Policies, spec: PolicySpec, _ids: Ids) -> Change:
    """Any policy with the wanted values serves; a taken name with other values is left alone."""
    wanted = spec.values
    values = {
        "recoveryPointMinutes": wanted.recovery_point_minutes,
        "crashConsistentMinutes": wanted.crash_consistent_minutes,
        "appConsistentMinutes": wanted.app_consistent_minutes,
        "multiVmSync": wanted.multi_vm_sync,
    }
    match choose_policy(found, spec):
        case Policy() as policy:
            return adopt(policy.id, "it has the wanted values", **values)
        case name:
            return create(policy_id(spec.vault_id, name), "the vault has no policy with these values", **values)


async def apply(azure: Azure, compared: Compared[PolicySpec, Policies]) -> Operation | None:
    """Begin to create the policy."""
    spec = compared.spec
    return await begin_create_policy(azure, spec.vault_id, compared.change.name, spec.values)


async def assume(view: AzureView, compared: Compared[PolicySpec, Policies]) -> None:
    """The vault lists the policy."""
    spec, change = compared.spec, compared.change
    listed = await view.see(POLICIES, spec.vault_id)
    view.assume(POLICIES, spec.vault_id, (*listed, Policy(change.id, change.name, spec.values)))


POLICY = Kind("replication policy", PolicySpec, read, diff, apply, assume)
