"""The state file: documents by collection and key, in an SQLite database."""

import os
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Self

APPLICATION_ID = 0x61724D30
"""Marks a database as one of ours (SQLite's `application_id`)."""

LAYOUT = 2
"""The version of the table below (SQLite's `user_version`)."""

_TABLE = """
CREATE TABLE IF NOT EXISTS documents (
    place INTEGER PRIMARY KEY AUTOINCREMENT,
    collection TEXT NOT NULL,
    key TEXT NOT NULL,
    content TEXT NOT NULL,
    UNIQUE (collection, key)
)
"""
_PUT = """
INSERT INTO documents (collection, key, content) VALUES (?, ?, ?)
ON CONFLICT (collection, key) DO UPDATE SET content = excluded.content
"""

type Change = tuple[str, str, str | None]
"""Collection, key, and the document as JSON text, or None when it is gone."""


class StateFile:
    """One open state file. Only its owner can read it: it holds the keys of webhooks."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    @classmethod
    def open(cls, path: Path) -> Self:
        """Open the file, or make it.

        Raises:
            ValueError: it is something else, of another version, in use, or cannot be made; the text says what to do.
        """
        try:
            os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
            # Writes come from whichever thread waits for the disk, one at a time.
            connection = sqlite3.connect(path, timeout=0, isolation_level=None, check_same_thread=False)
        except (OSError, sqlite3.Error) as error:
            raise ValueError(f"state: {path}: {error}; name a file in a folder that can be written to") from None
        try:
            _prepare(connection, path)
        except sqlite3.OperationalError as error:
            connection.close()
            raise ValueError(f"state: {path}: {error}; is another emulator using it?") from None
        except sqlite3.DatabaseError as error:
            connection.close()
            raise ValueError(f"state: {path}: {error}; name a new file, or one that an emulator wrote") from None
        except ValueError:
            connection.close()
            raise
        return cls(connection)

    def documents(self) -> Iterator[tuple[str, str, str]]:
        """Yield collection, key and JSON text of every document, in the order in which they were first written."""
        yield from self._connection.execute("SELECT collection, key, content FROM documents ORDER BY place")

    def write(self, changes: Iterable[Change]) -> None:
        """Write all `changes` or none of them; they are on the disk when this returns."""
        connection = self._connection
        connection.execute("BEGIN")
        try:
            for collection, key, content in changes:
                if content is None:
                    connection.execute("DELETE FROM documents WHERE collection = ? AND key = ?", (collection, key))
                else:
                    connection.execute(_PUT, (collection, key, content))
            connection.execute("COMMIT")
        except sqlite3.Error:
            with suppress(sqlite3.Error):
                connection.execute("ROLLBACK")
            raise

    def close(self) -> None:
        """Close the file and fold the write-ahead log into it."""
        self._connection.close()


def _prepare(connection: sqlite3.Connection, path: Path) -> None:
    connection.execute("PRAGMA locking_mode = EXCLUSIVE")
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")  # each commit reaches the disk, not only the system
    connection.execute("BEGIN IMMEDIATE")
    application, layout = (connection.execute(f"PRAGMA {name}").fetchone()[0] for name in _MARKS)
    tables = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
    if tables and (application, layout) != tuple(_MARKS.values()):
        raise ValueError(f"state: {path}: not a state file of this version (layout {LAYOUT}); name a new file")
    for name, value in _MARKS.items():
        connection.execute(f"PRAGMA {name} = {value}")
    connection.execute(_TABLE)
    connection.execute("COMMIT")


_MARKS = {"application_id": APPLICATION_ID, "user_version": LAYOUT}
