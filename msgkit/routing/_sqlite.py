"""`SQLiteInbox`: an inbox in one file, for all processes of a machine; or in memory, for one process."""

from __future__ import annotations

import itertools
import os
import secrets
import sqlite3
import threading
import time
import weakref
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import attrs

from msgkit.errors import ConfigurationError
from msgkit.routing._inbox import Claim, Inbox
from msgkit.routing._records import RETRYABLE, Record, State

IN_MEMORY = ":memory:"

_APPLICATION = int.from_bytes(b"msgk")  # by which SQLite files of different programs are told apart
_VERSION = 1
_BATCH = 1000  # entries that are taken up in one step, since nobody else can write meanwhile
_PATIENCE = 2.0  # seconds that a thread waits for its turn, and again for other processes; the platform waits for five

# A record without log_id, of a look that failed, has the empty one.
_SCHEMA = """
CREATE TABLE complaints (
    mchid TEXT, complaint_id TEXT, due REAL, token TEXT, wanted INTEGER NOT NULL DEFAULT 0,
    is_known INTEGER NOT NULL DEFAULT 0, is_open INTEGER NOT NULL DEFAULT 1,
    pruned_time REAL NOT NULL DEFAULT -9e999, pruned_place INTEGER NOT NULL DEFAULT -1,
    PRIMARY KEY (mchid, complaint_id)
) WITHOUT ROWID;
CREATE INDEX complaints_due ON complaints (due) WHERE due IS NOT NULL;
CREATE INDEX complaints_due_of ON complaints (mchid, due) WHERE due IS NOT NULL;
CREATE TABLE records (
    mchid TEXT, complaint_id TEXT, log_id TEXT, time REAL NOT NULL, place INTEGER NOT NULL, state TEXT NOT NULL,
    updated REAL NOT NULL, document TEXT NOT NULL,
    PRIMARY KEY (mchid, complaint_id, log_id)
) WITHOUT ROWID;
CREATE INDEX records_state ON records (state, updated);
CREATE TABLE notifications (mchid TEXT, id TEXT, received REAL NOT NULL, PRIMARY KEY (mchid, id)) WITHOUT ROWID;
CREATE INDEX notifications_received ON notifications (received);
"""

_NOTIFY = """
INSERT INTO complaints (mchid, complaint_id, due, wanted) VALUES (:mchid, :complaint_id, :now, 1)
ON CONFLICT (mchid, complaint_id) DO UPDATE SET
    wanted = wanted + 1, due = CASE WHEN token IS NULL THEN min(coalesce(due, :now), :now) ELSE due END
"""
_CLAIM = """
SELECT mchid, complaint_id, wanted, is_known FROM complaints
WHERE due <= :now ORDER BY due LIMIT 1
"""
_CLAIM_OF = _CLAIM.replace("WHERE", "WHERE mchid = :mchid AND")
_TAKE = "UPDATE complaints SET due = ?, token = ? WHERE mchid = ? AND complaint_id = ?"
_RENEW = "UPDATE complaints SET due = ? WHERE mchid = ? AND complaint_id = ? AND token = ?"
_RELEASE = """
UPDATE complaints SET token = NULL, due = CASE WHEN wanted > :wanted THEN :now ELSE :due END
WHERE mchid = :mchid AND complaint_id = :complaint_id AND token = :token
"""
_WRITE = """
INSERT INTO records (mchid, complaint_id, log_id, time, place, state, updated, document)
VALUES (?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (mchid, complaint_id, log_id) DO
"""
_OVERWRITE = (
    _WRITE + "UPDATE SET (time, place, state, updated, document)"
    " = (excluded.time, excluded.place, excluded.state, excluded.updated, excluded.document)"
)
_ADD = _WRITE + "NOTHING"
_ENDED = "updated < ? AND state NOT IN ('new', 'sending')"
_LAST_ENDED = f"""
SELECT time, place, mchid, complaint_id FROM (
    SELECT *, row_number() OVER (PARTITION BY mchid, complaint_id ORDER BY time DESC, place DESC) AS number
    FROM records WHERE {_ENDED} AND log_id <> ''
) WHERE number = 1
"""  # noqa: S608 - made of constants
_REMEMBER_PRUNED = """
UPDATE complaints SET (pruned_time, pruned_place) = (?1, ?2)
WHERE (mchid, complaint_id) = (?3, ?4) AND (pruned_time, pruned_place) < (?1, ?2)
"""


@attrs.define(eq=False)
class _Store:
    """The connection of one process, which its threads take turns at."""

    lock: threading.RLock = attrs.field(factory=threading.RLock)
    connection: sqlite3.Connection | None = None


