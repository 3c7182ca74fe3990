"""The processes of a stack."""

import os
import signal

from tests.e2e.stack import Stack
from tests.family import children

WORKER = "local.host.worker"
"""The module that the worker runs."""


def kill_worker(up: Stack) -> None:
    """Kill the process that the app runs in, as a platform does with one that it moves."""
    os.kill(_worker_of(up), signal.SIGKILL)


def _worker_of(up: Stack) -> int:
    """The worker's process id: it is the host's child, which is the stack's process or a child of that."""
    hosts = [up.process_id, *children(up.process_id)]
    return next(worker for host in hosts for worker in children(host, WORKER))
