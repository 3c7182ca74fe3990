"""What a failover, and all that follows one, needs; and what its item's state allows. Pure."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from asr.model.failover import FailoverAction, FailoverFacts, FailoverPlan, FailoverRequest, RecoveryPoint
from asr.model.outcome import Reason
from asr.model.preflight_facts import Size, Usage
from asr.model.resource_id import same
from asr.model.vm_facts import ProtectedItem
from asr.planning.homes import is_of
from asr.planning.recovery_points import choose, sent_id
from asr.reasons import blocks, reason

_OPERATIONS: Mapping[FailoverAction, str] = {
    FailoverAction.TEST: "TestFailover",
    FailoverAction.CLEAN_UP: "TestFailoverCleanup",
    FailoverAction.PLANNED: "UnplannedFailover",
    FailoverAction.UNPLANNED: "UnplannedFailover",
    FailoverAction.CHANGE_POINT: "ChangePit",
    FailoverAction.CANCEL: "CancelFailover",
    FailoverAction.COMMIT: "Commit",
    FailoverAction.REPROTECT: "SwitchProtection",
    FailoverAction.FAIL_BACK: "UnplannedFailover",
}
"""The words of `allowedOperations`. Source: recorded items; CancelFailover from Replication Protected Items - Get."""

_FAILOVER = frozenset({"UnplannedFailover"})
SCENARIOS: Mapping[FailoverAction, frozenset[str]] = {
    FailoverAction.TEST: frozenset({"TestFailover"}),
    FailoverAction.CLEAN_UP: frozenset({"TestFailoverCleanup"}),
    FailoverAction.PLANNED: _FAILOVER,
    FailoverAction.UNPLANNED: _FAILOVER,
    FailoverAction.FAIL_BACK: _FAILOVER,
    FailoverAction.CHANGE_POINT: frozenset({"ChangePointInTime", "ApplyRecoveryPoint"}),
    FailoverAction.CANCEL: frozenset({"CancelFailover"}),
    FailoverAction.COMMIT: frozenset({"CommitFailover", "Commit"}),
    FailoverAction.REPROTECT: frozenset({"SwitchReplicationGroupProtection", "SwitchProtection", "Reprotect"}),
    FailoverAction.REMOVE_LEFT: frozenset(),
}
"""What the jobs of each action are called; what a fail-back left is deleted without one.

Source: recorded jobs, and those of the service family."""

FROM_A_POINT = frozenset(
    {
        FailoverAction.TEST,
        FailoverAction.PLANNED,
        FailoverAction.UNPLANNED,
        FailoverAction.CHANGE_POINT,
        FailoverAction.FAIL_BACK,
    }
)
"""What starts a VM from a recovery point."""

LEAVING = frozenset({FailoverAction.PLANNED, FailoverAction.UNPLANNED, FailoverAction.FAIL_BACK})
"""What moves the VM to the other side in earnest."""

STOPPING = frozenset({FailoverAction.PLANNED, FailoverAction.FAIL_BACK})
"""What asks Site Recovery to shut the source down first."""

CONFIRMED = frozenset(FailoverAction) - {FailoverAction.TEST, FailoverAction.CLEAN_UP}
"""What has to be confirmed by the VM's name."""

_NO_TEST = frozenset({"", "none", "markedfordeletion"})
"""Words, in lower case, of an item that no test VM stands beside."""


@dataclass(frozen=True, slots=True)
class FailoverDecision:
    """The reasons, those that stand against it first; the plan if none does. `point` is the one that was chosen."""

    reasons: tuple[Reason, ...]
    plan: FailoverPlan | None
    point: RecoveryPoint | None = None