def _close(stores: dict[int, _Store]) -> None:
    store = stores.get(os.getpid())
    if store is not None:
        with store.lock:
            if store.connection is not None:
                store.connection.close()
            store.connection = None


class SQLiteInbox(Inbox):
    """An inbox in an SQLite file: WAL, so that reading and writing do not wait for each other.

    Several threads and processes of one machine share it; a file on a network drive is none for several machines. What
    was written survives the end of any process. Only its owner may read the file. It takes SQLite 3.25 or newer.

    Args:
        path: The file, which is made where there is none; ``":memory:"`` for none, for one process.
        clock: Tells the time in seconds since the epoch.

    Raises:
        ConfigurationError: The file is none of these, or of a later version.
    """

    def __init__(self, path: str | os.PathLike[str], clock: Callable[[], float] = time.time) -> None:
        self._path = os.fspath(path)
        self._clock = clock
        self._stores: dict[int, _Store] = {}  # by process: neither a lock nor a connection survives a fork
        weakref.finalize(self, _close, self._stores)
        with self._transaction():
            pass

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._path!r})"

    def now(self) -> float:
        return self._clock()

    def notify(self, mchid: str, complaint_id: str | None, notification_id: str | None = None) -> bool:
        with self._transaction() as db:
            now = self._clock()
            if notification_id is not None:
                added = db.execute(
                    "INSERT INTO notifications VALUES (?, ?, ?) ON CONFLICT DO NOTHING", (mchid, notification_id, now)
                )
                if not added.rowcount:
                    return False
            if complaint_id is not None:
                db.execute(_NOTIFY, {"mchid": mchid, "complaint_id": complaint_id, "now": now})
        return True

    def claim(self, lease: float, mchid: str | None = None) -> Claim | None:
        token = secrets.token_hex(16)
        with self._transaction() as db:
            now = self._clock()
            row = db.execute(_CLAIM if mchid is None else _CLAIM_OF, {"now": now, "mchid": mchid}).fetchone()
            if row is None:
                return None
            found, complaint_id, wanted, is_known = row
            db.execute(_TAKE, (now + lease, token, found, complaint_id))
        return Claim(found, complaint_id, token, wanted, bool(is_known))

    def renew(self, claim: Claim, lease: float) -> bool:
        with self._transaction() as db:
            until = self._clock() + lease
            return db.execute(_RENEW, (until, claim.mchid, claim.complaint_id, claim.token)).rowcount == 1

    def looked(self, claim: Claim, records: Iterable[Record], *, is_open: bool) -> None:
        with self._holding(claim) as db:
            key = (claim.mchid, claim.complaint_id)
            db.execute(
                "UPDATE complaints SET is_known = 1, is_open = ? WHERE mchid = ? AND complaint_id = ?", (is_open, *key)
            )
            db.execute("DELETE FROM records WHERE mchid = ? AND complaint_id = ? AND log_id = ''", key)
            pruned = db.execute(
                "SELECT pruned_time, pruned_place FROM complaints WHERE mchid = ? AND complaint_id = ?", key
            ).fetchone()
            new = (record for record in records if record.order > pruned)
            db.executemany(_ADD, (self._row(record) for record in new))

    def records(self, claim: Claim) -> tuple[Record, ...]:
        with self._reading() as db:
            rows = db.execute(
                "SELECT document FROM records WHERE mchid = ? AND complaint_id = ? ORDER BY log_id <> '', time, place",
                (claim.mchid, claim.complaint_id),
            ).fetchall()
        return tuple(Record.from_json(document) for (document,) in rows)

    def update(self, claim: Claim, record: Record) -> None:
        with self._holding(claim) as db:
            db.execute(_OVERWRITE, self._row(record))

    def release(self, claim: Claim, due: float | None) -> None:
        with self._transaction() as db:
            db.execute(_RELEASE, {**attrs.asdict(claim), "now": self._clock(), "due": due})

    def find(self, *states: State) -> tuple[Record, ...]:
        marks = ", ".join("?" * len(states))
        with self._reading() as db:
            rows = db.execute(
                f"SELECT document FROM records WHERE state IN ({marks}) ORDER BY updated, time, place",  # noqa: S608 - question marks
                states,
            ).fetchall()
        return tuple(Record.from_json(document) for (document,) in rows)

    def take_up(self, records: Iterable[Record]) -> int:
        count, rest = 0, iter(records)
        while batch := list(itertools.islice(rest, _BATCH)):
            with self._transaction() as db:
                count += sum(self._take_up(db, given) for given in batch)
        return count

    def _take_up(self, db: sqlite3.Connection, given: Record) -> bool:
        key = (given.mchid, given.complaint_id)
        row = db.execute(
            "SELECT document FROM records WHERE mchid = ? AND complaint_id = ? AND log_id = ?",
            (*key, given.log_id or ""),
        ).fetchone()
        if row is None or (record := Record.from_json(row[0])).state not in RETRYABLE:
            return False
        db.execute(_OVERWRITE, self._row(record.again()))
        db.execute(_NOTIFY, {"mchid": key[0], "complaint_id": key[1], "now": self._clock()})
        return True

    def open(self, mchid: str) -> tuple[str, ...]:
        with self._reading() as db:
            rows = db.execute(
                "SELECT complaint_id FROM complaints WHERE mchid = ? AND is_open ORDER BY complaint_id", (mchid,)
            ).fetchall()
        return tuple(complaint_id for (complaint_id,) in rows)

    def prune(self, before: float) -> int:
        with self._transaction() as db:
            db.execute("DELETE FROM notifications WHERE received < ?", (before,))
            db.executemany(_REMEMBER_PRUNED, db.execute(_LAST_ENDED, (before,)).fetchall())
            return db.execute(f"DELETE FROM records WHERE {_ENDED}", (before,)).rowcount  # noqa: S608 - a constant

    def close(self) -> None:
        if self._path != IN_MEMORY:  # which would be gone
            _close(self._stores)

    def _row(self, record: Record) -> tuple[object, ...]:
        record = attrs.evolve(record, updated=self._clock())
        key = (record.mchid, record.complaint_id, record.log_id or "")
        return (*key, *record.order, record.state, record.updated, record.to_json())

    @contextmanager
    def _holding(self, claim: Claim) -> Iterator[sqlite3.Connection]:
        """Do something that only who holds a claim may do."""
        with self._transaction() as db:
            token = db.execute(
                "SELECT token FROM complaints WHERE mchid = ? AND complaint_id = ?", (claim.mchid, claim.complaint_id)
            ).fetchone()
            if token != (claim.token,):
                raise claim.lost()
            yield db

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        with self._reading() as db:
            db.execute("BEGIN IMMEDIATE")
            try:
                yield db
                db.execute("COMMIT")
            except BaseException:
                if db.in_transaction:  # a full disk has ended it already
                    db.execute("ROLLBACK")
                raise

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        store = self._stores.setdefault(os.getpid(), _Store())
        # However many threads wait for the same file: each has its answer in time, and none waits for all before it.
        if not store.lock.acquire(timeout=_PATIENCE):
            raise sqlite3.OperationalError("database is locked by another thread of this process")
        try:
            if store.connection is None:
                store.connection = self._connect()
            yield store.connection
        finally:
            store.lock.release()

    def _connect(self) -> sqlite3.Connection:
        if self._path != IN_MEMORY:
            Path(self._path).parent.mkdir(parents=True, exist_ok=True)
            with suppress(FileExistsError):
                os.close(os.open(self._path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        db = sqlite3.connect(self._path, timeout=_PATIENCE, isolation_level=None, check_same_thread=False)
        try:
            self._prepare(db)
        except sqlite3.OperationalError:
            db.close()
            raise
        except sqlite3.DatabaseError:
            db.close()
            raise ConfigurationError(f"inbox: {self._path} is no file of SQLite") from None
        except BaseException:
            db.close()
            raise
        return db

    def _prepare(self, db: sqlite3.Connection) -> None:
        """Make what is to be there, or see that it is."""
        if db.execute("PRAGMA application_id").fetchone() != (_APPLICATION,):
            self._make(db)
        (version,) = db.execute("PRAGMA user_version").fetchone()
        if version != _VERSION:
            raise ConfigurationError(f"inbox: {self._path} is of version {version}; this msgkit knows {_VERSION}")
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("PRAGMA synchronous = NORMAL")

    def _make(self, db: sqlite3.Connection) -> None:
        db.execute("BEGIN IMMEDIATE")
        if db.execute("PRAGMA application_id").fetchone() != (_APPLICATION,):  # another process may have been faster
            if db.execute("SELECT 1 FROM sqlite_master").fetchone() is not None:
                raise ConfigurationError(f"inbox: {self._path} is another program's")
            for statement in _SCHEMA.split(";"):
                db.execute(statement)
            db.execute(f"PRAGMA application_id = {_APPLICATION}")
            db.execute(f"PRAGMA user_version = {_VERSION}")
        db.execute("COMMIT")
