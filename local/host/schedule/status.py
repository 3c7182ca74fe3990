"""When each timer ran last."""

import json
from datetime import datetime
from pathlib import Path

from local.host.jsonfile import ConfigurationError, Section


class TimerStatus:
    """The schedule monitor: kept in a file, so that a missed occurrence is noticed after a restart."""

    def __init__(self, path: Path | None) -> None:
        """Read `path` if it is there; `None` keeps nothing.

        Raises:
            ConfigurationError: the file holds something else.
        """
        self._path = path
        raw = Section.of_file(path).content if path is not None else {}
        try:
            self._last = {name: datetime.fromisoformat(text) for name, text in raw.items()}
        except (TypeError, ValueError) as error:
            raise ConfigurationError(f"{path}: not a file of timer statuses: {error}") from error

    def last(self, name: str) -> datetime | None:
        """The last occurrence of the timer called `name` that ran."""
        return self._last.get(name)

    def record(self, name: str, moment: datetime) -> None:
        """Remember that the timer ran."""
        self._last[name] = moment
        if self._path is None:
            return
        # Replaced as a whole: a host that is killed while it writes leaves the file of before.
        written = self._path.with_suffix(f"{self._path.suffix}.new")
        written.write_text(json.dumps({one: last.isoformat() for one, last in self._last.items()}), encoding="utf-8")
        written.replace(self._path)
