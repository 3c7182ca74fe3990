"""What the worker logs, and at which level."""

import logging
import sys

# Libraries that report every request, token and replay at INFO: a developer's log would hold little else.
_CHATTY_LOGGERS = (
    "azure.core",
    "azure.durable_functions",
    "azure.functions",
    "azure.identity",
    "durabletask",
    "httpx",
)


def log_to_stderr(level: int) -> None:
    """Send every record of at least this level of Python's logging to standard error."""
    logging.basicConfig(stream=sys.stderr, level=level, format="%(asctime)s %(levelname)s worker %(name)s: %(message)s")
    for chatty in _CHATTY_LOGGERS:
        # They follow the level of the app only when it asks for everything.
        logging.getLogger(chatty).setLevel(level if level <= logging.DEBUG else logging.WARNING)