def decide_failover(
    action: FailoverAction, request: FailoverRequest, facts: FailoverFacts, now: str, *, resumes: bool = False
) -> FailoverDecision:
    """Whether this can be done with the item as it is, and from which point. `now` is ISO 8601 in UTC.

    `resumes`: it is a part of something longer, of which an earlier try may have done this already.
    """
    if resumes and _is_behind(action, facts.item):
        return FailoverDecision((), FailoverPlan(action, facts.item.id, None, facts.item.lifecycle_id))
    grouped = facts.item.consistency_group is not None
    point = choose(facts.points, request.recovery_point, grouped=grouped) if action in FROM_A_POINT else None
    network = request.test_network_id or facts.item.test_network_id if action is FailoverAction.TEST else None
    found = [*_against(action, facts, network)]
    if isinstance(point, Reason):
        found.append(point)
    found += _noteworthy(action, facts, point, network, now)
    if grouped and isinstance(point, RecoveryPoint) and action not in STOPPING:
        is_own = sent_id(point, request.recovery_point) is None or not point.is_multi_vm
        found += [reason("PointNotShared", group=facts.item.consistency_group, point=point.at)] if is_own else []
    chosen = point if isinstance(point, RecoveryPoint) else None
    if any(map(blocks, found)):
        return FailoverDecision(tuple(sorted(found, key=lambda one: not blocks(one))), None, chosen)
    plan = FailoverPlan(
        action,
        facts.item.id,
        facts.item.turned_id if action is FailoverAction.REPROTECT else None,
        facts.item.lifecycle_id,
        sent_id(chosen, request.recovery_point) if chosen else None,
        chosen.at if chosen else None,
        network,
    )
    return FailoverDecision(tuple(found), plan, chosen)


def allows(item: ProtectedItem, action: FailoverAction) -> bool:
    """Whether the item allows the action now."""
    return _OPERATIONS[action].lower() in {operation.lower() for operation in item.allowed}


def has_test_vm(item: ProtectedItem) -> bool:
    """Whether a test VM stands beside the item, or is on its way up or down."""
    return item.test_vm_id is not None or item.test_state.lower() not in _NO_TEST


def is_done(plan: FailoverPlan, item: ProtectedItem) -> bool:
    """Whether the item stands as the action leaves it: a call that is repeated has nothing more to do."""
    return _DONE[plan.action](plan, item)


def is_doing(item: ProtectedItem, action: FailoverAction) -> bool:
    """Whether what Site Recovery does with the item now is this action."""
    return item.scenario is not None and item.scenario in SCENARIOS[action]


def is_about(item: ProtectedItem, vm_id: str) -> bool:
    """Whether the item is this VM's: the VM that replicates, the one a failover made, or the one at home."""
    return is_of(item, vm_id) or any(id_ and same(id_, vm_id) for id_ in (item.vm_id, item.recovered_vm_id))


def loss_seconds(point_at: str | None, now: str) -> int | None:
    """The age of a recovery point in seconds: what would be lost with it if the source were lost now."""
    if point_at is None:
        return None
    return max(0, int((datetime.fromisoformat(now) - datetime.fromisoformat(point_at)).total_seconds()))


def _is_behind(action: FailoverAction, item: ProtectedItem) -> bool:
    """Whether a way home has passed this step, which its item does not allow any more."""
    return not item.is_home and not allows(item, action) and _DONE[action](FailoverPlan(action, item.id), item)


def _against(action: FailoverAction, facts: FailoverFacts, network: str | None) -> Iterator[Reason]:
    item = facts.item
    if action is FailoverAction.FAIL_BACK and item.is_home:
        yield reason("NothingToFailBack", region=item.source_region)
    elif not allows(item, action):
        allowed = list(item.allowed) or ["nothing"]
        yield reason("FailoverNotAllowed", action=action.value, state=item.state, allowed=allowed)
    if action is FailoverAction.TEST:
        yield from _against_network(facts, network)
    if action is FailoverAction.REPROTECT:
        if item.unmanaged_disks:
            yield reason("ReprotectUnmanagedDisks", count=item.unmanaged_disks)
        if facts.recovered_vm_exists is False:
            yield reason("RecoveredVmGone", vm=item.recovered_vm_id or item.next_vm_id or item.vm_id)


