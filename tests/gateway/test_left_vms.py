"""A VM that a fail-back left bears the tags of its source: also once its item is gone they are no request."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from asr.gateway.requests import read_request, remember_request
from asr.gateway.session import Azure
from asr.model.decision import Action
from asr.model.fleet import FleetRow
from asr.model.request import LeftVm, NamedRequest
from asr.model.run import Choices
from asr.planning.sweep import finding_of
from asr.services.decide import Explained, explain
from asr.services.snapshot import find_row
from asr.services.status import explain_status
from local.emulator.server import Emulator
from tests.gateway.test_fleet_snapshot import AT, World

NETWORK, INTERFACE = "Microsoft.Network/virtualNetworks/n", "Microsoft.Network/networkInterfaces/n"
VM_API, NETWORK_API = "2024-07-01", "2024-05-01"
BY_HAND = {"Authorization": "Bearer operator"}


class Left(World):
    """The machine of the item `kept-0` is protected from home, and one of its name stands where it comes up."""

    @property
    def left(self) -> str:
        """The id of the one that stands there."""
        return self.vm("kept-0").replace("/shop/", "/shop-dr/")

    def send(self, method: str, path: str, version: str, body: object = None) -> Any:
        """What Azure answers."""
        answer = httpx.request(method, f"{self.url}{path}?api-version={version}", json=body, headers=BY_HAND)
        answer.raise_for_status()
        return answer.json() if answer.content else None

    def make(self) -> None:
        """The machine, with the tag of its source."""
        group = self.left.partition("/providers/")[0]
        network, nic = f"{group}/providers/{NETWORK}", f"{group}/providers/{INTERFACE}"
        subnet = {"name": "all", "properties": {"addressPrefix": "10.9.0.0/24"}}
        space = {"addressSpace": {"addressPrefixes": ["10.9.0.0/16"]}, "subnets": [subnet]}
        self.send("PUT", network, NETWORK_API, {"location": "southeastasia", "properties": space})
        address = {"name": "ip", "properties": {"subnet": {"id": f"{network}/subnets/all"}}}
        self.send("PUT", nic, NETWORK_API, {"location": "southeastasia", "properties": {"ipConfigurations": [address]}})
        source = self.send("GET", self.vm("kept-0"), VM_API)["properties"]
        image = source["storageProfile"]["imageReference"]
        properties = {
            "hardwareProfile": source["hardwareProfile"],
            "osProfile": {"computerName": "kept-0", "adminUsername": "someone", "adminPassword": "not shown"},
            "storageProfile": {"imageReference": image, "osDisk": {"createOption": "FromImage"}},
            "networkProfile": {"networkInterfaces": [{"id": nic}]},
        }
        body = {"location": "southeastasia", "tags": {"asr-protect": "true"}, "properties": properties}
        self.send("PUT", self.left, VM_API, body)

    def row(self) -> FleetRow:
        """Its row in the fleet, read anew."""
        head, _ = self.rows()
        assert head.problems == ()

        async def work(azure: Azure) -> FleetRow:
            found = await find_row(azure, self.left)
            assert found is not None
            return found

        return self.run(work)

    def end_home(self) -> None:
        """A person ends the protection of the source."""

        async def item(azure: Azure) -> str:
            found = await find_row(azure, self.vm("kept-0"))
            assert found is not None
            assert found.item is not None
            return found.item.id

        self.send("DELETE", self.run(item), "2025-08-01")

    def decided(self, choices: Choices | None = None) -> tuple[Explained, Explained]:
        """What a run would do, and what its status says."""

        async def work(azure: Azure) -> tuple[Explained, Explained]:
            run = await explain(azure, azure.settings, self.left, choices)
            return run, await explain_status(azure, self.left)

        return self.run(work)


@pytest.fixture
def world(tmp_path: Path) -> Iterator[Left]:
    with Emulator("adopted") as emulator:
        yield Left(emulator, tmp_path)


def codes(explained: Explained) -> list[str]:
    outcome = explained.decision.outcome
    return [one.code for one in outcome.reasons] if outcome else []


def test_what_a_fail_back_left_asks_for_nothing_until_somebody_asks_for_it(world: Left) -> None:
    """Fleet, run and status agree; another VM under its name, and one that is asked for by name, are protected."""
    world.make()
    assert world.row().made_by is not None
    record = world.run(lambda azure: read_request(azure, world.left))
    assert record is not None
    assert record.left is not None
    world.end_home()

    for _ in range(2):
        row = world.row()
        assert (row.made_by and row.made_by.code, finding_of(row)) == ("LeftByFailover", None)
    assert [codes(one) for one in world.decided()] == [["LeftByFailover"]] * 2
    run, _ = world.decided(Choices())
    assert run.decision.action is Action.PROTECT, "by name"

    world.send("DELETE", world.left, VM_API)
    world.make()
    assert world.row().made_by is None
    assert [one.decision.action for one in world.decided()] == [Action.PROTECT] * 2, "another VM"

    guid = world.send("GET", world.left, VM_API)["properties"]["vmId"]
    named = NamedRequest("ann", verified=True, at=AT)

    async def asked(azure: Azure) -> None:
        await remember_request(azure, world.left, LeftVm(guid, world.vm("kept-0"), "/v"))

    world.run(asked)
    assert [codes(one) for one in world.decided()] == [["LeftByFailover"]] * 2
    world.run(lambda azure: remember_request(azure, world.left, named))
    assert [one.decision.action for one in world.decided()] == [Action.PROTECT] * 2, "asked for by name since"
