"""Writes that go wrong, and writes that an earlier try has begun."""

from collections.abc import Awaitable, Callable, Iterator

import httpx
import pytest

from asr.errors import AutoprotectError, Rejected, Throttled, TransientFault
from asr.gateway import site_recovery as asr
from asr.gateway.operations import Succeeded
from asr.gateway.resources import patch, put_group, read
from asr.gateway.session import Azure
from asr.gateway.targets import put_storage_account, put_vault
from asr.gateway.versions import SITE_RECOVERY_VERSION
from asr.model.step import Operation
from local.emulator.server import Emulator
from tests.gateway.polling import ended
from tests.gateway.sessions import SUBSCRIPTION, TOKEN, within
from tests.gateway.wire import Reply, Wire
from tests.words import sentence

VAULT = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/g/providers/Microsoft.RecoveryServices/vaults/v"
JOBS = f"{VAULT}/replicationJobs"


@pytest.fixture
def emulator() -> Iterator[Emulator]:
    with Emulator() as emulator:
        yield emulator


def fault(emulator: Emulator, **fields: object) -> None:
    httpx.post(f"{emulator.url}/_emulator/faults", json=fields).raise_for_status()


WRITES: dict[str, Callable[[Azure, str], Awaitable[object]]] = {
    "group": lambda azure, group: put_group(azure, group, "westeurope"),
    "vault": lambda azure, group: put_vault(
        azure, f"{group}/providers/Microsoft.RecoveryServices/vaults/v", "westeurope"
    ),
    "account": lambda azure, group: put_storage_account(
        azure,
        f"{group}/providers/Microsoft.Storage/storageAccounts/account0",
        "westeurope",
        kind="StorageV2",
        sku="Standard_LRS",
        purpose="cache",
    ),
    "fabric": lambda azure, group: asr.begin_create_fabric(
        azure, f"{group}/providers/Microsoft.RecoveryServices/vaults/v", "f", "westeurope"
    ),
    "disable": lambda azure, group: asr.begin_disable_protection(
        azure,
        f"{group}/providers/Microsoft.RecoveryServices/vaults/v/replicationFabrics/f"
        "/replicationProtectionContainers/c/replicationProtectedItems/i",
    ),
}


TROUBLES: tuple[tuple[dict[str, object], type[Exception]], ...] = (
    ({"status": 429, "retry_after": 9}, Throttled),
    ({"status": 503}, TransientFault),
    ({"reset": True}, TransientFault),
    ({"status": 403}, Rejected),
)


@pytest.mark.parametrize("write", WRITES)
def test_every_write_tells_its_trouble(emulator: Emulator, write: str) -> None:
    """Whatever is written by whichever client: what went wrong has one of three types, and no token in its text."""
    group = f"/subscriptions/{emulator.subscription}/resourceGroups/g"

    async def work(azure: Azure) -> Exception:
        with pytest.raises(AutoprotectError) as raised:
            await WRITES[write](azure, group)
        return raised.value

    for trouble, expected in TROUBLES:
        fault(emulator, clear=True)
        fault(emulator, **trouble)
        error = within(emulator.url, work)
        assert type(error) is expected
        assert TOKEN not in repr(error)
        assert not isinstance(error, Throttled) or error.after_seconds == 9


def test_a_missing_group_is_told_as_such(emulator: Emulator) -> None:
    """What Azure misses is told in its own words and under its own code."""

    async def work(azure: Azure) -> None:
        with pytest.raises(Rejected) as raised:
            await WRITES["vault"](azure, f"/subscriptions/{emulator.subscription}/resourceGroups/nowhere")
        assert raised.value.reason.code == "ResourceGroupNotFound"
        assert "nowhere" in sentence(raised.value.reason)

    within(emulator.url, work)


def test_a_patch_changes_what_it_names(emulator: Emulator) -> None:
    """A patch leaves alone what it does not name."""
    group = f"/subscriptions/{emulator.subscription}/resourceGroups/g"
    account = f"{group}/providers/Microsoft.Storage/storageAccounts/account0"

    async def work(azure: Azure) -> None:
        await WRITES["group"](azure, group)
        operation = await WRITES["account"](azure, group)
        assert isinstance(operation, Operation)
        assert operation.style == "location"
        assert await ended(azure, operation) == Succeeded()
        await patch(azure, account, {"properties": {"minimumTlsVersion": "TLS1_3"}})
        found = await read(azure, account)
        assert found is not None
        assert isinstance(about := found["properties"], dict)
        assert (about["minimumTlsVersion"], about["allowBlobPublicAccess"]) == ("TLS1_3", False)

    within(emulator.url, work)


def job(name: str, scenario: str, state: str, target: str) -> dict[str, object]:
    properties = {"scenarioName": scenario, "state": state, "targetObjectName": target}
    return {"id": f"{JOBS}/{name}", "name": name, "properties": properties}


@pytest.mark.parametrize(
    ("jobs", "found"),
    [
        ([], None),
        ([job("1", "EnableDr", "InProgress", "WEB-0")], "1"),
        ([job("1", "EnableDr", "InProgress", "web-1"), job("2", "EnableDr", "NotStarted", "web-0")], "2"),
        ([job("1", "EnableDr", "Succeeded", "web-0")], None),
        ([job("1", "EnableDr", "Failed", "web-0")], None),
        ([job("1", "TestFailover", "InProgress", "web-0")], None),
    ],
)
def test_an_enabling_that_runs_is_found(jobs: list[dict[str, object]], found: str | None) -> None:
    """An unfinished job of the right kind for the VM leads to its operation; nothing else does."""

    async def work(azure: Azure) -> Operation | None:
        return await asr.find_running_enable(azure, VAULT, "web-0")

    with Wire({("GET", JOBS): Reply(200, {"value": jobs, "nextLink": None})}) as wire:
        operation = within(wire.url, work)
        spoken = wire.asked[0].query["api-version"]

    assert spoken == [SITE_RECOVERY_VERSION], "the hand-made URL speaks the version that the SDK speaks"
    assert (operation.job if operation else None) == (f"{JOBS}/{found}" if found else None)
    if operation is not None:
        assert operation.url.endswith(f"{VAULT}/replicationOperationStatus/{found}?api-version={SITE_RECOVERY_VERSION}")


@pytest.mark.parametrize("body", [None, [], {}, {"value": None}, {"properties": {}}])
@pytest.mark.parametrize("what", ["group", "account"])
def test_a_write_that_shows_nothing_is_not_done(emulator: Emulator, what: str, body: object) -> None:
    """Something in front of Azure has answered 200: nothing is known of the write, so it is tried again."""
    group = f"/subscriptions/{emulator.subscription}/resourceGroups/g"
    fault(emulator, method="PUT", status=200, body=body)

    with pytest.raises(TransientFault, match="does not show what was written"):
        within(emulator.url, lambda azure: WRITES[what](azure, group))
