"""The fleet is read into a snapshot: what cannot be read stands as it was known; only Azure's 404 makes a VM gone."""

from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from asr.gateway.fleet_store import read_head, read_rows
from asr.gateway.requests import read_request, remember_request
from asr.gateway.session import Azure
from asr.gateway.store.interface import every_name
from asr.gateway.store.names import folder_name, parts_of
from asr.model.fleet import FleetHead, FleetRow
from asr.model.outcome import State
from asr.model.request import NamedRequest
from asr.model.run import VmState
from asr.planning.fleet_rows import condition_of
from asr.planning.fleet_state import FleetState
from asr.services.fleet import read_fleet
from asr.services.fleet_joining import join_page, joining_of
from asr.services.fleet_reading import keep_states, read_machines, read_vaults
from asr.services.fleet_snapshot import finish, read_fleet_anew
from asr.services.snapshot import find_row, known_ids
from local.emulator.server import Emulator
from tests.gateway.sessions import within

GRAPH = "*/Microsoft.ResourceGraph/resources"
NOTHING = {"totalRecords": 0, "count": 0, "resultTruncated": "false", "facets": [], "data": []}
AT = "2026-11-22T12:00:00+00:00"


class World:
    """A local Azure in which others protect `kept-0`, and the app's store."""

    def __init__(self, emulator: Emulator, store: Path) -> None:
        self.url = emulator.url
        self.subscription = emulator.subscription
        self.store = store

    def run[T](self, work: Callable[[Azure], Awaitable[T]]) -> T:
        """What the work answers, given a session of a new process."""
        return within(self.url, work, ASR_SUBSCRIPTIONS=self.subscription, ASR_STORE=str(self.store))

    def rows(self, *states: VmState) -> tuple[FleetHead, dict[str, FleetRow]]:
        """The fleet, read anew, by name."""

        async def work(azure: Azure) -> tuple[FleetHead, dict[str, FleetRow]]:
            head = await read_fleet_anew(azure, states)
            parts = [await read_rows(azure, head.id, part.name) for part in head.parts]
            return head, {row.vm_id.rsplit("/", 1)[-1]: row for part in parts for row in part or ()}

        return self.run(work)

    def vm(self, name: str) -> str:
        """A machine's id."""
        group = f"/subscriptions/{self.subscription}/resourceGroups/shop"
        return f"{group}/providers/Microsoft.Compute/virtualMachines/{name}"

    def asked(self) -> int:
        """How many requests Azure has had."""
        return len(httpx.get(f"{self.url}/_emulator/requests").json())

    def fault(self, **fault: Any) -> None:
        """Add a fault."""
        httpx.post(f"{self.url}/_emulator/faults", json=fault).raise_for_status()

    def mended(self) -> None:
        """Remove all faults."""
        httpx.post(f"{self.url}/_emulator/faults", json={"clear": True}).raise_for_status()


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with Emulator("adopted") as emulator:
        yield World(emulator, tmp_path)


def test_a_reading_becomes_the_snapshot(world: World) -> None:
    """What it handed from step to step is deleted two readings later; nothing but the rows of the fleet is shown."""
    head, rows = world.rows()

    assert (head.total, head.machines, head.problems, len(head.vaults)) == (1, 2, (), 1)
    assert condition_of(rows["kept-0"]).state is FleetState.PROTECTED
    for _ in range(3):
        last, _ = world.rows()

    async def readings(azure: Azure) -> set[str]:
        names = [name async for name in every_name(azure.store, folder_name("fleet"))]
        return {parts_of(name)[1] for name in names if len(parts_of(name)) > 2}

    assert world.run(readings) == {last.id, last.previous}


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        ({"method": "GET", "path": "*/replicationProtectedItems", "status": 403}, "vault"),
        ({"method": "GET", "path": "*/replicationProtectedItems", "status": 503}, "vault"),
        ({"method": "GET", "path": "*/replicationProtectedItems", "status": 429, "retry_after": 9999}, "vault"),
        ({"method": "POST", "path": GRAPH, "status": 403}, "machines"),
        ({"method": "POST", "path": GRAPH, "status": 200, "body": None}, "machines"),
        ({"method": "GET", "path": "*/subscriptions/*/resources", "status": 403}, "subscription"),
    ],
)
def test_what_cannot_be_read_stands(world: World, fault: dict[str, Any], kind: str) -> None:
    """With its age; the problem says what, why, and since when."""
    before, known = world.rows()
    world.fault(**fault)
    head, rows = world.rows()

    (problem,) = head.problems
    assert (problem.kind, condition_of(rows["kept-0"]).state) == (kind, FleetState.PROTECTED)
    assert problem.last_read is not None
    assert rows["kept-0"].seen == known["kept-0"].seen
    if kind == "vault":
        assert rows["kept-0"].item_at == known["kept-0"].item_at
        assert head.vaults[0].at == before.vaults[0].at == problem.last_read
    world.mended()
    assert world.rows()[0].problems == ()


