"""Whatever stands in an answer of Azure's, a reader understands it or says that it does not; and writes nothing."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from asr.codec import encode
from asr.errors import Rejected, TransientFault
from asr.gateway.session import Azure
from asr.model.run import Choices
from asr.planning.candidates import TargetKind
from asr.services.decide import explain
from asr.services.fleet_snapshot import read_fleet_anew
from asr.services.machines import Scope
from asr.services.protectable import list_protectable
from asr.services.standing import row_of_vm
from asr.services.status import explain_status
from asr.services.targets import find_targets
from local.emulator.server import Emulator
from tests.fuzz.effort import effort
from tests.fuzz.mangling import Place, odd_values, places_in
from tests.gateway.sessions import within

LONGEST_SECONDS = 60
"""How long a reading may take however busy the machine is; it takes a tenth of a second."""

type Reading = Callable[[Azure, str], Awaitable[object]]


async def _status(azure: Azure, vm: str) -> object:
    known = await explain_status(azure, vm)
    return encode(known.decision), encode(await row_of_vm(azure, vm, known.facts, None))


async def _decision(azure: Azure, vm: str) -> object:
    return encode((await explain(azure, azure.settings, vm, Choices())).decision)


async def _targets(azure: Azure, vm: str) -> object:
    return [await find_targets(azure, vm, kind) for kind in TargetKind]


READINGS: dict[str, tuple[str, Reading]] = {
    "the decision on a VM": ("next-0", _decision),
    "the status of a protected VM": ("kept-0", _status),
    "the targets of a VM": ("next-0", _targets),
    "the fleet": ("", lambda azure, _: read_fleet_anew(azure, ())),
    "the protectable VMs": ("", lambda azure, _: list_protectable(azure, Scope(None, None, None), 50, None)),
}


class World:
    """A local Azure in which `kept-0` is protected; `places` are those in the answers that each reading gets."""

    def __init__(self, emulator: Emulator, capture: Path) -> None:
        self.emulator = emulator
        self.capture = capture
        self.places = {name: self._record(name) for name in READINGS}

    def read(self, name: str) -> object:
        """Read with a session of a new process, which remembers nothing."""
        machine, reading = READINGS[name]
        group = f"/subscriptions/{self.emulator.subscription}/resourceGroups/shop"
        vm = f"{group}/providers/Microsoft.Compute/virtualMachines/{machine}"

        async def work(azure: Azure) -> object:
            return await asyncio.wait_for(reading(azure, vm), LONGEST_SECONDS)

        return within(self.emulator.url, work, ASR_SUBSCRIPTIONS=self.emulator.subscription)

    def fault(self, **fault: Any) -> None:
        """Add a fault, or clear them."""
        httpx.post(f"{self.emulator.url}/_emulator/faults", json=fault).raise_for_status()

    def written(self) -> list[Any]:
        """What was written since the world began."""
        log = httpx.get(f"{self.emulator.url}/_emulator/requests").json()
        return [one for one in log if one["method"] in ("PUT", "PATCH", "DELETE")]

    def _record(self, name: str) -> tuple[Place, ...]:
        self.capture.write_text("")
        self.read(name)
        return places_in(self.capture)


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    capture = tmp_path / "capture.jsonl"
    with Emulator("adopted", capture=capture) as emulator:
        yield World(emulator, capture)


def test_no_answer_is_a_defect(world: World) -> None:
    """Null, another type, absurd sizes, in every field of every answer that the app reads."""

    @effort(40)
    @given(st.sampled_from(sorted(READINGS)), st.data(), odd_values())
    def try_one(name: str, data: st.DataObject, value: Any) -> None:
        place = data.draw(st.sampled_from(world.places[name]))
        world.fault(clear=True)
        world.fault(method=place.method, path=place.path, replace={place.pointer: value})
        with suppress(Rejected, TransientFault):  # it is told, in words of the app
            world.read(name)

    assert min(map(len, world.places.values())) > 20, {name: len(places) for name, places in world.places.items()}
    try_one()
    assert world.written() == []
