"""What is decided about a VM whose item was not found, or could not be read. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass

from asr.model.outcome import Reason
from asr.planning.failover import FailoverDecision
from asr.reasons import reason


@dataclass(frozen=True, slots=True)
class Unread:
    """What Azure did not tell: `request` failed. `problem` is why; `azure` are its own words, if it said any."""

    request: str
    problem: str
    azure: Mapping[str, str] | None = None


def unfound(vm_id: str, unread: Unread | None) -> FailoverDecision:
    """The decision about a VM of which no item was found: no vault has one, unless something is `unread`, for then
    nothing is known.
    """
    why = unread_reason(vm_id, unread) if unread is not None else reason("NotReplicated", vm=vm_id)
    return FailoverDecision((why,), None)


def unread_reason(vm_id: str, unread: Unread) -> Reason:
    """That it is not known how the VM is replicated."""
    return reason("ItemNotRead", azure=unread.azure, vm=vm_id, request=unread.request, problem=unread.problem)
