"""What was chosen for one VM, and by whom."""

from dataclasses import dataclass
from enum import StrEnum

DEFAULT_PREFIX = "asr-"
"""What the names of the product's tags begin with, unless the setting ASR_TAG_PREFIX says otherwise."""


class Origin(StrEnum):
    """Where a value came from, strongest first. `RULE` is a value that was found out, `DEFAULT` one that is fixed."""

    BODY = "body"
    TAG = "tag"
    PROFILE = "profile"
    DEFAULT = "default"
    RULE = "rule"


@dataclass(frozen=True, slots=True)
class Choice:
    """One value of a plan. `name` is that of docs/choices.md; `value` is None where nothing is chosen.

    Lists are joined by commas. `because` says which rule found the value, or which default it is.
    """

    name: str
    value: str | int | bool | None
    origin: Origin
    because: str = ""
