"""Calls of the command `asr` in this process, with what a person would have in the environment."""

from collections.abc import Mapping
from dataclasses import dataclass

import pytest

from asr_cli.main import run


@dataclass(frozen=True, slots=True)
class Ended:
    """How a call ended, and what it printed."""

    code: int
    out: str
    err: str


class Command:
    """The command, called as a shell would. `key` is the key that must never be shown."""

    def __init__(self, capsys: pytest.CaptureFixture[str], patch: pytest.MonkeyPatch, url: str, key: str) -> None:
        self._capsys = capsys
        self._key = key
        for name, value in {"ASR_URL": url, "ASR_KEY": key, "XDG_CONFIG_HOME": "/nonexistent"}.items():
            patch.setenv(name, value)
        patch.delenv("ASR_PROFILE", raising=False)
        self._patch = patch

    def environment(self, values: Mapping[str, str | None]) -> None:
        """Set or unset variables."""
        for name, value in values.items():
            if value is None:
                self._patch.delenv(name, raising=False)
            else:
                self._patch.setenv(name, value)

    def __call__(self, *arguments: str, code: int = 0) -> Ended:
        """Run it; it has to end with this code, and its key has to stay unseen."""
        self._capsys.readouterr()
        ended = run(list(arguments))
        said = self._capsys.readouterr()
        assert ended == code, (arguments, ended, said.out, said.err)
        assert not self._key or self._key not in said.out + said.err
        assert "Traceback" not in said.err
        return Ended(ended, said.out, said.err)
