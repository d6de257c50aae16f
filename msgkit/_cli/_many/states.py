"""What is known of a row: before it is tried, when it is, and after."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

UNSENT, QUEUED, SENT, FAILED, RETRYABLE, UNCLEAR = STATES = (
    "unsent",
    "queued",
    "sent",
    "failed",
    "retryable",
    "unclear",
)
"""What became of a row: nothing yet; handed to somebody else who sends it; sent; refused for good; failed, and the same
command tries it again; perhaps sent, and nobody can tell."""

RICH, PLAIN = "rich", "plain"


class Begun(NamedTuple):
    """What is known of a row before it is tried.

    Attributes:
        row: Its number.
        state: One of `STATES`.
        kind: Which reply was begun before: `RICH`, `PLAIN`, or None for none.
        moment: For which moment it was rendered; None where it never was.
        id: The id of its reply.
    """

    row: int
    state: str
    kind: str | None
    moment: str | None
    id: str


class Mark(NamedTuple):
    """A row that is about to be tried.

    Attributes:
        row: Its number.
        moment: For which moment it is rendered.
        kind: `RICH`, `PLAIN`, or None where only the complaint will tell.
    """

    row: int
    moment: datetime
    kind: str | None


class Ended(NamedTuple):
    """What came of a row.

    Attributes:
        row: Its number.
        state: One of `STATES`.
        log_id: The platform's, of a rich reply.
        code: The kind of error that it ended in, by which rows are counted.
        error: Why it was not sent, in English.
        error_zh: The same in Chinese.
        kind: Which reply it was, where that was not known before.
    """

    row: int
    state: str
    log_id: str | None = None
    code: str | None = None
    error: str | None = None
    error_zh: str | None = None
    kind: str | None = None


class Line(NamedTuple):
    """A line of the report."""

    row: int
    complaint_id: str
    state: str
    log_id: str | None
    id: str
    kind: str | None
    error: str | None
    error_zh: str | None
