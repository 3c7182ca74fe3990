"""The whole way: drills, a planned failover of three waves, home again, and at its end all is as it was at its start.

All the while the process that runs the app's code is killed at random moments, and once the host with its task hub.
"""

import json
import os
import random
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import httpx

from asr.codec import decode
from asr.model.evidence import Evidence
from asr.planning.evidence import is_whole
from local.stack import part
from tests.chaos.apps import App
from tests.e2e.stack import VM_API, Stack
from tests.e2e.test_drills import network

WAVES = {"db-0": "0", "web-0": "1", "web-1": "7"}
SEED = int(os.environ.get("SEED", "1"))
KILLS = 6
LOST_SECONDS = 150
"""A plan's request of which the task hub knows nothing any more holds up nobody after two minutes."""
FAILING: list[dict[str, Any]] = [{"kind": "tcp", "port": 1433, "timeoutSeconds": 1}]
PASSING: list[dict[str, Any]] = [{"kind": "vmRunning"}, {"kind": "tcp", "port": 22}, {"kind": "http", "port": 80}]
NETWORK_API, SITE_RECOVERY = "2023-09-01", "2025-08-01"


class Person(Stack):
    """Somebody who asks again when there was no answer."""

    def __init__(self, emulator: dict[str, str], app: App) -> None:
        super().__init__({**emulator, "host": app.url, "key": app.key}, app.log, 0)
        self.app = app

    def api(self, method: str, path: str, body: object = None, **query: str) -> httpx.Response:
        """Until the app itself answers: a worker that was killed owes an answer."""
        while True:
            with suppress(httpx.TransportError, AssertionError):
                answer = super().api(method, path, body, **query)
                if answer.status_code < 500:
                    return answer
            time.sleep(0.2)

    def total(self) -> int:
        """How many requests Azure has had."""
        return int(self.http.get(f"{self.arm}/_emulator/stats").json()["total"])


@contextmanager
def trouble(up: Person, rng: random.Random) -> Iterator[list[int]]:
    """Kill the worker so often, each time some requests after the last; what is left to kill at the end is killed."""
    moments = [rng.randint(20, 90) for _ in range(KILLS)]
    killed: list[int] = []
    over = threading.Event()

    def kill() -> None:
        with httpx.Client(base_url=up.arm) as http:
            for after in moments:
                first = int(http.get("/_emulator/stats").json()["total"])
                while int(http.get("/_emulator/stats").json()["total"]) - first < after and not over.is_set():
                    time.sleep(0.1)
                up.app.kill_worker()
                killed.append(after)

    thread = threading.Thread(target=kill)
    thread.start()
    try:
        yield killed
    finally:
        over.set()
        thread.join()


@contextmanager
def running(folder: Path) -> Iterator[Person]:
    """The world, and the app in a host of its own, whose store outlives it."""
    with (folder / "emulator.log").open("wb") as log:
        options = ("--port", "0", "--world", "east-asia", "--pace", "instant")
        with part("emulator", *options, environment=os.environ, log=log) as emulator:
            app = App(emulator.ready, folder, 0, {})
            app.start()
            person = Person(emulator.ready, app)
            try:
                yield person
            finally:
                person.http.close()
                app.close()


