"""What may be asked of a protected item now, in the words of the HTTP API. Pure."""

from collections.abc import Mapping

from asr.model.failover import FailoverAction
from asr.model.vm_facts import ProtectedItem
from asr.planning.failover import allows

OFFERED: Mapping[str, FailoverAction] = {
    "drill": FailoverAction.TEST,
    "test": FailoverAction.TEST,
    "cleanup": FailoverAction.CLEAN_UP,
    "planned": FailoverAction.PLANNED,
    "unplanned": FailoverAction.UNPLANNED,
    "cancel": FailoverAction.CANCEL,
    "point": FailoverAction.CHANGE_POINT,
    "commit": FailoverAction.COMMIT,
    "reprotect": FailoverAction.REPROTECT,
    "failback": FailoverAction.FAIL_BACK,
}
"""The words of requests with what each asks of the item."""


def allowed_operations(item: ProtectedItem) -> list[str]:
    """Those that the item's state allows; what else a failover needs is for its plan to tell."""
    return [word for word, action in OFFERED.items() if _is_allowed(item, action)]


def _is_allowed(item: ProtectedItem, action: FailoverAction) -> bool:
    """Away from home a failover is the way back."""
    if action is FailoverAction.FAIL_BACK and item.is_home:
        return False
    return allows(item, action)
