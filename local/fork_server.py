"""The server that processes are forked from; `forking` is how it is asked.

It has one thread and no event loop, and what it has imported has started none, so that a fork of it is what a fresh
interpreter would be after its imports.
"""

import io
import json
import os
import select
import socket
import struct
import sys
import time
from pathlib import Path

from local.forking import DESCRIPTORS, LENGTH, VARIABLE, exactly


def serve(listener: int) -> tuple[str, list[str]]:
    """Fork a process for each who asks, until standard input closes. Returns only in such a process.

    Args:
        listener: the descriptor of the listening socket.

    Returns:
        the module that the process has to run, and its arguments; everything else is as it is to be.
    """
    running: dict[int, tuple[Path, int]] = {}  # the descriptor that tells of the end: note of the process, who asked
    notes = Path(os.environ[VARIABLE]).parent
    while True:
        awaited = select.poll()
        for descriptor in (0, listener, *running):
            awaited.register(descriptor, select.POLLIN)
        for descriptor, _ in awaited.poll():
            if descriptor == 0:
                os._exit(0)
            if descriptor == listener:
                asking = _accept(listener)
                length, given, _, _ = socket.recv_fds(asking, LENGTH, DESCRIPTORS)
                asked = json.loads(exactly(asking, int.from_bytes(length)))
                if (pid := os.fork()) == 0:
                    asking.detach()
                    return _become(asked, given)
                for one in given:
                    os.close(one)
                parent, _, _ = struct.unpack("3i", asking.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 12))
                note = notes / f"{parent}-{asked['module']}-{pid}"
                note.touch()
                _tell(asking.fileno(), pid)
                running[os.pidfd_open(pid)] = (note, asking.detach())
            else:
                note, asker = running.pop(descriptor)
                os.close(descriptor)
                note.unlink()
                _tell(asker, os.waitstatus_to_exitcode(os.waitpid(int(note.name.rsplit("-", 1)[1]), 0)[1]))
                os.close(asker)


def _accept(listener: int) -> socket.socket:
    listening = socket.socket(fileno=listener)
    try:
        return listening.accept()[0]
    finally:
        listening.detach()


def _tell(asker: int, number: int) -> None:
    try:
        os.write(asker, number.to_bytes(LENGTH, signed=True))
    except OSError:
        return  # nobody wants to know any more


def _become(asked: dict, given: list[int]) -> tuple[str, list[str]]:
    """In the child: have the descriptors, environment, folder and path that `python -m` would begin with."""
    for number, descriptor in enumerate(given[:3]):
        os.dup2(descriptor, number)
    channel = given[3:4]
    for entry in list(Path("/proc/self/fd").iterdir()):
        if (descriptor := int(entry.name)) > 2 and descriptor not in channel:
            try:
                os.close(descriptor)
            except OSError:
                continue  # the listing's own
    os.setpgid(0, 0)
    os.environ.clear()
    os.environ.update(asked["environment"])
    os.chdir(asked["folder"])
    sys.path[0] = asked["folder"]
    sys.stdin = os.fdopen(0, encoding="utf-8", closefd=False)
    # What user code prints is there at once, and not lost with a process that dies.
    sys.stdout, sys.stderr = (
        io.TextIOWrapper(os.fdopen(number, "wb", 0, closefd=False), encoding="utf-8", write_through=True)
        for number in (1, 2)
    )
    time.tzset()
    return asked["module"], [*asked["arguments"], *(f"--channel={number}" for number in channel)]
