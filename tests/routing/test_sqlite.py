"""Tests of `SQLiteInbox`, in a file and in memory."""

from __future__ import annotations

import functools
import itertools
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from msgkit import ConfigurationError
from msgkit.routing import Inbox, SQLiteInbox, State
from msgkit.routing._sqlite import _CLAIM, _CLAIM_OF
from msgkit.testing.inbox import InboxContract
from msgkit.testing.inbox._base import entry


class Moved(InboxContract):
    """The contract for an inbox whose clock can be moved."""

    moment = 10.0
    ahead = 0.0

    def passes(self, seconds: float) -> None:
        """Move the clock."""
        self.ahead += seconds

    def clock(self) -> float:
        """Tell the time."""
        return time.time() + self.ahead


class TestContract(Moved):
    """A file does what every inbox does."""

    @pytest.fixture
    def fresh(self, tmp_path: Path) -> Callable[[], Inbox]:
        """An inbox in a file of its own."""
        numbers = itertools.count()
        return lambda: SQLiteInbox(tmp_path / f"{next(numbers)}.db", self.clock)

    def elsewhere(self, inbox: Inbox) -> Callable[[], Inbox] | None:
        """The same file."""
        assert isinstance(inbox, SQLiteInbox)
        return functools.partial(SQLiteInbox, inbox._path)

    @pytest.mark.slow
    def test_processes(self, inbox: Inbox) -> None:
        """Several processes share it."""
        super().test_processes(inbox)


class TestContractInMemory(Moved):
    """An inbox in memory does what every inbox does."""

    @pytest.fixture
    def fresh(self) -> Callable[[], Inbox]:
        """An inbox that nobody else has."""
        return lambda: SQLiteInbox(":memory:", self.clock)


class TestFile:
    """The file."""

    def test_is_made(self, tmp_path: Path) -> None:
        """It is made with its folder; nobody but its owner may read what is in it."""
        path = tmp_path / "a" / "in.db"
        inbox = SQLiteInbox(path)
        inbox.notify("1", "2")
        assert {file.stat().st_mode & 0o777 for file in path.parent.iterdir()} == {0o600}
        inbox.close()

    def test_is_shared(self, tmp_path: Path) -> None:
        """Two that open one file share it, while both are open and afterwards."""
        one, other = SQLiteInbox(tmp_path / "in.db"), SQLiteInbox(str(tmp_path / "in.db"))
        assert one.notify("1", "2", "3")
        assert not other.notify("1", "2", "3")
        assert other.claim(60.0) is not None
        assert one.claim(60.0) is None
        one.close()
        other.close()
        assert SQLiteInbox(tmp_path / "in.db").open("1") == ("2",)

    def test_survives_the_end_of_a_process(self, tmp_path: Path) -> None:
        """What was written is there after the process was killed."""
        code = (
            "import os, signal, sys; from msgkit.routing import SQLiteInbox;"
            "SQLiteInbox(sys.argv[1]).notify('1', '2', '3'); os.kill(os.getpid(), signal.SIGKILL)"
        )
        path = tmp_path / "in.db"
        done = subprocess.run([sys.executable, "-c", code, path], check=False, timeout=60)
        assert done.returncode == -signal.SIGKILL
        assert not SQLiteInbox(path).notify("1", "2", "3")

    def test_fork(self, tmp_path: Path) -> None:
        """A process that was forked has a connection of its own."""
        code = (
            "import os, sys; from msgkit.routing import SQLiteInbox; inbox = SQLiteInbox(sys.argv[1]);"
            "child = os.fork(); name = 'b' if child else 'c';"
            "[inbox.notify('1', name) for _ in range(100)];"
            "child and os.waitpid(child, 0)"
        )
        path = tmp_path / "in.db"
        subprocess.run([sys.executable, "-c", code, path], check=True, timeout=60)
        inbox = SQLiteInbox(path)
        wanted = {claim.complaint_id: claim.wanted for claim in iter(lambda: inbox.claim(60.0), None)}
        assert wanted == {"b": 100, "c": 100}

    def test_none_of_sqlite(self, tmp_path: Path) -> None:
        """A file of another kind is refused, and left as it is."""
        path = tmp_path / "in.db"
        path.write_text("no file of SQLite " * 100)
        with pytest.raises(ConfigurationError, match=r"^inbox: .*in\.db is no file of SQLite"):
            SQLiteInbox(path)
        assert path.read_text() == "no file of SQLite " * 100

    @pytest.mark.parametrize("version", [0, 1])
    def test_of_another_program(self, tmp_path: Path, version: int) -> None:
        """The database of another program is refused, whatever its version, and left as it is."""
        path = tmp_path / "in.db"
        with closing(sqlite3.connect(path)) as other:
            other.executescript(f"CREATE TABLE complaints (a); PRAGMA user_version = {version};")
        before = path.read_bytes()
        with pytest.raises(ConfigurationError, match=r"^inbox: .*in\.db is another program's"):
            SQLiteInbox(path)
        assert path.read_bytes() == before

    def test_of_a_later_version(self, tmp_path: Path) -> None:
        """The file of a later version is refused."""
        path = tmp_path / "in.db"
        SQLiteInbox(path).close()
        with closing(sqlite3.connect(path)) as other:
            other.execute("PRAGMA user_version = 99")
        with pytest.raises(ConfigurationError, match=r"is of version 99; this msgkit knows \d+$"):
            SQLiteInbox(path)

    def test_cannot_be_written(self, tmp_path: Path) -> None:
        """What goes wrong with the file is raised as it is."""
        (tmp_path / "file").touch()
        with pytest.raises(FileExistsError):
            SQLiteInbox(tmp_path / "file" / "in.db")
        with pytest.raises(sqlite3.OperationalError):
            SQLiteInbox(tmp_path)

    def test_a_thread_that_holds_it(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """A thread that finds another one writing is told so after a while, and not only when that one is done."""
        monkeypatch.setattr("msgkit.routing._sqlite._PATIENCE", 0.1)
        inbox, reached = SQLiteInbox(tmp_path / "in.db"), threading.Event()

        def told() -> None:
            with pytest.raises(sqlite3.OperationalError, match="locked"):
                inbox.notify("m", "c", "n")
            reached.set()

        with inbox._transaction():
            thread = threading.Thread(target=told)
            thread.start()
            is_told = reached.wait(10)
        thread.join()
        assert is_told


class TestMany:
    """What there is much of."""

    @pytest.mark.slow
    def test_prune(self, tmp_path: Path) -> None:
        """A hundred thousand entries are forgotten in less than the time that a test may take."""
        inbox = SQLiteInbox(tmp_path / "in.db")
        for number in range(10_000):
            inbox.notify("1", str(number))
        for claim in iter(lambda: inbox.claim(3600.0), None):
            inbox.looked(claim, (entry(each, State.DONE, claim=claim) for each in range(10)), is_open=True)
            inbox.release(claim, None)
        assert inbox.prune(inbox.now() + 1) == 100_000
        inbox.close()

    @pytest.mark.parametrize("mchid", [None, "1"])
    def test_claim_reads_one(self, mchid: str | None) -> None:
        """What is due is found by an index, however much is due of other merchants."""
        inbox = SQLiteInbox(":memory:")
        with inbox._reading() as db:
            statement = "EXPLAIN QUERY PLAN " + (_CLAIM if mchid is None else _CLAIM_OF)
            (plan,) = db.execute(statement, {"now": 0.0, "mchid": mchid}).fetchall()
        assert "SEARCH complaints USING INDEX complaints_due" in plan[-1]
