"""What stands around a plan: locks, quotas, leftovers, limits, and what the VM will not take along.

Problems are found before Azure is asked to enable: its own answers come an hour later and name less.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import chain

from asr.model.decision import ProtectionPlan
from asr.model.outcome import Reason
from asr.model.preflight_facts import Lock, Size
from asr.model.resource_id import key, parse, same, subscription_of
from asr.model.vm_facts import VmFacts
from asr.planning.homes import made_by_failover
from asr.planning.outbound import blocked_tags, needed_tags
from asr.planning.regions import region_name
from asr.planning.suitability import account_problems
from asr.planning.targets import found_target
from asr.planning.unread import not_checked
from asr.reasons import reason

type Rule = Callable[[VmFacts, ProtectionPlan], Iterator[Reason]]


def named_account_problems(facts: VmFacts, plan: ProtectionPlan) -> tuple[Reason, ...]:
    """Why the cache account that was named cannot be one: kind, SKU, soft delete, keys. Its region is checked as that
    of everything that is named.
    """
    target = found_target(facts, "cache_storage_account", plan.cache.id) if plan.cache.exists else None
    if target is None or target.account is None:
        return ()
    return account_problems(target.account, replace(plan.cache, location=region_name(target.account.location)))


def preflight_problems(facts: VmFacts, plan: ProtectionPlan) -> tuple[Reason, ...]:
    """Everything that the preflight checks hold against the plan; nothing while they have not been asked."""
    return tuple(chain.from_iterable(rule(facts, plan) for rule in PROBLEMS)) if facts.preflight_facts else ()


def preflight_warnings(facts: VmFacts, plan: ProtectionPlan) -> tuple[Reason, ...]:
    """What the preflight checks noticed that does not block."""
    return tuple(chain.from_iterable(rule(facts, plan) for rule in WARNINGS)) if facts.preflight_facts else ()


def is_not_read_only(facts: VmFacts, plan: ProtectionPlan) -> Iterator[Reason]:
    """Enabling writes an extension and a link on the VM, and replica disks into the recovery group; before that, what
    the VM is to stand on is made. Each lock is told once.
    """
    writes = facts.preflight_facts.writes if facts.preflight_facts else ()
    told: set[tuple[str, str]] = set()
    for place in (plan.vm_id, plan.group.id, plan.vault.id, *writes):
        for lock in _locks(facts, place, "ReadOnly"):
            if (lock.scope, lock.name) not in told:
                told.add((lock.scope, lock.name))
                yield reason("LockedReadOnly", id=place, lock=lock.name, scope=lock.scope)


def has_no_replica_left(facts: VmFacts, plan: ProtectionPlan) -> Iterator[Reason]:
    """A replica of an earlier protection keeps the name that the new one needs (Azure's error 150161)."""
    replicas = facts.preflight_facts.replicas if facts.preflight_facts else ()
    for disk in plan.disks:
        if disk.id is None:
            continue
        ending = f"/{parse(disk.id).name}{facts.matrix.disks.replica_suffix}".lower()
        for replica in replicas:
            # Every replica of the burst is compared with every disk of it: an id is not taken apart for that.
            if replica.lower().endswith(ending):
                yield reason("ReplicaManagedDiskExists", replica=replica)


def has_size_there(facts: VmFacts, plan: ProtectionPlan) -> Iterator[Reason]:
    """The failed-over VM has the source's size; Azure checks it when enabling (its error 150097).

    A size that the source region does not list either (a retired one, for example) is left to Azure to refuse: see
    `is_a_listed_size`.
    """
    home = facts.preflight_facts.home_sizes if facts.preflight_facts else ()
    size = _size(facts)
    listed = any(same(one.name, facts.vm.size) for one in home)
    if facts.preflight_facts and facts.preflight_facts.sizes and listed and size is None:
        yield reason("SizeNotOffered", size=facts.vm.size, region=plan.recovery_region)
    if size is not None and size.restriction is not None:
        yield reason("SizeRestricted", size=facts.vm.size, region=plan.recovery_region, why=size.restriction)


def is_a_listed_size(facts: VmFacts, plan: ProtectionPlan) -> Iterator[Reason]:
    """A size that neither region lists may be retired, or hidden from the subscription: nobody can say that it will be
    there.
    """
    around = facts.preflight_facts
    if around is None or not around.sizes or not around.home_sizes:
        return
    if not any(same(one.name, facts.vm.size) for one in (*around.sizes, *around.home_sizes)):
        yield reason("SizeUnlisted", size=facts.vm.size, source=plan.source_region, region=plan.recovery_region)


def is_large_enough(facts: VmFacts, _plan: ProtectionPlan) -> Iterator[Reason]:
    """The documents ask for two cores and a gigabyte; Azure itself has not been seen to."""
    size, least = _size(facts), facts.matrix.limits
    if size is None or size.vcpus is None or size.memory_gib is None:
        return
    if size.vcpus < least.least_cores or size.memory_gib < least.least_memory_gib:
        yield reason(
            "SizeTooSmall",
            size=size.name,
            cores=size.vcpus,
            memory=size.memory_gib,
            least_cores=least.least_cores,
            least_memory=least.least_memory_gib,
        )


def has_quota_there(facts: VmFacts, plan: ProtectionPlan) -> Iterator[Reason]:
    """The cores of the size's family, and all cores of the region."""
    size = _size(facts)
    if facts.preflight_facts is None or size is None or size.vcpus is None:
        return
    for usage in facts.preflight_facts.usages:
        if usage.name.lower() in ("cores", size.family.lower()) and usage.used + size.vcpus > usage.limit:
            yield reason(
                "QuotaTooSmall",
                quota=usage.name,
                region=plan.recovery_region,
                used=usage.used,
                limit=usage.limit,
                cores=size.vcpus,
            )


def is_within_disk_limit(facts: VmFacts, plan: ProtectionPlan) -> Iterator[Reason]:
    """Counted in the vaults that were read, on either side: a vault of a subscription unknown here may hold more."""
    items, most = facts.preflight_facts.items if facts.preflight_facts else (), facts.matrix.limits.most_protected_disks
    sides = {"from": subscription_of(plan.vm_id), "into": subscription_of(plan.group.id)}
    for way, subscription in sides.items():
        ids = ((item.vm_id if way == "from" else item.recovery_group_id or "", item.disks) for item in items)
        count = sum(disks for id_, disks in ids if subscription_of(id_) == subscription)
        if count + len(plan.disks) > most:
            yield reason(
                "ProtectedDiskLimit", count=count, way=way, subscription=subscription, more=len(plan.disks), most=most
            )


def has_room_in_group(facts: VmFacts, plan: ProtectionPlan) -> Iterator[Reason]:
    """A consistency group is a vault's, and holds sixteen VMs."""
    items, most = facts.preflight_facts.items if facts.preflight_facts else (), facts.matrix.limits.most_group_members
    members = sum(
        same(item.consistency_group, plan.consistency_group) for item in items if same(item.vault_id, plan.vault.id)
    )
    if members >= most:
        yield reason("ConsistencyGroupFull", group=plan.consistency_group, most=most)


def is_not_made_by_failover(facts: VmFacts, plan: ProtectionPlan) -> Iterator[Reason]:
    """What a failover or a test failover makes carries the tags of its source, and asks for protection with them."""
    for item in facts.preflight_facts.items if facts.preflight_facts else ():
        made_by = made_by_failover(item, plan.vm_id)
        if made_by is not None:
            yield made_by


def stands_on_what_serves(facts: VmFacts, _plan: ProtectionPlan) -> Iterator[Reason]:
    """What is there under a wanted name, or that was adopted, may not do; the steps of a run would find out late."""
    yield from facts.preflight_facts.refusals if facts.preflight_facts else ()


PROBLEMS: tuple[Rule, ...] = (
    is_not_made_by_failover,
    is_not_read_only,
    has_no_replica_left,
    has_size_there,
    has_quota_there,
    is_within_disk_limit,
    has_room_in_group,
    stands_on_what_serves,
)


def may_be_cleaned_up(facts: VmFacts, plan: ProtectionPlan) -> Iterator[Reason]:
    """Disabling cannot remove its links and replicas under a lock (Azure's error 150225), and they block enabling."""
    for place in (plan.vm_id, plan.group.id):
        for lock in _locks(facts, place, "CanNotDelete"):
            yield reason("LockedCanNotDelete", id=place, lock=lock.name, scope=lock.scope)


def reaches_its_services(facts: VmFacts, plan: ProtectionPlan) -> Iterator[Reason]:
    """The guest speaks to services by their tags; a firewall further on is beyond what can be read."""
    for group in facts.preflight_facts.security_groups if facts.preflight_facts else ():
        if blocked := blocked_tags(group, needed_tags(plan)):
            yield reason("OutboundTagsBlocked", id=group.id, tags=blocked)


def is_checked(facts: VmFacts, _: ProtectionPlan) -> Iterator[Reason]:
    """What the app may not read is not checked; Azure itself still refuses what cannot be."""
    accounts = (one.account.soft_delete_unread for one in facts.named if one.account)
    unread = facts.preflight_facts.unread if facts.preflight_facts else ()
    return not_checked((*unread, *(one for one in accounts if one)))


WARNINGS: tuple[Rule, ...] = (is_a_listed_size, is_large_enough, may_be_cleaned_up, reaches_its_services, is_checked)


def _size(facts: VmFacts) -> Size | None:
    sizes = facts.preflight_facts.sizes if facts.preflight_facts else ()
    return next((size for size in sizes if same(size.name, facts.vm.size)), None)


def _locks(facts: VmFacts, place: str, level: str) -> Iterator[Lock]:
    """A lock holds for its scope and everything below it."""
    locks = facts.preflight_facts.locks if facts.preflight_facts else ()
    return (lock for lock in locks if same(lock.level, level) and f"{key(place)}/".startswith(f"{key(lock.scope)}/"))
