"""Every answer of the emulated Azure in every story is held against Microsoft's OpenAPI files when its module ends.

The files are not part of the repository; without them nothing is judged.
"""

import os
from collections.abc import Iterator

import pytest

from local.emulator.command import CAPTURE
from tests.emulator.openapi_captures import conformity
from tests.forked import fork_server, forked

__all__ = ["fork_server", "forked"]


@pytest.fixture(scope="module", autouse=True)
def truthful(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Let the emulators of this module capture their answers, and judge them when the last stack has ended."""
    file = tmp_path_factory.mktemp("truth") / "capture.jsonl"
    before = os.environ.get(CAPTURE)
    os.environ[CAPTURE] = str(file)
    try:
        yield
    finally:
        del os.environ[CAPTURE]
        if before is not None:
            os.environ[CAPTURE] = before
    wrong = conformity(file).wrong
    assert not wrong, "answers that do not fit Microsoft's OpenAPI files:\n" + "\n".join(wrong)
