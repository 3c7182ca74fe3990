"""What is to be changed around a Protected item: mappings of its vault, what is shared with others, warnings. Pure."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace

from asr.choices.request import ProtectionRequest
from asr.model.drift import Drift
from asr.model.item_change import CompletionPlan, ItemChange, MappingChange, PolicyChange, UpdatesChange
from asr.model.resource_id import parse
from asr.model.vm_facts import ProtectedItem, VmFacts
from asr.planning.drift import MAPPING, WARNING
from asr.planning.drift_table import OF_POLICY
from asr.planning.naming import network_mapping_name
from asr.planning.replicated_disks import disk_warnings


def changes_around(
    facts: VmFacts,
    request: ProtectionRequest,
    item: ProtectedItem,
    chosen: Iterable[Drift],
    fields: Collection[str],
) -> CompletionPlan:
    """What of the differences that were `chosen` is not the item's own; `fields` are their fields without problems."""
    differences = tuple(chosen)
    warned = any(one.field == WARNING for one in differences)
    return CompletionPlan(
        item.id,
        facts.vm.id,
        ItemChange(),
        mappings=tuple(_mappings(item, differences)),
        policy=_policy(facts, request, item, fields),
        updates=_updates(facts, request, fields),
        dismissed=tuple(one.id for one in disk_warnings(item) if one.id) if warned else (),
    )


def _mappings(item: ProtectedItem, chosen: Iterable[Drift]) -> Iterator[MappingChange]:
    """What leads from the VM's network to the item's, and back, as far as it is missing."""
    source = item.interfaces[0].source_network_id if item.interfaces else None
    network, there = item.recovery_network_id, item.recovery_fabric_id
    if source is None or network is None or there is None:
        return
    here = parse(parse(item.id).parent).parent
    missing = {one.wished for one in chosen if one.field == MAPPING}
    for ends, fabrics in (((source, network), (here, there)), ((network, source), (there, here))):
        if f"{ends[0]} to {ends[1]}" in missing:
            yield MappingChange(*fabrics, *ends, network_mapping_name(ends[0]))


def _policy(
    facts: VmFacts, request: ProtectionRequest, item: ProtectedItem, fields: Collection[str]
) -> PolicyChange | None:
    wanted, present = OF_POLICY & set(fields), facts.around.policy
    if not wanted or present is None or item.policy_id is None:
        return None
    options = request.options
    return PolicyChange(item.policy_id, replace(present, **{field: getattr(options, field) for field in wanted}))


def _updates(facts: VmFacts, request: ProtectionRequest, fields: Collection[str]) -> UpdatesChange | None:
    updates, account = facts.around.updates, request.options.automation_account
    if "automation_account" not in fields or updates is None or account is None:
        return None
    return UpdatesChange(updates.mapping_id, account)
