"""What can be chosen for a VM's recovery side: as the portal's lists, ranked by the rules that decide."""

from asr.choices.request import ProtectionRequest
from asr.choices.tags import Asked
from asr.gateway.answers import ids_understood
from asr.gateway.facts import gather
from asr.gateway.regions import read_regions
from asr.gateway.resources import list_group_locations, list_resources
from asr.gateway.session import Azure
from asr.gateway.urgency import Urgency, with_urgency
from asr.gateway.vaults import VAULT, list_vaults
from asr.model.resource_id import group_id, parse, subscription_of
from asr.model.vm_facts import VmFacts
from asr.planning.candidates import Candidate, Listed, TargetKind, region_candidates, resource_candidates
from asr.planning.protection_plan import plan_protection
from asr.planning.targets import AVAILABILITY_SET, NETWORK, STORAGE_ACCOUNT, named_targets, recovery_group_id
from asr.services.decide import find_machine
from asr.services.requested import request_of

_TYPES = {
    TargetKind.VIRTUAL_NETWORK: NETWORK,
    TargetKind.AVAILABILITY_SET: AVAILABILITY_SET,
    TargetKind.STORAGE_ACCOUNT: STORAGE_ACCOUNT,
    TargetKind.VAULT: VAULT,
}


async def find_targets(azure: Azure, vm_id: str, kind: TargetKind) -> tuple[Candidate, ...] | None:
    """The candidates, best first; None if there is no such VM. The VM counts as asked for by name.

    Raises:
        Rejected, TransientFault: Azure did not tell.
    """
    with azure.memory.gathering(), with_urgency(Urgency.PEOPLE), ids_understood(f"GET {vm_id}"):
        return await _find(azure, vm_id, kind)


async def _find(azure: Azure, vm_id: str, kind: TargetKind) -> tuple[Candidate, ...] | None:
    vm = await find_machine(azure, vm_id)
    if vm is None:
        return None
    request = request_of(azure.settings, vm.tags, Asked())
    facts = await gather(azure, vm, named=named_targets(vm, request))
    if not facts.regions:  # of a VM whose item is on its way nothing else is gathered
        subscription = parse(vm_id).subscription
        regions, vaults = await read_regions(azure, subscription), await list_vaults(azure, subscription)
        facts = VmFacts(vm=vm, regions=regions, vaults=vaults, matrix=facts.matrix)
    regions_ = region_candidates(facts, request)
    if kind is TargetKind.REGION:
        return regions_
    plan = plan_protection(facts, request).plan
    recovery = plan.recovery_region if plan else next((one.name for one in regions_ if one.suits), None)
    listed = await _list(azure, kind, _subscriptions(facts, request, kind))
    return resource_candidates(kind, facts, request, listed, recovery, plan)


async def _list(azure: Azure, kind: TargetKind, subscriptions: tuple[str, ...]) -> list[Listed]:
    found: list[Listed] = []
    for subscription in subscriptions:
        if kind is TargetKind.RESOURCE_GROUP:
            groups = await list_group_locations(azure, subscription)
            found += [Listed(group_id(subscription, name), location) for name, location in groups.items()]
        else:
            resources = await list_resources(azure, subscription, _TYPES[kind])
            found += [Listed(one.id, one.location) for one in resources]
    return found


def _subscriptions(facts: VmFacts, request: ProtectionRequest, kind: TargetKind) -> tuple[str, ...]:
    """Accounts may be the VM's cache or its target; vaults are looked for beside the VM."""
    own = parse(facts.vm.id).subscription
    beside = subscription_of(recovery_group_id(facts.vm, request))
    match kind:
        case TargetKind.VAULT:
            return (own,)
        case TargetKind.STORAGE_ACCOUNT:
            return tuple(dict.fromkeys((own.lower(), beside.lower())))
        case _:
            return (beside,)
