"""What workers have in common, whether they wait in threads or do other things meanwhile."""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Callable
from typing import Generic, TypeVar

from msgkit.client._base import ClientBase
from msgkit.errors import MsgkitError
from msgkit.routing._handling import Handling, described
from msgkit.routing._lenders import Lender

C = TypeVar("C", bound=ClientBase)

logger = logging.getLogger("msgkit")

LOOK_AGAIN = 1.0
"""Seconds after which an idle worker looks into the inbox, which another process may have filled."""

BETWEEN_PRUNINGS = 3600.0
"""Seconds between two times that what is old is forgotten."""


class HandlerExitError(MsgkitError):
    """A handler would have ended the program, or its thread: it raised `SystemExit`, or another of that kind."""


class Working(Generic[C]):
    """Does a router's work.

    Args:
        lender: Whose clients ask and send.
        handling: What is done about a complaint.
        prune: Forgets what is old.
    """

    def __init__(self, lender: Lender[C], handling: Handling, prune: Callable[[], object]) -> None:
        self._lender, self._handling, self._prune = lender, handling, prune
        self._all_news: dict[int, threading.Event] = {}  # by process: the lock in one may not survive a fork
        self._hearers: list[Callable[[], object]] = []

    @property
    def _news(self) -> threading.Event:
        return self._all_news.setdefault(os.getpid(), threading.Event())

    def wake(self) -> None:
        """Have an idle worker look into the inbox at once."""
        self._news.set()
        for hear in self._hearers:
            hear()

    def hear(self, hearer: Callable[[], object]) -> None:
        """Have a function called when there is something new in the inbox; it must be quick."""
        self._hearers.append(hearer)


class Mishaps:
    """What goes wrong with some of all merchants: the first is raised once all are through, the others are told."""

    def __init__(self) -> None:
        self._first: Exception | None = None

    def note(self, mchid: str, error: Exception) -> None:
        """Take in what went wrong with a merchant."""
        if self._first is None:
            self._first = error
        else:
            logger.error("merchant %s: its complaints were not listed: %s", mchid, described(error))

    def end(self) -> None:
        """Raise the first of them, if there was any."""
        if self._first is not None:
            raise self._first
