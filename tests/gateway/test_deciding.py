"""What deciding about machines costs, and what it does when Azure does not tell: over real HTTP, from a local Azure."""

import asyncio
from collections import Counter
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from asr.errors import Rejected, Throttled
from asr.gateway.resources import VIRTUAL_MACHINE
from asr.gateway.session import Azure
from asr.model.decision import Action
from asr.model.resource_id import resource_id
from asr.model.run import Choices
from asr.services.asked_for import asks_for_protection
from asr.services.decide import Explained, explain, explain_all
from asr.services.status import explain_status
from local.emulator.server import Emulator
from tests.gateway.sessions import WORLDS, within

FOREIGN = "11111111-2222-3333-4444-555555555555"
BY_NAME = Choices()


class Contoso:
    """The world of East Asia, whose machines are asked for by name."""

    def __init__(self, emulator: Emulator) -> None:
        self.url = emulator.url
        self.subscription = emulator.subscription
        assert self.subscription in WORLDS

    def vm(self, name: str) -> str:
        group = f"/subscriptions/{self.subscription}/resourceGroups/contoso-app"
        return resource_id(group, VIRTUAL_MACHINE, name)

    def fault(self, **fields: Any) -> None:
        httpx.post(f"{self.url}/_emulator/faults", json=fields).raise_for_status()

    def asked(self) -> Counter[str]:
        """The last part of each path that was asked for, and how often."""
        requests = httpx.get(f"{self.url}/_emulator/requests").json()
        return Counter(str(one["path"]).rstrip("/").rpartition("/")[2].lower() for one in requests)


@pytest.fixture
def contoso() -> Iterator[Contoso]:
    with Emulator("east-asia") as emulator:
        yield Contoso(emulator)


async def decided(azure: Azure, vm_id: str) -> Explained:
    return await explain(azure, azure.settings, vm_id, BY_NAME)


def codes(explained: Explained) -> list[str]:
    outcome = explained.decision.outcome
    return [one.code for one in outcome.reasons] if outcome else []


def test_a_machine_that_its_own_document_speaks_against_costs_one_request(contoso: Contoso) -> None:
    """Neither links, nor networks, nor eligibility are asked for; run, status and plan say the same."""
    vm = contoso.vm("batch-0")

    async def work(azure: Azure) -> tuple[Explained, Explained]:
        return await decided(azure, vm), (await explain_all(azure, azure.settings, [vm], BY_NAME))[0]

    run, plan = within(contoso.url, work)

    assert run.decision == plan.decision
    assert run.decision.action is Action.REFUSE
    assert codes(run) == ["AzureVmIsNotInDesiredPowerState"]
    assert contoso.asked() == {"batch-0": 2}


def test_what_an_event_read_serves_one_decision(contoso: Contoso) -> None:
    """The one that it asks for; the next one reads the machine again."""
    vm = contoso.vm("batch-0")
    tags = f"{contoso.url}{vm}/providers/Microsoft.Resources/tags/default?api-version=2021-04-01"
    body = {"operation": "Merge", "properties": {"tags": {"asr-protect": "true"}}}
    httpx.patch(tags, json=body, headers={"Authorization": "Bearer operator"}).raise_for_status()

    async def work(azure: Azure) -> list[int]:
        assert await asks_for_protection(azure, vm, None)
        counts = [contoso.asked()["batch-0"]]
        for _ in range(2):
            assert (await explain(azure, azure.settings, vm)).decision.action is Action.REFUSE
            counts.append(contoso.asked()["batch-0"])
        return counts

    assert within(contoso.url, work) == [1, 1, 2]


def test_a_protected_machine_that_stopped_is_not_refused(contoso: Contoso) -> None:
    """Site Recovery's extension on it tells that its links have to be read."""
    vm = contoso.vm("batch-0")
    extension = f"{vm}/extensions/SiteRecovery-Linux?api-version=2024-07-01"
    publisher = "Microsoft.Azure.RecoveryServices.SiteRecovery"
    about = {"publisher": publisher, "type": "Linux", "typeHandlerVersion": "1.0"}
    body = {"location": "eastasia", "properties": about}
    headers = {"Authorization": "Bearer operator"}
    for action in ("start", "deallocate"):
        httpx.post(f"{contoso.url}{vm}/{action}?api-version=2024-07-01", headers=headers).raise_for_status()
        if action == "start":
            httpx.put(f"{contoso.url}{extension}", json=body, headers=headers).raise_for_status()

    within(contoso.url, lambda azure: decided(azure, vm))

    assert contoso.asked()["links"] == 2, "it has no item, so it is refused, and a refusal is read anew"


