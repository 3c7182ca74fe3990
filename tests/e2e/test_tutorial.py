"""The commands of docs/tutorial.md, typed into a shell as they stand there, one after the other."""

import os
import re
import subprocess
import sys
from pathlib import Path

from local.hint import commands, exports
from local.stack import ROOT
from tests.e2e.stack import stack
from tests.terminal import on_a_terminal, picture

_SHELL = re.compile(r"^```sh\n(.*?)\n```$", re.MULTILINE | re.DOTALL)
_ENDS = re.compile(r"# ends with (\d)")
_MOST = 10
_PICTURE = "terminal.svg"
_SHOWN = ("asr fleet --unprotected", "asr why accelerated-0", "asr plan fine-0")


def _commands() -> list[str]:
    page = (ROOT / "docs" / "tutorial.md").read_text(encoding="utf-8")
    return [line for block in _SHELL.findall(page) for line in block.splitlines()]


def test_the_first_hour_is_as_it_is_told(tmp_path: Path) -> None:
    """In ten commands at most, none of them with an id: look, mend, plan, protect, watch, drill, read, un-protect."""
    typed = _commands()
    asked = [line for line in typed if line.startswith("asr ")]
    assert len(typed) <= _MOST
    assert not any("/subscriptions/" in line for line in typed)

    said: dict[str, str] = {}
    with stack("mixed") as running:
        ready = {name: getattr(running, name) for name in ("arm", "host", "key", "subscription")}
        told = exports(ready)
        assert len(commands(told)) == 5
        path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
        environment = {**os.environ, **told, "PATH": path, "XDG_CONFIG_HOME": str(tmp_path)}
        _the_picture_is_what_a_terminal_shows(environment)
        for line in typed:
            ends = _ENDS.search(line)
            ran = subprocess.run(
                ["bash", "-c", line],
                cwd=tmp_path,
                env=environment,
                capture_output=True,
                text=True,
                timeout=120,
                check=False,
            )
            assert ran.returncode == int(ends[1] if ends else 0), (line, ran.stdout, ran.stderr, running.tail())
            said[line] = ran.stdout

    look, why, mend, plan, _, _, drill, _ = (said[line] for line in asked)
    assert "protectable      nobody asks for it" in look
    assert asked[2].removesuffix(" --wait") in why
    assert "enabling" in mend
    assert "Plan: " in plan
    assert "nothing is left" in drill
    assert "evidence 1, sha256 " in drill
    assert "<html" in (tmp_path / "evidence.html").read_text(encoding="utf-8").lower()


def _the_picture_is_what_a_terminal_shows(environment: dict[str, str]) -> None:
    """The one of the documents; `make pictures` takes it again."""
    written = []
    for command in _SHOWN:
        code, said = on_a_terminal(["bash", "-c", command], environment)
        assert code == 0, said
        written.append(f"\x1b[1m$ {command}\x1b[0m\n{said}")
    taken = picture(written)
    if folder := os.environ.get("PICTURES"):
        (ROOT / folder / _PICTURE).write_text(taken, encoding="utf-8")
    assert (ROOT / "docs" / "pictures" / _PICTURE).read_text(encoding="utf-8") == taken, "make pictures takes it again"
