"""`--out FILE`: what would stand on standard output goes into a file, which is there whole or as it was."""

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from asr_cli.exits import CliError, ExitCode


@contextmanager
def into(path: Path | None) -> Iterator[None]:
    """Let standard output go into this file; None: nothing changes.

    Raises:
        CliError: the file cannot be written.
    """
    if path is None:
        yield
        return
    beginning = path.with_name(f".{path.name}.{os.getpid()}")
    before = sys.stdout
    try:
        with _told(path, lambda: beginning.open("x", encoding="utf-8")) as sys.stdout:
            yield
        _told(path, lambda: beginning.replace(path))
    finally:
        sys.stdout = before
        beginning.unlink(missing_ok=True)


def _told[T](path: Path, act: Callable[[], T]) -> T:
    try:
        return act()
    except OSError as error:
        raise CliError(f"--out {path} cannot be written: {error.strerror or error}.", ExitCode.USAGE) from error
