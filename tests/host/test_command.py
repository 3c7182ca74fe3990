"""The host as a command: what a developer sees of it."""

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from tests.host.conftest import APPS, until, workers_of

ROOT = Path(__file__).resolve().parents[2]


@contextmanager
def _command(*options: str, cwd: Path = ROOT, **environment: str) -> Iterator[subprocess.Popen[str]]:
    with subprocess.Popen(
        [sys.executable, "-m", "local", "host", *options],
        cwd=cwd,
        env={**os.environ, **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as running:
        try:
            yield running
        finally:
            running.kill()


def _ready(running: subprocess.Popen[str]) -> dict[str, str]:
    assert running.stdout is not None
    ready: dict[str, str] = json.loads(running.stdout.readline())
    return ready


@pytest.mark.parametrize("stop", [signal.SIGTERM, signal.SIGINT])
def test_one_line_when_ready_and_a_clean_end(stop: signal.Signals, tmp_path: Path) -> None:
    """Standard output holds the JSON line alone, whatever user code prints; the worker ends with its host."""
    with _command("--app", str(APPS / "tour"), "--port", "0", RECORDS=str(tmp_path)) as running:
        ready = _ready(running)
        workers = workers_of(running.pid)
        answer = httpx.post(
            f"{ready['host']}/runtime/webhooks/durabletask/orchestrators/greet_all?timeout=10&pollingInterval=0.02",
            json=["Ada"],
            headers={"x-functions-key": ready["key"]},
            timeout=120,
        )
        running.send_signal(stop)
        out, log = running.communicate(timeout=120)

    assert answer.json() == ["Hello Ada!"]
    assert (running.returncode, out) == (0, "")
    assert "greeting Ada" in log
    assert f"start: [POST] {ready['host']}/api/start/{{name}}" in log
    assert ready["key"] not in log
    assert len(workers) == 1
    assert not Path(f"/proc/{workers[0]}").exists()


def test_the_worker_ends_when_its_host_is_killed(tmp_path: Path) -> None:
    """`kill -9` leaves nothing behind: the worker sees its socket close."""
    with _command("--app", str(APPS / "tour"), "--port", "0", RECORDS=str(tmp_path)) as running:
        _ready(running)
        (worker,) = workers_of(running.pid)
        running.kill()
        running.wait()

    until(lambda: not Path(f"/proc/{worker}").exists())


def test_start_inside_an_app_folder_reads_its_settings_file(tmp_path: Path) -> None:
    """As `func start`; local.settings.json wins over the sample, and the environment over both."""
    app = tmp_path / "app"
    shutil.copytree(APPS / "tour", app)
    values = {"TICK_SCHEDULE": "0 0 0 1 1 *", "RECORDS": str(tmp_path), "FROM_FILE": "mine", "OVERRIDDEN": "file"}
    (app / "local.settings.json").write_text(json.dumps({"IsEncrypted": False, "Values": values}))
    with _command("start", "--port", "0", cwd=app, OVERRIDDEN="environment") as running:
        url = _ready(running)["host"]
        settings = {name: httpx.get(f"{url}/api/settings/{name}").text for name in ("FROM_FILE", "OVERRIDDEN")}

    assert settings == {"FROM_FILE": "mine", "OVERRIDDEN": "environment"}


def test_start_takes_port_and_origins_from_the_settings_file(tmp_path: Path) -> None:
    """`Host.LocalHttpPort` and `Host.CORS`; the command line wins."""
    app = tmp_path / "app"
    shutil.copytree(APPS / "tour", app)
    section = {"LocalHttpPort": 0, "CORS": "https://file.example"}
    values = {"TICK_SCHEDULE": "0 0 0 1 1 *", "RECORDS": str(tmp_path)}
    (app / "local.settings.json").write_text(json.dumps({"Values": values, "Host": section}))

    def allowed(*options: str) -> str:
        with _command("start", *options, cwd=app) as running:
            answer = httpx.get(f"{_ready(running)['host']}/api/text", headers={"Origin": "https://line.example"})
            return str(answer.headers.get("access-control-allow-origin"))

    assert allowed() == "None"
    assert allowed("--cors", "https://line.example") == "https://line.example"


@pytest.mark.parametrize(
    ("app", "reason"),
    [("broken", "No module named 'a_package_that_is_nowhere'"), ("", "has no function_app.py")],
)
def test_an_app_that_cannot_be_indexed_ends_the_command_with_the_reason(app: str, reason: str) -> None:
    """Not a hang, and not a host without functions."""
    with _command("--app", str(APPS / app), "--port", "0") as running:
        out, log = running.communicate(timeout=120)

    assert (running.returncode, out) == (1, "")
    assert reason in log


def test_a_host_that_is_still_loading_its_app_stops_when_asked(tmp_path: Path) -> None:
    """It does not wait for the app, which sleeps for an hour; it never says that it is ready."""
    (tmp_path / "function_app.py").write_text("import time\nprint('asleep', flush=True)\ntime.sleep(3600)\n")
    with _command("--app", str(tmp_path), "--port", "0") as running:
        assert running.stderr is not None
        until(lambda: "asleep" in str(running.stderr and running.stderr.readline()))
        workers = workers_of(running.pid)
        running.send_signal(signal.SIGINT)
        out, log = running.communicate(timeout=60)

    assert (running.returncode, out) == (0, "")
    assert "Traceback" not in log
    assert len(workers) == 1
    assert not Path(f"/proc/{workers[0]}").exists()


@pytest.mark.parametrize("stop", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_before_anything_runs_ends_the_command_at_once(stop: signal.Signals) -> None:
    """Without a word: Python's own exception could be lost in an import."""
    program = f"""
import importlib, os, sys
from local.__main__ import main

def import_module(name):
    try:
        os.kill(os.getpid(), {stop})
    except BaseException:
        pass
    print("went on")

importlib.import_module = import_module
sys.argv = ["local", "up"]
main()
"""
    ended = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
    )

    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "", "")


@pytest.mark.parametrize("port", ["65536", "-1", "many"])
def test_a_port_that_is_none_is_named(port: str) -> None:
    """With what is expected; no stack."""
    with _command(f"--port={port}") as running:
        _, log = running.communicate(timeout=60)

    assert running.returncode == 2
    assert f"'{port}' is no port; a number from 0 to 65535 is expected" in log


def test_nobody_has_to_listen_to_the_ready_line(tmp_path: Path) -> None:
    """A reader that is gone ends nothing."""
    with _command("--app", str(APPS / "tour"), "--port", "0", RECORDS=str(tmp_path)) as running:
        assert running.stdout is not None
        running.stdout.close()
        assert running.stderr is not None
        until(lambda: "Started server" in str(running.stderr and running.stderr.readline()))
        until(lambda: workers_of(running.pid))
        running.send_signal(signal.SIGTERM)
        log = running.stderr.read()
        running.wait(60)

    assert running.returncode == 0
    assert "BrokenPipe" not in log


def test_a_file_that_is_not_json_is_named(tmp_path: Path) -> None:
    """host.json with a typing error."""
    shutil.copytree(APPS / "tour", tmp_path / "app")
    (tmp_path / "app" / "host.json").write_text("{")
    with _command("--app", str(tmp_path / "app"), "--port", "0") as running:
        _, log = running.communicate(timeout=120)

    assert running.returncode == 1
    assert "host.json: not valid JSON" in log


def test_a_port_that_is_taken_is_a_reason(tmp_path: Path) -> None:
    """A second host on the same port says so."""
    with _command("--app", str(APPS / "tour"), "--port", "0", RECORDS=str(tmp_path)) as first:
        port = _ready(first)["host"].rpartition(":")[2]
        with _command("--app", str(APPS / "tour"), "--port", port) as second:
            _, log = second.communicate(timeout=120)

    assert second.returncode == 1
    assert "in use" in log
