"""The processes of a stack."""

import os
import signal
from pathlib import Path

from tests.e2e.stack import Stack

WORKER = "local.host.worker"
"""The module that the worker runs: the word alone may be in another process's arguments, in the name of a file."""


def kill_worker(up: Stack) -> None:
    """Kill the process that the app runs in, as a platform does with one that it moves."""
    os.kill(_worker_of(up), signal.SIGKILL)


def _worker_of(up: Stack) -> int:
    """The worker's process id: a descendant of `local up` whose command line says `worker`."""
    children = {}
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            parent = int((entry / "stat").read_text().rsplit(")", 1)[1].split()[1])
            children[int(entry.name)] = (parent, (entry / "cmdline").read_text().replace("\0", " "))
        except OSError:
            continue  # it ended meanwhile
    family = {up.process_id}
    for _ in range(4):
        family |= {pid for pid, (parent, _line) in children.items() if parent in family}
    return next(pid for pid in family if pid in children and WORKER in children[pid][1])
