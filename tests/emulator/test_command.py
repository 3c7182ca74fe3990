"""`python -m local emulator` as a process."""

import json
import signal
import ssl
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

ROOT = Path(__file__).parents[2]
COMMAND = [sys.executable, "-m", "local", "emulator"]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_one_line_when_ready_and_a_clean_end(number: signal.Signals) -> None:
    """One JSON line on standard output, nothing else; both signals end it with 0."""
    options = ["--world", "east-asia", "--pace", "fast"]
    with subprocess.Popen(
        [*COMMAND, *options], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as running:
        assert running.stdout is not None
        ready = json.loads(running.stdout.readline())
        health = httpx.get(f"{ready['arm']}/_emulator/health", trust_env=False).json()
        running.send_signal(number)
        rest, complaints = running.communicate(timeout=60)

    assert ready.keys() == {"arm", "subscription"}
    assert (health["pace"], health["subscriptions"]) == ("fast", [ready["subscription"]])
    assert (running.returncode, rest) == (0, ""), complaints


def test_https_names_the_certificate_to_trust(tmp_path: Path) -> None:
    """`--tls FILE`: the address is https, the file is in the ready line and in the log, and gone in the end."""
    file = tmp_path / "authority.pem"
    with subprocess.Popen(
        [*COMMAND, "--tls", str(file)], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as running:
        assert running.stdout is not None
        ready = json.loads(running.stdout.readline())
        context = ssl.create_default_context(cafile=ready["authority"])
        health = httpx.get(f"{ready['arm']}/_emulator/health", trust_env=False, verify=context)
        running.send_signal(signal.SIGTERM)
        _, complaints = running.communicate(timeout=60)

    assert ready["arm"].startswith("https://127.0.0.1:")
    assert (ready["authority"], health.status_code) == (str(file), 200)
    assert str(file) in complaints
    assert not file.exists()


@pytest.mark.parametrize(
    ("options", "named"),
    [
        (["--world", "atlantis"], "world: 'atlantis'"),
        (["--state", "nowhere/state.db"], "can be written to"),
        (["--port", "99999"], "'99999' is no port"),
    ],
)
def test_wrong_options_end_with_the_reason(options: list[str], named: str) -> None:
    """Exit 2 and one sentence, no trace."""
    ended = subprocess.run([*COMMAND, *options], cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)

    assert ended.returncode == 2
    assert named in ended.stderr
    assert "Traceback" not in ended.stderr
