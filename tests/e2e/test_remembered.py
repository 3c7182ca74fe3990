"""Who asked is remembered when the task hub is lost, and the fleet comes out the same."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest

from local.stack import ROOT, part
from local.up import host_settings
from tests.e2e.fleet import codes
from tests.e2e.stack import IMPATIENT, Stack, stack

HUB = "2c8f6da1-5e4b-4037-9d92-7fa03b6e8c24"
"""The other subscription of the world `cross-subscription`, which the app does not watch."""


@pytest.fixture
def azure() -> Iterator[dict[str, str]]:
    """An emulated Azure that outlives the hosts before it, and the folder of their store."""
    with (
        tempfile.TemporaryDirectory() as folder,
        part(
            "emulator", "--port", "0", "--world", "east-asia", "--pace", "instant", environment=os.environ
        ) as emulator,
    ):
        yield {**emulator.ready, "store": folder}


@contextmanager
def app(azure: dict[str, str], store: str) -> Iterator[Stack]:
    """A host with an empty task hub; it hears of no event, so sweeps find everything."""
    own = host_settings(azure, "instant") | IMPATIENT | {"ASR_STORE": store}
    with ExitStack() as parts:
        log = Path(parts.enter_context(tempfile.TemporaryDirectory())) / "log"
        errors = parts.enter_context(log.open("wb"))
        host = parts.enter_context(part("host", "--port", "0", environment=os.environ | own, folder=ROOT, log=errors))
        started = Stack({**azure, **host.ready}, log, host.process.pid)
        try:
            yield started
        finally:
            started.http.close()


def told(up: Stack) -> dict[str, tuple[Any, ...]]:
    """What the fleet says of each VM, apart from times."""
    rows = up.api("GET", "protections", refresh="true").json()["protections"]
    return {row["name"]: (row["state"], row["itemId"], row["health"], row["profile"], codes(row)) for row in rows}


def test_an_empty_task_hub_and_a_sweep_come_to_the_same_state(azure: dict[str, str]) -> None:
    """Tagged and by name, protected and refused; what was refused by name begins by itself once it runs."""
    with app(azure, azure["store"]) as up:
        up.tag(up.vm("web-0"), asr_protect="true")
        asked = {"vmIds": [up.vm("db-0"), up.vm("batch-0")], "overrides": {"recoveryPointMinutes": 2880}}
        assert up.api("POST", "protections", asked).status_code == 202
        for name, state in (("web-0", "protected"), ("db-0", "protected"), ("batch-0", "refused")):
            up.outcome(up.vm(name), state)
        up.until(lambda: _states(up) == {"web-0": "protected", "db-0": "protected", "batch-0": "refused"})
        before = told(up)
        assert up.status(up.vm("batch-0"))["decision"]["outcome"]["state"] == "refused"

    with app(azure, azure["store"]) as up:
        up.until(lambda: told(up) == before)
        writes = len(up.writes())
        assert up.call("POST", f"{up.vm('batch-0')}/start", "2024-07-01").status_code == 202
        up.outcome(up.vm("batch-0"), "enabling", "protected")
        up.until(lambda: _states(up)["batch-0"] == "protected")
        assert any("/replicationprotecteditems/" in one["path"].lower() for one in up.writes()[writes:])
        policy = up.get(_item(up, "batch-0")["properties"]["policyId"], "2025-08-01")
        assert policy["properties"]["providerSpecificDetails"]["recoveryPointHistory"] == 2880
        assert up.status(up.vm("batch-0"))["state"] == "protected"


def test_with_an_empty_store_nobody_is_known_to_have_asked_by_name(azure: dict[str, str]) -> None:
    """Our item is told, and never ended; the tag still asks."""
    with app(azure, azure["store"]) as up:
        up.tag(up.vm("web-0"), asr_protect="true")
        assert up.api("POST", "protections", {"vmIds": [up.vm("db-0")]}).status_code == 202
        up.until(lambda: _states(up) == {"web-0": "protected", "db-0": "protected"})

    with tempfile.TemporaryDirectory() as empty, app(azure, empty) as up:
        up.until(lambda: _states(up).get("db-0") == "unasked")
        rows = {row["name"]: row for row in up.api("GET", "protections").json()["protections"]}
        assert codes(rows["db-0"]) == ["NobodyAsked"]
        assert rows["web-0"]["state"] == "protected"
        assert up.status(up.vm("db-0"))["state"] == "unasked"
        assert up.api("GET", "summary").json()["states"]["unasked"] >= 1
        assert up.api("POST", "protections", {"vmIds": [up.vm("db-0")]}).status_code in (200, 202)
        up.until(lambda: _states(up).get("db-0") == "protected")


def test_a_vault_that_only_a_tag_names_is_read() -> None:
    """In another subscription; the fleet says what the status says, and no run is started at each sweep."""
    with stack("cross-subscription", ASR_TARGETS=HUB) as up:
        vm = f"{up.group('team')}/providers/Microsoft.Compute/virtualMachines/app-0"
        vault = f"/subscriptions/{HUB}/resourceGroups/recovery/providers/Microsoft.RecoveryServices/vaults/hub-vault"
        up.tag(vm, asr_protect="true", asr_vault=vault)
        up.outcome(vm, "protected")

        row = up.until(lambda: _row(up, "app-0", "protected"))
        assert row["itemId"].lower().startswith(vault.lower())
        runs = up.status(vm)["runs"]
        swept = up.api("GET", "summary").json()["lastSweep"]
        up.until(lambda: up.api("GET", "summary").json()["lastSweep"] > swept)
        assert up.status(vm)["runs"] == runs


def _states(up: Stack) -> dict[str, str]:
    return {row["name"]: row["state"] for row in up.api("GET", "protections").json()["protections"]}


def _row(up: Stack, name: str, state: str) -> Any:
    rows = {row["name"]: row for row in up.api("GET", "protections").json()["protections"]}
    return rows.get(name) if name in rows and rows[name]["state"] == state else None


def _item(up: Stack, name: str) -> dict[str, Any]:
    items = up.site_recovery("replicationProtectedItems")
    return next(one for one in items if one["properties"]["friendlyName"] == name)