def test_there_and_back_again(tmp_path: Path) -> None:
    """What was asked for comes about, whatever dies meanwhile; nothing of the source goes before it is home."""
    rng = random.Random(SEED)
    with running(tmp_path) as up:
        vms = [up.vm(name) for name in WAVES]
        for name, wave in WAVES.items():
            up.tag(up.vm(name), asr_protect="true", asr_recovery_plan="shop", asr_recovery_wave=wave)
        start = estate(up)
        with trouble(up, rng) as killed:
            up.api("POST", "protections", {"vmIds": vms})
            reach(up, vms, lambda one: one["state"] == "protected")
            protected = items(up)
            where = network(up)
            up.http.post(f"{up.arm}/_emulator/listeners", json={"vm": "*-test", "port": 22, "protocol": "tcp"})
            up.http.post(f"{up.arm}/_emulator/listeners", json={"vm": "*-test", "port": 80, "protocol": "http"})
            assert drill(up, vms, where, FAILING) == "failed"
            assert drill(up, vms, where, PASSING) == "passed"

            planned = {"plan": "shop", "confirm": "shop", "kind": "planned"}
            assert up.api("POST", "failovers", planned).status_code == 202
            up.until(lambda: up.status(vms[0])["state"] == "failed_over", 120)
            up.app.kill()
            up.advance(LOST_SECONDS)
            walk(up, vms, planned, lambda one: one["state"] == "failed_over" and one["side"] == "recovery")
            assert {power(up, vm) for vm in vms} == {"PowerState/deallocated"}
            walk(up, vms, {"plan": "shop", "confirm": "shop"}, lambda one: committed(up, one), "/commit")
            walk(up, vms, {"plan": "shop", "confirm": "shop"}, lambda one: turned(up, one), "/reprotect")
            away(up, vms)

            walk(up, vms, {"plan": "shop", "confirm": "shop"}, lambda one: at_home(up, one), "/failback")
            reach(up, vms, lambda one: one["state"] == "protected" and one["side"] == "primary")
            left(up, vms)
            sweep(up)
        assert len(killed) == KILLS
        up.until(lambda: calm(up), 120)
        reach(up, vms, lambda one: one["state"] == "protected" and not one["activeRun"])
        assert estate(up) == start
        assert items(up) == protected
        told = [up.api("GET", "protections/history", vmId=vm).json()["runs"] for vm in vms]
        assert all("fail_back" in {run["kind"] for run in runs} for runs in told)

    documents = [json.loads(one.read_text()) for one in sorted((tmp_path / "store-0" / "evidence").glob("*.json"))]
    evidence = [decode(Evidence, one) for one in documents]
    assert all(map(is_whole, evidence))
    assert {one.facts["result"] for one in evidence if "result" in one.facts} >= {"failed", "passed"}


def away(up: Person, vms: list[str]) -> None:
    """On the recovery side they are protected, and a day of sweeps takes nothing of the source away."""
    reach(up, vms, lambda one: one["state"] == "protected" and one["side"] == "recovery")
    up.advance(8 * 86400)
    before = up.writes()
    up.until(lambda: all(are_known_as_copies(up, vms)))
    rows = rows_of(up)
    assert {rows[vm.lower()]["side"] for vm in vms} == {"recovery"}
    sums = up.api("GET", "summary").json()
    assert (sums["asked"], sums["covered"], sums["recoverySide"], sums["orphaned"]) == (3, 3, 3, 0)
    assert up.api("GET", "drift").json()["items"] == []
    assert [one for one in up.writes()[len(before) :] if one["method"] != "GET"] == []


def rows_of(up: Person) -> dict[str, Any]:
    """The fleet by id."""
    return {row["vmId"].lower(): row for row in up.api("GET", "protections").json()["protections"]}


def are_known_as_copies(up: Person, vms: list[str]) -> list[bool]:
    """Of each VM, whether the one that runs in its place is known as its copy after a sweep."""
    sweep(up)
    rows = rows_of(up)
    copies = {one for one in rows if rows[one]["state"] == "not_requested" and rows[one]["copyOf"]}
    return [rows[vm.lower()]["runningVmId"].lower() in copies for vm in vms]


def left(up: Person, vms: list[str]) -> None:
    """What is left on the other side is told, and goes when somebody asks for it."""
    sweep(up)
    rows = up.api("GET", "protections").json()["protections"]
    there = [row["vmId"] for row in rows if "RecoveredVmLeft" in {reason["code"] for reason in row["reasons"]}]
    assert len(there) == len(vms)
    for vm in vms:
        name = vm.rpartition("/")[2]

        def gone(vm: str = vm, name: str = name) -> bool:
            body = {"vmIds": [vm], "leftVm": True, "confirm": name}
            up.api("POST", "failovers/cleanup", body)
            return up.call("GET", recovered(up, name), VM_API).status_code == 404

        up.until(gone, 120)


def recovered(up: Person, name: str) -> str:
    """The id of the VM that a failover makes."""
    return f"{up.group('contoso-app-asr')}/providers/Microsoft.Compute/virtualMachines/{name}"


def drill(up: Person, vms: list[str], where: str, probes: list[dict[str, Any]]) -> str:
    """How a drill ends; one whose run was lost is asked for again."""
    asked = up.api("POST", "drills", {"vmIds": vms, "testNetworkId": where, "probes": probes})
    assert asked.status_code == 202, asked.text

    def kept() -> dict[str, Any] | None:
        found: dict[str, Any] = up.api("GET", f"drills/{asked.json()['id']}").json()
        return found if "evidence" in found else None

    found: dict[str, Any] = up.until(kept, 120)
    assert all(one["cleanUp"]["done"] for one in found["machines"]), found
    return str(found["status"])


def reach(up: Person, vms: list[str], holds: Callable[[dict[str, Any]], bool]) -> None:
    """Wait until it holds of every VM's status."""
    up.until(lambda: all(holds(up.status(vm)) for vm in vms), 120)


