"""A worker that dies at a moment of one's choice: from then on its inbox is out of its reach."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TypeVar

from msgkit.routing import Claim, Record, SQLiteInbox

T = TypeVar("T")


class KilledError(BaseException):
    """The end of a worker, which no handler of errors sees coming."""


class Dying(SQLiteInbox):
    """An inbox in a file, whose worker dies at one of its writes.

    Args:
        path: The file.
        clock: Tells the time.
        at: At which write, from 1.
        is_written: Whether it dies right after it, and not right before.

    Attributes:
        is_dead: Whether it has come to that.
    """

    def __init__(self, path: Path, clock: Callable[[], float], at: int, *, is_written: bool) -> None:
        super().__init__(path, clock)
        self._left, self._is_written = at, is_written
        self.is_dead = False

    def _step(self, write: Callable[[], T]) -> T:
        if self.is_dead:
            raise KilledError
        self._left -= 1
        if self._left > 0:
            return write()
        self.is_dead = True
        if self._is_written:
            write()
        raise KilledError

    def claim(self, lease: float, mchid: str | None = None) -> Claim | None:
        """Claim, or die."""
        return self._step(lambda: super(Dying, self).claim(lease, mchid))

    def renew(self, claim: Claim, lease: float) -> bool:
        """Renew, or die."""
        return self._step(lambda: super(Dying, self).renew(claim, lease))

    def looked(self, claim: Claim, records: Iterable[Record], *, is_open: bool) -> None:
        """Take in, or die."""
        self._step(lambda: super(Dying, self).looked(claim, records, is_open=is_open))

    def update(self, claim: Claim, record: Record) -> None:
        """Write, or die."""
        self._step(lambda: super(Dying, self).update(claim, record))

    def release(self, claim: Claim, due: float | None) -> None:
        """Give back, or die."""
        self._step(lambda: super(Dying, self).release(claim, due))
