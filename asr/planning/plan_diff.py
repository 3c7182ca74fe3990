"""A plan that was kept against the plan of now. Pure."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from asr.model.change import ChangeType
from asr.model.outcome import Reason
from asr.model.resource_id import key
from asr.planning.plan import METHODS, VmPlan, same_values

_DONE: Mapping[ChangeType, str] = {
    ChangeType.CREATE: "created",
    ChangeType.UPDATE: "updated",
    ChangeType.REUSE: "reused",
    ChangeType.ADOPT: "adopted",
    ChangeType.NONE: "left as it is",
    ChangeType.DELETE: "deleted",
    ChangeType.FOLLOW: "removed along with the item",
    ChangeType.ACT: "acted on",
    ChangeType.REFUSE: "refused",
}


@dataclass(frozen=True, slots=True)
class KeptResource:
    """One resource of a kept plan."""

    vm_id: str
    kind: str
    change_type: ChangeType
    id: str
    values: Mapping[str, object] = field(default_factory=dict)

    @property
    def writes(self) -> bool:
        """Whether it takes a write."""
        return self.change_type in METHODS

    @property
    def called(self) -> str:
        """What people call it. The name of a protected item tells nobody anything."""
        of_vm = self.kind == "protected item"
        return f"{self.kind} of {_name(self.vm_id)}" if of_vm else f"{self.kind} {_name(self.id)}"


@dataclass(frozen=True, slots=True)
class SavedPlan:
    """What is kept of a plan: enough to say later what has moved.

    `actions` are the decisions and `reasons` all that is told about them, both by VM id.
    """

    hash: str
    actions: Mapping[str, str]
    resources: tuple[KeptResource, ...]
    reasons: Mapping[str, tuple[Reason, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Moved:
    """One difference; the side on which the resource does not appear is None.

    `changed` are the names of the values that would be written otherwise, where both sides write;
    `reasons` are those of the decision of now, to be told after the sentence.
    """

    vm_id: str
    kind: str
    id: str
    sentence: str
    planned: Mapping[str, object] | None
    now: Mapping[str, object] | None
    changed: tuple[str, ...] = ()
    reasons: tuple[Reason, ...] = ()


def kept(hash_: str, plans: Sequence[VmPlan]) -> SavedPlan:
    """What to keep of these plans."""
    return SavedPlan(
        hash_,
        {plan.vm_id: plan.decision.action.value for plan in plans},
        tuple(
            KeptResource(plan.vm_id, resource.kind, resource.change_type, resource.id, resource.values)
            for plan in plans
            for resource in plan.everything
        ),
        {plan.vm_id: plan.reasons for plan in plans},
    )


def is_of(plan: SavedPlan, vm_ids: Sequence[str]) -> bool:
    """Whether the plan is of exactly these VMs."""
    return {key(vm_id) for vm_id in plan.actions} == {key(vm_id) for vm_id in vm_ids}


def moved(then: SavedPlan, now: SavedPlan) -> tuple[Moved, ...]:
    """What would be done otherwise now: decisions first, then resource by resource.

    That something is reused or adopted, and which of several VMs makes it, is no difference: only writes count.
    """
    return (*_decisions(then, now), *_resources(then, now))


def _decisions(then: SavedPlan, now: SavedPlan) -> Iterator[Moved]:
    current = {key(vm_id): (action, now.reasons.get(vm_id, ())) for vm_id, action in now.actions.items()}
    for vm_id, action in then.actions.items():
        present, reasons = current.get(key(vm_id), (None, ()))
        if present != action:
            sentence = f"The decision about {_name(vm_id)} was to {action}; now it is to {present}"
            shown = {"action": action}, {"action": present}
            yield Moved(vm_id, "decision", vm_id, f"{sentence}.", *shown, reasons=reasons)


def _resources(then: SavedPlan, now: SavedPlan) -> Iterator[Moved]:
    planned, present = _by_place(then.resources), _by_place(now.resources)
    for place in {**planned, **present}:
        one, other = planned.get(place), present.get(place)
        known = one or other
        if known is not None and _is_different(one, other):
            changed = tuple(_changed(one, other)) if one and other and one.writes and other.writes else ()
            yield Moved(
                known.vm_id,
                known.kind,
                known.id,
                _told(known, one, other, changed),
                _shown(one),
                _shown(other),
                changed,
            )


def _by_place(resources: Iterable[KeptResource]) -> dict[str, KeptResource]:
    """Each resource once: of the VMs that need it, by the one that writes it."""
    places: dict[str, KeptResource] = {}
    for resource in resources:
        if resource.writes or key(resource.id) not in places:
            places[key(resource.id)] = resource
    return places


def _is_different(one: KeptResource | None, other: KeptResource | None) -> bool:
    writes = [bool(resource and resource.writes) for resource in (one, other)]
    if one is None or other is None or not all(writes):
        return any(writes)
    return one.change_type != other.change_type or not same_values(one.values, other.values)


def _changed(one: KeptResource, other: KeptResource) -> Iterator[str]:
    for name in {**one.values, **other.values}:
        if not same_values({name: one.values.get(name)}, {name: other.values.get(name)}):
            yield name


def _told(known: KeptResource, one: KeptResource | None, other: KeptResource | None, changed: Sequence[str]) -> str:
    if one and other and one.change_type is other.change_type:
        return f"The {known.called} is to be {_DONE[other.change_type]} with other values: {', '.join(changed)}."
    was = f"was to be {_DONE[one.change_type]}" if one else "was not needed"
    is_now = f"is to be {_DONE[other.change_type]}" if other else "is not needed"
    return f"The {known.called} {was}; now it {is_now}."


def _shown(resource: KeptResource | None) -> dict[str, object] | None:
    return {"action": resource.change_type.value, "values": dict(resource.values)} if resource else None


def _name(id_: str) -> str:
    return id_.rsplit("/", 1)[-1]
