"""The chain of evidence in the store: no forks, kept once, whatever dies between two writes."""

import asyncio
from pathlib import Path

import pytest

from asr.gateway import evidence_store
from asr.gateway.evidence_store import append_evidence, find_evidence, read_end, read_evidence
from asr.gateway.session import Azure
from asr.gateway.store.documents import read_document, write_document
from asr.model.evidence import Evidence
from asr.planning.evidence import evidence_of
from asr.services.evidence import check_chain
from tests.gateway.sessions import within

NOWHERE, AT = "http://127.0.0.1:1", "2026-11-22T12:00:00+00:00"


async def append(azure: Azure, about: str) -> Evidence:
    """Append the evidence of this drill."""
    return await append_evidence(
        azure, about, lambda number, previous: evidence_of(number, about, {"id": about}, previous, AT)
    )


def test_several_processes_append_at_once_and_fork_nothing(tmp_path: Path) -> None:
    """Three processes, thirty drills, each appended by all three, and once more."""

    async def work(first: Azure) -> None:
        async with (
            Azure(first.settings, first._credential) as second,
            Azure(first.settings, first._credential) as third,
        ):
            abouts = [f"drill-{number}" for number in range(30)]
            await asyncio.gather(*(append(azure, about) for about in abouts for azure in (first, second, third)))
            for about in abouts:
                await append(second, about)
        checked = await check_chain(first, 1, 500)
        assert checked.problems == ()
        assert sorted(one.about for one in checked.evidence) == sorted(abouts)
        assert checked.total == 30
        part = await check_chain(first, 11, 10)
        assert ([one.number for one in part.evidence], part.next, part.problems) == (list(range(11, 21)), 21, ())

    within(NOWHERE, work, ASR_STORE=str(tmp_path))


@pytest.mark.parametrize("lost", ["evidence-places", "evidence-end", "both", "nothing"])
def test_who_dies_between_two_writes_appends_once(tmp_path: Path, lost: str) -> None:
    """The document is there and nothing that points to it: the next try finds it."""

    async def work(azure: Azure) -> None:
        await append(azure, "drill-0")
        await append(azure, "drill-1")
        if lost in ("evidence-places", "both"):
            await azure.store.delete("evidence-places/drill-1.json")
        if lost in ("evidence-end", "both"):
            await azure.store.delete("evidence-end.json")
        assert (await append(azure, "drill-1")).number == 2
        assert await read_evidence(azure, 3) is None
        assert await read_end(azure) == 2
        assert (await append(azure, "drill-2")).number == 3
        found = await find_evidence(azure, "drill-1")
        assert found is not None
        assert found.number == 2

    within(NOWHERE, work, ASR_STORE=str(tmp_path))


@pytest.mark.parametrize("spoiled", ["removed", "unreadable"])
def test_the_chain_goes_on_behind_what_somebody_has_spoiled(tmp_path: Path, spoiled: str) -> None:
    """The last one keeps its number: the next is not put in its place, and that it is missing is told for good."""

    async def work(azure: Azure) -> None:
        for number in range(1, 4):
            await append(azure, f"drill-{number}")
        if spoiled == "removed":
            await azure.store.delete(evidence_store._named(3))
        else:
            await azure.store.put(evidence_store._named(3), b"{}")
        assert (await append(azure, "drill-4")).number == 4
        assert (await append(azure, "drill-5")).number == 5
        assert (await append(azure, "drill-3")).number == 6
        checked = await check_chain(azure, 1, 500)
        assert [number for number, _ in checked.problems] == [3]

    within(NOWHERE, work, ASR_STORE=str(tmp_path))


def test_what_was_tampered_with_is_told(tmp_path: Path) -> None:
    """Changed, made unreadable, removed from the middle, removed from the end."""

    async def work(azure: Azure) -> None:
        for number in range(1, 6):
            await append(azure, f"drill-{number}")
        name = evidence_store._named(2)
        document = await read_document(azure.store, name, Evidence)
        assert document is not None
        honest = document.record
        await write_document(azure.store, name, evidence_of(2, honest.about, {"id": "x"}, honest.previous, AT))
        await azure.store.put(evidence_store._named(4), b"{}")
        await azure.store.delete(evidence_store._named(5))
        checked = await check_chain(azure, 1, 500)
        assert [number for number, _ in checked.problems] == [3, 4, 5]
        assert checked.total == 5

    within(NOWHERE, work, ASR_STORE=str(tmp_path))
