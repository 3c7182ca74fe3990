"""Has every change on the disk before an answer that could tell of it leaves."""

import asyncio
import json
import logging
import sqlite3
from itertools import chain

from local.emulator.arm.cloud import Cloud
from local.emulator.state.file import Change, StateFile

log = logging.getLogger("local.emulator")


class StateWriter:
    """Writes what changed. Changes that meet while the disk is busy share the next write (group commit)."""

    def __init__(self, cloud: Cloud, file: StateFile) -> None:
        self._cloud = cloud
        self._file = file
        self._parts = cloud.persistent_parts
        self._written: dict[tuple[str, str], str] = {}
        self._unwritten: list[Change] = []
        self._changed = asyncio.Event()
        self._dirty = False
        self._busy = False
        self._waiting: list[asyncio.Future[None]] = []

    def restore(self) -> bool:
        """Read the file into an empty cloud; False when there is nothing in it. From now on changes are noticed."""
        parts = {part.collection: part for part in self._parts}
        for collection, key, content in self._file.documents():
            self._written[collection, key] = content
            parts[collection].restore(key, json.loads(content))
        for part in self._parts:
            part.dirty.watch(self._notice)
        return bool(self._written)

    def _notice(self) -> None:
        self._dirty = True
        self._changed.set()

    async def flushed(self) -> None:
        """Wait until all that has happened so far is on the disk.

        Raises:
            OSError: the disk refuses.
        """
        if not self._dirty and not self._busy:
            return
        waiter = asyncio.get_running_loop().create_future()
        self._waiting.append(waiter)
        self._changed.set()
        await waiter

    async def run(self) -> None:
        """Write until cancelled."""
        self._changed = asyncio.Event()
        if self._dirty:
            self._changed.set()
        while True:
            await self._changed.wait()
            self._changed.clear()
            waiting, self._waiting = self._waiting, []
            failure = await self._write()
            for waiter in waiting:
                if waiter.cancelled():
                    continue
                if failure:
                    waiter.set_exception(failure)
                else:
                    waiter.set_result(None)

    async def _write(self) -> OSError | None:
        self._dirty = False
        changes = self._changes()
        if not changes:
            return None
        self._busy = True
        try:
            await asyncio.to_thread(self._file.write, changes)
        except sqlite3.Error as error:
            log.exception("the state could not be written")
            self._unwritten = changes
            return OSError(str(error))
        finally:
            self._busy = False
        self._remember(changes)
        return None

    def _changes(self) -> list[Change]:
        """Return what differs from what was last written, among all that is dirty."""
        parts = {part.collection: part for part in self._parts}
        failed = ((parts[collection], key) for collection, key, _ in self._unwritten)
        dirty = chain.from_iterable(((part, key) for key in part.dirty.take()) for part in self._parts)
        changes: list[Change] = []
        for part, key in dict.fromkeys(chain(failed, dirty)):
            document = part.document(key)
            content = None if document is None else json.dumps(document, separators=(",", ":"))
            if content != self._written.get((part.collection, key)):
                changes.append((part.collection, key, content))
        self._unwritten = []
        return changes

    def _remember(self, changes: list[Change]) -> None:
        for collection, key, content in changes:
            if content is None:
                self._written.pop((collection, key), None)
            else:
                self._written[collection, key] = content

    def close(self) -> None:
        """Write what is left and close the file. Only when `run` has ended."""
        if changes := self._changes():
            self._file.write(changes)
        self._file.close()
