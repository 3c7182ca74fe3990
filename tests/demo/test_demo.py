"""The demo from its command line: the story to its end, an interruption, and a failure that tells why."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from local.stack import ROOT
from tests.terminal import COLUMNS, on_a_terminal

COMMAND = [sys.executable, "-m", "local.demo"]
_ESCAPES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
_TOLD = """\
$ asr status web-0 web-1 db-0 batch-0 legacy-0 --until protected --interval 1
$ asr why batch-0
  ok     batch-0   not protected; the VM is there, its tag asr-protect is true
  ok     db-0      Protected in southeastasia, health Normal, 2 disks
  ok     legacy-0  Protected in southeastasia, health Normal, 2 disks
  ok     web-0     Protected in southeastasia, health Normal, 3 disks
  ok     web-1     Protected in southeastasia, health Normal, 3 disks
$ asr drill web-0 --network $NET --probe vmRunning --rto 60 --rpo 60 --wait
  ok     5 machines are as before, protection and all, and no other is there
$ asr unprotect db-0 --untag --yes --wait
  ok     db-0      not protected; the VM is there, its tag asr-protect is false
  ok     4 machines are as before, protection and all, and no other is there
"""


def test_the_story_ends_as_it_must_on_a_terminal_of_eighty_columns() -> None:
    """Tags lead to protection, one machine is refused, one drilled, one un-protected; nothing is cut or wrapped."""
    code, said = on_a_terminal([*COMMAND, "-v"])
    lines = [_ESCAPES.sub("", part) for part in re.split(r"[\r\n]+", said)]

    assert code == 0, said
    assert [line for line in lines if line.startswith(("$ ", "  ok  ", "  wrong"))] == _TOLD.splitlines()
    # A command that is pasted stays on one line, however long the id in it.
    assert [line for line in lines if len(line) > COLUMNS and not line.startswith("  run ")] == []
    assert "…" not in said
    assert "\x1b[H" not in said, "what stands above the table is wiped away"
    assert any(re.match(r"[a-z]+-\d +(pending|enabling) ", line) for line in lines)
    assert any(re.match(r"batch-0 +refused +AzureVmIsNotInDesiredPowerState$", line) for line in lines)
    assert any(re.match(r"web-0 +protected ", line) for line in lines)
    assert "  web-0 passed  RTO " in "\n".join(lines)
    assert any(re.match(r"  microsoft\.recoveryservices +\d+ writes$", line) for line in lines)


@pytest.mark.parametrize("after", ["Azure at", "tagged legacy-0"])
def test_an_interrupted_demo_leaves_nothing_behind(after: str) -> None:
    """Ctrl-C ends emulator and host, too, and the exit code says that it was Ctrl-C."""
    with _demo() as running:
        lines = _read_until(running, after)
        running.send_signal(signal.SIGINT)
        assert running.wait(60) == 130

    addresses = re.findall(r"http://127\.0\.0\.1:\d+", "".join(lines))
    assert len(addresses) == 2
    assert not any(map(_answers, addresses))


def test_a_killed_demo_leaves_nothing_running(tmp_path: Path) -> None:
    """It cannot end emulator and host any more; they notice that it is gone."""
    with _demo(TMPDIR=str(tmp_path)) as running:
        addresses = re.findall(r"http://127\.0\.0\.1:\d+", "".join(_read_until(running, "Azure at")))
        running.kill()
        running.wait()

    assert len(addresses) == 2
    deadline = time.monotonic() + 60
    while any(map(_answers, addresses)):
        assert time.monotonic() < deadline, f"still there: {addresses}"
        time.sleep(0.05)


def test_a_demo_without_enough_time_says_so_and_where_to_read_on(tmp_path: Path) -> None:
    """It fails, names what took too long, and the machines' last lines say who is stuck where."""
    ended = subprocess.run(
        [*COMMAND, "--deadline", "4"],
        cwd=ROOT,
        env=os.environ | {"TMPDIR": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )

    assert ended.returncode == 1
    assert re.search(r"asr status web-0 .*: not done after 4 s", ended.stderr)
    assert "\x1b" not in ended.stdout
    log = re.search(r"Last lines of (.+):", ended.stderr)
    assert log is not None
    assert ended.stderr.splitlines()[-1] in Path(log[1]).read_text(encoding="utf-8").splitlines()


@contextmanager
def _demo(**environment: str) -> Iterator[subprocess.Popen[str]]:
    with subprocess.Popen(
        COMMAND,
        cwd=ROOT,
        env=os.environ | environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as running:
        try:
            yield running
        finally:
            if running.poll() is None:
                running.terminate()


def _answers(address: str) -> bool:
    try:
        httpx.get(address, timeout=60)
    except httpx.TransportError:
        return False
    return True


def _read_until(running: subprocess.Popen[str], beginning: str) -> list[str]:
    lines: list[str] = []
    assert running.stdout is not None
    for line in running.stdout:
        lines.append(line)
        if line.startswith(beginning):
            return lines
    raise AssertionError(f"the demo ended before it said {beginning!r}: {''.join(lines)}")
