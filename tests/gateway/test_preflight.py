"""Probes: what may not be read is not judged, what cannot be read now is a fault, and nothing else is asked twice."""

import asyncio
import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import httpx
import pytest

from asr.choices.profiles import Profile
from asr.choices.tags import read_request
from asr.errors import TransientFault
from asr.gateway.facts import gather
from asr.gateway.machines import read_virtual_machine
from asr.gateway.preflight import preflight
from asr.gateway.resources import VIRTUAL_MACHINE
from asr.gateway.session import Azure
from asr.model.preflight_facts import Lock, PreflightFacts
from asr.model.resource_id import resource_id
from asr.planning.protection import decide
from local.emulator.server import Emulator
from tests.gateway.sessions import within


@pytest.fixture
def crowded() -> Iterator[Emulator]:
    with Emulator("crowded") as emulator:
        yield emulator


def preflight_facts(crowded: Emulator, name: str, group_name: str = "crowd") -> PreflightFacts:
    """What the probes tell about a machine that nothing else stands against."""
    group = f"/subscriptions/{crowded.subscription}/resourceGroups/{group_name}"

    async def work(azure: Azure) -> PreflightFacts:
        vm = await read_virtual_machine(azure, resource_id(group, VIRTUAL_MACHINE, name))
        assert vm is not None
        request = read_request({"asr-protect": "true"}, "asr-", {"default": Profile("default")}, "default")
        facts = await gather(azure, vm)
        plan = decide(vm.id, facts, request).plan
        assert plan is not None
        told = (await preflight(azure, facts, plan)).preflight_facts
        assert told is not None
        return told

    return within(crowded.url, work)


def fault(crowded: Emulator, **fields: Any) -> None:
    httpx.post(f"{crowded.url}/_emulator/faults", json=fields).raise_for_status()


def test_what_stands_around(crowded: Emulator) -> None:
    """Locks with their scope, replicas, sizes with cores and memory, quotas."""
    told = preflight_facts(crowded, "locked-0")
    group = f"/subscriptions/{crowded.subscription}/resourceGroups/crowd"
    size = next(size for size in told.sizes if size.name == "Standard_D2s_v5")
    family = next(usage for usage in told.usages if usage.name == "standardFSv2Family")

    assert Lock(resource_id(group, VIRTUAL_MACHINE, "locked-0"), "hold", "ReadOnly") in told.locks
    assert [replica.rpartition("/")[2] for replica in told.replicas] == ["again-0-os-ASRReplica"]
    assert (size.vcpus, size.memory_gib, size.restriction) == (2, 8.0, None)
    assert (family.used, family.limit) == (0, 2)
    assert "Standard_E4s_v5" not in {size.name for size in told.sizes}
    assert "Standard_E4s_v5" in {size.name for size in told.home_sizes}


def test_what_may_not_be_read_is_not_judged(crowded: Emulator) -> None:
    """Azure judges it when enabling; the other probes still count."""
    fault(crowded, path="*/providers/Microsoft.Authorization/locks", status=403)
    told = preflight_facts(crowded, "locked-0")

    assert told.locks == ()
    assert told.sizes


def test_what_cannot_be_read_now_is_a_fault(crowded: Emulator) -> None:
    """A retry may cure it, so nothing is decided without."""
    fault(crowded, path="*/usages", status=503)

    with pytest.raises(TransientFault, match="usages"):
        preflight_facts(crowded, "clear-0")


def test_what_the_vaults_hold() -> None:
    """The items with vault and recovery group."""
    with Emulator("adopted") as adopted:
        told = preflight_facts(adopted, "next-0", "shop")
        root = f"/subscriptions/{adopted.subscription}/resourceGroups"

    (item,) = told.items
    assert item.vm_id.lower().endswith("/kept-0")
    assert (item.disks, item.vault_id.rsplit("/", 1)[-1]) == (1, "dr-vault")
    assert (item.recovery_group_id or "").lower() == f"{root}/shop-dr".lower()


def test_the_items_around_a_machine_that_site_recovery_has_been_at_are_read_anew() -> None:
    """A failover may have made it, by an item that is younger than the list; for others what was just read does."""
    with Emulator("adopted") as adopted:
        group = f"/subscriptions/{adopted.subscription}/resourceGroups/shop"

        def listed() -> int:
            sent = httpx.get(f"{adopted.url}/_emulator/requests").json()
            return sum(one["path"].lower().endswith("/replicationprotecteditems") for one in sent)

        async def lists(azure: Azure) -> list[int]:
            vm = await read_virtual_machine(azure, resource_id(group, VIRTUAL_MACHINE, "next-0"))
            assert vm is not None
            request = read_request({"asr-protect": "true"}, "asr-", {"default": Profile("default")}, "default")
            facts = await gather(azure, vm)
            plan = decide(vm.id, facts, request).plan
            assert plan is not None
            counts = []
            for marked in (False, False, True):
                await preflight(azure, replace(facts, vm=replace(vm, mobility_service=marked)), plan)
                counts.append(await asyncio.to_thread(listed))
            await preflight(azure, replace(facts, vm=replace(vm, created=time.time())), plan)
            counts.append(await asyncio.to_thread(listed))
            there = replace(vm, id=resource_id(f"{group}-dr", VIRTUAL_MACHINE, "next-0"))
            await preflight(azure, replace(facts, vm=there), plan)
            counts.append(await asyncio.to_thread(listed))
            return counts

        first, second, marked, young, there = within(adopted.url, lists)
        assert (second - first, marked - second, young - marked, there - young) == (0, 1, 1, 1)
