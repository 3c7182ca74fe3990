"""Of a VM whose item may lie in a vault that cannot be read it is said so: nobody claims that it is not replicated."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest

from asr.gateway.requests import remember_request
from asr.gateway.session import Azure
from asr.model.failover import FailoverAction, FailoverRequest
from asr.model.outcome import Reason
from asr.model.request import LeftVm
from asr.model.vm_facts import ProtectedItem
from asr.planning.failover import FailoverDecision
from asr.services.failover import answer_failover
from asr.services.failover_plans import forecast
from asr.services.recovery_plans import RecoveryPlans, find_plans, torn, with_items
from local.emulator.server import Emulator
from tests.gateway.test_fleet_snapshot import World

ITEMS = {"method": "GET", "path": "*/replicationProtectedItems"}
ITEM = {"method": "GET", "path": "*/replicationProtectedItems/*"}
VAULTS = {"method": "GET", "path": "*/subscriptions/*/resources"}
SHOP = {"asr-recovery-plan": "shop", "asr-recovery-wave": "4"}


class Planned(World):
    """Both machines are in the plan `shop`; `kept-0` has an item, `next-0` only asks for one."""

    def tag(self, name: str, tags: dict[str, str]) -> None:
        """Set a machine's tags."""
        path = f"{self.url}{self.vm(name)}/providers/Microsoft.Resources/tags/default?api-version=2021-04-01"
        body = {"properties": {"tags": tags}}
        httpx.put(path, json=body, headers={"Authorization": "Bearer operator"}).raise_for_status()

    def plan(self) -> tuple[RecoveryPlans, dict[str, list[str]], dict[str, bool]]:
        """All plans; of `shop`'s VMs by name what stands against them, and whether a forecast of them is possible."""

        async def work(azure: Azure) -> tuple[RecoveryPlans, dict[str, list[str]], dict[str, bool]]:
            plans = await find_plans(azure)
            vms = await with_items(azure, plans.plans.get("shop", ()))
            told = await forecast(
                azure,
                [(vm.vm_id, vm.item or vm.unread) for vm in vms],
                FailoverAction.UNPLANNED,
                FailoverRequest(),
                {},
                {},
            )
            against = {vm.vm_id.rpartition("/")[2]: codes(vm.against) for vm in vms}
            return plans, against, {one.vm_id.rpartition("/")[2]: one.is_possible for one in told}

        return self.run(work)


def codes(reasons: tuple[Reason, ...]) -> list[str]:
    return [one.code for one in reasons]


@pytest.fixture
def world(tmp_path: Path) -> Iterator[Planned]:
    with Emulator("adopted") as emulator:
        made = Planned(emulator, tmp_path)
        made.tag("kept-0", SHOP)
        made.tag("next-0", {**SHOP, "asr-protect": "true"})
        yield made


@pytest.mark.parametrize(("status", "known"), [(403, False), (503, False), (403, True)])
def test_the_vm_and_what_could_not_be_read_are_named(world: Planned, status: int, known: bool) -> None:
    """Once it can be read again the answer is the true one."""
    if known:
        world.rows()
    vm = world.vm("next-0")
    world.fault(**ITEMS, status=status)

    async def asked(azure: Azure) -> tuple[ProtectedItem | None, FailoverDecision]:
        return await answer_failover(azure, vm, FailoverAction.UNPLANNED, FailoverRequest())

    item, decision = world.run(asked)
    (why,) = decision.reasons
    assert (item, why.code, why.facts["vm"]) == (None, "ItemNotRead", vm)
    assert "/vaults/" in str(why.facts["request"])
    world.mended()
    _, decision = world.run(asked)
    assert [one.code for one in decision.reasons] == ["NotReplicated"]


FAULTS: dict[str, list[dict[str, Any]]] = {
    "the items may not be listed": [{**ITEMS, "status": 403}],
    "the items cannot be listed now": [{**ITEMS, "status": 503}],
    "the list of items is null": [{**ITEMS, "status": 200, "body": None}],
    "the list of items is none": [{**ITEMS, "status": 200, "body": {"value": "none"}}],
    "the list of items is of strangers": [{**ITEMS, "status": 200, "body": {"value": [], "nextLink": "https://x.y/z"}}],
    "neither list nor item may be read": [{**ITEMS, "status": 403}, {**ITEM, "status": 403}],
}


def test_a_plan_names_what_it_could_not_read(world: Planned) -> None:
    """What the VM's links lead to is followed all the same; of the other it is not claimed that it is not replicated,
    and what a forecast says is what the run would say. It is the same before the first sweep and after it."""
    for known in (False, True):
        if known:
            world.rows()
        for fault, told in FAULTS.items():
            for one in told:
                world.fault(**one)
            _, against, possible = world.plan()
            world.mended()
            unread = ["ItemNotRead"] if "neither" in fault else []
            assert against == {"kept-0": unread, "next-0": ["ItemNotRead"]}, (fault, known)
            assert possible == {"kept-0": not unread, "next-0": False}, (fault, known)
    assert world.plan()[1:] == ({"kept-0": [], "next-0": ["NotReplicated"]}, {"kept-0": True, "next-0": False})


def test_points_that_cannot_be_read_stand_against_their_vm(world: Planned) -> None:
    """The other VMs' parts are told."""
    world.fault(method="GET", path="*/recoveryPoints", status=403)

    _, against, possible = world.plan()

    assert against["kept-0"] == []
    assert not possible["kept-0"]


def test_tags_that_cannot_be_read_are_those_of_the_last_sweep(world: Planned) -> None:
    """And it is said so; where no sweep was, nobody claims to know who is in a plan."""
    fault = {**VAULTS, "status": 403}
    world.fault(**fault)
    with pytest.raises(Exception, match=r"Authorization|Forbidden|403"):
        world.plan()
    world.mended()
    world.rows()
    world.fault(**fault)
    plans, against, _ = world.plan()
    assert codes(plans.notes) == ["PlanTagsNotRead"]
    assert against == {"kept-0": [], "next-0": ["ItemNotRead"]}


def test_a_group_that_cannot_be_read_may_be_torn(world: Planned) -> None:
    """A member of a consistency group is not failed over while it is not known who else is in the group."""

    async def work(azure: Azure) -> list[str]:
        (item,) = (await find_plans(azure)).items
        assert not await torn(azure, [item])
        world.fault(**ITEMS, status=403)
        grouped = replace(item, consistency_group="g")
        return [why.code for _, why in await torn(azure, [grouped])]

    assert world.run(work) == ["ItemNotRead"]


def test_what_a_fail_back_left_is_in_no_plan(world: Planned) -> None:
    """Its tags are copies, also when its item is gone; another VM under its name counts."""
    guid = httpx.get(
        f"{world.url}{world.vm('next-0')}?api-version=2024-07-01", headers={"Authorization": "Bearer operator"}
    ).json()["properties"]["vmId"]

    def left(guid: str) -> None:
        record = LeftVm(guid, world.vm("kept-0"), "/v")
        world.run(lambda azure: remember_request(azure, world.vm("next-0"), record))

    left(guid)
    assert list(world.plan()[1]) == ["kept-0"]
    left("00000000-0000-0000-0000-000000000000")
    assert list(world.plan()[1]) == ["kept-0", "next-0"]
