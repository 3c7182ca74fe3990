"""Whether a VM asks for protection, read from a local Azure."""

from collections.abc import Iterator
from datetime import UTC, datetime

import httpx
import pytest

from asr.gateway.session import Azure
from asr.services.asked_for import asks_for_protection
from local.emulator.server import Emulator
from tests.gateway.sessions import within

TAGS = "/providers/Microsoft.Resources/tags/default?api-version=2021-04-01"


@pytest.fixture
def azure() -> Iterator[Emulator]:
    """The world east-asia."""
    with Emulator("east-asia") as emulator:
        yield emulator


def asks(azure: Emulator, name: str) -> bool:
    """What is found out about the VM of this name."""

    async def work(session: Azure) -> bool:
        return await asks_for_protection(session, vm(azure, name), datetime.now(UTC))

    return within(azure.url, work)


def vm(azure: Emulator, name: str) -> str:
    """Its id."""
    group = f"/subscriptions/{azure.subscription}/resourceGroups/contoso-app"
    return f"{group}/providers/Microsoft.Compute/virtualMachines/{name}"


@pytest.mark.parametrize(
    ("tags", "expected"), [({}, False), ({"ASR-Protect": "gold"}, True), ({"asr-protect": "false"}, False)]
)
def test_the_tag_says(azure: Emulator, tags: dict[str, str], expected: bool) -> None:
    """A profile that is unknown is asked for all the same: somebody has to be told."""
    body = {"operation": "Merge", "properties": {"tags": tags}}
    headers = {"Authorization": "Bearer operator"}
    httpx.patch(f"{azure.url}{vm(azure, 'web-0')}{TAGS}", json=body, headers=headers).raise_for_status()

    assert asks(azure, "web-0") is expected


def test_a_vm_that_is_gone_asks_for_nothing(azure: Emulator) -> None:
    """Its deletion is an event, too."""
    assert not asks(azure, "web-9")


@pytest.mark.parametrize("status", [429, 503, 403, "reset"])
def test_what_cannot_be_read_may_ask(azure: Emulator, status: int | str) -> None:
    """An event is never lost to a read that fails."""
    fault = {"method": "GET", "path": "*/virtualmachines/*", "phase": "before", "status": status, "times": 10}
    httpx.post(f"{azure.url}/_emulator/faults", json=fault).raise_for_status()

    assert asks(azure, "web-0")
