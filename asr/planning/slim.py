"""What a snapshot of the fleet keeps of records that tell more. Pure."""

from dataclasses import replace

from asr.model.ending import Ending
from asr.model.run import VmState
from asr.model.vm_facts import ProtectedItem


def slim(item: ProtectedItem) -> ProtectedItem:
    """The item without what only comparisons need, which are made when it is read."""
    return replace(
        item, interfaces=(), disks=(), cache_account_ids=(), recovery_account_ids=(), allowed=(), scenario_job_id=None
    )


def compact(state: VmState) -> VmState:
    """What a sweep compares of a VM's state."""
    return replace(state, dirty=None, queue=(), runs=(), answered=(), turned_away=())


def noted(ending: Ending) -> Ending:
    """What a row tells of an ending: not what it is going to remove."""
    return replace(ending, artifacts=None, pending=(), kept=())
