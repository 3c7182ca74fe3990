"""Many machines at once: what is asked, what is read of the answer, page by page."""

from typing import Any

import pytest

from asr.errors import NotUnderstood, Rejected, Throttled, TransientFault
from asr.gateway.graph import find_machines
from asr.gateway.machines import read_virtual_machine
from asr.gateway.session import Azure
from asr.model.fleet import Machine, MachineDisk, MachinePage
from asr.model.vm_facts import VirtualMachine
from local.emulator.server import Emulator
from tests.gateway.sessions import SUBSCRIPTION, within
from tests.gateway.wire import Reply, Wire

PATH = "/providers/Microsoft.ResourceGraph/resources"
OTHER = "11111111-1111-1111-1111-111111111111"
GROUP = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/g/providers/Microsoft.Compute"
ROW = {
    "id": f"{GROUP}/virtualMachines/web-0",
    "location": "eastasia",
    "tags": {"Asr-Protect": "gold", "owner": "ann"},
    "guid": "guid-0",
    "size": "Standard_D2s_v5",
    "power": "PowerState/deallocated",
    "osDisk": f"{GROUP}/disks/web-0-os",
    "osBlob": "",
    "dataDisks": [
        {"lun": 3, "managedDisk": {"id": f"{GROUP}/disks/web-0-data"}},
        {"lun": 4, "vhd": {"uri": "https://account.blob.core.windows.net/vhds/data.vhd"}},
    ],
}
BARE = {"id": f"{GROUP}/virtualMachines/bare", "tags": None, "power": None, "dataDisks": None}


def answer(*rows: object, **more: object) -> Reply:
    return Reply(200, {"totalRecords": len(rows), "count": len(rows), "resultTruncated": "false", "data": rows, **more})


def test_a_page_of_machines() -> None:
    """What tells how a VM stands, and of its tags those of the app; what Azure leaves out reads as empty."""

    async def work(azure: Azure) -> MachinePage:
        return await find_machines(azure)

    with Wire({("POST", PATH): answer(ROW, BARE, **{"$skipToken": "next"})}) as wire:
        page = within(wire.url, work, ASR_SUBSCRIPTIONS=f"{SUBSCRIPTION},{OTHER}")

    assert page.continuation == "next"
    assert page.machines == (
        Machine(
            id=f"{GROUP}/virtualMachines/web-0",
            location="eastasia",
            guid="guid-0",
            size="Standard_D2s_v5",
            power_state="deallocated",
            tags={"Asr-Protect": "gold"},
            disks=(
                MachineDisk(f"{GROUP}/disks/web-0-os"),
                MachineDisk(f"{GROUP}/disks/web-0-data", 3),
                MachineDisk("https://account.blob.core.windows.net/vhds/data.vhd", 4),
            ),
            security_type="Standard",
        ),
        Machine(f"{GROUP}/virtualMachines/bare", "", None, "", None, {}, (), security_type="Standard"),
    )
    (asked,) = wire.asked
    assert asked.body["subscriptions"] == [SUBSCRIPTION, OTHER]
    assert asked.body["options"] == {"$top": 1000, "resultFormat": "objectArray"}


def test_the_next_page_is_asked_for_by_the_token() -> None:
    """The last page has none."""

    async def work(azure: Azure) -> MachinePage:
        return await find_machines(azure, "next")

    with Wire({("POST", PATH): answer(ROW)}) as wire:
        page = within(wire.url, work)

    assert page.continuation is None
    assert wire.asked[0].body["options"]["$skipToken"] == "next"


@pytest.mark.parametrize(
    ("reply", "error"),
    [
        (Reply(429, {"error": {"code": "RateLimiting", "message": "Slow down."}}, {"Retry-After": "5"}), Throttled),
        (Reply(403, {"error": {"code": "AccessDenied", "message": "No."}}), Rejected),
    ],
)
def test_a_refused_query(reply: Reply, error: type[Exception]) -> None:
    """Is told as every refusal is."""

    async def work(azure: Azure) -> Any:
        return await find_machines(azure)

    with Wire({("POST", PATH): reply}) as wire, pytest.raises(error):
        within(wire.url, work)


@pytest.mark.parametrize("body", [None, [], {}, "{", {"data": None}, {"data": {}}, {"data": [1]}, {"data": [{}]}])
def test_an_answer_that_cannot_be_azures(body: Any) -> None:
    """Nothing is concluded from it, least of all that there are no machines."""

    async def work(azure: Azure) -> Any:
        return await find_machines(azure)

    with Wire({("POST", PATH): Reply(200, body)}) as wire, pytest.raises((NotUnderstood, TransientFault)):
        within(wire.url, work)


def test_pages_that_lead_nowhere_end() -> None:
    """The same page again and again is no list."""

    async def work(azure: Azure) -> Any:
        return await find_machines(azure, "next")

    with Wire({("POST", PATH): answer(ROW, **{"$skipToken": "next"})}) as wire, pytest.raises(NotUnderstood):
        within(wire.url, work)


@pytest.mark.parametrize("world", ["east-asia", "unmanaged"])
def test_the_same_is_read_of_each_machine_alone(world: str) -> None:
    """The query against a local Azure, in pages of one: what each machine's own GET says, and its GUID."""

    async def work(azure: Azure) -> tuple[list[Machine], list[VirtualMachine | None]]:
        found: list[Machine] = []
        continuation = None
        while True:
            page = await find_machines(azure, continuation, top=1)
            found += page.machines
            continuation = page.continuation
            if continuation is None:
                return found, [await read_virtual_machine(azure, machine.id) for machine in found]

    with Emulator(world) as emulator:
        machines, alone = within(emulator.url, work, ASR_TAG_PREFIX="a", ASR_SUBSCRIPTIONS=emulator.subscription)

    assert len(machines) > 1
    assert len({machine.guid for machine in machines} - {None}) == len(machines)
    for machine, vm in zip(machines, alone, strict=True):
        assert vm is not None
        managed = {(disk.id, disk.lun) for disk in vm.managed_disks}
        assert {(disk.id, disk.lun) for disk in machine.disks} == managed | {
            (disk.uri, disk.lun) for disk in vm.unmanaged_disks
        }
        assert (machine.location, machine.size, machine.power_state) == (vm.location, vm.size, vm.power_state)
        assert machine.tags == {name: value for name, value in vm.tags.items() if name.lower().startswith("a")}
