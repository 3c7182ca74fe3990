"""What a failover of some VMs would do: gathered side by side, decided by what their runs decide by."""

import asyncio
from collections.abc import Mapping, Sequence

from asr.errors import Rejected, TransientFault
from asr.gateway.clock import now
from asr.gateway.session import Azure
from asr.model.failover import FailoverAction, FailoverRequest
from asr.model.outcome import Reason
from asr.model.vm_facts import ProtectedItem
from asr.planning.failover import LEAVING, decide_failover
from asr.planning.failover_plan import VmForecast
from asr.planning.losses import machine_losses
from asr.planning.unfound import Unread, unfound
from asr.services.decide import find_machine
from asr.services.failover import gather_failover, room_for, unread_of


async def forecast(
    azure: Azure,
    vms: Sequence[tuple[str, ProtectedItem | Unread | None]],
    action: FailoverAction,
    request: FailoverRequest,
    against: Mapping[str, tuple[Reason, ...]],
    waves: Mapping[str, int],
) -> list[VmForecast]:
    """Each VM's part, in their order. `against` and `waves` are by the VMs' ids. What Azure does not tell now of a VM
    stands against that VM.
    """
    return list(
        await asyncio.gather(
            *(
                _one(azure, vm_id, item, action, request, against.get(vm_id, ()), waves.get(vm_id))
                for vm_id, item in vms
            )
        )
    )


async def _one(
    azure: Azure,
    vm_id: str,
    item: ProtectedItem | Unread | None,
    action: FailoverAction,
    request: FailoverRequest,
    against: tuple[Reason, ...],
    wave: int | None,
) -> VmForecast:
    if item is None or isinstance(item, Unread):
        return VmForecast(vm_id, None, unfound(vm_id, item), against, wave)
    try:
        facts = await gather_failover(azure, action, request, item)
    except (Rejected, TransientFault) as failure:
        return VmForecast(vm_id, item, unfound(vm_id, unread_of(failure)), against, wave)
    decision = decide_failover(action, request, facts, (await now(azure.settings)).isoformat())
    size, usages = (facts.size, facts.usages) if action in LEAVING else await room_for(azure, item)
    return VmForecast(vm_id, item, decision, against, wave, size, usages, await _lost(azure, item))


async def _lost(azure: Azure, item: ProtectedItem) -> tuple[Reason, ...]:
    """What the VM has and the recovered one will not; nothing where the VM cannot be read, as in a lost region."""
    try:
        vm = await find_machine(azure, item.vm_id)
    except (Rejected, TransientFault):
        return ()
    return tuple(machine_losses(vm)) if vm is not None else ()
