"""What is to be done about one requirement, before anything is done."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from asr.model.outcome import Reason


class Course(StrEnum):
    """What a requirement takes.

    `REUSE` is a resource with the wanted name, `ADOPT` one that serves whatever it is called. `WAIT` means that
    somebody creates or changes it at this moment.
    """

    CREATE = "create"
    REUSE = "reuse"
    ADOPT = "adopt"
    UPDATE = "update"
    WAIT = "wait"
    REFUSE = "refuse"


WRITES = frozenset({Course.CREATE, Course.UPDATE})
"""The courses that take one write each."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """The judgement of one requirement.

    `id` is the Azure id that it has, or will have once created. `values` are what a write writes; of a requirement that
    takes none, what there is. `problem` is set for `REFUSE` only.
    """

    course: Course
    id: str
    because: str
    values: Mapping[str, object] = field(default_factory=dict)
    problem: Reason | None = None

    @property
    def name(self) -> str:
        """The name of the resource."""
        return self.id.rsplit("/", 1)[-1]

    @property
    def writes(self) -> bool:
        """Whether making it true takes a write."""
        return self.course in WRITES


def create(id_: str, because: str, **values: object) -> Verdict:
    """Nothing serves: make it, with these values."""
    return Verdict(Course.CREATE, id_, because, values)


def reuse(id_: str, because: str, **values: object) -> Verdict:
    """The wanted resource is there."""
    return Verdict(Course.REUSE, id_, because, values)


def adopt(id_: str, because: str, **values: object) -> Verdict:
    """Something that others made serves."""
    return Verdict(Course.ADOPT, id_, because, values)


def update(id_: str, because: str, **values: object) -> Verdict:
    """It serves once these values were put right."""
    return Verdict(Course.UPDATE, id_, because, values)


def wait(id_: str, because: str) -> Verdict:
    """Look again soon."""
    return Verdict(Course.WAIT, id_, because)


def refuse(id_: str, problem: Reason) -> Verdict:
    """What there is cannot serve, and it is not for the product to change."""
    return Verdict(Course.REFUSE, id_, problem.sentence, problem=problem)
