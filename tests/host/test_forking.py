"""A process that a fork server makes is like one that was started from nothing."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from local import forking
from tests.family import children
from tests.forked import fork_server, forked

__all__ = ["fork_server", "forked"]

MODULE = """
import atexit, os, sys
atexit.register(lambda: print("bye", flush=True))
print(os.environ["GREETING"], sys.argv[1:], os.getcwd(), sys.path[0], len(os.listdir("/proc/self/fd")), flush=True)
sys.exit(len(sys.stdin.read()))
"""


@pytest.fixture
def asked(tmp_path: Path) -> Path:
    """A folder with a module that says what it finds, then waits until its input closes."""
    (tmp_path / "inquirer.py").write_text(MODULE)
    return tmp_path


def test_it_finds_what_a_fresh_process_finds(asked: Path, fork_server: str) -> None:
    """Arguments, environment, folder, path and open descriptors; and at its end it is waited for as one is."""
    environment = {"GREETING": "good day", "PATH": os.environ["PATH"]}
    found = []
    child = forking.fork("inquirer", ["a", "b c"], environment | {forking.VARIABLE: fork_server}, asked, piped=True)
    fresh = subprocess.Popen(
        [sys.executable, "-m", "inquirer", "a", "b c"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=environment,
        cwd=asked,
    )
    with fresh:
        for process in (child, fresh):
            assert process.stdin is not None
            assert process.stdout is not None
            first = process.stdout.readline()
            assert process.poll() is None
            process.stdin.write("1234567")
            process.stdin.close()
            found.append((first, process.stdout.read(), process.wait(10), process.poll()))
    assert found[0] == found[1]
    assert found[0][1:] == ("bye\n", 7, 7)
    child.close()


def test_signals_reach_it_and_it_is_known_by_its_parent(asked: Path, fork_server: str) -> None:
    """Minus the signal's number is its status, as for every child."""
    environment = {"GREETING": "x", forking.VARIABLE: fork_server}
    child = forking.fork("inquirer", [], environment, asked, piped=True)
    assert children(os.getpid(), "inquirer") == [child.pid]
    with pytest.raises(subprocess.TimeoutExpired):
        child.wait(0)
    child.kill()
    assert child.wait(10) == -signal.SIGKILL
    child.terminate()  # it has ended: nothing happens
    assert children(os.getpid(), "inquirer") == []
    child.close()


def test_a_server_that_is_gone_is_named_at_once(tmp_path: Path) -> None:
    """Nobody waits for it."""
    with pytest.raises(OSError, match="No such file"):
        forking.fork("inquirer", [], {forking.VARIABLE: str(tmp_path / "socket")})