def test_a_machine_that_is_only_left_out_is_not_gone(world: World) -> None:
    """Resource Graph says nothing of what the app may not read: so the machine is looked for where it lives."""
    world.rows()
    world.fault(method="POST", path=GRAPH, status=200, body=NOTHING)
    there, rows = world.rows()
    assert (there.problems, condition_of(rows["kept-0"]).state) == ((), FleetState.PROTECTED)

    world.fault(method="GET", path="*/virtualMachines/kept-0", status=403)
    denied, rows = world.rows()
    assert [(one.kind, one.id) for one in denied.problems] == [("vm", world.vm("kept-0"))]
    assert condition_of(rows["kept-0"]).state is FleetState.PROTECTED

    world.mended()
    world.fault(method="POST", path=GRAPH, status=200, body=NOTHING)
    world.fault(method="GET", path="*/virtualMachines/kept-0", status=404)
    gone, rows = world.rows()
    assert (gone.problems, condition_of(rows["kept-0"]).state) == ((), FleetState.ORPHANED)
    assert rows["kept-0"].region == "eastasia"
    world.mended()
    assert condition_of(world.rows()[1]["kept-0"]).state is FleetState.PROTECTED


def test_pages_come_from_the_snapshot(world: World) -> None:
    """Without a request to Azure; what runs have told since is laid over it; an empty store is filled first."""
    asked: list[Any] = []
    known: dict[str, VmState] = {}

    async def states(since: Any) -> dict[str, VmState]:
        asked.append(since)
        return known

    async def work(azure: Azure) -> None:
        first = await read_fleet(azure, states)
        assert len(first.members) == 1
        before = world.asked()
        key = world.vm("next-0").lower().strip("/")
        refused: dict[str, object] = {"state": State.REFUSED, "reasons": [], "at": "2999-01-01T00:00:00+00:00"}
        known[key] = VmState(world.vm("next-0"), count=1, last=refused)
        again = await read_fleet(azure, states)
        assert {one.row.vm_id.rsplit("/", 1)[-1]: one.condition.state for one in again.members} == {
            "kept-0": FleetState.PROTECTED,
            "next-0": FleetState.REFUSED,
        }
        known[key] = VmState(world.vm("next-0"), count=1, last={**refused, "state": State.NOT_REQUESTED})
        assert len((await read_fleet(azure, states)).members) == 1
        recovered = world.vm("kept-0").replace("/shop/", "/shop-dr/")
        known[recovered.lower().strip("/")] = VmState(recovered, count=1, last={**refused, "state": State.ENABLING})
        made = next(one for one in (await read_fleet(azure, states)).members if one.row.vm_id == recovered)
        assert (made.condition.state, made.row.made_by is not None) == (FleetState.REFUSED, True)
        assert world.asked() == before
        del known[recovered.lower().strip("/")]
        assert (await read_fleet(azure, states, refresh=True)).head.id != first.head.id

    async def another_process(azure: Azure) -> None:
        row = await find_row(azure, world.vm("KEPT-0"))
        assert row is not None
        assert await find_row(azure, world.vm("nobody")) is None
        assert await known_ids(azure) == (row.vm_id,)

    world.run(work)
    world.run(another_process)


def test_a_sweep_asks_only_who_needs_something_and_remembers_who_asked(world: World) -> None:
    """By name: with the choices of the request. Any step may come twice."""
    named = NamedRequest("ann", verified=True, at=AT, profile="default")

    async def work(azure: Azure) -> tuple[Any, FleetHead | None]:
        await remember_request(azure, world.vm("next-0"), named)
        await keep_states(azure, "r-1", ())
        for _ in range(2):
            assert await read_machines(azure, "r-1", 0) is False
            assert await read_vaults(azure, "r-1", 1, 0) is False
        joining = await joining_of(azure, "r-1", 1)
        needed = await join_page(azure, joining, 0, AT, remember=True)
        assert await join_page(azure, joining, 0, AT, remember=True) == needed
        await finish(azure, joining, 1, AT, is_sweep=True)
        return needed, await read_head(azure)

    ((one,), head) = world.run(work)
    assert (one.vm_id, one.finding.by_name) == (world.vm("next-0"), True)
    assert one.choices is not None
    assert one.choices.profile == "default"
    assert head is not None
    assert (head.id, head.sweep, head.total) == ("r-1", AT, 2)


def test_a_request_by_name_is_fulfilled_once_its_vm_is_protected(world: World) -> None:
    """So it asks no more, and the VM is not protected again when a person ends that."""

    async def work(azure: Azure) -> bool:
        await remember_request(azure, world.vm("kept-0"), NamedRequest("ann", verified=True, at=AT))
        await keep_states(azure, "r-1", ())
        await read_machines(azure, "r-1", 0)
        await read_vaults(azure, "r-1", 1, 0)
        await join_page(azure, await joining_of(azure, "r-1", 1), 0, AT, remember=True)
        record = await read_request(azure, world.vm("kept-0"))
        return record is not None and record.by_name is not None and record.by_name.fulfilled

    assert world.run(work)
