"""Log levels by category, as host.json `logging.logLevel` sets them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Self

_DEFAULT = "default"
# Above every level of Python's logging.
_SILENT = 100
_LEVELS = {
    "trace": 5,
    "debug": 10,
    "information": 20,
    "warning": 30,
    "error": 40,
    "critical": 50,
    "none": _SILENT,
}


@dataclass(frozen=True, slots=True)
class LogLevels:
    """The least level that is shown, by category; the longest category that fits decides, then `default`.

    Attributes:
        by_category: level numbers of Python's logging, by category in lower case.
    """

    by_category: Mapping[str, int] = field(default_factory=dict)

    @classmethod
    def read(cls, section: Mapping[str, str]) -> Self:
        """Read `logging.logLevel`; a level that does not exist counts as Information."""
        return cls({category.lower(): _LEVELS.get(level.lower(), 20) for category, level in section.items()})

    def of(self, category: str) -> int:
        """The level of a category such as `Function.greet.User`."""
        parts = category.lower().split(".")
        while parts:
            if (level := self.by_category.get(".".join(parts))) is not None:
                return level
            parts.pop()
        return self.by_category.get(_DEFAULT, 20)

    @property
    def lowest(self) -> int:
        """The level below which nothing is shown by anybody."""
        return min([self.of(_DEFAULT), *self.by_category.values()])
