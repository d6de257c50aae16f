"""What a check remembers of all rows, on disk, so that memory stays small however many there are."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from typing import NamedTuple


class Known(NamedTuple):
    """What is known of a row that was checked.

    Attributes:
        row: Its number.
        complaint_id: The complaint.
        id: The id of its reply.
        digest: What tells whether it is still the same.
    """

    row: int
    complaint_id: str
    id: str
    digest: bytes


class Seen:
    """The rows that were checked, in their order; a temporary file, which goes when this is closed."""

    def __init__(self) -> None:
        self._rows = sqlite3.connect("", isolation_level=None)
        self._rows.execute("PRAGMA journal_mode=OFF")
        self._rows.execute("PRAGMA synchronous=OFF")
        self._rows.execute("CREATE TABLE seen (row INTEGER PRIMARY KEY, complaint TEXT, id TEXT UNIQUE, digest BLOB)")
        self._rows.execute("BEGIN")

    def add(self, known: Known) -> int | None:
        """Remember a row; return the number of another one that has its id, which then stays."""
        if self._rows.execute("INSERT OR IGNORE INTO seen VALUES (?, ?, ?, ?)", known).rowcount:
            return None
        return int(self._rows.execute("SELECT row FROM seen WHERE id = ?", (known.id,)).fetchone()[0])

    def __len__(self) -> int:
        return int(self._rows.execute("SELECT count(*) FROM seen").fetchone()[0])

    def __iter__(self) -> Iterator[Known]:
        yield from map(Known._make, self._rows.execute("SELECT * FROM seen ORDER BY row"))

    def close(self) -> None:
        """Forget all."""
        self._rows.close()
