"""Every request with the whole of its answer, one JSON line each, in a file: to be checked afterwards.

Nothing is kept unless it was asked for. The file may hold account keys, so only its owner can read it.
"""

import json
import os
from dataclasses import asdict
from pathlib import Path
from typing import Protocol

from local.emulator.arm.request_log import LoggedRequest

TOKEN_SERVICE = "entra"


class Capture(Protocol):
    """What is told of every answered request, before the first byte of the answer is sent."""

    def add(self, entry: LoggedRequest, answer: bytes) -> None:
        """Take one request and the JSON of its answer, empty for none."""


class NoCapture:
    """Keeps nothing."""

    def add(self, entry: LoggedRequest, answer: bytes) -> None:
        """Forget it."""


class CaptureFile:
    """Appends to a file; several emulators may share one, because each line is one write.

    A line is an entry of the request log with `answer`, the body answered; null for none, and for tokens.

    Raises:
        OSError: the file cannot be opened for writing.
    """

    def __init__(self, path: Path) -> None:
        self._descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)

    def add(self, entry: LoggedRequest, answer: bytes) -> None:
        """Append one line."""
        told = b"null" if not answer or entry.provider == TOKEN_SERVICE else answer
        head = json.dumps(asdict(entry)).encode().removesuffix(b"}")
        os.write(self._descriptor, head + b', "answer": ' + told + b"}\n")

    def close(self) -> None:
        """Close the file."""
        os.close(self._descriptor)
