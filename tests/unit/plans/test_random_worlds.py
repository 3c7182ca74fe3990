"""In random worlds a plan says what carrying it out writes; then nothing is left to write, and nothing else moved."""

import asyncio
import json
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import httpx
import pytest

from asr.data.prices import read_prices
from asr.gateway.operations import OperationFailed, Running, poll
from asr.gateway.session import Azure
from asr.model.change import Change, ChangeType
from asr.model.decision import ProtectionPlan
from asr.model.resource_id import key
from asr.model.run import Choices
from asr.model.step import Operation
from asr.planning.foundation import enable_spec, requirements
from asr.planning.plan import METHODS
from asr.resources import protected_items as enabling
from asr.resources.azure_view import AzureView
from asr.resources.table import KINDS
from asr.services.decide import explain
from asr.services.what_if import Plans, plan_all
from local.emulator.server import Emulator
from tests.gateway.sessions import within
from tests.unit.plans.random_worlds import SUBSCRIPTION, RandomWorld

type Writes = Counter[tuple[str, str]]


def planned(plans: Plans) -> Writes:
    """The writes that the plans announce."""
    resources = (resource for plan in plans.vms for resource in plan.everything if resource.writes)
    return Counter((METHODS[resource.change_type], key(resource.id)) for resource in resources)


GRAPH = "providers/microsoft.resourcegraph/resources"
"""A query of Resource Graph is a POST and changes nothing."""


def made(url: str) -> Writes:
    """The writes that Azure took from the app."""
    requests = httpx.get(f"{url}/_emulator/requests").json()
    ours = (one for one in requests if "asr-autoprotect" in (one["client"] or "") and one["method"] != "GET")
    return Counter((one["method"], key(one["path"])) for one in ours if key(one["path"]) != GRAPH)


async def done(azure: Azure, operation: Operation | None) -> None:
    """Wait until the operation has ended well."""
    while operation is not None:
        seen = await poll(azure, operation)
        assert not isinstance(seen, OperationFailed), seen
        if not isinstance(seen, Running):
            return
        await asyncio.sleep(0)


async def carry_out(azure: Azure, plan: ProtectionPlan) -> Change | None:
    """Build the foundation and enable, as a run does; the change that ended it, if one did."""
    ids: dict[str, str] = {}
    for requirement in requirements(plan):
        kind = KINDS[requirement.activity]
        compared = await kind.compare(AzureView(azure), requirement.spec, ids)
        change: Change = compared.change
        if change.change_type is ChangeType.REFUSE:
            return change
        if change.writes:
            await done(azure, await kind.apply(azure, compared))
        ids[requirement.key] = change.id
    enable = await enabling.compare(AzureView(azure), enable_spec(plan), ids)
    await done(azure, await enabling.apply(azure, enable))
    return None


def others(url: str, ids: list[str]) -> Mapping[str, Any]:
    """What Azure says of these resources, without the states that Azure itself moves."""
    found = {}
    for id_ in ids:
        version = "2025-08-01" if "/replication" in id_ else "2024-04-01" if "RecoveryServices" in id_ else "2023-04-01"
        body = httpx.get(f"{url}{id_}?api-version={version}", headers={"Authorization": "Bearer x"}).json()
        about = body.get("properties", {})
        for name in ("provisioningState", "pairingStatus", "protectedItemCount", "role"):
            about.pop(name, None)
        found[id_] = {name: body.get(name) for name in ("id", "location", "tags", "sku", "properties")}
    return found


SEEDS = (23, 30, 38)
"""Cheap ones that between them meet every kind of machine; any number may be tried by hand."""


@pytest.mark.parametrize("seed", SEEDS)
def test_a_plan_says_what_carrying_it_out_writes(seed: int, tmp_path: Path) -> None:
    """Decisions are made beforehand, as runs that start together make them; machines are done in the plan's order."""
    world = RandomWorld(seed)
    file = tmp_path / "world.json"
    file.write_text(json.dumps(world.written))

    async def work(azure: Azure) -> tuple[Plans, Writes, Plans]:
        before = others(emulator.url, world.theirs)
        settings, ids = azure.settings, world.machines
        plans = await plan_all(azure, settings, read_prices(), ids, Choices())
        assert made(emulator.url) == Counter()
        decided = {vm_id: (await explain(azure, settings, vm_id)).decision for vm_id in ids}
        ended = {}
        for plan in sorted(plans.vms, key=lambda one: key(one.vm_id)):
            wanted = decided[plan.vm_id].plan
            ended[plan.vm_id] = await carry_out(azure, wanted) if wanted else None
        writes = made(emulator.url)
        assert {plan.vm_id for plan in plans.vms if plan.problems} == {vm_id for vm_id, end in ended.items() if end}
        assert others(emulator.url, world.theirs) == before
        again = await plan_all(azure, settings, read_prices(), ids, Choices())
        return plans, writes, again

    with Emulator(file, pace="instant") as emulator:
        plans, writes, again = within(emulator.url, work, ASR_SUBSCRIPTIONS=SUBSCRIPTION)

    assert writes == planned(plans)
    assert plans.writes == planned(plans).total()
    assert planned(again) == Counter(), {plan.name: plan.reasons for plan in again.vms}
