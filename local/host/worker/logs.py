"""What the worker logs, and at which level."""

import logging
import sys

from local.host.loglevels import LogLevels
from local.host.worker import runtime

# Libraries that report every request, token and replay at INFO: a developer's log would hold little else.
_CHATTY_LOGGERS = (
    "azure.core",
    "azure.durable_functions",
    "azure.functions",
    "azure.identity",
    "durabletask",
    "httpx",
)


class CategoryFilter(logging.Filter):
    """Shows what host.json wants to see of each function.

    What user code logs has the category `Function.<name>.User`; outside of any function the default counts.
    """

    def __init__(self, levels: LogLevels) -> None:
        """Filter by `levels`."""
        super().__init__()
        self._levels = levels

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether `record` is shown."""
        name = runtime.current_function()
        return record.levelno >= self._levels.of(f"Function.{name}.User" if name else "default")


def log_to_stderr(levels: LogLevels) -> None:
    """Send every record that `levels` admit to standard error."""
    handler = logging.StreamHandler(sys.stderr)
    handler.addFilter(CategoryFilter(levels))
    logging.basicConfig(
        handlers=[handler],
        level=levels.lowest,
        format="%(asctime)s %(levelname)s worker %(name)s: %(message)s",
    )
    for chatty in _CHATTY_LOGGERS:
        # They follow the level of the app only when it asks for everything.
        logging.getLogger(chatty).setLevel(logging.DEBUG if levels.of("default") <= logging.DEBUG else logging.WARNING)
