"""The journal of a table that is being sent: what is known of each row, whatever happens to this process.

It is SQLite, written so that a transaction that has ended survives a loss of power. It holds no text of a customer: of
a row's values only a digest.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from msgkit._cli._many.seen import Known
from msgkit._cli._many.states import QUEUED, SENT, UNCLEAR, Begun, Ended, Line, Mark

VERSION = "1"

_SCHEMA = """
CREATE TABLE IF NOT EXISTS meta (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS rows (
    row INTEGER PRIMARY KEY, complaint TEXT NOT NULL, id TEXT NOT NULL UNIQUE, digest BLOB NOT NULL,
    state TEXT NOT NULL DEFAULT 'unsent', kind TEXT, moment TEXT, log_id TEXT,
    code TEXT, error TEXT, error_zh TEXT
);
CREATE TABLE IF NOT EXISTS kept (
    id TEXT PRIMARY KEY, kind TEXT, state TEXT NOT NULL, code TEXT, error TEXT, error_zh TEXT
);
"""


class LockedError(Exception):
    """Another process uses the journal."""


class NoJournalError(sqlite3.DatabaseError):
    """The file is another database."""


class Journal:
    """The journal of one table, of this process alone as long as it is open.

    Args:
        path: The file, there or not.

    Raises:
        LockedError: Another process has it open.
        sqlite3.Error: It cannot be opened, or is no journal.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = threading.Lock()
        self._file = sqlite3.connect(path, timeout=0, isolation_level=None, check_same_thread=False)
        try:
            self._file.execute("PRAGMA locking_mode=EXCLUSIVE")
            self._require_own()
            self._file.execute("PRAGMA journal_mode=WAL")
            self._file.execute("PRAGMA synchronous=FULL")
            self._file.execute("BEGIN IMMEDIATE")
            for statement in filter(str.strip, _SCHEMA.split(";")):
                self._file.execute(statement)
            self._file.execute("COMMIT")
        except sqlite3.OperationalError as error:
            self._file.close()
            if error.sqlite_errorcode & 0xFF in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}:
                raise LockedError from None
            raise
        except sqlite3.Error:
            self._file.close()
            raise

    def _require_own(self) -> None:
        """Leave alone a database that is somebody else's.

        Raises:
            sqlite3.DatabaseError: It is.
        """
        tables = {name for (name,) in self._file.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        if tables and not tables >= {"meta", "rows"}:
            raise NoJournalError

    def close(self) -> None:
        """Close it; what was committed stays."""
        with self._lock:
            self._file.close()

    @property
    def meta(self) -> dict[str, str]:
        """What is known of the whole; empty where nothing was begun."""
        return dict(self._file.execute("SELECT name, value FROM meta").fetchall())

    def begin(self, rows: Iterable[Known], meta: Mapping[str, str]) -> None:
        """Begin with these rows, in one transaction. What went before, by id, as a plain reply, is not to go again.

        What is in a queue stays there: others send it.

        Of a reply that was begun richly, it is known that it must stay so: only by its id can it not go twice.
        """
        with self._lock, self._transaction():
            self._file.execute("DELETE FROM kept WHERE id IN (SELECT id FROM rows)")
            self._file.execute(
                "INSERT INTO kept SELECT id, kind, "
                "CASE WHEN kind = 'plain' OR state = ?3 THEN state ELSE 'unsent' END, code, error, error_zh FROM rows "
                "WHERE (kind = 'rich' AND state != 'failed') OR (kind = 'plain' AND state IN (?1, ?2)) OR state = ?3",
                (SENT, UNCLEAR, QUEUED),
            )
            self._file.execute("DELETE FROM rows")
            self._file.execute("DELETE FROM meta")
            self._file.executemany("INSERT INTO rows (row, complaint, id, digest) VALUES (?, ?, ?, ?)", rows)
            self._file.execute(
                "UPDATE rows SET state = kept.state, kind = kept.kind, code = kept.code, error = kept.error, "
                "error_zh = kept.error_zh FROM kept WHERE kept.id = rows.id"
            )
            self._file.executemany("INSERT INTO meta VALUES (?, ?)", {"version": VERSION, **meta}.items())

    def commit(self, ended: Iterable[Ended], marks: Iterable[Mark]) -> None:
        """Write what came of rows, and which are tried next, in one transaction.

        A plain reply that is about to be sent counts as unclear, so that it does after a crash.
        """
        with self._lock, self._transaction():
            self._file.executemany(
                "UPDATE rows SET state = ?2, log_id = ?3, code = ?4, error = ?5, error_zh = ?6, "
                "kind = ifnull(?7, kind) WHERE row = ?1",
                ended,
            )
            self._file.executemany(
                "UPDATE rows SET moment = ?2, kind = ifnull(?3, kind), "
                "state = CASE WHEN ?3 = 'plain' THEN 'unclear' ELSE state END WHERE row = ?1",
                ((mark.row, mark.moment.isoformat(), mark.kind) for mark in marks),
            )

    def take_back(self, begun: Iterable[Begun]) -> None:
        """Undo the marks of rows that were not tried after all."""
        with self._lock, self._transaction():
            self._file.executemany(
                "UPDATE rows SET state = ?2, kind = ?3, moment = ?4 WHERE row = ?1", (each[:4] for each in begun)
            )

    def rows(self) -> Iterator[tuple[Begun, bytes]]:
        """Yield what is known of each row, in order, and its digest; rows may be written meanwhile."""
        last = -1
        while True:
            with self._lock:
                found = self._file.execute(
                    "SELECT row, state, kind, moment, id, digest FROM rows WHERE row > ? ORDER BY row LIMIT 500",
                    (last,),
                ).fetchall()
            if not found:
                return
            yield from ((Begun(*each[:5]), each[5]) for each in found)
            last = found[-1][0]

    def report(self) -> Iterator[Line]:
        """Yield the lines of the report, in order."""
        yield from map(
            Line._make,
            self._file.execute(
                "SELECT row, complaint, state, log_id, id, kind, error, error_zh FROM rows ORDER BY row"
            ),
        )

    def counts(self) -> dict[str, int]:
        """Return how many rows there are in each state."""
        with self._lock:
            return dict(self._file.execute("SELECT state, count(*) FROM rows GROUP BY state").fetchall())

    def errors(self, state: str, most: int) -> list[tuple[str, int]]:
        """Return the kinds of errors that most rows of a state ended in, and how many did."""
        return self._file.execute(
            "SELECT code, count(*) FROM rows WHERE state = ? AND code IS NOT NULL "
            "GROUP BY code ORDER BY count(*) DESC, code LIMIT ?",
            (state, most),
        ).fetchall()

    def compared(self, rows: Iterable[Known]) -> Mapping[str, list[int]]:
        """Return how a table differs from that which was begun, as numbers of rows.

        Returns:
            ``changed`` (the same complaint with other values), ``new``, ``gone`` (numbers of then), and ``moved`` where
            only the order differs.
        """
        self._file.execute("CREATE TEMP TABLE now (row INTEGER PRIMARY KEY, complaint TEXT, id TEXT, digest BLOB)")
        with self._transaction():
            self._file.executemany("INSERT INTO now VALUES (?, ?, ?, ?)", rows)
        self._file.execute(_OTHERS)
        found = {name: [row for (row,) in self._file.execute(query)] for name, query in _DIFFERENCES.items()}
        if found["new"] or found["gone"]:
            found["moved"] = []  # the others have moved up or down for it
        self._file.execute("DROP TABLE other")
        self._file.execute("DROP TABLE now")
        return found

    def _transaction(self) -> _Transaction:
        return _Transaction(self._file)


_OTHERS = (
    "CREATE TEMP TABLE other AS SELECT * FROM now WHERE NOT EXISTS "
    "(SELECT 1 FROM main.rows AS old WHERE old.row = now.row AND old.digest = now.digest)"
)
_DIFFERENCES = {
    "changed": "SELECT row FROM other WHERE complaint IN (SELECT complaint FROM main.rows) "
    "AND digest NOT IN (SELECT digest FROM main.rows) ORDER BY row",
    "new": "SELECT row FROM other WHERE complaint NOT IN (SELECT complaint FROM main.rows) ORDER BY row",
    "gone": "SELECT row FROM main.rows WHERE complaint NOT IN (SELECT complaint FROM now) ORDER BY row",
    "moved": "SELECT row FROM other WHERE digest IN (SELECT digest FROM main.rows) ORDER BY row",
}


class _Transaction:
    """A transaction; what goes wrong in it leaves nothing."""

    def __init__(self, file: sqlite3.Connection) -> None:
        self._file = file

    def __enter__(self) -> None:
        self._file.execute("BEGIN IMMEDIATE")

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is None:
            try:
                self._file.execute("COMMIT")
            except sqlite3.Error:
                kind = sqlite3.Error
                raise
            finally:
                if kind is not None and self._file.in_transaction:
                    self._file.execute("ROLLBACK")
        elif self._file.in_transaction:
            self._file.execute("ROLLBACK")
