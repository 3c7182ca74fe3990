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

from local.demo.story import CAST
from local.stack import ROOT

COMMAND = [sys.executable, "-m", "local.demo"]
TERMINAL_COLUMNS = 80
ACTS = (
    "web-0's drill has passed, nothing of it is left",
    "db-0 has no protected item any more, and the VM stands",
)


def test_the_story_ends_as_it_must() -> None:
    """Tags lead to protection, one machine is refused, one drilled, one un-protected; nothing is cut at a terminal."""
    ended = subprocess.run([*COMMAND, "-v"], cwd=ROOT, capture_output=True, text=True, timeout=170, check=False)

    assert (ended.returncode, ended.stderr) == (0, ""), f"{ended.stdout}\n{ended.stderr}"
    lines = ended.stdout.splitlines()
    assert [line for line in lines if len(line) > TERMINAL_COLUMNS] == []
    for machine in CAST:
        rest = "refused" if machine.refusal else "Protected"
        assert any(line.startswith(f"tagged {machine.name} ") for line in lines)
        assert any(re.search(rf" s  {machine.name} +{rest}$", line) for line in lines)
        assert any(line.startswith(f"  ok     {machine.name} is {rest}") for line in lines)
    at = [lines.index(f"  ok     {proved}") for proved in ACTS]
    assert at == sorted(at)
    assert re.fullmatch(
        r" +RTO \w+ \(target 1h\), RPO \w+ \(target 1h\)\. It is kept as evidence 1\.", lines[at[0] + 1]
    )
    assert lines[at[1] + 1].strip() == "The VM is Succeeded, its tag asr-protect is false."
    assert any(re.fullmatch(r"asked for a drill of web-0 \(drill-[0-9a-f]+\)", line) for line in lines)
    assert any(re.match(r"microsoft\.recoveryservices +\d+ +\d+$", line) for line in lines)
    assert "\x1b" not in ended.stdout


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


def test_a_demo_without_enough_time_says_who_is_stuck_where(tmp_path: Path) -> None:
    """It fails, names the machines, and shows where to read on."""
    ended = subprocess.run(
        [*COMMAND, "--deadline", "3"],
        cwd=ROOT,
        env=os.environ | {"TMPDIR": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )

    assert ended.returncode == 1
    assert "not done after 3 s" in ended.stderr
    assert re.search(r"^  web-1: [a-z]", ended.stderr, re.MULTILINE)
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