def test_machines_that_are_decided_at_once_share_what_they_share(contoso: Contoso) -> None:
    """Each costs its own document, links, interface and eligibility; all else is read once."""
    names = ("web-0", "web-1")

    async def work(azure: Azure) -> list[Explained]:
        ids = [contoso.vm(name) for name in names]
        return list(await explain_all(azure, azure.settings, ids, BY_NAME))

    both = within(contoso.url, work)
    asked = contoso.asked()

    assert [one.decision.action for one in both] == [Action.PROTECT, Action.PROTECT]
    own = {*names, *(f"{name}-nic" for name in names)}
    assert {name: count for name, count in asked.items() if count > 1 and name not in own} == {
        "links": 2,
        "default": 2,
        "disks": 2,
        "skus": 2,
        "resources": 3,
    }, "the disks of two groups, the sizes of two regions, the vaults of three subscriptions are questions of their own"
    assert all(asked[name] == 1 for name in own)


def test_eligibility_is_asked_of_those_alone_that_all_else_allows(contoso: Contoso) -> None:
    """A lock in the way is found before."""
    lock = f"{contoso.vm('web-0')}/providers/Microsoft.Authorization/locks/stay?api-version=2020-05-01"
    body = {"properties": {"level": "ReadOnly"}}
    httpx.put(f"{contoso.url}{lock}", json=body, headers={"Authorization": "Bearer operator"}).raise_for_status()

    explained = within(contoso.url, lambda azure: decided(azure, contoso.vm("web-0")))

    assert "LockedReadOnly" in codes(explained)
    assert "default" not in contoso.asked()


def test_a_pause_costs_nothing_of_what_was_read(contoso: Contoso) -> None:
    """A 429 in the middle of a gathering: the next try asks for what is missing."""
    contoso.fault(method="GET", path="*/skus", status=429, retry_after=0, times=1)
    vm = contoso.vm("web-0")

    async def work(azure: Azure) -> Explained:
        with pytest.raises(Throttled):
            await decided(azure, vm)
        return await decided(azure, vm)

    assert within(contoso.url, work).decision.action is Action.PROTECT
    asked = contoso.asked()
    assert asked.pop("skus") == 3
    assert asked.pop("resources") == 4, "the vaults of three subscriptions, and a query of Resource Graph"
    assert set(asked.values()) == {1}, asked


@pytest.mark.parametrize("status", [401, 403, 409])
def test_a_refusal_is_not_kept(contoso: Contoso, status: int) -> None:
    """The next who asks is told how it is then; meanwhile what cannot be read is not judged, and said so."""
    contoso.fault(method="GET", path="*/locks", status=status, times=1)
    vm = contoso.vm("web-0")

    async def work(azure: Azure) -> tuple[Explained, Explained]:
        return await decided(azure, vm), await decided(azure, vm)

    facts = [one.facts for one in within(contoso.url, work)]
    unread = [one.preflight_facts.unread if one and one.preflight_facts else None for one in facts]

    assert [len(one) if one is not None else None for one in unread] == [1, 0]
    assert [one.request.rpartition("/")[2] for one in unread[0] or ()] == ["locks"]
    assert contoso.asked()["locks"] == 2


def test_a_machine_that_is_not_watched_is_refused_unread(contoso: Contoso) -> None:
    """An orchestration that was started by hand may name any machine."""
    vm = contoso.vm("web-0").replace(contoso.subscription, FOREIGN)

    async def work(azure: Azure) -> tuple[Explained, Explained]:
        return await decided(azure, vm), await explain_status(azure, vm)

    for explained in within(contoso.url, work):
        assert explained.decision.action is Action.REFUSE
        assert codes(explained) == ["SubscriptionNotAllowed"]
    assert contoso.asked() == {}


def test_many_at_once_are_decided_in_turns(contoso: Contoso) -> None:
    """All of them, though each may be told to come again; a refusal of one is not the others' business."""
    contoso.fault(method="GET", path="*/virtualmachines/db-0", status=403)

    async def patient(azure: Azure, name: str) -> str:
        while True:
            try:
                return (await decided(azure, contoso.vm(name))).decision.action.value
            except Throttled as later:
                await asyncio.sleep(min(later.after_seconds, 0.05))
            except Rejected as refusal:
                return refusal.reason.code

    async def work(azure: Azure) -> list[str]:
        names = [*("web-0", "web-1", "db-0", "batch-0"), *(f"none-{number}" for number in range(60))]
        return await asyncio.gather(*(patient(azure, name) for name in names))

    answers = within(contoso.url, work)

    assert answers[:4] == ["protect", "protect", "AuthorizationFailed", "refuse"]
    assert set(answers[4:]) == {"leave"}
