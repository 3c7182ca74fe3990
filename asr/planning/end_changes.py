"""What the end of a protection changes, in its order, and which steps of a run make the changes. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import NewType

from asr.model.change import Change, ChangeType
from asr.model.ending import Artifacts, Ending, EndOptions, EndStage, ItemEnds, ItemLink, RecoveryPlan
from asr.model.preflight_facts import Lock
from asr.model.resource_id import key, parse, same
from asr.model.vm_facts import ProtectedItem, VirtualMachine
from asr.planning.drift import vault_of

RUNNING = "running"
EndStep = NewType("EndStep", str)
"""A step of a run that ends a protection: the name of its activity."""

SET_TAG, TEST = EndStep("set_tag_to_false"), EndStep("clean_up_test")
PLANS, START = EndStep("leave_recovery_plans"), EndStep("start_vm")
DISABLE, LEFTOVERS = EndStep("disable_protection"), EndStep("remove_leftovers")
TARGETS, STOP, FINISH = EndStep("remove_targets"), EndStep("stop_vm"), EndStep("finish_ending")

VM, ITEM, PLAN, TESTED = "virtual machine", "protected item", "recovery plan", "test failover"
LINK, EXTENSION, REPLICA = "resource link", "extension", "replica disk"


@dataclass(frozen=True, slots=True)
class EndFacts:
    """What was read of a VM whose protection is to end. `vm` None: it is gone; `item` None: there is none.

    `asks`: the VM's tag asks for protection. `plans` are those that hold the item, `locks` all of the subscriptions
    that it concerns. `before` is what is remembered of an end that was begun; `targets` is what becomes of the
    recovery side, where that was asked for.
    """

    vm_id: str
    vm: VirtualMachine | None
    item: ItemEnds | None
    links: tuple[ItemLink, ...] = ()
    plans: tuple[RecoveryPlan, ...] = ()
    locks: tuple[Lock, ...] = ()
    asks: bool = False
    before: Ending | None = None
    targets: tuple[Change, ...] = ()


def artifacts_of(facts: EndFacts) -> Artifacts:
    """What may be cleaned up after the item, with all that was recorded of it before."""
    before = facts.before.artifacts if facts.before and facts.before.artifacts else Artifacts(None)
    ends = facts.item
    if ends is None:
        links = [one for one in facts.links if one.item_id is not None]
        return replace(before, links=_links((*before.links, *links)))
    vm = facts.vm
    extensions = [f"{vm.id}/extensions/{name}" for name in vm.mobility_services] if vm else []
    return Artifacts(
        vault_of(ends.item.id),
        _links((*before.links, *(one for one in facts.links if one.item_id is not None))),
        _ids((*before.extension_ids, *extensions)),
        _ids((*before.replica_ids, *ends.replica_ids)),
        _ids((*before.targets, *_targets(ends.item))),
    )


def is_stopped(vm: VirtualMachine | None) -> bool:
    """Whether disabling would meet a VM that is not running."""
    return vm is not None and vm.power_state is not None and not same(vm.power_state, RUNNING)


def can_start(facts: EndFacts, options: EndOptions) -> bool:
    """Whether a stopped VM is started for it. Never while another VM runs in its place: both would serve then."""
    return options.start_to_disable and facts.item is not None and facts.item.item.is_home


def changes_of_end(
    facts: EndFacts, options: EndOptions, artifacts: Artifacts
) -> tuple[tuple[Change, ...], tuple[EndStep, ...]]:
    """Every change in its order, and the steps that make them."""
    ends, changes, steps = facts.item, list[Change](), list[EndStep]()

    def add(step: EndStep, *made: Change) -> None:
        changes.extend(made)
        steps.append(step)

    if facts.asks and options.untag:
        add(SET_TAG, Change(ChangeType.UPDATE, facts.vm_id, "its tag is set to false", {"protect": "false"}, kind=VM))
    if ends is not None:
        if ends.is_tested:
            test = ends.test_vm_id or ends.item.id
            add(TEST, Change(ChangeType.ACT, test, "its test failover is cleaned up", {"do": "clean up"}, kind=TESTED))
        if facts.plans:
            because = "the item is taken out of it"
            add(
                PLANS,
                *(
                    Change(ChangeType.UPDATE, one.id, because, {"without": ends.item.name}, kind=PLAN)
                    for one in facts.plans
                ),
            )
        starts = is_stopped(facts.vm) and can_start(facts, options)
        if starts:
            add(START, Change(ChangeType.ACT, facts.vm_id, "disabling works inside of it", {"do": "start"}, kind=VM))
        add(DISABLE, Change(ChangeType.DELETE, ends.item.id, "the protection is to end", kind=ITEM))
        along = "Site Recovery removes it with the item; what it leaves is removed by this id"
        changes += [Change(ChangeType.FOLLOW, id_, along, kind=kind) for id_, kind in _along(artifacts)]
    own = _alone(artifacts) if ends is None else ()
    changes += [Change(ChangeType.DELETE, id_, "its item is gone", kind=kind) for id_, kind in own]
    if ends is not None or own:
        steps.append(LEFTOVERS)
    if options.clean_up and facts.targets:
        add(TARGETS, *facts.targets)
    if (ends is not None and START in steps) or (facts.before and facts.before.started):
        add(STOP, Change(ChangeType.ACT, facts.vm_id, "it was stopped before", {"do": "stop"}, kind=VM))
    if facts.before is not None and facts.before.stage is EndStage.ENDING and ends is None and LEFTOVERS not in steps:
        steps.insert(0, LEFTOVERS)
    return tuple(changes), (*steps, FINISH)


def _along(artifacts: Artifacts) -> Iterator[tuple[str, str]]:
    yield from ((one.id, LINK) for one in artifacts.links)
    yield from ((id_, EXTENSION) for id_ in artifacts.extension_ids)
    yield from ((id_, REPLICA) for id_ in artifacts.replica_ids)


def _alone(artifacts: Artifacts) -> tuple[tuple[str, str], ...]:
    return tuple(_along(artifacts))


def _targets(item: ProtectedItem) -> Iterator[str]:
    """What the recovery side of the item stands on, the innermost first, the groups last. While its VM runs there, the
    other side is its home, where nothing is cleaned up.
    """
    if not item.is_home:
        return
    maybe = (
        item.recovery_network_id,
        *(one.recovery_network_id for one in item.interfaces),
        item.recovery_availability_set_id,
        item.recovery_placement_group_id,
        *item.cache_account_ids,
        *item.recovery_account_ids,
        vault_of(item.id),
    )
    found = [id_ for id_ in maybe if id_]
    yield from found
    groups = (item.recovery_group_id, *(parse(one).group_id for one in found))
    yield from (id_ for id_ in groups if id_)


def _links(links: Sequence[ItemLink]) -> tuple[ItemLink, ...]:
    return tuple({key(one.id): one for one in links}.values())


def _ids(ids: Sequence[str]) -> tuple[str, ...]:
    return tuple({key(id_): id_ for id_ in ids}.values())
