"""A protection is ended although answers are lost and Azure does not tell the truth: all of it goes, nothing else."""

from collections.abc import Iterator
from typing import Any

import pytest

from asr.gateway.endings import read_ending
from asr.gateway.session import Azure
from asr.model.ending import EndOptions
from asr.planning.naming import item_name
from local.emulator.server import Emulator
from tests.emulator.site_recovery.arm import COMPUTE, Arm
from tests.emulator.site_recovery.estate import Estate
from tests.gateway.ending_runs import EndingRun
from tests.gateway.sessions import within

AT_ONCE = EndOptions(untag=True)
BY_FORCE = EndOptions(untag=True, force=True)
PURGED = {"nothing is there", "null"}
"""Lies about what a purge leaves: the machine is stopped, and its item purged."""


@pytest.fixture
def estate() -> Iterator[Estate]:
    """`web-0` and `db-0` are protected under the app's names, and web-0's tag asks."""
    with Emulator("east-asia") as emulator, Arm(emulator) as arm:
        made = Estate(arm)
        made.make_target()
        made.make_foundation()
        for name in ("web-0", "db-0"):
            disks = ("os", "data-0", "data-1") if name == "web-0" else ("os", "data-0")
            item = made.item(item_name(made.machine(name)))
            arm.done("PUT", item, made.item_body(name, disks))
            made.protected(item)
        tags = {"operation": "Merge", "properties": {"tags": {"asr-protect": "true"}}}
        arm.ask(
            "PATCH", f"{made.machine('web-0')}/providers/Microsoft.Resources/tags/default", tags, version="2021-04-01"
        )
        _control(made, "settings", {"site_recovery.extension_after_disable": "stays"})
        yield made


def _tag(estate: Estate, vm: str, value: str) -> None:
    tags = {"operation": "Merge", "properties": {"tags": {"asr-protect": value}}}
    estate.arm.ask("PATCH", f"{vm}/providers/Microsoft.Resources/tags/default", tags, version="2021-04-01")


def _control(estate: Estate, what: str, body: object) -> Any:
    answer = estate.arm.http.post(f"/_emulator/{what}", json=body)
    assert answer.is_success, answer.text
    return answer.json()


def _left(estate: Estate, name: str) -> list[str]:
    """What Site Recovery left of the machine."""
    arm, vm = estate.arm, estate.machine(name)
    item = estate.item(item_name(vm))
    links = arm.get(f"{vm}/providers/Microsoft.Resources/links", version="2016-09-01")["value"]
    extensions = arm.get(f"{vm}/extensions", version=COMPUTE)["value"]
    disks = arm.get(f"{estate.recovery_group}/providers/Microsoft.Compute/disks", version="2024-03-02")["value"]
    return [
        *(["item"] if arm.ask("GET", item).status_code == 200 else []),
        *(one["name"] for one in links),
        *(one["name"] for one in extensions if one["name"].startswith("SiteRecovery")),
        *(one["name"] for one in disks if one["name"].lower().startswith(f"{name}-")),
    ]


def _writes(estate: Estate) -> list[str]:
    logged = estate.arm.http.get("/_emulator/requests").json()
    ours = (
        one for one in logged if "asr-autoprotect" in (one["client"] or "") and one["method"] not in ("GET", "HEAD")
    )
    return [f"{one['method']} {one['path'].rsplit('/', 1)[-1]}" for one in ours]


def _end(estate: Estate, name: str = "web-0", options: EndOptions = AT_ONCE, **run: Any) -> dict[str, Any]:
    async def work(azure: Azure) -> dict[str, Any]:
        outcome = await EndingRun(azure, estate.machine(name), estate.arm.advance, **run).outcome(options)
        remembered = await read_ending(azure, estate.machine(name))
        return {**outcome, "remembered": remembered}

    return within(
        estate.arm.emulator.url,
        work,
        ASR_POLL_INTERVAL_SECONDS="0.1",
        ASR_CLOCK_URL=f"{estate.arm.emulator.url}/_emulator/clock",
    )


@pytest.mark.parametrize("parity", [0, 1])
def test_a_worker_that_dies_after_every_other_call(estate: Estate, parity: int) -> None:
    """What it did stands, nobody kept its answer: it is called again, and nothing is asked of Azure a third time."""
    other = _left(estate, "db-0")

    outcome = _end(estate, lost=lambda number: number % 2 == parity)

    assert (outcome["state"], outcome["reasons"], outcome["remembered"]) == ("unprotected", [], None)
    assert _left(estate, "web-0") == []
    assert _left(estate, "db-0") == other
    writes = _writes(estate)
    assert max(map(writes.count, writes)) <= 2, writes


