"""Whether the source of a failover has stopped, by the power state that was read of it afterwards. Pure."""

from asr.model.failover import FailoverAction
from asr.model.outcome import Reason
from asr.model.vm_facts import ProtectedItem
from asr.planning.failover import STOPPING
from asr.reasons import reason

GONE = "gone"
"""What stands for the power state of a VM that does not exist."""

_STOPPED = frozenset({"deallocated", "stopped", "deallocating", "stopping", GONE})
"""Power states of a VM that writes nothing more."""


def source_reasons(action: FailoverAction, item: ProtectedItem, power: str | None) -> tuple[Reason, ...]:
    """What is to be said when a source that had to be stopped was not, or Azure does not tell: then `power` is None."""
    if action not in STOPPING or power in _STOPPED:
        return ()
    if power is None:
        return (reason("SourceNotRead", vm=item.vm_id),)
    return (reason("SourceNotStopped", vm=item.vm_id, power=power),)


def is_stopped(power: str | None) -> bool | None:
    """Whether a VM in this power state writes nothing more; None if the state is not known."""
    return None if power is None else power in _STOPPED
