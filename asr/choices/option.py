"""The form in which a choice is known."""

from collections.abc import Callable
from dataclasses import dataclass

from asr.choices.profiles import camel


@dataclass(frozen=True, slots=True)
class Option:
    """One choice that people have: by a tag, a profile or a request, under one name.

    `field` is that of `ProtectionOptions`; `read` makes its value of text, None if it is malformed, and
    `expected` says what is well formed. `default` says what holds when nothing is chosen, `rules` what is checked,
    `source` why. `also` are further names that are understood.
    """

    name: str
    field: str
    read: Callable[[str], object | None]
    expected: str
    default: str
    rules: str
    source: str
    also: tuple[str, ...] = ()

    @property
    def json_name(self) -> str:
        """The name in profiles and request bodies."""
        return camel(self.name)
