"""What is asked often: how one VM stands. What changes by the second is read, the surroundings are remembered."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from time import monotonic
from weakref import WeakKeyDictionary

from asr.choices.request import ProtectionRequest
from asr.gateway.facts import gather
from asr.gateway.session import Azure
from asr.gateway.site_recovery import find_protected_item
from asr.model.resource_id import key
from asr.model.vm_facts import ProtectedItem, VirtualMachine, VmFacts
from asr.planning.protection import decide
from asr.planning.targets import named_targets
from asr.services.decide import Explained, find_machine, request_of, weigh

REMEMBERED_SECONDS = 15.0
"""How long a VM's surroundings (networks, vaults, named targets, eligibility) count for its status."""

MOST_REMEMBERED = 500
"""VMs whose surroundings are remembered; the one that was gathered longest ago goes first."""


@dataclass(frozen=True, slots=True)
class _Memory:
    vm: VirtualMachine
    state: str | None
    named: tuple[tuple[str, str], ...]
    facts: VmFacts
    at: float


class Recollection:
    """The surroundings of VMs, as they were gathered seconds ago."""

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self._clock = clock
        self._memories: dict[str, _Memory] = {}

    def recall(
        self, vm: VirtualMachine, item: ProtectedItem | None, named: tuple[tuple[str, str], ...]
    ) -> VmFacts | None:
        """The facts with the item of now; None when they are old, or the VM or its item's state is another."""
        memory = self._memories.get(key(vm.id))
        if memory is None or self._clock() - memory.at > REMEMBERED_SECONDS:
            return None
        if (memory.vm, memory.state, memory.named) != (vm, _state(item), named):
            return None
        return replace(memory.facts, item=item)

    def remember(self, vm: VirtualMachine, named: tuple[tuple[str, str], ...], facts: VmFacts) -> None:
        """Keep what was just gathered around this VM."""
        self._memories.pop(key(vm.id), None)
        self._memories[key(vm.id)] = _Memory(vm, _state(facts.item), named, facts, self._clock())
        if len(self._memories) > MOST_REMEMBERED:
            del self._memories[next(iter(self._memories))]


_recollections: WeakKeyDictionary[Azure, Recollection] = WeakKeyDictionary()


async def explain_status(azure: Azure, vm_id: str) -> Explained:
    """What is to be done about a VM by its tags, with its protected item, whether or not they ask for anything.

    The VM, its links and its item are read each time: three requests while nothing about them changes.

    Raises:
        Rejected, TransientFault: Azure did not tell what the decision needs.
    """
    settings = azure.settings
    vm = await find_machine(azure, vm_id)
    if vm is None:
        return Explained(decide(vm_id, None, ProtectionRequest()), None)
    item = await find_protected_item(azure, vm_id)
    request = request_of(settings, vm.tags)
    if not request.requested or (item is not None and not item.is_protected):
        facts: VmFacts | None = VmFacts(vm, item=item)
        return Explained(decide(vm_id, facts, request), facts)
    recollection = _recollections.setdefault(azure, Recollection())
    named = named_targets(vm, request)
    facts = recollection.recall(vm, item, named)
    if facts is not None:
        return Explained(decide(vm_id, facts, request), facts)
    decision, facts = await weigh(azure, await gather(azure, vm, named=named), request)
    recollection.remember(vm, named, facts)
    return Explained(decision, facts)


def _state(item: ProtectedItem | None) -> str | None:
    return item.state if item else None
