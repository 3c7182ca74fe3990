"""Gather, then decide: the one path behind a run, a status and a plan. It writes nothing."""

from dataclasses import dataclass

from asr.gateway.facts import gather
from asr.gateway.machines import read_virtual_machine
from asr.gateway.session import Azure
from asr.gateway.site_recovery import find_protected_item
from asr.model.decision import Decision
from asr.model.facts import VmFacts
from asr.planning.protection import decide
from asr.planning.tags import read_wish, with_request
from asr.planning.targets import named_targets
from asr.planning.wish import Wish
from asr.runs import Choices
from asr.settings import Settings


@dataclass(frozen=True, slots=True)
class Explained:
    """A decision with the facts it was made from; no facts when the VM is gone."""

    decision: Decision
    facts: VmFacts | None


async def explain(
    azure: Azure, settings: Settings, vm_id: str, choices: Choices | None = None, *, with_item: bool = False
) -> Explained:
    """What is to be done about a VM, and why. A VM that asks for nothing costs one request.

    `choices` are an operator's own for this VM: they win over its tags, and asking by name is asking. `with_item` reads
    the protected item of a VM that asks for nothing too.

    Raises:
        Rejected, TransientFault: Azure did not tell what the decision needs.
    """
    vm = await read_virtual_machine(azure, vm_id)
    if vm is None:
        return Explained(decide(vm_id, None, Wish()), None)
    tags = with_request(vm.tags, settings.tag_prefix, choices.profile, choices.overrides) if choices else vm.tags
    wish = read_wish(tags, settings.tag_prefix, settings.profiles, settings.default_profile)
    if not wish.requested:
        facts = VmFacts(vm, item=await find_protected_item(azure, vm_id) if with_item else None)
        return Explained(decide(vm_id, facts, wish), facts)
    facts = await gather(azure, vm, named=named_targets(vm, wish))
    return Explained(decide(vm_id, facts, wish), facts)
