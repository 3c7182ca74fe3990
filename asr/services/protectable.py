"""Which VMs of a scope can be protected: lists first, and a decision for each VM that the lists leave open."""

from asr.choices.tags import PROTECT
from asr.gateway.session import Azure
from asr.model.resource_id import key
from asr.model.run import Choices
from asr.reporting.answers.protectable import Protectable
from asr.reporting.paging import page
from asr.reporting.protectable import Candidate, listing
from asr.services.decide import explain_all
from asr.services.fleet import read_fleet, tag_value
from asr.services.machines import Scope


async def list_protectable(azure: Azure, scope: Scope, top: int, continuation: str | None) -> Protectable:
    """One page of the scope's VMs, each as if it were asked for by name.

    Raises:
        BadRequest: the continuation is none.
        Rejected, TransientFault: Azure did not tell.
    """
    settings = azure.settings
    fleet = await read_fleet(azure, (scope.subscription,) if scope.subscription else settings.subscriptions)
    machines = [machine for machine in fleet.machines if scope.holds(machine)]
    shown, following = page(machines, lambda machine: machine.id, top, continuation)
    open_ = [machine.id for machine in shown if fleet.item_of(machine.id) is None]
    explained = await explain_all(azure, settings, open_, Choices())
    decisions = {key(vm_id): answer.decision for vm_id, answer in zip(open_, explained, strict=True)}
    tag = f"{settings.tag_prefix}{PROTECT}"
    candidates = [
        Candidate(
            machine.id,
            machine.location,
            tag_value(machine.tags, tag),
            fleet.item_of(machine.id),
            decisions.get(key(machine.id)),
        )
        for machine in shown
    ]
    return listing(candidates, len(machines), following, settings.tag_prefix)
