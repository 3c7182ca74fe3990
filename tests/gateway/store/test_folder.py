"""The store in a folder: plain files, several processes, and what may lie there besides."""

import asyncio
import os
import subprocess
import sys
from pathlib import Path

import pytest

from asr.errors import Conflict, TransientFault
from asr.gateway.store.documents import read_document
from asr.gateway.store.folder import Folder
from asr.gateway.store.interface import Page

ROOT = Path(__file__).parents[3]
PROCESSES, TIMES = 4, 25
COUNTER = """
import asyncio, sys
from dataclasses import dataclass
from pathlib import Path
from asr.gateway.store.documents import change_document
from asr.gateway.store.folder import Folder

@dataclass
class Count:
    number: int
    padding: str

async def count(store, times):
    for _ in range(times):
        await change_document(
            store, "a/count.json", Count, lambda before: Count(before.number + 1 if before else 1, "x" * 200_000)
        )
        await store.put("b/own.json", b"")
        await store.delete("b/own.json")

asyncio.run(count(Folder(Path(sys.argv[1])), int(sys.argv[2])))
"""


def test_processes_count_together(tmp_path: Path) -> None:
    """No change is lost, nobody reads half a document, and a folder that one empties is there for the other."""
    command = [sys.executable, "-W", "error", "-c", COUNTER, str(tmp_path), str(TIMES)]
    running = [subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True) for _ in range(PROCESSES)]

    async def watch() -> int:
        seen = 0
        while any(one.poll() is None for one in running):
            document = await read_document(Folder(tmp_path), "a/count.json", dict)
            if document is not None:
                assert len(document.record["padding"]) == 200_000
                seen += 1
        return seen

    seen = asyncio.run(watch())
    for one in running:
        assert one.communicate()[1] == ""
        assert one.returncode == 0

    document = asyncio.run(read_document(Folder(tmp_path), "a/count.json", dict))
    assert seen > 0
    assert document is not None
    assert document.record["number"] == PROCESSES * TIMES


def test_a_document_is_a_file_of_its_name(tmp_path: Path) -> None:
    """A person finds it, reads it, and may edit it: who read it before sees that it has changed."""
    store, path = Folder(tmp_path / "store"), tmp_path / "store/requests/web-0.json"

    async def work() -> None:
        etag = await store.put("requests/web-0.json", b"{}")
        assert path.read_bytes() == b"{}"
        path.write_bytes(b"[]")
        with pytest.raises(Conflict):
            await store.put("requests/web-0.json", b"{}", if_match=etag)
        stored = await store.get("requests/web-0.json")
        assert stored is not None
        assert stored.value == b"[]"

    asyncio.run(work())


def test_nothing_is_made_before_the_first_put(tmp_path: Path) -> None:
    """Reading leaves no trace, and neither does what was deleted again."""
    store = Folder(tmp_path / "store")

    async def work() -> None:
        await store.get("a/b.json")
        await store.list()
        await store.delete("a/b.json")
        assert not (tmp_path / "store").exists()
        await store.put("a/b/c.json", b"")
        await store.put("a/d.json", b"")
        await store.delete("a/b/c.json")
        assert [path.name for path in (tmp_path / "store").iterdir() if not path.name.startswith(".")] == ["a"]
        assert [path.name for path in (tmp_path / "store/a").iterdir()] == ["d.json"]
        await store.delete("a/d.json")
        assert [path for path in (tmp_path / "store").iterdir() if not path.name.startswith(".")] == []

    asyncio.run(work())


def test_what_is_no_document_is_not_listed(tmp_path: Path) -> None:
    """An editor's copy, a hidden file, what a writer left that died; the next writer is not disturbed by it."""
    for stray in ("a.json~", ".hidden", ".part", "README.TXT", "no-extension"):
        (tmp_path / stray).write_text("stray")
    store = Folder(tmp_path)

    async def work() -> None:
        await store.put("a.json", b"mine")
        assert await store.list() == Page(("a.json",), None)

    asyncio.run(work())
    assert (tmp_path / "a.json").read_bytes() == b"mine"
    assert (tmp_path / "a.json~").read_text() == "stray"


def test_the_clock_may_go_back(tmp_path: Path) -> None:
    """An ETag is newer than the one before, even if the file is from the future."""
    store = Folder(tmp_path)

    async def work() -> None:
        await store.put("a.json", b"1")
        os.utime(tmp_path / "a.json", ns=(2**62, 2**62))
        before = await store.get("a.json")
        assert before is not None
        assert await store.put("a.json", b"2", if_match=before.etag) != before.etag
        assert (tmp_path / "a.json").stat().st_mtime_ns > 2**62

    asyncio.run(work())


def test_a_folder_in_trouble_is_a_fault_that_may_pass(tmp_path: Path) -> None:
    """A disk that is full or a folder that may not be read is mended by a person while the run waits."""
    (tmp_path / "store").write_text("no folder")
    store = Folder(tmp_path / "store")

    for attempt in (store.put("a.json", b""), store.get("a.json")):
        with pytest.raises(TransientFault, match=r"a\.json: \w+Error: "):
            asyncio.run(attempt)
