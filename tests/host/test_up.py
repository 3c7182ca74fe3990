"""`python -m local up`: emulator and host together."""

import json
import os
import signal
import subprocess
import sys
from contextlib import AbstractContextManager
from pathlib import Path

import httpx

from local.stack import ROOT, Part, up
from local.up import event_subscription, host_settings
from tests.host.conftest import APPS, until

EMULATOR = {"arm": "http://a", "subscription": "s"}
AUTHORIZED = {"Authorization": "Bearer any"}


def _up(records: Path, *options: str, **settings: str) -> AbstractContextManager[Part]:
    return up("--app", str(APPS / "subscriber"), *options, settings={"RECORDS": str(records), **settings})


def _children_of(parent: int) -> list[int]:
    # A child belongs to the thread that started it, and the host is not on its main thread.
    lists = Path(f"/proc/{parent}/task").glob("*/children")
    return sorted(int(child) for one in lists for child in one.read_text().split())


def _is_running(pid: int) -> bool:
    try:
        return "State:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except FileNotFoundError:
        return False


def _recorded(records: Path, operation: str) -> list[dict[str, str]]:
    path = records / "events"
    events = [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []
    return [event for event in events if event["operation"] == operation]


def test_a_change_of_tags_in_the_emulator_reaches_the_app_by_event(tmp_path: Path) -> None:
    """Through the real event subscription, its handshake and its filter; then both end cleanly."""
    with _up(tmp_path, "--world", "east-asia") as running:
        ready = running.ready
        arm = f"{ready['arm']}/subscriptions/{ready['subscription']}"
        subscribed = httpx.get(
            f"{arm}/providers/Microsoft.EventGrid/eventSubscriptions/asr-autoprotect?api-version=2025-02-15",
            headers=AUTHORIZED,
        ).json()
        settings = {
            name: httpx.get(f"{ready['host']}/api/settings/{name}").text
            for name in ("ASR_ARM_ENDPOINT", "ASR_SUBSCRIPTIONS", "ASR_POLL_INTERVAL_SECONDS")
        }
        vm = f"{arm}/resourceGroups/contoso-app/providers/Microsoft.Compute/virtualMachines/web-0"
        httpx.patch(
            f"{vm}/providers/Microsoft.Resources/tags/default?api-version=2021-04-01",
            json={"operation": "Merge", "properties": {"tags": {"asr-protect": "true"}}},
            headers=AUTHORIZED,
        ).raise_for_status()
        events = until(lambda: _recorded(tmp_path, "Microsoft.Resources/tags/write"))
        os.kill(running.process.pid, signal.SIGTERM)
        status = running.process.wait(timeout=120)

    assert set(ready) == {"arm", "host", "key", "subscription"}
    assert subscribed["properties"]["provisioningState"] == "Succeeded"
    assert settings == {
        "ASR_ARM_ENDPOINT": ready["arm"],
        "ASR_SUBSCRIPTIONS": ready["subscription"],
        "ASR_POLL_INTERVAL_SECONDS": "1",
    }
    assert [event["subject"].lower() for event in events] == [vm.removeprefix(ready["arm"]).lower()]
    assert status == 0


SETTINGS_ALONE = """
import os
import azure.functions as func

app = func.FunctionApp(http_auth_level=func.AuthLevel.ANONYMOUS)

@app.route(route="settings/{name}")
def setting(req: func.HttpRequest) -> str:
    return os.environ.get(req.route_params["name"], "")
"""


def test_the_callers_environment_wins_in_whatever_app(tmp_path: Path) -> None:
    """Somebody who wants another poll interval sets it; an app that takes no events runs without a subscription."""
    (tmp_path / "function_app.py").write_text(SETTINGS_ALONE)
    with _up(tmp_path, "--app", str(tmp_path), ASR_POLL_INTERVAL_SECONDS="7") as running:
        ready = running.ready
        subscriptions = httpx.get(
            f"{ready['arm']}/subscriptions/{ready['subscription']}/providers/Microsoft.EventGrid/eventSubscriptions"
            "?api-version=2025-02-15",
            headers=AUTHORIZED,
        ).json()

        assert httpx.get(f"{ready['host']}/api/settings/ASR_POLL_INTERVAL_SECONDS").text == "7"
        assert subscriptions["value"] == []


def test_the_app_has_a_store_of_its_own(tmp_path: Path) -> None:
    """It is empty, nobody else's, and gone with the rest."""
    (tmp_path / "function_app.py").write_text(SETTINGS_ALONE)
    with _up(tmp_path, "--app", str(tmp_path)) as running:
        store = Path(httpx.get(f"{running.ready['host']}/api/settings/ASR_STORE").text)
        there, content = store.is_dir(), list(store.iterdir())
        (store / "a.json").touch()
        os.kill(running.process.pid, signal.SIGTERM)
        running.process.wait(timeout=120)

    assert (there, content) == (True, [])
    assert not store.exists()


def test_a_part_that_ends_ends_the_whole(tmp_path: Path) -> None:
    """With a status that is not 0."""
    with _up(tmp_path) as running:
        emulator, host = _children_of(running.process.pid)
        os.kill(emulator, signal.SIGKILL)
        status = running.process.wait(timeout=120)

    assert status == 1
    assert not _is_running(host)


def test_nothing_outlives_a_killed_parent(tmp_path: Path) -> None:
    """`kill -9` of the command ends emulator, host and worker."""
    with _up(tmp_path) as running:
        children = _children_of(running.process.pid)
        everyone = children + [grandchild for child in children for grandchild in _children_of(child)]
        running.process.kill()
        running.process.wait()

    assert len(everyone) >= 3
    until(lambda: not any(map(_is_running, everyone)))


def test_a_signal_that_finds_the_command_about_to_wait_is_not_a_deadlock() -> None:
    """Handlers run between any two steps of the wait; a thousand signals meet it at as many places."""
    program = """
import os, signal, threading, time
from local.stopping import StopRequest

request = StopRequest.by_signals()
main = threading.main_thread().ident

def ask():
    for _ in range(1000):
        signal.pthread_kill(main, signal.SIGTERM)

asking = threading.Thread(target=ask)
asking.start()
while asking.is_alive() or not request.is_set():
    request.wait(0)
print("ended")
"""
    ended = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, timeout=120, check=False
    )

    assert ended.stdout == "ended\n"


def test_the_subscription_asks_for_what_can_change_a_decision() -> None:
    """VMs and tags, not extensions; the webhook is the app's event function."""
    properties = event_subscription("http://127.0.0.1:1", "k")["properties"]

    assert properties["destination"]["properties"]["endpointUrl"].endswith("eventgrid?functionName=on_vm_event&code=k")
    filters = properties["filter"]["advancedFilters"]
    assert {one["key"] for one in filters} == {"subject", "data.operationName"}
    assert "/providers/Microsoft.ClassicCompute/virtualMachines/" in filters[0]["values"]


def test_real_pace_leaves_the_apps_own_intervals_alone() -> None:
    """Only the quick paces make the app poll quickly."""
    assert "ASR_POLL_INTERVAL_SECONDS" in host_settings(EMULATOR, "instant")
    assert "ASR_POLL_INTERVAL_SECONDS" not in host_settings(EMULATOR, "real")
