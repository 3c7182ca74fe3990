"""Many local Azures are started by the tests; their processes are forked from one that has done the imports."""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from local.forking import VARIABLE

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="session")
def fork_server() -> Iterator[str]:
    """The path of the socket of a fork server, which lives as long as this process of the tests."""
    with TemporaryDirectory() as folder, socket.socket(socket.AF_UNIX) as listener:
        address = str(Path(folder) / "socket")
        listener.bind(address)
        listener.listen()
        with subprocess.Popen(
            [sys.executable, "-m", "tests.preloaded", str(listener.fileno())],
            cwd=ROOT,
            env=os.environ | {VARIABLE: address},
            stdin=subprocess.PIPE,
            pass_fds=[listener.fileno()],
        ):
            listener.close()  # whoever asks a server that is gone is refused at once
            yield address  # the server ends with its standard input, which the context closes


@pytest.fixture(scope="module", autouse=True)
def forked(fork_server: str) -> Iterator[None]:
    """What the tests of this module start is forked, and what that starts, too."""
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv(VARIABLE, fork_server)
        yield
