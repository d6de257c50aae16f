"""Tests of the journal of a table."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from msgkit._cli._many.journal import Journal, LockedError, NoJournalError
from msgkit._cli._many.seen import Known
from msgkit._cli._many.states import PLAIN, RICH, SENT, UNCLEAR, UNSENT, Ended, Mark

MOMENT = datetime(2026, 11, 28, tzinfo=UTC)
ROWS = [Known(number, f"c{number}", f"id{number}", bytes([number])) for number in range(2, 6)]


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    """Return one with four rows."""
    found = Journal(tmp_path / "journal")
    found.begin(ROWS, {"purpose": "x"})
    yield found
    found.close()


def states(journal: Journal) -> list[str]:
    """Return the states of its rows."""
    return [begun.state for begun, _ in journal.rows()]


def test_marks(journal: Journal) -> None:
    """A plain reply that is about to be sent counts as unclear, a rich one does not; both can be taken back."""
    before = [begun for begun, _ in journal.rows()]
    journal.commit((), [Mark(2, MOMENT, PLAIN), Mark(3, MOMENT, RICH)])
    assert states(journal) == [UNCLEAR, UNSENT, UNSENT, UNSENT]
    journal.take_back(before[:2])
    assert [begun for begun, _ in journal.rows()] == before


def test_afresh(journal: Journal) -> None:
    """Begun afresh, what went plainly stays as it is, by its id, also when it was away meanwhile."""
    journal.commit((), [Mark(each.row, MOMENT, PLAIN) for each in ROWS])
    journal.commit([Ended(2, SENT), Ended(3, "failed"), Ended(4, "retryable")], ())
    journal.begin(ROWS[1:], {})
    journal.begin([each._replace(row=each.row + 1) for each in ROWS], {})
    assert states(journal) == [SENT, UNSENT, UNSENT, UNCLEAR]


def test_differences(journal: Journal) -> None:
    """A changed table is told by its rows."""
    assert not any(journal.compared(ROWS).values())
    swapped = [ROWS[0]._replace(row=3), ROWS[1]._replace(row=2), *ROWS[2:]]
    assert journal.compared(swapped) == {"changed": [], "new": [], "gone": [], "moved": [2, 3]}
    other = [ROWS[0], ROWS[2]._replace(row=3), ROWS[3]._replace(row=4, digest=b"?"), Known(5, "c9", "id9", b"9")]
    assert journal.compared(other) == {"changed": [4], "new": [5], "gone": [3], "moved": []}


def test_one_at_a_time(journal: Journal) -> None:
    """It belongs to one process, until that closes it."""
    with pytest.raises(LockedError):
        Journal(journal.path)
    journal.close()
    Journal(journal.path).close()


def test_another_database(tmp_path: Path) -> None:
    """A database that is somebody else's is refused, and left as it is."""
    path = tmp_path / "journal"
    with contextlib.closing(sqlite3.connect(path)) as file:
        file.execute("CREATE TABLE meta (name TEXT)")
    before = path.read_bytes()
    with pytest.raises(NoJournalError):
        Journal(path)
    assert path.read_bytes() == before
