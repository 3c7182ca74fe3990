"""What needs no verb."""

from importlib.metadata import version

import pytest

from asr_cli.main import run


def test_the_version_is_told_without_a_verb(capsys: pytest.CaptureFixture[str]) -> None:
    """And nothing else is asked for."""

    assert run(["--version"]) == 0
    assert capsys.readouterr().out == f"asr {version('asr-autoprotect-cli')}\n"


def test_without_a_verb_the_help_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    """It ends as a command that cannot be understood does, and has no empty complaint."""
    assert run([]) == 2
    said = capsys.readouterr()
    assert "Usage: asr" in said.out
    assert "asr: \n" not in said.err
