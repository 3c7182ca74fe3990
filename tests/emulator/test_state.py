"""`--state FILE`: what was acknowledged outlives the process, however that ends."""

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from local.emulator.server import Emulator
from tests.emulator.conftest import PLAIN_HTTP, Arm, vm_properties
from tests.emulator.receiver import Receiver

HEADERS = {"Authorization": "Bearer anything"}
VERSION = {"api-version": "2024-07-01"}


@contextmanager
def killed(state: Path, *options: str) -> Iterator[httpx.Client]:
    """Run the emulator as a process with a state file, and kill it without notice in the end."""
    command = [sys.executable, "-m", "local", "emulator", "--state", str(state), *options]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as running:
        try:
            assert running.stdout is not None
            ready = json.loads(running.stdout.readline())
            root = f"{ready['arm']}/subscriptions/{ready['subscription']}"
            with httpx.Client(
                base_url=root, headers=HEADERS, params=VERSION, trust_env=False, verify=PLAIN_HTTP
            ) as arm:
                yield arm
        finally:
            running.send_signal(signal.SIGKILL)


def everything(arm: httpx.Client) -> list[Any]:
    """Return all groups and resources with their properties."""
    groups: list[Any] = arm.get("/resourceGroups").json()["value"]
    resources = arm.get("/resources").json()["value"]
    origin = httpx.URL(arm.base_url).copy_with(path="/")
    return groups + [arm.get(origin.join(one["id"])).json() for one in resources]


def test_a_kill_loses_no_acknowledged_write(tmp_path: Path) -> None:
    """Every PUT that was answered before the process was killed is there afterwards, with the world it began with."""
    state = tmp_path / "state.db"
    with killed(state, "--world", "east-asia") as arm:
        for index in range(20):
            path = f"/resourceGroups/contoso-app/providers/Microsoft.Compute/disks/disk-{index}"
            body = {
                "location": "eastasia",
                "properties": {"creationData": {"createOption": "Empty"}, "diskSizeGB": index + 1},
            }
            assert arm.put(path, json=body).status_code == 202
        assert arm.put("/resourceGroups/late", json={"location": "westus"}).status_code == 201
        before = everything(arm)
        assert arm.delete("/resourceGroups/contoso-app/providers/Microsoft.Compute/disks/disk-7").status_code == 202
        assert arm.put("/resourceGroups/last", json={"location": "westus"}).status_code == 201

    with killed(state) as arm:
        after = everything(arm)

    left = [one for one in before if not one["id"].endswith("disk-7")]
    assert [one for one in after if one["name"] != "last"] == left
    assert len(after) == len(left) + 1


def test_what_was_under_way_goes_on(tmp_path: Path) -> None:
    """An operation begun before a restart is known after it and ends with the time that has passed meanwhile."""
    state = tmp_path / "state.db"
    with Emulator(pace="real", state=state) as emulator:
        arm = Arm(emulator)
        arm.group()
        path = "/resourceGroups/app/providers/Microsoft.Compute/disks/slow"
        body = {
            "location": "eastasia",
            "properties": {"creationData": {"createOption": "Empty"}, "diskSizeGB": 4},
        }
        arm.control("POST", "/pace", {"durations": {"Microsoft.Compute/disks/write": 3600}})
        accepted = arm.request("PUT", path, body)
        follow = httpx.URL(accepted.headers["Azure-AsyncOperation"]).raw_path.decode()
        assert arm.get(follow)["status"] == "InProgress"
        arm.control("POST", "/clock", {"advance_s": 1800})
        arm.close()

    with Emulator(pace="real", state=state) as emulator:
        arm = Arm(emulator)
        assert arm.get(follow)["status"] == "InProgress"
        assert arm.get(path)["properties"]["provisioningState"] == "Updating"
        arm.control("POST", "/clock", {"advance_s": 1800})
        assert arm.get(follow)["status"] == "Succeeded"
        assert arm.get(path)["properties"]["provisioningState"] == "Succeeded"
        arm.close()


