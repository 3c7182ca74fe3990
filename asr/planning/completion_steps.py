"""The steps that complete an item, each with what it writes: what a plan tells is what the run does. Pure."""

from collections.abc import Iterator

from asr.codec import encode
from asr.model.change import Change, ChangeType
from asr.model.item_change import CompletionPlan, ItemChange

ITEM = "protected item"


def steps_of(plan: CompletionPlan) -> Iterator[tuple[str, Change]]:
    """The steps in their order; one write each. `settings` are written, `disks` added, the mappings of these numbers
    made, `policy` and `updates` changed, and a `warning` dismissed.
    """
    if plan.change != ItemChange():
        values = {name: value for name, value in encode(plan.change).items() if value}
        because = f"to be put right: {', '.join(plan.fields) or 'what follows from its interfaces'}"
        yield "settings", Change(ChangeType.UPDATE, plan.item_id, because, values, kind=ITEM)
    if plan.new_disks:
        disks = {"newDisks": [disk.id or disk.uri for disk in plan.new_disks]}
        yield "disks", Change(ChangeType.ACT, plan.item_id, "these disks are replicated, too", disks, kind=ITEM)
    for number, one in enumerate(plan.mappings):
        ends = {"primaryNetworkId": one.primary_network_id, "recoveryNetworkId": one.recovery_network_id}
        id_ = f"{one.primary_fabric_id}/replicationNetworks/azureNetwork/replicationNetworkMappings/{one.name}"
        because = "this network is not mapped any more"
        yield f"mapping-{number}", Change(ChangeType.CREATE, id_, because, ends, kind="network mapping")
    if plan.policy is not None:
        policy, values = plan.policy.policy_id, encode(plan.policy.values)
        because = "every VM that replicates by it is to have these values"
        yield "policy", Change(ChangeType.UPDATE, policy, because, values, kind="replication policy")
    if plan.updates is not None:
        account = {"automationAccountId": plan.updates.automation_account_id}
        because = "it keeps the agents of its VMs up to date"
        mapping = plan.updates.mapping_id
        yield "updates", Change(ChangeType.UPDATE, mapping, because, account, kind="container mapping")
    if plan.dismissed:
        ids = {"dismissed": list(plan.dismissed)}
        because = "its warning is of disks that nobody wants replicated"
        yield "warning", Change(ChangeType.ACT, plan.item_id, because, ids, kind=ITEM)
