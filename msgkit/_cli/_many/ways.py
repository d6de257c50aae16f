"""How rows go out: from this process, or by others."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Protocol

import attrs

from msgkit._cli._many.states import Ended
from msgkit._cli._many.work import Work


class Sender(Protocol):
    """Sends the rows of a work."""

    def go(self) -> Iterator[Ended]:
        """Send what is due, and yield what came of rows, in order of completion.

        Raises:
            BrokenError: The table is another one now.
            sqlite3.Error: The journal cannot be written.
        """
        ...

    def mistake(self, lang: str) -> str | None:
        """Say what keeps all rows from being sent; None for nothing."""
        ...


@attrs.frozen
class Way:
    """How rows go out.

    Attributes:
        mchid: The merchant who sends.
        place: Where to: what went one way is not gone on with in another.
        batch: How many rows are marked in the journal at a time.
        sender: Makes who sends a work's rows.
        queues: Whether somebody else sends them, who has a memory of his own.
    """

    mchid: str
    place: str
    batch: int
    sender: Callable[[Work], Sender]
    queues: bool = False
