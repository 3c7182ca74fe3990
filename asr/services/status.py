"""What is asked often: how one VM stands. What changes by the second is read, what stands around it is remembered."""

from dataclasses import replace

from asr.choices.request import ProtectionRequest
from asr.choices.tags import Asked
from asr.data.matrix import read_matrix
from asr.gateway.answers import ids_understood
from asr.gateway.facts import gather
from asr.gateway.session import Azure
from asr.gateway.site_recovery import find_protected_item
from asr.gateway.urgency import Urgency, with_urgency
from asr.model.resource_id import key
from asr.model.vm_facts import ProtectedItem, VirtualMachine, VmFacts
from asr.planning.protection import decide, decide_early, unwatched
from asr.planning.targets import named_targets
from asr.services.decide import Explained, find_machine, is_watched, weigh
from asr.services.item_around import with_around
from asr.services.known import find_lost_item, seen_of, snapshot_row, standing_choices, with_completion
from asr.services.left_vms import copied_tags
from asr.services.requested import request_of

REMEMBERED_SECONDS = 15.0
"""How long a VM around it (networks, vaults, named targets, eligibility) count for its status."""


async def explain_status(azure: Azure, vm_id: str) -> Explained:
    """What is to be done about a VM by its tags, with its protected item, whether or not they ask for anything.

    The VM, its links and its item are read each time: three requests while nothing about them changes.

    Raises:
        Rejected, TransientFault: Azure did not tell what the decision needs.
    """
    if not is_watched(azure.settings, vm_id):
        return Explained(unwatched(vm_id), None)
    with azure.memory.gathering(), with_urgency(Urgency.PEOPLE), ids_understood(f"GET {vm_id}"):
        vm = await find_machine(azure, vm_id)
        if vm is None:
            return Explained(decide(vm_id, None, ProtectionRequest()), None)
        return await _explain(azure, vm, await find_protected_item(azure, vm_id))


async def _explain(azure: Azure, vm: VirtualMachine, item: ProtectedItem | None) -> Explained:
    """An item to which no link of the VM leads any more is found by the last snapshot; who asked by name still asks."""
    settings = azure.settings
    row = await snapshot_row(azure, vm.id)
    if item is None:
        item = await find_lost_item(azure, vm.id, row)
    request = request_of(settings, vm.tags)
    if not request.requested:
        choices = await standing_choices(azure, vm.id, fulfilled=item is not None)
        if choices is not None:
            request = request_of(settings, vm.tags, Asked(choices.profile, choices.overrides))
    seen = await seen_of(azure, vm, item, row) if item is not None else None
    copied = await copied_tags(azure, vm) if item is None else None
    known = VmFacts(vm, item=item, matrix=read_matrix(), seen=seen, copied=copied)
    alone = await with_completion(azure, known, row)
    if not request.requested or (item is not None and not item.is_protected):
        return Explained(decide(vm.id, alone, request), alone)
    early = decide_early(alone, request) if item is None else None
    if early is not None:
        return Explained(early, alone)

    async def read_around() -> VmFacts:
        facts = await gather(azure, vm, named=named_targets(vm, request))
        return (await weigh(azure, replace(facts, item=item, seen=seen), request))[1]

    question = ("around", key(vm.id), str(vm), str(request.origins), item.state if item else None)
    around = await azure.memory.recall(question, REMEMBERED_SECONDS, read_around)
    around = replace(
        around,
        item=item,
        seen=seen,
        completed=alone.completed,
        item_network=alone.item_network,
        free_addresses=alone.free_addresses,
        addresses_unread=alone.addresses_unread,
        contested=alone.contested,
    )
    facts = await with_around(azure, around, request)
    return Explained(decide(vm.id, facts, request), facts)
