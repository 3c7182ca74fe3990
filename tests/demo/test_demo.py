"""The demo itself, from its command line: the story to its end, an interruption, and a failure that tells why."""

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

from local.demo import story

ROOT = Path(__file__).resolve().parents[2]
COMMAND = [sys.executable, "-m", "local.demo"]
CHECKS = 11 + 4 * 6 + 3


def test_the_story_ends_as_it_should() -> None:
    """Tags lead to protection, every check holds, the tables are there, in plain lines."""
    ended = subprocess.run(COMMAND, cwd=ROOT, capture_output=True, text=True, timeout=150, check=False)

    assert ended.returncode == 0, f"{ended.stdout}\n{ended.stderr}"
    assert ended.stderr == ""
    lines = ended.stdout.splitlines()
    assert sum(line.startswith("  ok ") for line in lines) == CHECKS
    assert not [line for line in lines if line.startswith("  wrong")]
    for role in story.CAST:
        assert any(line.startswith(f"tagged {role.name} ") for line in lines)
    for role in story.PROTECTED:
        assert any(re.search(rf" s  {role.name} +done 100 % \(Protected\)$", line) for line in lines)
    for title in ("Replicated items", "Steps of run ", "ARM requests of the app", "ARM requests by machine"):
        assert any(line.startswith(title) for line in lines)
    assert "\x1b" not in ended.stdout
    assert "code=" not in ended.stdout


@pytest.mark.parametrize("after", ["Azure answers at", "tagged legacy-0"])
def test_an_interrupted_demo_leaves_nothing_behind(after: str) -> None:
    """Ctrl-C ends emulator and host, too, and the exit code says that it was Ctrl-C."""
    with demo() as running:
        lines = read_until(running, after)
        running.send_signal(signal.SIGINT)
        assert running.wait(30) == 130

    addresses = re.findall(r"http://127\.0\.0\.1:\d+", "".join(lines))
    assert len(addresses) == 2
    for address in addresses:
        assert not answers(address)


def test_a_killed_demo_leaves_nothing_running(tmp_path: Path) -> None:
    """It cannot end emulator and host any more; they notice that it is gone. Its log stays."""
    with demo(TMPDIR=str(tmp_path)) as running:
        addresses = re.findall(r"http://127\.0\.0\.1:\d+", "".join(read_until(running, "Azure answers at")))
        running.kill()
        running.wait()

    assert len(addresses) == 2
    deadline = time.monotonic() + 60
    while any(answers(address) for address in addresses):
        assert time.monotonic() < deadline, f"still there: {addresses}"
        time.sleep(0.05)


def test_a_demo_without_enough_time_says_who_is_stuck_where() -> None:
    """It fails, names the machines, and shows where to read on."""
    ended = subprocess.run(
        [*COMMAND, "--deadline", "6"], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
    )

    assert ended.returncode == 1
    assert "not done after 6 s" in ended.stderr
    assert re.search(r"^ +web-1: [a-z].* \(not protected\)$", ended.stderr, re.MULTILINE)
    log = re.search(r"Last lines of (.+):", ended.stderr)
    assert log is not None
    path = Path(log[1])
    assert ended.stderr.splitlines()[-1] in path.read_text(encoding="utf-8").splitlines()
    path.unlink()
    path.parent.rmdir()


@contextmanager
def demo(**environment: str) -> Iterator[subprocess.Popen[str]]:
    """A running demo, ended with the test."""
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


def answers(address: str) -> bool:
    """Whether anybody listens there."""
    try:
        httpx.get(address, timeout=60)
    except httpx.TransportError:
        return False
    return True


def read_until(running: subprocess.Popen[str], beginning: str) -> list[str]:
    """The lines up to the first that begins so."""
    lines: list[str] = []
    assert running.stdout is not None
    for line in running.stdout:
        lines.append(line)
        if line.startswith(beginning):
            return lines
    raise AssertionError(f"the demo ended before it said {beginning!r}: {''.join(lines)}")
