"""Grace periods: what ends a protection that no person has asked to end, and when. Pure."""

from datetime import datetime, timedelta

from asr.choices.tags import PROTECT
from asr.model.decision import Decision
from asr.model.ending import EndCause, Ending, EndStage
from asr.model.outcome import Reason, State
from asr.model.request import RememberedRequest
from asr.model.resource_id import same
from asr.model.vm_facts import ProtectedItem, VmFacts
from asr.planning.naming import item_name
from asr.planning.states import NEVER_REPLICATED_STATES, Phase, phase
from asr.reasons import reason

REPLACED, BEGINS_ANEW = "ProtectedVmReplaced", "EnablingBeginsAnew"

_BECAUSE = {
    EndCause.UNTAGGED: "EndsBecauseUntagged",
    EndCause.VM_GONE: "EndsBecauseVmGone",
    EndCause.VM_REPLACED: "EndsBecauseVmReplaced",
    EndCause.ASKED: "EndsBecauseAsked",
    EndCause.ENABLING_FAILED: BEGINS_ANEW,
}


def cause_of(
    decision: Decision, facts: VmFacts | None, record: RememberedRequest | None, prefix: str
) -> EndCause | None:
    """Why the VM's protection is to end, if it has one; None: it is not.

    That no tag asks counts only for a VM whose tags were seen to ask. A request by name that came later stands, unless
    the tag now says `false`.
    """
    outcome = decision.outcome
    if outcome is None:
        return None
    if outcome.state is State.GONE:
        return EndCause.VM_GONE
    if outcome.state is State.REFUSED and any(one.code == REPLACED for one in outcome.reasons):
        return EndCause.VM_REPLACED
    if outcome.state is State.FAILED and any(one.code == BEGINS_ANEW for one in outcome.reasons):
        return EndCause.ENABLING_FAILED
    if outcome.state is not State.NOT_REQUESTED or record is None or record.by_tag is None or facts is None:
        return None
    says_false = _tag(facts, prefix).lower() == "false"
    return EndCause.UNTAGGED if says_false or not stands_by_name(record) else None


def begins_anew(item: ProtectedItem, vm_id: str) -> bool:
    """Whether the item is one of ours that never replicated anything: it is removed, and enabling begins anew.

    Site Recovery keeps such an item until it is disabled, and takes no other of the VM meanwhile.
    """
    never = item.state in NEVER_REPLICATED_STATES and item.is_home and item.failed_over_at is None
    return never and same(item.name, item_name(vm_id))


def stands_by_name(record: RememberedRequest) -> bool:
    """Whether somebody asked by name after the tags were seen to ask."""
    if record.by_name is None:
        return False
    if record.by_tag is None:
        return True
    return datetime.fromisoformat(record.by_name.at) > datetime.fromisoformat(record.by_tag.at)


def may_end_by_itself(item: ProtectedItem, cause: EndCause) -> bool:
    """Whether an item may be ended without a person. One that was failed over, or whose VM runs on the
    recovery side, never: people are at work with it.

    After a failover the VM that is gone may be the one that nobody needs any more; after a fail-back it is the VM that
    is protected, at home as before.
    """
    if phase(item.state) is Phase.FAILED_OVER or not item.is_home:
        return False
    at_home_again = item.failed_over_at is None or item.home_region is not None
    return cause in (EndCause.UNTAGGED, EndCause.ENABLING_FAILED) or at_home_again


def deadline_of(since: str, days: float) -> str:
    """When a grace period that began then is over."""
    return (datetime.fromisoformat(since) + timedelta(days=days)).isoformat()


def is_due(ending: Ending, at: str) -> bool:
    """Whether there is something to do about it by now."""
    return ending.stage is not EndStage.GRACE or datetime.fromisoformat(ending.deadline) <= datetime.fromisoformat(at)


def grace_reason(ending: Ending) -> Reason:
    """What is told of a protection that ends at a deadline."""
    return reason(_BECAUSE[ending.cause], since=ending.since, at=ending.deadline, who=ending.by)


def _tag(facts: VmFacts, prefix: str) -> str:
    name = f"{prefix}{PROTECT}".lower()
    return next((value for known, value in facts.vm.tags.items() if known.lower() == name), "").strip()
