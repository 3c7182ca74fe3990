"""What is decided about a VM whose item was not found, or could not be read. Pure."""

from asr.planning.failover import FailoverDecision
from asr.reasons import reason


def not_replicated(vm_id: str) -> FailoverDecision:
    """The decision about a VM of which no vault has an item."""
    return FailoverDecision((reason("NotReplicated", vm=vm_id),), None)


def not_read(vm_id: str, request: str, problem: str) -> FailoverDecision:
    """The decision about a VM of which Azure did not tell what is needed: `request` failed."""
    return FailoverDecision((reason("ItemNotRead", vm=vm_id, request=request, problem=problem),), None)
