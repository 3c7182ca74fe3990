"""What is remembered of the last drills of a VM. Times are ISO 8601 texts in UTC."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Drilled:
    """The last good drill of a VM, and the last one at all.

    `passed_at` is when the last good drill was over, `drill` its id, `configuration` the hash of what was drilled: a
    material change of VM or profile makes another. `tried_at` is when the last drill was over, good or not, `tried`
    its id.
    """

    vm_id: str
    tried: str
    tried_at: str
    drill: str | None = None
    passed_at: str | None = None
    configuration: str | None = None
    rto_seconds: float | None = None
    rpo_seconds: float | None = None


@dataclass(frozen=True, slots=True)
class DrilledShard:
    """What is remembered of some VMs, by the compared form of their ids."""

    machines: Mapping[str, Drilled] = field(default_factory=dict)
