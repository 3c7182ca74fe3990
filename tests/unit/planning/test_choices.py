"""The table of choices, and the documents that are written from it."""

from pathlib import Path

import pytest
from pydantic_core import PydanticCustomError

from asr.choices.option import Option
from asr.choices.options import BY_NAME, OPTIONS, ProtectionOptions
from asr.choices.refused import REFUSED
from asr.reasons import REASONS
from docs.choices_document import document, schema
from tests.unit.planning.contoso import MATRIX

DOCS = Path(__file__).parents[3] / "docs"


def test_every_choice_is_in_the_table_once() -> None:
    """A field without a row could not be chosen, and a row without a field would not be heard."""
    assert sorted(option.field for option in OPTIONS) == sorted(ProtectionOptions.model_fields)
    assert len(BY_NAME) == len(OPTIONS) + sum(len(option.also) for option in OPTIONS)


@pytest.mark.parametrize("option", OPTIONS, ids=lambda option: option.name)
def test_a_choice_is_explained(option: Option) -> None:
    """What is expected, what holds without it, what is checked, and on whose word."""
    assert option.expected
    assert option.default
    assert option.rules
    assert option.source.startswith("https://learn.microsoft.com/")
    with pytest.raises(PydanticCustomError):
        option.read("\n")


def test_the_documents_are_what_the_command_writes() -> None:
    """`make docs` mends it."""
    assert (DOCS / "choices.md").read_text() == document(MATRIX)
    assert (DOCS / "profile.schema.json").read_text() == schema()


def test_codes_in_what_is_refused_exist() -> None:
    """An answer in code is a reason's code."""
    named = {word.strip("`") for one in REFUSED for word in one.answer.split() if word.startswith("`")}

    assert named
    assert named <= set(REASONS)