def _against_network(facts: FailoverFacts, network: str | None) -> Iterator[Reason]:
    if network is None:
        yield reason("TestNetworkMissing")
    elif facts.test_network_region is None:
        yield reason("TestNetworkNotFound", network=network)
    elif facts.test_network_region != facts.item.recovery_region:
        where = facts.test_network_region
        yield reason("TestNetworkElsewhere", network=network, region=where, wanted=facts.item.recovery_region)


def _noteworthy(
    action: FailoverAction, facts: FailoverFacts, point: RecoveryPoint | Reason | None, network: str | None, now: str
) -> Iterator[Reason]:
    item = facts.item
    if action in LEAVING:
        if has_test_vm(item):
            yield reason("TestVmStands", vm=item.test_vm_id or "not named yet")
        if item.consistency_group is not None:
            yield reason("ConsistencyGroupMember", group=item.consistency_group)
        if item.health.lower() == "critical":
            yield reason("FailoverWithCriticalHealth")
        if isinstance(point, RecoveryPoint):
            seconds = loss_seconds(point.at, now)
            yield reason("DataAfterPointIsLost", point=point.at, seconds=seconds)
        if action is FailoverAction.UNPLANNED and facts.source_is_running:
            yield reason("SourceStillRuns", vm=item.vm_id)
        yield from _room(facts)
    if isinstance(point, RecoveryPoint) and point.disks:
        of_point = {name.lower() for name in point.disks}
        missing = [disk.name for disk in item.disks if disk.is_managed and disk.name.lower() not in of_point]
        if missing and len(point.disks) < len(item.disks):
            yield reason("PointLacksDisks", point=point.at, disks=missing)
    if (
        action is FailoverAction.TEST
        and network
        and item.recovery_network_id
        and same(network, item.recovery_network_id)
    ):
        yield reason("TestInRecoveryNetwork", network=network)


def _room(facts: FailoverFacts) -> Iterator[Reason]:
    """The recovered VM needs cores there; that the source stops frees none, for it is in another region."""
    size, region = facts.size, facts.item.recovery_region or ""
    if size is None or size.vcpus is None:
        return
    for quota, free in quotas_of(size, facts.usages):
        if free < size.vcpus:
            yield reason("FailoverQuota", quota=quota, region=region, free=free, cores=size.vcpus, size=size.name)


def quotas_of(size: Size, usages: Iterable[Usage]) -> Iterator[tuple[str, int]]:
    """The quotas that a VM of this size takes from, each with what is left of it."""
    for usage in usages:
        if usage.name.lower() in ("cores", size.family.lower()):
            yield usage.name, usage.limit - usage.used


def _is_failed_over(_plan: FailoverPlan, item: ProtectedItem) -> bool:
    return allows(item, FailoverAction.COMMIT) or allows(item, FailoverAction.REPROTECT)


def _is_started_from(plan: FailoverPlan, item: ProtectedItem) -> bool:
    return item.point_id is not None and plan.point_id is not None and same(item.point_id, plan.point_id)


_DONE: Mapping[FailoverAction, Callable[[FailoverPlan, ProtectedItem], bool]] = {
    FailoverAction.TEST: lambda _, item: item.test_vm_id is not None,
    FailoverAction.CLEAN_UP: lambda _, item: not has_test_vm(item),
    FailoverAction.PLANNED: _is_failed_over,
    FailoverAction.UNPLANNED: _is_failed_over,
    FailoverAction.FAIL_BACK: _is_failed_over,
    FailoverAction.CHANGE_POINT: _is_started_from,
    FailoverAction.CANCEL: lambda _, item: allows(item, FailoverAction.UNPLANNED),
    FailoverAction.COMMIT: lambda _, item: allows(item, FailoverAction.REPROTECT),
    FailoverAction.REPROTECT: lambda plan, item: not same(item.id, plan.item_id),
}
"""What an item shows once an action has done its work."""