def test_events_that_were_not_delivered_are_delivered_later(tmp_path: Path) -> None:
    """A write was acknowledged, its webhook was away: the event arrives after the restart."""
    state = tmp_path / "state.db"
    subscription = "/providers/Microsoft.EventGrid/eventSubscriptions/watch"
    with Receiver() as receiver, Emulator(state=state) as emulator:
        arm = Arm(emulator)
        body = {"properties": {"destination": {"endpointType": "WebHook", "properties": {"endpointUrl": receiver.url}}}}
        arm.put(subscription, body)
        receiver.statuses = [503] * 1000
        arm.group()
        arm.until(lambda: len(arm.control("GET", "/events")["deliveries"]) >= 1)
        arm.close()
        emulator.stop()
        receiver.statuses = []
        failed = len(receiver.events)
        with Emulator(state=state) as again:
            arm = Arm(again)
            arm.until(lambda: any(event["subject"].endswith("/app") for event in receiver.events[failed:]))
            arm.until(lambda: arm.control("GET", "/events")["pending"] == 0)
            arm.close()


def test_reset_and_deletions_are_kept_too(tmp_path: Path) -> None:
    """What was deleted stays deleted, what a reset undid stays undone."""
    state = tmp_path / "state.db"
    with Emulator("east-asia", state=state) as emulator:
        arm = Arm(emulator)
        arm.group("mine")
        arm.control("POST", "/reset", {"world": "empty"})
        arm.close()
        arm = Arm(emulator)
        arm.group("theirs")
        arm.close()
    with Emulator("east-asia", state=state) as emulator:
        arm = Arm(emulator)
        assert [group["name"] for group in arm.get("/resourceGroups")["value"]] == ["theirs"]
        arm.close()


def test_a_torn_last_write_is_dropped(tmp_path: Path) -> None:
    """A write that the disk has only half of is as if it had not been; what came before it is whole."""
    state = tmp_path / "state.db"
    with killed(state) as arm:
        for index in range(10):
            assert arm.put(f"/resourceGroups/group-{index}", json={"location": "westus"}).status_code == 201
    log = Path(f"{state}-wal")
    whole = log.read_bytes()
    assert b"group-9" in whole
    log.write_bytes(whole[:-100])
    with killed(state) as arm:
        names = [group["name"] for group in arm.get("/resourceGroups").json()["value"]]
    assert names == [f"group-{index}" for index in range(9)]


def test_only_its_owner_can_read_the_file(tmp_path: Path) -> None:
    """Webhook keys are in it."""
    state = tmp_path / "state.db"
    with Emulator(state=state):
        assert state.stat().st_mode & 0o077 == 0


def test_mistakes_are_named(tmp_path: Path) -> None:
    """Another file, a folder that is not there and a file in use are refused with a sentence."""
    other = tmp_path / "other.txt"
    other.write_text("my diary\n" * 200)
    with pytest.raises(ValueError, match=r"state: .*other\.txt.*name a new file"):
        Emulator(state=other)
    with pytest.raises(ValueError, match=r"state: .*folder that can be written to"):
        Emulator(state=tmp_path / "nowhere" / "state.db")
    state = tmp_path / "state.db"
    with Emulator(state=state), pytest.raises(ValueError, match="another emulator"):
        Emulator(state=state)


def test_a_machine_is_whole_after_a_restart(tmp_path: Path) -> None:
    """Power state, disks and references outlive the process; they are what is not on the wire."""
    state = tmp_path / "state.db"
    with Emulator(state=state) as emulator:
        arm = Arm(emulator)
        path = arm.vm()
        arm.finish(arm.request("POST", f"{path}/deallocate"))
        before = arm.get(f"{path}?$expand=instanceView"), arm.get("/resources")
        arm.close()
    with Emulator(state=state) as emulator:
        arm = Arm(emulator)
        assert (arm.get(f"{path}?$expand=instanceView"), arm.get("/resources")) == before
        nic = before[0]["properties"]["networkProfile"]["networkInterfaces"][0]["id"]
        other = path.replace("vm0", "vm1")
        refused = arm.request("PUT", other, {"location": "eastasia", "properties": vm_properties(nic)})
        assert refused.json()["error"]["code"] == "NicInUse"
        arm.close()