FOREIGN = {"Azure-AsyncOperation": "https://evil.example/x", "Location": "https://evil.example/x"}
REMOVE, DISK, ITEM = ("POST", "*/remove"), ("DELETE", "*/disks/*"), ("GET", "*/replicationProtectedItems/*")

LIES: dict[str, tuple[tuple[tuple[str, str], dict[str, Any]], ...]] = {
    "conflicts": (
        (("PATCH", "*/tags/default"), {"status": 409}),
        (REMOVE, {"status": 409}),
        (DISK, {"status": 409, "times": 2}),
    ),
    "taken, with foreign addresses": (
        (REMOVE, {"phase": "after", "headers": FOREIGN}),
        (DISK, {"phase": "after", "headers": FOREIGN}),
    ),
    "taken, and denied": ((REMOVE, {"phase": "after", "status": 409}), (("DELETE", "*/extensions/*"), {"status": 404})),
    "cut off, and throttled": ((REMOVE, {"phase": "after", "reset": True}), (DISK, {"status": 429, "retry_after": 0})),
    "the item is not there": ((ITEM, {"status": 404}), (("GET", "*/links"), {"status": 404})),
    "the item is not there, twice": ((ITEM, {"status": 404, "times": 2}),),
    "nothing is there": (
        (("GET", "*-ASRReplica"), {"status": 404}),
        (("GET", "*operation*"), {"status": 404, "times": 2}),
    ),
    "null": ((("GET", "*-ASRReplica"), {"body": "null", "times": 2}), (("GET", "*/extensions/*"), {"body": "null"})),
}


@pytest.mark.parametrize("lie", LIES)
def test_azure_lies(estate: Estate, lie: str) -> None:
    """Whatever is answered once or twice: in the end everything is gone, and what is told is true."""
    other = _left(estate, "db-0")
    for (method, path), how in LIES[lie]:
        estate.arm.fault(method, path, **how)

    if lie in PURGED:
        estate.power("web-0", "deallocate")
    outcome = _end(estate, options=BY_FORCE if lie in PURGED else AT_ONCE)

    assert (outcome["state"], outcome["reasons"], outcome["remembered"]) == ("unprotected", [], None), outcome
    assert _left(estate, "web-0") == []
    assert _left(estate, "db-0") == other


def test_what_cannot_be_understood_ends_nothing(estate: Estate) -> None:
    """A decision on such an answer is none: it is told, nothing was touched, and the next run goes on."""
    estate.arm.fault(*ITEM, body="null")

    outcome = _end(estate)

    assert (outcome["state"], outcome["reasons"][0]["code"]) == ("failed", "AzureAnswerNotUnderstood")
    assert _writes(estate) == []
    assert _end(estate)["state"] == "unprotected"
    assert _left(estate, "web-0") == []


def test_somebody_else_purges_it_meanwhile(estate: Estate) -> None:
    """Between the decision and the removal: what the item left is put away by the ids that were recorded before."""
    arm, item = estate.arm, estate.item(item_name(estate.machine("web-0")))

    def purge(number: int) -> bool:
        if number == 1:  # after the decision
            arm.done("DELETE", item, None)
        return False

    outcome = _end(estate, lost=purge)

    assert (outcome["state"], outcome["reasons"]) == ("unprotected", [])
    assert _left(estate, "web-0") == []
    assert "POST remove" not in _writes(estate)


def test_the_tag_is_put_back_in_the_last_second(estate: Estate) -> None:
    """After the decision, before the removal: the protection goes on, and nothing is remembered of its end."""
    vm = estate.machine("web-0")
    before = _left(estate, "web-0")
    _tag(estate, vm, "false")

    def tag(number: int) -> bool:
        if number == 1:
            _tag(estate, vm, "true")
        return False

    outcome = _end(estate, options=EndOptions(), lost=tag)

    assert (outcome["state"], outcome["remembered"]) == ("protected", None)
    assert _left(estate, "web-0") == before
    assert _writes(estate) == []


def test_what_one_ending_costs(estate: Estate) -> None:
    """In requests, for many end at once: one list of the vault's items and one of its jobs among them."""
    _end(estate)
    logged = estate.arm.http.get("/_emulator/requests").json()
    ours = [one for one in logged if "asr-autoprotect" in (one["client"] or "")]
    lists = [one for one in ours if one["path"].endswith(("replicationProtectedItems", "replicationJobs"))]

    assert len(ours) <= 30
    assert len(lists) <= 2
    assert _writes(estate) == ["PATCH default", "POST remove", "DELETE SiteRecovery-Windows"]
