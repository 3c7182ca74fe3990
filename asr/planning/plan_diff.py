"""A plan that was kept against the plan of now. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from asr.planning.plan import METHODS, Deed, VmPlan, same_values
from asr.resource_id import key


@dataclass(frozen=True, slots=True)
class KeptResource:
    """One resource of a kept plan."""

    vm_id: str
    kind: str
    deed: Deed
    id: str
    values: Mapping[str, object] = field(default_factory=dict)

    @property
    def place(self) -> tuple[str, str]:
        """What makes it the same resource in another plan."""
        return key(self.vm_id), key(self.id)


@dataclass(frozen=True, slots=True)
class KeptPlan:
    """What is kept of a plan: enough to say later what has moved. `actions` are the decisions by VM id."""

    hash: str
    actions: Mapping[str, str]
    resources: tuple[KeptResource, ...]


@dataclass(frozen=True, slots=True)
class Moved:
    """One difference; the side on which the resource does not appear is None."""

    vm_id: str
    kind: str
    id: str
    planned: Mapping[str, object] | None
    now: Mapping[str, object] | None


def kept(hash_: str, plans: Sequence[VmPlan]) -> KeptPlan:
    """What to keep of these plans."""
    return KeptPlan(
        hash_,
        {plan.vm_id: plan.decision.action.value for plan in plans},
        tuple(
            KeptResource(plan.vm_id, resource.kind, resource.deed, resource.id, resource.values)
            for plan in plans
            for resource in plan.everything
        ),
    )


def is_of(plan: KeptPlan, vm_ids: Sequence[str]) -> bool:
    """Whether the plan is of exactly these VMs."""
    return {key(vm_id) for vm_id in plan.actions} == {key(vm_id) for vm_id in vm_ids}


def moved(then: KeptPlan, now: KeptPlan) -> tuple[Moved, ...]:
    """What would be done otherwise now: decisions first, then resource by resource.

    That something is reused or adopted, and which of several VMs makes it, is no difference: only writes count.
    """
    return (*_decisions(then, now), *_resources(then, now))


def _decisions(then: KeptPlan, now: KeptPlan) -> Iterator[Moved]:
    current = {key(vm_id): action for vm_id, action in now.actions.items()}
    for vm_id, action in then.actions.items():
        if current.get(key(vm_id)) != action:
            yield Moved(vm_id, "decision", vm_id, {"action": action}, {"action": current.get(key(vm_id))})


def _resources(then: KeptPlan, now: KeptPlan) -> Iterator[Moved]:
    planned = {resource.place: resource for resource in then.resources}
    present = {resource.place: resource for resource in now.resources}
    for place in {**planned, **present}:
        one, other = planned.get(place), present.get(place)
        known = one or other
        if known is not None and _is_different(one, other):
            yield Moved(known.vm_id, known.kind, known.id, _shown(one), _shown(other))


def _is_different(one: KeptResource | None, other: KeptResource | None) -> bool:
    writes = [bool(resource and resource.deed in METHODS) for resource in (one, other)]
    if one is None or other is None or not all(writes):
        return any(writes)
    return one.deed != other.deed or not same_values(one.values, other.values)


def _shown(resource: KeptResource | None) -> dict[str, object] | None:
    return {"action": resource.deed.value, "values": dict(resource.values)} if resource else None
