"""The form in which a choice is known: how it is read, what is checked, and what people are told of it."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from asr.model.choices import Origin

WRONG_KIND = "wrong_kind"
"""The error of a value that is no text, number, list or word of the kind that is wanted, or out of its range."""

MALFORMED = "malformed"
"""The error of a name, an id, a region or a SKU that is not written as such. Profiles are told where they are used."""


def wrong_kind() -> PydanticCustomError:
    """What a reader raises for a value of the wrong kind."""
    return PydanticCustomError(WRONG_KIND, "is of the wrong kind or out of range")


def malformed() -> PydanticCustomError:
    """What a reader raises for a name that is none."""
    return PydanticCustomError(MALFORMED, "is not well formed")


def camel(name: str) -> str:
    """A choice's name as profiles and request bodies write it: `recovery-region` is `recoveryRegion`."""
    return re.sub("-(.)", lambda match: match.group(1).upper(), name)


@dataclass(frozen=True, slots=True)
class Option:
    """One choice that people have: by a tag, a profile or a request, under one name. It annotates its field.

    `name` is that of its tag without the prefix, `also` are further names that are understood. `read` makes the value
    of the text of a tag or of a JSON value, and leaves what it has made itself as it is; `schema` is the JSON schema of
    what a profile may write. `expected` says what is well formed, `default` what holds when nothing is chosen, `rules`
    what is checked, `source` on whose word. `section` is the heading under which the documentation shows it. `field` is
    the one that it annotates.
    """

    section: str
    name: str
    read: Callable[[object], Any]
    schema: dict[str, Any]
    expected: str
    default: str
    rules: str
    source: str
    also: tuple[str, ...] = ()
    field: str = ""

    @property
    def json_name(self) -> str:
        """The name in profiles and request bodies."""
        return camel(self.name)

    @property
    def names(self) -> tuple[str, ...]:
        """Every name in the form of a tag."""
        return (self.name, *self.also)

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_before_validator_function(self.read, handler(source))

    def __get_pydantic_json_schema__(self, _core: CoreSchema, _handler: GetJsonSchemaHandler) -> dict[str, Any]:
        return self.schema

    def place(self, origin: Origin | None) -> dict[str, str]:
        """Where the choice stands, as reasons tell it: under a tag's name, or under that of profiles and bodies."""
        if origin in (Origin.BODY, Origin.PROFILE):
            return {"by": origin.value, "name": self.json_name}
        return {"by": Origin.TAG.value, "name": self.name}
