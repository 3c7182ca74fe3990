"""What it costs a worker to import and index the app, against an empty Durable app: whole processes, in pairs.

Seconds are those of CPU, because the clock on the wall also measures what else the machine is doing.
"""

import os
import statistics
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from local.stack import ROOT

PAIRS = 9
_INDEX = "import logging; logging.disable(); import function_app; assert function_app.app.get_functions()"
_EMPTY = '''
import azure.durable_functions as df

app = df.DFApp()


@app.orchestration_trigger(context_name="context")
def nothing(ctx, given: dict):
    """Do nothing."""
    return (yield ctx.call_activity("same", input=given))


@app.activity_trigger(input_name="given")
def same(given: dict) -> dict:
    """What was given."""
    return given
'''


@dataclass(frozen=True, slots=True)
class Importing:
    """Medians over the pairs: seconds and megabytes of the app and of the empty app, and the ratio of the seconds."""

    app_seconds: float
    empty_seconds: float
    ratio: float
    app_megabytes: float
    empty_megabytes: float


def importing(pairs: int = PAIRS) -> Importing:
    """Index both in turn, each in a process of its own; a pair shares whatever else the machine is doing."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "function_app.py").write_text(_EMPTY)
        for each in (ROOT, Path(folder)):
            _index(each)  # bytecode is written
        taken = [(_index(ROOT), _index(Path(folder))) for _ in range(pairs)]
    app, empty = [one for one, _ in taken], [one for _, one in taken]
    return Importing(
        statistics.median(seconds for seconds, _ in app),
        statistics.median(seconds for seconds, _ in empty),
        statistics.median(mine[0] / other[0] for mine, other in taken),
        statistics.median(megabytes for _, megabytes in app),
        statistics.median(megabytes for _, megabytes in empty),
    )


def _index(folder: Path) -> tuple[float, float]:
    """Seconds and greatest megabytes of one process.

    Raises:
        OSError: it failed.
    """
    pid = os.posix_spawn(
        sys.executable,
        [sys.executable, "-c", f"import os; os.chdir({str(folder)!r}); {_INDEX}"],
        {**os.environ, "PYTHONPATH": str(folder)},
    )
    _, status, used = os.wait4(pid, 0)
    if status:
        raise OSError(f"{folder} cannot be indexed: exit status {status}")
    return used.ru_utime + used.ru_stime, used.ru_maxrss / 1024
