"""A plan: what protecting some VMs would take, resource by resource, and the hash by which it is known. Pure."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256

from asr.model.change import Change, ChangeType
from asr.model.decision import Decision
from asr.model.outcome import Reason
from asr.model.resource_id import key
from asr.planning.plan_cost import Estimate

METHODS: Mapping[ChangeType, str] = {
    ChangeType.CREATE: "PUT",
    ChangeType.UPDATE: "PATCH",
    ChangeType.DELETE: "DELETE",
    ChangeType.ACT: "POST",
}
"""The ARM request that each change_type takes; the others take none. Some of Site Recovery's deletions are a POST."""


@dataclass(frozen=True, slots=True)
class VmPlan:
    """One VM's part. `item` is its protected item, None where the plan does not get that far."""

    vm_id: str
    decision: Decision
    resources: tuple[Change, ...] = ()
    item: Change | None = None
    problems: tuple[Reason, ...] = ()
    estimate: Estimate | None = None

    @property
    def name(self) -> str:
        """The VM's name."""
        return self.vm_id.rsplit("/", 1)[-1]

    @property
    def everything(self) -> tuple[Change, ...]:
        """The resources with the item last."""
        return (*self.resources, self.item) if self.item else self.resources

    @property
    def writes(self) -> int:
        """How many writes to Azure it takes."""
        return sum(resource.writes for resource in self.everything)

    @property
    def reasons(self) -> tuple[Reason, ...]:
        """All that stands against it, by the decision or by what it would stand on."""
        return (*(self.decision.outcome.reasons if self.decision.outcome else ()), *self.problems)

    @property
    def hash(self) -> str:
        """The hash of this VM's part alone."""
        return plan_hash((self,))


def plan_hash(plans: Iterable[VmPlan]) -> str:
    """What the plans would do, as 32 hexadecimal digits.

    It changes with every decision and every value that would be written, and with nothing else: neither with the order
    of VMs or disks, nor with states and measurements, nor with the casing in which Azure answers.
    """
    parts = sorted(_canonical(part) for plan in plans for part in _essence(plan))
    return sha256("\n".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:32]


def same_values(one: Mapping[str, object], other: Mapping[str, object]) -> bool:
    """Whether Azure would take both for the same."""
    return _canonical(one) == _canonical(other)


def _essence(plan: VmPlan) -> Iterable[Mapping[str, object]]:
    yield {"vm": key(plan.vm_id), "action": plan.decision.action.value}
    for resource in plan.everything:
        if resource.writes:
            yield {"write": METHODS[resource.change_type], "id": key(resource.id), "values": resource.values}


def _canonical(value: object) -> str:
    """A text that is the same for values that mean the same to Azure: it ignores case, and the order of entries."""
    match value:
        case str():
            return json.dumps(value.lower())
        case Mapping():
            return (
                "{" + ",".join(sorted(f"{json.dumps(name)}:{_canonical(part)}" for name, part in value.items())) + "}"
            )
        case Sequence():
            return f"[{','.join(sorted(map(_canonical, value)))}]"
        case _:
            return json.dumps(value)
