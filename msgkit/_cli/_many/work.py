"""Which rows are due, in order, each marked in the journal before it is handed out. It knows nobody who sends."""

from __future__ import annotations

import contextlib
import sqlite3
import threading
from collections.abc import Iterator
from datetime import datetime
from itertools import islice

import attrs

from msgkit._beijing import BEIJING
from msgkit._cli._many import findings
from msgkit._cli._many.check import Checking
from msgkit._cli._many.content import Content
from msgkit._cli._many.entries import Entry
from msgkit._cli._many.journal import Journal
from msgkit._cli._many.lines import BrokenError
from msgkit._cli._many.states import PLAIN, QUEUED, RETRYABLE, RICH, UNCLEAR, UNSENT, Begun, Ended, Mark
from msgkit.message import Message
from msgkit.reply import Reply


@attrs.frozen
class Job:
    """A row to be sent.

    Attributes:
        entry: What it says.
        begun: What the journal knew of it before.
        moment: For which moment it is rendered.
        kind: Which reply it is, `RICH` or `PLAIN`; None where only the complaint tells.
        content: What is sent.
    """

    entry: Entry
    begun: Begun
    moment: datetime
    kind: str | None
    content: Content

    def render(self) -> Message | Reply:
        """Return what is said: the same however often the row is tried."""
        return self.content.render(self.entry.values, self.moment)


@attrs.define
class Work:
    """The rows that are due.

    Attributes:
        checking: The table, checked.
        journal: Where it is written what becomes of them.
        batch: How many are marked at a time.
        plain_too: Whether a complaint may get a plain reply instead of a rich one.
        retry_unclear: Whether those are due too of which nobody knows whether they were sent.
        queues: Whether somebody else sends them, and knows by himself what may have gone already.
        stop: Nothing new is handed out once it is set.
    """

    checking: Checking
    journal: Journal
    batch: int
    plain_too: bool = False
    retry_unclear: bool = False
    queues: bool = False
    stop: threading.Event = attrs.field(factory=threading.Event)
    _ended: list[Ended] = attrs.field(factory=list, init=False)

    def jobs(self) -> Iterator[Job]:
        """Hand out rows. The journal is written once for several: what came of some, and which are next.

        Raises:
            BrokenError: The table is another one now.
            sqlite3.Error: The journal cannot be written.
        """
        due, waiting = self._due(), list[Job]()
        try:
            while not self.stop.is_set() and (waiting := list(islice(due, self.batch))):
                self._write(waiting)
                while waiting and not self.stop.is_set():
                    yield waiting.pop(0)
        finally:
            if waiting:
                with contextlib.suppress(sqlite3.Error):  # then they count as if they had been tried
                    self.journal.take_back(job.begun for job in waiting)

    def queued(self) -> Iterator[tuple[int, str]]:
        """Return the rows, and the ids of their replies, that somebody else was given to send."""
        return ((begun.row, begun.id) for begun, _ in self.journal.rows() if begun.state == QUEUED)

    def end(self, ended: Ended) -> None:
        """Take what came of a row; it is written with the next that are handed out, or by `finish`."""
        self._ended.append(ended)

    def finish(self) -> None:
        """Write what came of rows and is not written yet.

        Raises:
            sqlite3.Error: The journal cannot be written.
        """
        self._write([])

    def decided(self, job: Job, kind: str) -> None:
        """Write which reply a row gets, before it is sent; for whoever looks at the complaint first, in any thread.

        Raises:
            sqlite3.Error: The journal cannot be written.
        """
        self.journal.commit((), [Mark(job.entry.row, job.moment, kind)])

    def _write(self, jobs: list[Job]) -> None:
        ended = list(self._ended)
        self.journal.commit(ended, [Mark(job.entry.row, job.moment, job.kind) for job in jobs])
        del self._ended[: len(ended)]

    def _due(self) -> Iterator[Job]:
        states = {UNSENT, RETRYABLE, *([UNCLEAR] if self.retry_unclear else [])}
        content, is_checked = self.checking.content, self.checking.entries()
        for begun, digest in self.journal.rows():
            entry = next(is_checked, None)
            if entry is None or entry.row != begun.row or entry.digest != digest:
                raise BrokenError(findings.CHANGED)
            if begun.state in states:
                moment = datetime.fromisoformat(begun.moment) if begun.moment else datetime.now(BEIJING)
                yield Job(entry, begun, moment, self._kind(begun), content)

    def _kind(self, begun: Begun) -> str | None:
        if self.queues:
            return begun.kind
        if self.checking.content.is_plain:
            return PLAIN
        # Without a look at the complaint a message goes richly; what was begun so may have arrived, and stays so.
        return None if self.plain_too and begun.kind != RICH else RICH
