"""The one line on standard output by which a command says that it is ready."""

import contextlib
import json
import os
import sys
from collections.abc import Mapping


def say_ready(what: Mapping[str, str]) -> None:
    """Print `what` as one line of JSON; nobody has to be listening any more, or at all."""
    if sys.stdout is None:
        return
    try:
        sys.stdout.write(json.dumps(what) + "\n")
        sys.stdout.flush()
    except OSError:
        # The interpreter flushes once more as it ends, and would call that a failure.
        with contextlib.suppress(OSError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
