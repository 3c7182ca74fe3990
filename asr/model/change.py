"""What is to be done about one requirement, before anything is done."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from asr.model.outcome import Reason


class ChangeType(StrEnum):
    """What a requirement takes.

    `REUSE` is a resource with the wanted name, `ADOPT` one that serves whatever it is called. `NONE` is a resource that
    is left as it is. `DELETE` is removed by a request of ours, `FOLLOW` by Azure along with another one, and `ACT` asks
    a resource to do something, such as to start. `WAIT` means that somebody creates or changes it at this moment.
    `REFUSE`: it cannot serve, and the run would end there.
    """

    CREATE = "create"
    REUSE = "reuse"
    ADOPT = "adopt"
    UPDATE = "update"
    NONE = "none"
    DELETE = "delete"
    FOLLOW = "follow"
    ACT = "act"
    WAIT = "wait"
    REFUSE = "refuse"


WRITES = frozenset({ChangeType.CREATE, ChangeType.UPDATE, ChangeType.DELETE, ChangeType.ACT})
"""The changes that take one write each."""

SERVES = frozenset({ChangeType.REUSE, ChangeType.ADOPT})
"""What is there, and can be built on as it is."""


@dataclass(frozen=True, slots=True)
class Change:
    """What happens to one resource, in a plan and in a run alike.

    `id` is the Azure id that it has, or will have once created. `values` are what a write writes; of a resource that
    takes none, what there is. `problems` are set for `REFUSE` only, which says nothing else. `kind` is what people call
    such a resource.
    """

    change_type: ChangeType
    id: str
    because: str
    values: Mapping[str, object] = field(default_factory=dict)
    problems: tuple[Reason, ...] = ()
    kind: str = ""

    @property
    def name(self) -> str:
        """The name of the resource."""
        return self.id.rsplit("/", 1)[-1]

    @property
    def writes(self) -> bool:
        """Whether making it true takes a write."""
        return self.change_type in WRITES

    @property
    def serves(self) -> bool:
        """Whether it is there, and nothing has to be done."""
        return self.change_type in SERVES


def create(id_: str, because: str, **values: object) -> Change:
    """Nothing serves: make it, with these values."""
    return Change(ChangeType.CREATE, id_, because, values)


def reuse(id_: str, because: str, **values: object) -> Change:
    """The wanted resource is there."""
    return Change(ChangeType.REUSE, id_, because, values)


def adopt(id_: str, because: str, **values: object) -> Change:
    """Something that others made serves."""
    return Change(ChangeType.ADOPT, id_, because, values)


def update(id_: str, because: str, **values: object) -> Change:
    """It serves once these values were put right."""
    return Change(ChangeType.UPDATE, id_, because, values)


def wait(id_: str, because: str) -> Change:
    """Somebody is at work on it: compare again soon."""
    return Change(ChangeType.WAIT, id_, because)


def refuse(id_: str, *problems: Reason) -> Change:
    """What there is cannot serve, and it is not for the product to change."""
    return Change(ChangeType.REFUSE, id_, "", problems=problems)
