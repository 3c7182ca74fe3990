"""Evidence, as HTTP shows it."""

from typing import Annotated, Any

from pydantic import Field

from asr.reporting.answers.base import Answer


class EvidenceEntry(Answer):
    """One document of the chain."""

    number: int
    about: Annotated[str, Field(description="The id of the drill, or of the failover's run.")]
    kind: str
    result: str
    asked_at: str | None
    kept_at: str
    hash: str


class ChainProblem(Answer):
    """What is wrong with one document."""

    number: int
    problem: str


class EvidenceChain(Answer):
    """A part of the chain of evidence, checked."""

    whole: Annotated[bool, Field(description="Whether nothing is wrong with the documents that were checked.")]
    total: Annotated[int, Field(ge=0, description="The number of the last document that was ever written.")]
    checked: Annotated[int, Field(ge=0)]
    problems: list[ChainProblem]
    evidence: list[EvidenceEntry]
    next: Annotated[int | None, Field(description="The number to go on with; null: that is all.")]


class EvidenceDocument(Answer):
    """One document of the chain, as it is kept; `whole`: as it was written."""

    number: int
    about: str
    kept_at: str
    facts: dict[str, Any]
    previous: str | None
    hash: str
    whole: bool
