"""What all answers have in common."""

from pydantic import BaseModel, ConfigDict
from pydantic.alias_generators import to_camel

WHOLE = "Always null: the list is whole. Lists that have pages ask for the next one by it."
"""What `continuation` says in a list without pages; it is there so that a script reads every list in one way."""


def is_none(value: object) -> bool:
    """Whether a part of an answer is left out."""
    return value is None


class Answer(BaseModel):
    """An answer, or a part of one. Its fields are written in camelCase; all of them are there, null where unknown."""

    model_config = ConfigDict(
        alias_generator=to_camel,
        populate_by_name=True,
        extra="forbid",
        frozen=True,
        json_schema_serialization_defaults_required=True,
    )
