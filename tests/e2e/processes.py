"""The processes of a stack."""

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event, Thread

from tests.e2e.stack import Stack
from tests.family import children

WORKER = "local.host.worker"
"""The module that the worker runs."""


def kill_worker(up: Stack) -> None:
    """Kill the process that the app runs in, as a platform does with one that it moves."""
    os.kill(worker_of(up), signal.SIGKILL)


@contextmanager
def worker_killed_when(up: Stack, condition: Callable[[], bool]) -> Iterator[None]:
    """In this block the worker that runs now is killed at the very moment at which the condition holds."""
    worker, over = worker_of(up), Event()

    def watch() -> None:
        while not over.is_set():
            if condition():
                os.kill(worker, signal.SIGKILL)
                return

    watcher = Thread(target=watch)
    watcher.start()
    try:
        yield
    finally:
        over.set()
        watcher.join()


def worker_of(up: Stack) -> int:
    """The worker's process id: it is the host's child, which is the stack's process or a child of that."""
    hosts = [up.process_id, *children(up.process_id)]
    return next(worker for host in hosts for worker in children(host, WORKER))
