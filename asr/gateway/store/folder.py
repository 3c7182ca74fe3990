"""A store in a folder of plain files, for one machine: several processes may use it at once.

Files are replaced as a whole, so a reader needs no lock and never sees half a document. Writers of all processes wait
for one another at the file `.lock`, so nobody writes between a writer's reading of the ETag and its write. What does
not have a document's name (the lock, an editor's copy) is not listed.
"""

import asyncio
import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from asr.errors import Conflict, TransientFault
from asr.gateway.store.interface import Page, Store, Stored
from asr.gateway.store.names import is_name

_LOCK, _PART = ".lock", ".part"


class Folder(Store):
    """Documents as files below `root`, which is made when the first one is put.

    An ETag is the file's time of change, moved on with every put, with its inode and size: so a person's edit
    changes it, too.
    """

    def __init__(self, root: Path) -> None:
        self._root = root

    async def _put(self, name: str, value: bytes, if_match: str | None, *, if_none_match: bool) -> str:
        with _translated("PUT", name):
            return await asyncio.to_thread(self._write, name, value, if_match, only_new=if_none_match)

    async def _get(self, name: str) -> Stored | None:
        # At once: a thread's turn costs a run more than reading its small file, and reading waits for no lock.
        with _translated("GET", name):
            return self._read(name)

    async def _list(self, prefix: str, top: int, continuation: str | None) -> Page:
        with _translated("LIST", prefix):
            names = await asyncio.to_thread(self._names, prefix)
        left = [name for name in names if continuation is None or name > continuation]
        shown = tuple(left[:top])
        return Page(shown, shown[-1] if len(left) > top else None)

    async def _delete(self, name: str, if_match: str | None) -> bool:
        with _translated("DELETE", name):
            return await asyncio.to_thread(self._remove, name, if_match)

    def _write(self, name: str, value: bytes, if_match: str | None, *, only_new: bool) -> str:
        path = self._root / name
        with self._alone():
            present = _stat(path)
            if (only_new and present is not None) or (if_match is not None and if_match != _etag(present)):
                raise Conflict(f"PUT {name}")
            part = self._root / _PART  # what a writer left there that died is overwritten
            part.write_bytes(value)
            # Two puts within one tick of the file system's clock must not look alike.
            at = max(time.time_ns(), present.st_mtime_ns + 1 if present else 0)
            os.utime(part, ns=(at, at))
            path.parent.mkdir(parents=True, exist_ok=True)
            part.replace(path)
            return _etag(path.stat())

    def _read(self, name: str) -> Stored | None:
        try:
            with (self._root / name).open("rb") as file:
                return Stored(file.read(), _etag(os.fstat(file.fileno())))
        except FileNotFoundError:
            return None

    def _names(self, prefix: str) -> list[str]:
        """Every name below the prefix: for a page all are read, which is quick enough on one machine."""
        found = []
        for folder, _, files in os.walk(self._root / prefix):
            below = Path(folder).relative_to(self._root)
            found += [name for file in files if is_name(name := (below / file).as_posix())]
        return sorted(found)

    def _remove(self, name: str, if_match: str | None) -> bool:
        path = self._root / name
        if not path.is_file():
            return False
        with self._alone():
            present = _stat(path)
            if present is None:
                return False
            if if_match is not None and if_match != _etag(present):
                raise Conflict(f"DELETE {name}")
            path.unlink()
            for folder in path.relative_to(self._root).parents[:-1]:
                with suppress(OSError):  # not empty
                    (self._root / folder).rmdir()
            return True

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """No other process or thread writes meanwhile; a process that dies lets the lock go."""
        self._root.mkdir(parents=True, exist_ok=True)
        with (self._root / _LOCK).open("ab") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield


@contextmanager
def _translated(method: str, name: str) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise TransientFault(f"{method} {name}", f"{type(error).__name__}: {error}") from error


def _stat(path: Path) -> os.stat_result | None:
    try:
        return path.stat()
    except FileNotFoundError:
        return None


def _etag(found: os.stat_result | None) -> str:
    return f"{found.st_mtime_ns:x}-{found.st_ino:x}-{found.st_size:x}" if found else ""
