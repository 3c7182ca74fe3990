"""Azurite, Microsoft's own emulator of Azure Storage: the real thing that is at hand without Azure."""

import os
import re
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
NODE = ROOT / ".node/node"
MAIN = ROOT / ".node/node_modules/azurite/dist/src/blob/main.js"
READY_SECONDS = 60.0
"""How long it may take to start, however busy the machine is."""


def require_azurite() -> None:
    """Skip the test where Azurite cannot be had; continuous integration has to have it."""
    if NODE.exists() and MAIN.is_file():
        return
    sentence = "Azurite is not in .node: `make test` installs it, and says why where it cannot"
    if os.environ.get("CI"):
        pytest.fail(sentence)
    pytest.skip(sentence)


@contextmanager
def azurite(*options: str | Path) -> Iterator[str]:
    """The address of a blob service of its own, with nothing in it."""
    require_azurite()
    command = [NODE, MAIN, "--blobHost", "127.0.0.1", "--blobPort", "0", "--inMemoryPersistence", "--disableTelemetry"]
    with subprocess.Popen(
        [str(part) for part in (*command, "--silent", *options)],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as running:
        give_up = threading.Timer(READY_SECONDS, running.kill)
        give_up.start()
        try:
            yield _address(running)
        finally:
            give_up.cancel()
            running.kill()


def _address(running: subprocess.Popen[str]) -> str:
    assert running.stdout is not None
    said = []
    for line in running.stdout:
        said.append(line)
        if found := re.search(r"listens on (https?://[\d.:]+)", line):
            return found[1]
    pytest.fail(f"Azurite did not start: {''.join(said)}")