def walk(
    up: Person, vms: list[str], body: dict[str, Any], holds: Callable[[dict[str, Any]], bool], step: str = ""
) -> None:
    """Ask until it holds of every VM, as a person does: what is refused is left out, what was lost goes on."""

    def reached() -> bool:
        if all(holds(up.status(vm)) for vm in vms):
            return True
        answer = up.api("POST", f"failovers{step}", {**body, "skipRefused": True})
        if answer.status_code == 202:
            run = answer.json()
            up.until(lambda: run_over(up, run["id"]), 120)
        return False

    up.until(reached, 180)


def run_over(up: Person, run: str) -> bool:
    """Whether the run has ended, or nobody knows it any more."""
    answer = up.api("GET", f"runs/{run}")
    return answer.status_code == 404 or answer.json()["runtimeStatus"] not in ("Pending", "Running")


def item_of(up: Person, status: dict[str, Any]) -> dict[str, Any]:
    """The item of a status, as Azure tells it."""
    found: dict[str, Any] = up.get(status["protectedItem"]["id"], SITE_RECOVERY)["properties"]
    return found


def committed(up: Person, status: dict[str, Any]) -> bool:
    """Whether the failover is final, or already behind."""
    return "SwitchProtection" in item_of(up, status)["allowedOperations"] or turned(up, status)


def turned(up: Person, status: dict[str, Any]) -> bool:
    """Whether it is replicated home and can be failed back."""
    found = item_of(up, status)
    away = found["providerSpecificDetails"]["primaryFabricLocation"] == "southeastasia"
    return away and "UnplannedFailover" in found["allowedOperations"]


def at_home(up: Person, status: dict[str, Any]) -> bool:
    """Whether it is replicated from home again."""
    found = item_of(up, status)
    return bool(found["providerSpecificDetails"]["primaryFabricLocation"] == "eastasia")


def power(up: Person, vm: str) -> str:
    """The VM's power state."""
    body = up.get(f"{vm}/instanceView", VM_API)
    return next(str(one["code"]) for one in body["statuses"] if str(one["code"]).startswith("PowerState/"))


def sweep(up: Person) -> None:
    """One whole sweep."""

    def swept() -> bool:
        run = up.api("POST", "sweeps").json()
        up.until(lambda: run_over(up, run["id"]), 60)
        return bool(up.api("GET", f"runs/{run['id']}").json().get("runtimeStatus") == "Completed")

    up.until(swept, 120)


def calm(up: Person) -> bool:
    """Whether a sweep finds nothing to write any more."""
    before = len(up.writes())
    sweep(up)
    time.sleep(0.5)
    return len(up.writes()) == before


def items(up: Person) -> dict[str, str]:
    """The protected items with the VMs that they protect."""
    return {
        one["id"].lower(): one["properties"]["providerSpecificDetails"]["fabricObjectId"]
        for one in up.site_recovery("replicationProtectedItems")
    }


def estate(up: Person) -> dict[str, Any]:
    """The machines of the story with all that makes them what they are, and whether others stand on the other side.

    A resource that was made anew under its id has another tag of its version, as Azure gives one to each.
    """
    found: dict[str, Any] = {}
    for name in WAVES:
        vm = up.get(up.vm(name), VM_API)
        about = vm["properties"]
        disks = [about["storageProfile"]["osDisk"], *about["storageProfile"]["dataDisks"]]
        found[name] = {
            "place": (vm["id"].lower(), vm["location"], vm.get("zones"), vm["tags"], about["vmId"]),
            "size": (about["hardwareProfile"], about["storageProfile"]["osDisk"]["osType"]),
            "set": str(about.get("availabilitySet", {}).get("id")).lower(),
            "disks": [(one.get("lun"), one["name"], one["managedDisk"]["id"].lower()) for one in disks],
            "nics": [interface(up, one["id"]) for one in about["networkProfile"]["networkInterfaces"]],
            "power": power(up, vm["id"]),
            "there": up.call("GET", recovered(up, name), VM_API).status_code,
        }
    return found


def interface(up: Person, id_: str) -> list[Any]:
    """An interface with its addresses."""
    about = up.get(id_, NETWORK_API)["properties"]
    addresses = [(one["name"], one["properties"]) for one in about["ipConfigurations"]]
    told = [(name, one["subnet"]["id"].lower(), one.get("privateIPAddress")) for name, one in addresses]
    return [id_.lower(), told, bool(about.get("enableAcceleratedNetworking"))]
